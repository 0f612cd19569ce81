{{/* A value as the text that an environment variable holds: (list ROOT VALUE). Texts are templates. JSON writes whole
     numbers in full, where Go's own text of a large one would be 1e+09. */}}
{{- define "rag.scalar" -}}
{{- $value := index . 1 -}}
{{- if kindIs "string" $value -}}
{{- tpl $value (index . 0) -}}
{{- else -}}
{{- toJson $value -}}
{{- end -}}
{{- end }}

{{/* What a service is told about a store or the models, and what is no secret: (list ROOT NAME). */}}
{{- define "rag.told" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $store := get $root.Values $name -}}
{{- if eq $name "models" }}
{{- range $kind, $endpoint := dict "EMBEDDING" $store.embedding "CHAT" $store.chat }}
{{- if $endpoint.baseUrl }}
{{ $kind }}_BASE_URL: {{ $endpoint.baseUrl | quote }}
{{ $kind }}_MODEL: {{ $endpoint.model | quote }}
{{- end }}
{{- end }}
{{- else if eq $name "qdrant" }}
{{- if eq $store.mode "deployed" }}
QDRANT_URL: "http://{{ include "rag.name" . }}:6333"
{{- else if eq $store.mode "external" }}
QDRANT_URL: {{ $store.external.url | quote }}
{{- end }}
{{- else if eq $name "redis" }}
{{- if and (eq $store.mode "external") $store.external.url }}
REDIS_URL: {{ $store.external.url | quote }}
{{- end }}
{{- else if eq $name "s3" }}
{{- if ne $store.mode "none" }}
S3_URL: {{ eq $store.mode "deployed" | ternary (printf "http://%s:7070" (include "rag.name" .)) $store.external.url | quote }}
S3_BUCKET: {{ $store.bucket | quote }}
S3_REGION: {{ $store.region | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* The Secret that holds the rest, if there is one: (list ROOT NAME). */}}
{{- define "rag.toldSecret" -}}
{{- $store := get (index . 0).Values (index . 1) -}}
{{- if eq (index . 1) "models" -}}
{{- $store.existingSecret -}}
{{- else if eq $store.mode "deployed" -}}
{{- $store.existingSecret | default (include "rag.name" .) -}}
{{- else if eq $store.mode "external" -}}
{{- $store.external.existingSecret -}}
{{- end -}}
{{- end }}

{{/* The Secret of a service, if there is one: (list ROOT NAME SERVICE-VALUES). */}}
{{- define "rag.serviceSecret" -}}
{{- $secret := (index . 2).secret -}}
{{- if $secret.existingSecret -}}
{{- $secret.existingSecret -}}
{{- else if or $secret.values $secret.generated -}}
{{- include "rag.name" . -}}
{{- end -}}
{{- end }}

{{/* Environment variables whose values something else holds: the mappings among those of a service. */}}
{{- define "rag.references" -}}
{{- range $variable, $value := . }}
{{- if kindIs "map" $value }}
- name: {{ $variable }}
  {{- toYaml $value | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}
