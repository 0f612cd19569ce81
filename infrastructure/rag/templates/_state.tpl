{{/* "true" where a service keeps something in its folder: (list ROOT SERVICE-VALUES). */}}
{{- define "rag.keepsState" -}}
{{- $root := index . 0 -}}
{{- $service := index . 1 -}}
{{- if $service.state.path -}}
{{- $inside := list -}}
{{- range $service.state.outsourcedTo -}}
{{- $store := get $root.Values . -}}
{{- if or (eq $store.mode "embedded") (eq $store.mode "none") -}}
{{- $inside = append $inside . -}}
{{- end -}}
{{- end -}}
{{- if or $inside (not $service.state.outsourcedTo) -}}true{{- end -}}
{{- end -}}
{{- end }}

{{/* Ends the rendering where a folder would be shared by several pods: (list ROOT NAME SERVICE-VALUES). */}}
{{- define "rag.guardState" -}}
{{- $service := index . 2 -}}
{{- if include "rag.keepsState" (list (index . 0) $service) -}}
{{- if or $service.autoscaling.enabled (gt (int $service.replicas) 1) -}}
{{- $remedy := "it cannot have more" -}}
{{- with $service.state.outsourcedTo -}}
{{- $remedy = printf "set the mode of %s to `deployed` or `external`" (join " and " .) -}}
{{- end -}}
{{- fail (printf "services.%s keeps its state in a folder, so it has one replica: %s" (index . 1) $remedy) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Ends the rendering where a store would be deployed for nobody: (list ROOT STORE). */}}
{{- define "rag.guardStore" -}}
{{- $root := index . 0 -}}
{{- $store := index . 1 -}}
{{- $clients := list -}}
{{- range $name, $own := $root.Values.services -}}
{{- $service := mergeOverwrite (deepCopy $root.Values.defaults) $own -}}
{{- if and $service.enabled (has $store $service.uses) -}}
{{- $clients = append $clients $name -}}
{{- end -}}
{{- end -}}
{{- if not $clients -}}
{{- fail (printf "%s.mode is `deployed`, but no enabled service uses it: set it to `%s`, or add `%s` to the `uses` of a service" $store (eq $store "qdrant" | ternary "embedded" "none") $store) -}}
{{- end -}}
{{- end }}
