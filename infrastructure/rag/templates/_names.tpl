{{/* The name of everything that this release makes. */}}
{{- define "rag.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* The name of a part: (list ROOT PART). */}}
{{- define "rag.name" -}}
{{- printf "%s-%s" (include "rag.fullname" (index . 0)) (index . 1) -}}
{{- end }}

{{/* What tells the pods of a part from all others: (list ROOT PART). */}}
{{- define "rag.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ $root.Values.nameOverride | default $root.Chart.Name }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{/* The labels of a part: (list ROOT PART). */}}
{{- define "rag.labels" -}}
{{- $root := index . 0 -}}
{{ include "rag.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- end }}

{{/* The address of a service in the cluster: (list ROOT SERVICE). */}}
{{- define "rag.url" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $service := get $root.Values.services $name | required (printf "there is no service `%s` to call" $name) -}}
http://{{ include "rag.name" . }}:{{ $service.port }}
{{- end }}

{{/* The `Host` headers that reach a service, or others through which it is called: (list ROOT SERVICE…). */}}
{{- define "rag.hostHeaders" -}}
{{- $root := index . 0 -}}
{{- $services := rest . -}}
{{- $namespace := $root.Release.Namespace -}}
{{- $hosts := list "localhost:*" "127.0.0.1:*" "[::1]:*" -}}
{{- range $services -}}
{{- $name := include "rag.name" (list $root .) -}}
{{- range list $name (printf "%s.%s" $name $namespace) (printf "%s.%s.svc" $name $namespace) (printf "%s.%s.svc.cluster.local" $name $namespace) -}}
{{- $hosts = concat $hosts (list (printf "%s:*" .)) -}}
{{- end -}}
{{- end -}}
{{- range $root.Values.ingress.hosts -}}
{{- if has .service $services -}}
{{- $hosts = concat $hosts (list .host (printf "%s:*" .host)) -}}
{{- end -}}
{{- end -}}
{{- join "," $hosts -}}
{{- end }}
