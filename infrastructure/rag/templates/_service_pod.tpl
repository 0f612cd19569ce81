{{/* The pod of a service, as a template: (list ROOT NAME SERVICE-VALUES RESTART-POLICY). Empty, the policy is that of Kubernetes. */}}
{{- define "rag.servicePod" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $service := index . 2 -}}
{{- $restart := index . 3 -}}
{{- $keepsState := include "rag.keepsState" (list $root $service) -}}
metadata:
  labels:
    {{- include "rag.labels" (list $root $name) | nindent 4 }}
    {{- with $service.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    checksum/environment: {{ toYaml (list $service $root.Values.models $root.Values.qdrant $root.Values.redis $root.Values.s3 $root.Values.ingress $root.Values.httpRoute) | sha256sum }}
    {{- with $service.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  {{- with $restart }}
  restartPolicy: {{ . }}
  {{- end }}
  serviceAccountName: {{ include "rag.serviceAccount" $root }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ int $service.terminationGracePeriodSeconds }}
  {{- with include "rag.pullSecrets" (list $root $service.image) | trim }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- with include "rag.placement" (list $root $name $service) | trim }}
  {{- . | nindent 2 }}
  {{- end }}
  securityContext:
    {{- toYaml ($service.podSecurityContext | default $root.Values.podSecurityContext) | nindent 4 }}
  {{- with $service.initContainers }}
  initContainers:
    {{- tpl (toYaml .) $root | nindent 4 }}
  {{- end }}
  containers:
    - name: {{ $name }}
      image: {{ include "rag.image" (list $root $name $service) | quote }}
      imagePullPolicy: {{ $service.image.pullPolicy | default $root.Values.image.pullPolicy }}
      securityContext:
        {{- toYaml ($service.containerSecurityContext | default $root.Values.containerSecurityContext) | nindent 8 }}
      {{- with $service.port }}
      ports:
        - name: http
          containerPort: {{ . }}
      {{- end }}
      envFrom:
        - configMapRef:
            name: {{ include "rag.name" (list $root $name) }}
        {{- with include "rag.serviceSecret" (list $root $name $service) }}
        - secretRef:
            name: {{ . }}
        {{- end }}
        {{- range $service.uses }}
        {{- with include "rag.toldSecret" (list $root .) }}
        - secretRef:
            name: {{ . }}
        {{- end }}
        {{- end }}
        {{- with $service.envFrom }}
        {{- tpl (toYaml .) $root | nindent 8 }}
        {{- end }}
      {{- with include "rag.references" $service.env | trim }}
      env:
        {{- . | nindent 8 }}
      {{- end }}
      {{- /* What answers nobody works for as long as its process lives. */}}
      {{- if $service.port }}
      startupProbe:
        {{- include "rag.probe" (list $service "startup") | nindent 8 }}
      livenessProbe:
        {{- include "rag.probe" (list $service "liveness") | nindent 8 }}
      readinessProbe:
        {{- include "rag.probe" (list $service "readiness") | nindent 8 }}
      {{- end }}
      {{- with $service.lifecycle }}
      lifecycle:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      resources:
        {{- toYaml $service.resources | nindent 8 }}
      volumeMounts:
        - name: temporary
          mountPath: /tmp
        {{- if $keepsState }}
        - name: state
          mountPath: {{ $service.state.path }}
        {{- end }}
        {{- with $service.volumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    {{- with $service.sidecars }}
    {{- tpl (toYaml .) $root | nindent 4 }}
    {{- end }}
  volumes:
    - name: temporary
      emptyDir:
        sizeLimit: {{ $service.temporarySize }}
    {{- if $keepsState }}
    - name: state
      {{- if $service.state.existingClaim }}
      persistentVolumeClaim:
        claimName: {{ $service.state.existingClaim }}
      {{- else if $root.Values.persistence.enabled }}
      persistentVolumeClaim:
        claimName: {{ include "rag.name" (list $root $name) }}
      {{- else }}
      emptyDir: {}
      {{- end }}
    {{- end }}
    {{- with $service.volumes }}
    {{- tpl (toYaml .) $root | nindent 4 }}
    {{- end }}
{{- end }}
