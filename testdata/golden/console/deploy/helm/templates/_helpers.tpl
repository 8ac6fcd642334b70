{{/* Names, labels, and what the installation is told. All take the root. */}}

{{/* The name of all objects: values.schema.json bounds it, so that a suffix fits. */}}
{{- define "console.name" -}}
{{- .Values.name -}}
{{- end -}}

{{- define "console.namespace" -}}
{{- (.Values.global).namespace | default .Values.namespace | default .Release.Namespace -}}
{{- end -}}

{{- define "console.version" -}}
{{- .Values.image.version | default .Chart.AppVersion -}}
{{- end -}}

{{- define "console.image" -}}
{{- printf "%s:%s" .Values.image.name (include "console.version" .) -}}
{{- end -}}

{{/* What all objects carry. */}}
{{- define "console.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/name: {{ include "console.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ include "console.version" . | replace "+" "_" | trunc 63 | quote }}
app.kubernetes.io/part-of: spaceone
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{ include "console.selector" . }}
{{- end -}}

{{/* What finds the pods. It can never change. */}}
{{- define "console.selector" -}}
spaceone.service: {{ include "console.name" . }}
{{- end -}}

{{- define "console.serviceAccountName" -}}
{{- if (.Values.global).serviceAccountName -}}
{{- .Values.global.serviceAccountName -}}
{{- else if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "console.name" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{/* Annotations of a Service or Ingress; the key nil means that there are none. */}}
{{- define "console.annotations" -}}
{{- range $key, $value := . }}
{{- if ne $key "nil" }}
{{ $key }}: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The services' REST servers, by name: those that are named, or else all of the platform. */}}
{{- define "console.services" -}}
{{- $services := .Values.services | default dict -}}
{{- $endpoints := ((.Values.global).shared).ENDPOINTS -}}
{{- if and (not $services) (kindIs "map" $endpoints) -}}
{{- range $name, $_ := $endpoints -}}
{{- if not (regexMatch "^[a-z][a-z0-9_-]*$" $name) -}}
{{- fail (printf "global.shared.ENDPOINTS: %q is no name of a service" $name) -}}
{{- end -}}
{{- $_ := set $services $name (printf "http://%s-rest" $name) -}}
{{- end -}}
{{- end -}}
{{- toYaml $services -}}
{{- end -}}

{{/* What the image's server is configured with. */}}
{{- define "console.config" -}}
host: 0.0.0.0
port: 8080
title: {{ .Values.title | quote }}
services:
  {{- include "console.services" . | nindent 2 }}
{{- with include "console.more" . | fromYaml }}
production:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* What the values add to config.json. Every browser reads it. */}}
{{- define "console.more" -}}
{{- $more := .Values.production_json | default dict -}}
{{- $found := dict -}}
{{- include "console.secretsIn" (list $more "production_json" $found) -}}
{{- range keys $found | sortAlpha -}}
{{- fail (printf "%s looks like a secret: every browser reads config.json, so that no secret can stand in it; take it out" .) -}}
{{- end -}}
{{- toYaml $more -}}
{{- end -}}

{{/* The server block of nginx: the app, its configuration, the services. */}}
{{- define "console.spa" -}}
server {
  listen 8080;
  root /usr/share/nginx/html;

  gzip on;
  gzip_min_length 1024;
  gzip_vary on;
  gzip_types application/javascript application/json image/svg+xml text/css text/javascript;

  include /etc/nginx/headers.conf;

  location = /healthz {
    access_log off;
    default_type text/plain;
    return 200 "ok\n";
  }

  # Assets have a hash of their content in their names.
  location /assets/ {
    include /etc/nginx/headers.conf;
    add_header Cache-Control "public, max-age=31536000, immutable" always;
    try_files $uri =404;
  }

  location = /config.json {
    include /etc/nginx/headers.conf;
    add_header Cache-Control "no-store" always;
    alias /etc/nginx/config/config.json;
  }

  location = /index.html {
    include /etc/nginx/headers.conf;
    add_header Cache-Control "no-store" always;
  }

  # The app finds out from the path what to show.
  location / {
    try_files $uri /index.html;
  }

  resolver {{ .Values.nginx.resolver }} valid=10s;
{{- $root := . }}
{{- range $name, $address := include "console.services" . | fromYaml }}
{{- $url := urlParse $address }}
{{- $host := $url.hostname }}
{{- if not (contains "." $host) }}
{{- $host = printf "%s.%s.svc.%s" $host (include "console.namespace" $root) $root.Values.nginx.clusterDomain }}
{{- end }}
{{- $port := regexFind ":[0-9]+$" $url.host }}

  location /api/{{ $name }}/ {
    set $service {{ printf "%s://%s%s" $url.scheme $host $port }};
    rewrite ^/api/{{ $name }}/(.*)$ {{ trimSuffix "/" $url.path }}/$1 break;
    proxy_pass $service;
    include /etc/nginx/proxy.conf;
  }
{{- end }}

  location /api/ {
    default_type application/json;
    return 404 '{"detail":{"code":"ERROR_UNSUPPORTED_API","message":"The console knows no such service."}}';
  }

  location @unreachable {
    internal;
    default_type application/json;
    return 502 '{"detail":{"code":"ERROR_SERVICE_UNREACHABLE","message":"The service cannot be reached. It may be starting; if this stays so, its address in the configuration may be wrong."}}';
  }
}
{{- end -}}

{{/* The last word of keys whose values are credentials. */}}
{{- define "console.secretWords" -}}
(password|passwd|pwd|token|secret|secret_key|secret_data|secret_access_key|api_key|apikey|access_key|private_key|credential|credentials)
{{- end -}}

{{/* Whether a value is a credential, by its key or by its form: (list key value); "true" or nothing. */}}
{{- define "console.credential" -}}
{{- $key := regexReplaceAll "([a-z0-9])([A-Z])" (index . 0 | toString) "${1}_${2}" -}}
{{- $value := index . 1 -}}
{{- if regexMatch (printf "(?i)^(.+[_-])?%s$" (include "console.secretWords" nil)) $key -}}
true
{{- else if and (kindIs "string" $value) (regexMatch (include "console.secretForms" nil) $value) -}}
true
{{- end -}}
{{- end -}}

{{/* What gives a credential away: a password in a URL, a private key, a JWT. */}}
{{- define "console.secretForms" -}}
(://[^/@ ]*:[^/@ ]+@|-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----|\beyJ[A-Za-z0-9_-]{8,}[.]eyJ[A-Za-z0-9_-]{8,}[.])
{{- end -}}

{{/*
refuseSecrets fails where a file of the chart has what looks like a secret: it would
stand in a ConfigMap, and in the chart for all to see. A line that ends with
"# not a secret" has none. (list file source document)
*/}}
{{- define "console.refuseSecrets" -}}
{{- $file := index . 0 -}}
{{- $source := index . 1 -}}
{{- $found := dict -}}
{{- include "console.secretsIn" (list (index . 2) "" $found) -}}
{{- range $path := keys $found | sortAlpha -}}
{{- $key := splitList "." $path | last | regexQuoteMeta -}}
{{- $line := 0 -}}
{{- range $i, $text := splitList "\n" $source -}}
{{- if and (not $line) (regexMatch (printf "(^|[ {,-])[\"']?%s[\"']? *:" $key) $text) (not (regexMatch "# not a secret *$" $text)) -}}
{{- $line = add1 $i -}}
{{- end -}}
{{- end -}}
{{- if or $line (not (contains "# not a secret" $source)) -}}
{{- fail (printf "%s:%d: %s looks like a secret, and would stand in a ConfigMap: every browser reads this file, so that no secret can stand in it; take it out, or end the line with \"# not a secret\" if it is none" $file $line $path) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* secretsIn finds the paths of what looks like a secret: (list map path found) fills the last. */}}
{{- define "console.secretsIn" -}}
{{- $above := index . 1 -}}
{{- $found := index . 2 -}}
{{- range $key, $value := index . 0 -}}
{{- $path := printf "%s.%v" $above $key | trimPrefix "." -}}
{{- if or (kindIs "map" $value) (kindIs "slice" $value) -}}
{{- include "console.secretsIn" (list $value $path $found) -}}
{{- else if or (kindIs "bool" $value) (has (toString $value) (list "" "<nil>")) (regexMatch "^([$][{][^}]*[}]|<[^>]*>)$" (toString $value)) -}}
{{- else if include "console.credential" (list (regexMatch "(?i)(^|[.])(endpoints|services)$" $above | ternary "" $key) $value) -}}
{{- $_ := set $found $path true -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* config.json, as the app reads it. */}}
{{- define "console.production" -}}
{{- $paths := dict -}}
{{- range $name, $_ := include "console.services" . | fromYaml -}}
{{- $_ := set $paths $name (printf "/api/%s" $name) -}}
{{- end -}}
{{- $text := tpl (.Files.Get "config/production.json") (dict "title" .Values.title "services" $paths "Template" .Template) -}}
{{- include "console.refuseSecrets" (list "config/production.json" (.Files.Get "config/production.json") (fromJson $text)) -}}
{{- with include "console.more" . | fromYaml -}}
{{- $text = mergeOverwrite . (fromJson $text) | toPrettyJson -}}
{{- end -}}
{{- $text -}}
{{- end -}}
