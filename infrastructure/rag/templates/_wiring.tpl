{{/* The pods of a part, as a peer of a network policy: (list ROOT PART). */}}
{{- define "rag.peer" -}}
- podSelector:
    matchLabels:
      {{- include "rag.selector" . | nindent 6 }}
{{- end }}

{{/* Who may reach a service: (list ROOT NAME SERVICE-VALUES). */}}
{{- define "rag.callers" -}}
{{- $root := index . 0 -}}
{{- $target := index . 1 -}}
{{- range $name, $own := $root.Values.services }}
{{- $service := mergeOverwrite (deepCopy $root.Values.defaults) $own }}
{{- if and $service.enabled (has $target (values $service.calls)) }}
{{ include "rag.peer" (list $root $name) }}
{{- end }}
{{- end }}
{{- $exposed := list }}
{{- range $root.Values.ingress.hosts }}
{{- $exposed = append $exposed .service }}
{{- end }}
{{- if and $root.Values.ingress.enabled (has $target $exposed) }}
- namespaceSelector:
    {{- with $root.Values.networkPolicy.ingressNamespaceLabels }}
    matchLabels:
      {{- toYaml . | nindent 6 }}
    {{- else }} {}
    {{- end }}
{{- end }}
{{- end }}

{{/* Addresses outside of the cluster that a service is told, one a line: (list ROOT SERVICE-VALUES). */}}
{{- define "rag.outside" -}}
{{- $root := index . 0 -}}
{{- range (index . 1).uses }}
{{- $store := get $root.Values . }}
{{- if eq . "models" }}
{{- range list $store.embedding $store.chat }}
{{- with .baseUrl }}
{{ . }}
{{- end }}
{{- end }}
{{- else if eq $store.mode "external" }}
{{- $default := dict "qdrant" "http://qdrant:6333" "redis" "redis://redis:6379" "s3" "https://s3" }}
{{ $store.external.url | default (get $default .) }}
{{- end }}
{{- end }}
{{- end }}

{{/* The port of an address. */}}
{{- define "rag.port" -}}
{{- $url := urlParse . -}}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{- $port | default (get (dict "https" "443" "http" "80" "redis" "6379" "rediss" "6379") $url.scheme) -}}
{{- end }}
