{{/* The name of everything that this release makes. */}}
{{- define "rag.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* The name of a part: (list ROOT PART). A Service takes 63 characters; a shortened name could be that of another release. */}}
{{- define "rag.name" -}}
{{- $name := printf "%s-%s" (include "rag.fullname" (index . 0)) (index . 1) -}}
{{- if gt (len $name) 63 -}}
{{- fail (printf "the name `%s` has %d characters, and Kubernetes allows 63: choose a shorter release name, or set fullnameOverride" $name (len $name)) -}}
{{- end -}}
{{- $name -}}
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
app.kubernetes.io/version: {{ $root.Chart.AppVersion | replace "+" "_" | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" | trimSuffix "." }}
{{- with $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The ServiceAccount of all pods. */}}
{{- define "rag.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (.Values.serviceAccount.create | ternary (include "rag.fullname" .) "default") -}}
{{- end }}

{{/* Where the values of a service are needed by another one: "SETTING points to NAME" has to lead to an enabled service.
     (list ROOT SETTING NAME REMEDY); gives its port. */}}
{{- define "rag.portOf" -}}
{{- $root := index . 0 -}}
{{- $setting := index . 1 -}}
{{- $name := index . 2 -}}
{{- $own := get $root.Values.services $name -}}
{{- if not (hasKey $root.Values.services $name) -}}
{{- fail (printf "%s points to `%s`, which is not a service of this chart" $setting $name) -}}
{{- else if not (dig "enabled" $root.Values.defaults.enabled $own) -}}
{{- fail (printf "%s points to `%s`, which is disabled: %s" $setting $name (index . 3)) -}}
{{- else if not $own.port -}}
{{- fail (printf "%s points to `%s`, which has no port" $setting $name) -}}
{{- else -}}
{{- $own.port -}}
{{- end -}}
{{- end }}

{{/* Whether a service is a program that ends: (list NAME SERVICE-VALUES). */}}
{{- define "rag.isJob" -}}
{{- $name := index . 0 -}}
{{- $service := index . 1 -}}
{{- if or $service.schedule $service.hooks -}}
{{- if and $service.schedule $service.hooks -}}
{{- fail (printf "services.%s has a schedule and hooks: a job has one of them" $name) -}}
{{- else if $service.port -}}
{{- fail (printf "services.%s has a port, but a job answers nobody: remove its port, or its schedule and hooks" $name) -}}
{{- else if $service.autoscaling.enabled -}}
{{- fail (printf "services.%s is a job, which is not scaled: disable its autoscaling" $name) -}}
{{- end -}}
true
{{- end -}}
{{- end }}

{{/* The address of a service in the cluster: (list ROOT CALLER VARIABLE SERVICE). */}}
{{- define "rag.url" -}}
{{- $root := index . 0 -}}
{{- $setting := printf "services.%s.calls.%s" (index . 1) (index . 2) -}}
{{- $name := index . 3 -}}
{{- $remedy := printf "enable it, or set %s to null and services.%s.env.%s to the address that replaces it" $setting (index . 1) (index . 2) -}}
http://{{ include "rag.name" (list $root $name) }}:{{ include "rag.portOf" (list $root $setting $name $remedy) }}
{{- end }}

{{/* Whom a service calls, as YAML: VARIABLE: SERVICE, without the optional ones that are disabled: (list ROOT SERVICE-VALUES). */}}
{{- define "rag.calls" -}}
{{- $root := index . 0 -}}
{{- $service := index . 1 -}}
{{- range $variable, $target := $service.calls }}
{{ $variable }}: {{ $target }}
{{- end }}
{{- range $variable, $target := $service.optionalCalls }}
{{- $own := get $root.Values.services $target }}
{{- if not $own }}
{{- fail (printf "optionalCalls.%s points to `%s`, which is not a service of this chart" $variable $target) }}
{{- else if (mergeOverwrite (deepCopy $root.Values.defaults) $own).enabled }}
{{ $variable }}: {{ $target }}
{{- end }}
{{- end }}
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
{{- range concat $root.Values.ingress.hosts $root.Values.httpRoute.hosts -}}
{{- if has .service $services -}}
{{- $hosts = concat $hosts (list .host (printf "%s:*" .host)) -}}
{{- end -}}
{{- end -}}
{{- join "," (uniq $hosts) -}}
{{- end }}
