{{/* The pods of a part, as a peer of a network policy: (list ROOT PART). */}}
{{- define "rag.peer" -}}
- podSelector:
    matchLabels:
      {{- include "rag.selector" . | nindent 6 }}
{{- end }}

{{/* Addresses on the internet, as peers: none that a private network or a cloud's metadata service has. */}}
{{- define "rag.publicPeers" -}}
- ipBlock:
    cidr: 0.0.0.0/0
    except: [0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16]
- ipBlock:
    cidr: ::/0
    except: ["::/127", "64:ff9b::/96", "fc00::/7", "fe80::/10"]
{{- end }}

{{/* Who may reach a service on its port: (list ROOT NAME). Everyone but its callers is outside of this release. */}}
{{- define "rag.callers" -}}
{{- $root := index . 0 -}}
{{- $target := index . 1 -}}
{{- range $name, $own := $root.Values.services }}
{{- $service := mergeOverwrite (deepCopy $root.Values.defaults) $own }}
{{- if and $service.enabled (has $target (values (include "rag.calls" (list $root $service) | fromYaml))) }}
{{ include "rag.peer" (list $root $name) }}
{{- end }}
{{- end }}
{{- $exposed := list }}
{{- range concat ($root.Values.ingress.enabled | ternary $root.Values.ingress.hosts list) ($root.Values.httpRoute.enabled | ternary $root.Values.httpRoute.hosts list) }}
{{- $exposed = append $exposed .service }}
{{- end }}
{{- if has $target $exposed }}
- namespaceSelector:
    {{- with $root.Values.networkPolicy.ingressNamespaceLabels }}
    matchLabels:
      {{- toYaml . | nindent 6 }}
    {{- else }} {}
    {{- end }}
{{- with $root.Values.networkPolicy.ingressFrom }}
{{ toYaml . }}
{{- end }}
{{- end }}
{{- end }}

{{/* Rules for what reaches a service from outside of the release by its Service's type: (list SERVICE-VALUES). */}}
{{- define "rag.fromOutside" -}}
{{- $service := index . 0 -}}
{{- if and $service.port (ne $service.service.type "ClusterIP") }}
- ports:
    - port: {{ $service.port }}
  {{- with $service.service.loadBalancerSourceRanges }}
  from:
    {{- range . }}
    - ipBlock:
        cidr: {{ . }}
    {{- end }}
  {{- end }}
{{- end }}
{{- end }}

{{/* Addresses outside of this release that a service is told, as egress rules: (list ROOT SERVICE-VALUES). */}}
{{- define "rag.outside" -}}
{{- $root := index . 0 -}}
{{- range $name := (index . 1).uses }}
{{- $store := get $root.Values $name }}
{{- if eq $name "models" }}
{{- range $kind, $endpoint := dict "embedding" $store.embedding "chat" $store.chat }}
{{- with $endpoint.baseUrl }}
{{ include "rag.outsideRule" (list (printf "models.%s.baseUrl" $kind) . "models.egress" $store.egress) }}
{{- end }}
{{- end }}
{{- else if eq $store.mode "external" }}
{{- $default := dict "qdrant" "http://qdrant.invalid:6333" "redis" "redis://redis.invalid:6379" "s3" "https://s3.invalid" }}
{{ include "rag.outsideRule" (list (printf "%s.external" $name) ($store.external.url | default (get $default $name)) (printf "%s.external.egress" $name) $store.external.egress) }}
{{- end }}
{{- end }}
{{- end }}

{{/* The egress rule for one address: (list SETTING URL EGRESS-SETTING EGRESS). What a policy can say follows from the
     address; a name of the outside world is no address, so values have to say who it may be. */}}
{{- define "rag.outsideRule" -}}
{{- $egress := index . 3 -}}
{{- $host := (urlParse (index . 1)).host | regexFind "^(\\[[^]]*\\]|[^:]*)" -}}
{{- $ports := $egress.ports | default (list (include "rag.port" (index . 1))) -}}
{{- if regexMatch "^[0-9]+(\\.[0-9]+){3}$" $host }}
- to:
    - ipBlock:
        cidr: {{ $host }}/32
{{- include "rag.ports" $ports }}
{{- else if hasPrefix "[" $host }}
- to:
    - ipBlock:
        cidr: {{ printf "%s/128" (trimAll "[]" $host) | quote }}
{{- include "rag.ports" $ports }}
{{- else if or $egress.to $egress.public }}
- to:
    {{- with $egress.to }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    {{- if $egress.public }}
    {{- include "rag.publicPeers" . | nindent 4 }}
    {{- end }}
{{- include "rag.ports" $ports }}
{{- else if regexMatch "^[^.]+\\.[^.]+\\.svc(\\.|$)" $host }}
# A Service may pass calls on to another port of its pods.
- to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: {{ index (splitList "." $host) 1 }}
{{- else if not (contains "." $host) }}
- to:
    - podSelector: {}
{{- else -}}
{{- fail (printf "%s is a host name, and a NetworkPolicy knows only addresses: list who may be reached in %s.to, or set %s.public for every address on the internet" (index . 0) (index . 2) (index . 2)) -}}
{{- end }}
{{- end }}

{{/* The ports of a rule. */}}
{{- define "rag.ports" }}
  ports:
    {{- range . }}
    - port: {{ . }}
    {{- end }}
{{- end }}

{{/* The port of an address. */}}
{{- define "rag.port" -}}
{{- $url := urlParse . -}}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{- $port | default (get (dict "https" "443" "http" "80" "redis" "6379" "rediss" "6379") $url.scheme) -}}
{{- end }}
