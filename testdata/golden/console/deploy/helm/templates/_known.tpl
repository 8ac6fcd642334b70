{{/*
The values that this chart reads, as NOTES.txt tells them from others. A key without a
value may have anything below it. Keys of your own belong here, too.
*/}}
{{- define "console.known" -}}
enabled:
name:
namespace:
replicas:
image: {name, version}
imagePullPolicy:
imagePullSecrets:
title:
services:
production_json:
server:
nginx:
  image: {name, version, imagePullPolicy}
  runAsUser:
  resolver:
  clusterDomain:
resources: {requests, limits, claims}
gracePeriod:
drainDelay:
sidecar:
volumes:
volumeMounts: {application}
env:
podAnnotations:
podLabels:
pod: {spec}
service: {type, annotations, ports}
ingress:
  enabled:
  className:
  annotations:
  host:
  path:
  servicePort:
  hosts: [{host, paths: [{path, pathType}]}]
  tls: [{secretName, hosts}]
serviceAccount: {create, name, annotations}
podDisruptionBudget: {enabled, maxUnavailable}
test:
  image: {name, version, imagePullPolicy}
global:
  namespace:
  shared:
  sidecar:
  volumes:
  frontend: {sidecar, volumes}
  serviceAccountName:
  common_env:
{{- end -}}

{{/* Values of other charts, and what they do there. */}}
{{- define "console.foreign" -}}
developer: would bring the ConfigMap shared-conf, which a console does not read
nameOverride: would change a label; objects are called as name says
fullnameOverride: would change a label; objects are called as name says
nginx_proxy: would set the image and resources of nginx; here the value nginx does
global.shared_conf: is for services; a console reads global.shared.ENDPOINTS alone
global.shared_secret: is for services
global.supervisor_namespace: is for supervisors
global.supervisor: is for supervisors
global.backend: is for services
global.postgresql: is for services
console_api: would be the address of console-api; this console calls the services that services names
domainName: would name the domain at which people sign in; here they name it themselves
production_json.CONSOLE_API: would be the address of console-api; this console calls the services that services names
production_json.CONSOLE_API_V2: would be the address of console-api-v2; this console calls the services that services names
production_json.DOMAIN_NAME: would name the domain at which people sign in; here they name it themselves
production_json.DOMAIN_NAME_REF: would take the domain from the host's name; here people name it themselves
production_json.GTAG_ID: would count visits by Google Analytics; this console counts none
production_json.GTM_ID: would count visits by Google Tag Manager; this console counts none
production_json.AMCHARTS_LICENSE: would be the license of a library of charts that this console does not have
production_json.MOCK: would have the console answer calls itself; this one never does
production_json.ASSET_PATH: would be where the console's pictures are; here they come with it
production_json.DOMAIN_IMAGE: would be the pictures of the sign-in page; here it shows title
{{- if and .Values.ingress.host (not .Values.ingress.enabled) }}
ingress.host: there is no Ingress that serves it; set ingress.enabled to true for one
{{- end }}
{{- end -}}

{{/*
unused says of the values which of them this chart does not read, by path, and what
there is to know of each, as YAML. A value of another chart, or a misspelt one, is no
error: umbrella charts and older values files have many.
*/}}
{{- define "console.unused" -}}
{{- $found := dict -}}
{{- $known := include "console.known" . | fromYaml -}}
{{- include "console.unusedBelow" (list (.Chart.IsRoot | ternary .Values (omit .Values "global")) $known "" $found) -}}
{{- range $path, $why := include "console.foreign" . | fromYaml -}}
{{- $at := $.Values -}}
{{- $there := or $.Chart.IsRoot (not (hasPrefix "global." $path)) -}}
{{- range splitList "." $path -}}
{{- if and $there (kindIs "map" $at) (hasKey $at .) -}}
{{- $at = index $at . -}}
{{- else -}}
{{- $there = false -}}
{{- end -}}
{{- end -}}
{{- if $there -}}
{{- $_ := set $found $path $why -}}
{{- end -}}
{{- end -}}
{{- toYaml $found -}}
{{- end -}}

{{/* unusedBelow finds the paths of values that are not known: (list values known path found) fills the last. */}}
{{- define "console.unusedBelow" -}}
{{- $known := index . 1 -}}
{{- $above := index . 2 -}}
{{- $found := index . 3 -}}
{{- range $key, $value := index . 0 -}}
{{- $path := printf "%s.%v" $above $key | trimPrefix "." -}}
{{- if not (or (hasKey $known $key) (hasKey $known "*")) -}}
{{- $_ := set $found $path (include "console.instead" (list $key $known $above)) -}}
{{- else -}}
{{- $below := get $known (hasKey $known $key | ternary $key "*") -}}
{{- if and (kindIs "map" $below) (kindIs "map" $value) -}}
{{- include "console.unusedBelow" (list $value $below $path $found) -}}
{{- else if and (kindIs "slice" $below) (kindIs "slice" $value) -}}
{{- range $i, $item := $value -}}
{{- if kindIs "map" $item -}}
{{- include "console.unusedBelow" (list $item (first $below) (printf "%s[%d]" $path $i) $found) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What may have been meant by a key: (list key known path). */}}
{{- define "console.instead" -}}
{{- $key := regexReplaceAll "[-_]" (index . 0 | lower) "" -}}
{{- $near := "" -}}
{{- range keys (index . 1) | sortAlpha -}}
{{- $known := regexReplaceAll "[-_]" (lower .) "" -}}
{{- $longer := max (len $key) (len $known) | int -}}
{{- if and (not $near) (or (hasPrefix $key $known) (hasPrefix $known $key)) (le (sub $longer (min (len $key) (len $known))) 2) -}}
{{- $near = . -}}
{{- end -}}
{{- end -}}
{{- if $near -}}
unknown; did you mean {{ $near }}?
{{- else if index . 2 -}}
unknown; {{ index . 2 }} has {{ keys (index . 1) | sortAlpha | join ", " }}
{{- else -}}
unknown; README.md lists what there is
{{- end -}}
{{- end -}}

{{/* The same for people to read. What is above this chart reads it out of the values. */}}
{{- define "console.notes" -}}
{{- $unused := include "console.unused" . | fromYaml -}}
{{- $_ := set .Values "unusedValues" $unused -}}
{{- if $unused }}

These values have no effect:
{{- range $path, $why := $unused }}
  {{ printf "%-28s %s" $path $why }}
{{- end }}
{{- end }}
{{- end -}}
