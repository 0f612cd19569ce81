{{/* A secret text that was made before, or a new one, in base64: (list ROOT SECRET KEY REMEDY).
     A list of a kind holds something in any cluster, and nothing where no cluster is asked: there the text would be
     another one in every rendering, and a store would no longer accept its clients. */}}
{{- define "rag.generated" -}}
{{- $root := index . 0 -}}
{{- $secret := index . 1 -}}
{{- $key := index . 2 -}}
{{- if not (lookup "v1" "ServiceAccount" $root.Release.Namespace "") -}}
{{- fail (printf "%s would be different in every rendering: no cluster can be asked for the Secret `%s`, as with `helm template` and Argo CD; %s" $key $secret (index . 3)) -}}
{{- end -}}
{{- $existing := lookup "v1" "Secret" $root.Release.Namespace $secret -}}
{{- $kept := get (($existing).data | default dict) $key -}}
{{- $kept | default (randAlphaNum 43 | b64enc) -}}
{{- end }}
