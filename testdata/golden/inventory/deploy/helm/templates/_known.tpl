{{/*
The values that this chart reads, as NOTES.txt tells them from others. A key without a
value may have anything below it. Keys of your own belong here, too.
*/}}
{{- define "inventory.known" -}}
enabled:
developer:
grpc:
rest:
scheduler:
worker:
name:
namespace:
replicas:
replicas_grpc:
replicas_rest:
replicas_scheduler:
replicas_worker:
image: {name, version}
imagePullPolicy:
imagePullSecrets:
gracePeriod:
drainDelay:
reflection:
docs:
timezone:
resources:
  grpc: {requests, limits, claims}
  rest: {requests, limits, claims}
  scheduler: {requests, limits, claims}
  worker: {requests, limits, claims}
database:
postgresql: {host, port, database, username, password, sslmode, existingSecret, existingSecretKeys: {host, port, database, username, password, sslmode}}
application:
application_grpc:
application_rest:
application_scheduler:
application_worker:
secret:
existingSecret:
existingSecretKey:
sidecar:
  grpc:
  rest:
  scheduler:
  worker:
  rest_web:
    image: {name, version, imagePullPolicy}
    runAsUser:
    resources: {requests, limits, claims}
nginx:
  image: {name, version, imagePullPolicy}
  runAsUser:
  resources: {requests, limits, claims}
volumes:
volumeMounts: {application_grpc, application_rest, application_scheduler, application_worker}
persistence: {existingClaim}
env:
podAnnotations:
podLabels:
pod: {spec}
service:
  grpc: {type, annotations, ports}
  rest: {type, annotations, ports}
ingress:
  path:
  servicePort:
  annotations:
  host:
  rest:
    enabled:
    className:
    annotations:
    path:
    servicePort:
    hosts: [{host, paths: [{path, pathType}]}]
    tls: [{secretName, hosts}]
serviceAccount: {create, name, annotations, automount}
podDisruptionBudget: {enabled, maxUnavailable}
autoscaling:
  grpc: {enabled, minReplicas, maxReplicas, cpu, memory, behavior}
  rest: {enabled, minReplicas, maxReplicas, cpu, memory, behavior}
  worker: {enabled, minReplicas, maxReplicas, cpu, memory, behavior}
networkPolicy: {enabled, from, metricsFrom, egress}
podMonitor: {enabled, labels, interval}
monitoring:
  job:
  rules: {enabled, labels, objective, latency: {milliseconds, objective}, queueAge}
  dashboard: {enabled, labels, annotations}
test:
  image: {name, version, imagePullPolicy}
global:
  namespace:
  shared:
  shared_conf:
  shared_secret:
  sidecar:
  volumes:
  backend: {sidecar, volumes}
  serviceAccountName:
  common_env:
  monitoring:
    podMonitor: {enabled, labels, interval}
    rules: {enabled, labels}
    dashboard: {enabled, labels, annotations}
  postgresql: {host, port, database, username, password, sslmode, existingSecret, existingSecretKeys: {host, port, database, username, password, sslmode}}
{{- end -}}

{{/* Values of other charts, and what they do there. */}}
{{- define "inventory.foreign" -}}
nameOverride: would change a label; objects are called as name says
fullnameOverride: would change a label; objects are called as name says
production_json: configures a console, in JSON; a service is configured by application
nginx_proxy: would set the image and resources of nginx; here the value nginx does
global.supervisor_namespace: is for supervisors
global.supervisor: is for supervisors
global.frontend: is for consoles
{{- if and (include "inventory.postgresql" .) (not (include "inventory.ownDatabase" . | fromYaml)) }}
postgresql: would be the service's database; this service has none
{{- end }}
{{- if and (include "inventory.runs" (dict "root" . "type" "rest")) (not .Values.ingress.rest.enabled) }}
{{- if .Values.ingress.annotations }}
ingress.annotations: there is no Ingress to annotate; set ingress.rest.enabled to true for one
{{- end }}
{{- if .Values.ingress.host }}
ingress.host: there is no Ingress that serves it; set ingress.rest.enabled to true for one
{{- end }}
{{- end }}
{{- end -}}

{{/*
unused says of the values which of them this chart does not read, by path, and what
there is to know of each, as YAML. A value of another chart, or a misspelt one, is no
error: umbrella charts and older values files have many.
*/}}
{{- define "inventory.unused" -}}
{{- $found := dict -}}
{{- $known := include "inventory.known" . | fromYaml -}}
{{- include "inventory.unusedBelow" (list (.Chart.IsRoot | ternary .Values (omit .Values "global")) $known "" $found) -}}
{{- range $path, $why := include "inventory.foreign" . | fromYaml -}}
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
{{- define "inventory.unusedBelow" -}}
{{- $known := index . 1 -}}
{{- $above := index . 2 -}}
{{- $found := index . 3 -}}
{{- range $key, $value := index . 0 -}}
{{- $path := printf "%s.%v" $above $key | trimPrefix "." -}}
{{- if not (or (hasKey $known $key) (hasKey $known "*")) -}}
{{- $_ := set $found $path (include "inventory.instead" (list $key $known $above)) -}}
{{- else -}}
{{- $below := get $known (hasKey $known $key | ternary $key "*") -}}
{{- if and (kindIs "map" $below) (kindIs "map" $value) -}}
{{- include "inventory.unusedBelow" (list $value $below $path $found) -}}
{{- else if and (kindIs "slice" $below) (kindIs "slice" $value) -}}
{{- range $i, $item := $value -}}
{{- if kindIs "map" $item -}}
{{- include "inventory.unusedBelow" (list $item (first $below) (printf "%s[%d]" $path $i) $found) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What may have been meant by a key: (list key known path). */}}
{{- define "inventory.instead" -}}
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
{{- define "inventory.notes" -}}
{{- $unused := include "inventory.unused" . | fromYaml -}}
{{- $_ := set .Values "unusedValues" $unused -}}
{{- if $unused }}

These values have no effect:
{{- range $path, $why := $unused }}
  {{ printf "%-28s %s" $path $why }}
{{- end }}
{{- end }}
{{- end -}}
