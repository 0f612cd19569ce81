{{/* Service and head of the StatefulSet of a store: (list ROOT NAME PORT). */}}
{{- define "rag.storeService" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "rag.name" . }}
  labels:
    {{- include "rag.labels" . | nindent 4 }}
spec:
  selector:
    {{- include "rag.selector" . | nindent 4 }}
  ports:
    - port: {{ index . 2 }}
{{- end }}

{{/* What is alike in the StatefulSets of all stores: (list ROOT NAME). The container follows. */}}
{{- define "rag.storeHead" -}}
{{- $root := index . 0 -}}
{{- $store := get $root.Values (index . 1) -}}
{{- include "rag.guardStore" . -}}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ include "rag.name" . }}
  labels:
    {{- include "rag.labels" . | nindent 4 }}
spec:
  serviceName: {{ include "rag.name" . }}
  replicas: 1
  selector:
    matchLabels:
      {{- include "rag.selector" . | nindent 6 }}
  {{- if not $store.existingClaim }}
  volumeClaimTemplates:
    - metadata:
        name: data
        {{- with $root.Values.persistence.annotations }}
        annotations:
          {{- toYaml . | nindent 10 }}
        {{- end }}
      spec:
        accessModes: [ReadWriteOnce]
        {{- with $store.storageClassName | default $root.Values.persistence.storageClassName }}
        storageClassName: {{ . }}
        {{- end }}
        resources:
          requests:
            storage: {{ $store.size }}
  {{- end }}
  template:
    metadata:
      labels:
        {{- include "rag.labels" . | nindent 8 }}
        {{- with $store.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with $store.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      serviceAccountName: {{ include "rag.serviceAccount" $root }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      {{- with include "rag.pullSecrets" (list $root dict) | trim }}
      {{- . | nindent 6 }}
      {{- end }}
      {{- with include "rag.placement" (list $root (index . 1) $store) | trim }}
      {{- . | nindent 6 }}
      {{- end }}
      securityContext:
        {{- toYaml $store.podSecurityContext | nindent 8 }}
      {{- with $store.existingClaim }}
      volumes:
        - name: data
          persistentVolumeClaim:
            claimName: {{ . }}
      {{- end }}
{{- end }}

{{/* The generated secrets of a store: (list ROOT NAME KEY...). Nothing where it has a Secret already. */}}
{{- define "rag.storeSecret" -}}
{{- $root := index . 0 -}}
{{- $part := list $root (index . 1) -}}
{{- if not (get $root.Values (index . 1)).existingSecret }}
---
apiVersion: v1
kind: Secret
metadata:
  name: {{ include "rag.name" $part }}
  labels:
    {{- include "rag.labels" $part | nindent 4 }}
type: Opaque
data:
  {{- range slice . 2 }}
  {{ . }}: {{ include "rag.storeText" (list $root (index $part 1) .) }}
  {{- end }}
{{- end }}
{{- end }}

{{/* A generated secret of a store, in base64: (list ROOT NAME KEY). */}}
{{- define "rag.storeText" -}}
{{- $store := index . 1 -}}
{{- $remedy := printf "set %s.existingSecret to a Secret that has it" $store -}}
{{- include "rag.generated" (list (index . 0) (include "rag.name" .) (index . 2) $remedy) -}}
{{- end }}
