{{/* Where pods may run, of a service or a store: (list ROOT PART SETTINGS). */}}
{{- define "rag.placement" -}}
{{- $part := list (index . 0) (index . 1) -}}
{{- with index . 2 -}}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .topologySpreadConstraints }}
topologySpreadConstraints:
  {{- range . }}
  - {{ toYaml . | nindent 4 | trim }}
    {{- if not .labelSelector }}
    labelSelector:
      matchLabels:
        {{- include "rag.selector" $part | nindent 8 }}
    {{- end }}
  {{- end }}
{{- end }}
{{- end -}}
{{- end }}

{{/* Names of Secrets for registries: (list ROOT SETTINGS). */}}
{{- define "rag.pullSecrets" -}}
{{- $of := (index . 1).pullSecrets | default list -}}
{{- with concat (index . 0).Values.image.pullSecrets $of | uniq }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{/* The image of a service: (list ROOT NAME SERVICE-VALUES). */}}
{{- define "rag.image" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $image := (index . 2).image -}}
{{- if $image.repository -}}{{ $image.repository }}{{- else -}}{{ $root.Values.image.registry }}/{{ $name }}{{- end -}}
{{- if $image.digest -}}@{{ $image.digest }}{{- else -}}:{{ $image.tag | default $root.Values.image.tag | default $root.Chart.AppVersion }}{{- end -}}
{{- end }}

{{/* A probe that asks a path: (list SERVICE-VALUES KIND). What else the kubelet knows about it is taken as it is. */}}
{{- define "rag.probe" -}}
{{- $probe := get (index . 0).probes (index . 1) -}}
httpGet:
  path: {{ $probe.path }}
  port: {{ (index . 0).port }}
{{- range $key, $value := $probe }}
{{- if ne $key "path" }}
{{ $key }}: {{ int $value }}
{{- end }}
{{- end }}
{{- end }}
