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
{{- fail (printf "services.%s keeps its state in a folder, so it has one replica: set the mode of %s to `deployed` or `external`" (index . 1) (join " and " ($service.state.outsourcedTo | default (list "nothing")))) -}}
{{- end -}}
{{- end -}}
{{- end }}
