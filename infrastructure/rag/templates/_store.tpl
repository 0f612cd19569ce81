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
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        {{- with $root.Values.persistence.storageClassName }}
        storageClassName: {{ . }}
        {{- end }}
        resources:
          requests:
            storage: {{ $store.size }}
  template:
    metadata:
      labels:
        {{- include "rag.labels" . | nindent 8 }}
    spec:
      serviceAccountName: {{ include "rag.fullname" $root }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
        runAsGroup: 1000
        fsGroup: 1000
        fsGroupChangePolicy: OnRootMismatch
        seccompProfile:
          type: RuntimeDefault
{{- end }}

{{/* Secrets of a store: (list ROOT NAME KEY...); values are made once. */}}
{{- define "rag.storeSecret" -}}
{{- $root := index . 0 -}}
{{- $part := list $root (index . 1) -}}
apiVersion: v1
kind: Secret
metadata:
  name: {{ include "rag.name" $part }}
  labels:
    {{- include "rag.labels" $part | nindent 4 }}
type: Opaque
data:
  {{- range slice . 2 }}
  {{ . }}: {{ include "rag.generated" (list $root (include "rag.name" $part) .) }}
  {{- end }}
{{- end }}
