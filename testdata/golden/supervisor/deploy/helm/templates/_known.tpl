{{/*
The values that this chart reads, as NOTES.txt tells them from others. A key without a
value may have anything below it. Keys of your own belong here, too.
*/}}
{{- define "supervisor.known" -}}
enabled:
scheduler:
name:
namespace:
image: {name, version}
imagePullPolicy:
imagePullSecrets:
gracePeriod:
timezone:
resources:
  scheduler: {requests, limits, claims}
database:
application:
application_scheduler:
plugins:
  "*":
    enabled:
    image: {name, version}
    kind:
    replicas:
    imagePullSecret:
secret:
existingSecret:
existingSecretKey:
sidecar:
  redis:
    enabled:
    image: {name, version, imagePullPolicy}
    resources: {requests, limits, claims}
  scheduler:
volumes:
volumeMounts: {application_scheduler}
env:
podAnnotations:
podLabels:
pod: {spec}
serviceAccount: {create, name, annotations}
rbac: {create}
podMonitor: {enabled, labels, interval}
global:
  supervisor_namespace:
  shared:
  shared_conf:
  shared_secret:
  supervisor: {sidecar, volumes}
  serviceAccountName:
  monitoring:
    podMonitor: {enabled, labels, interval}
    rules:
    dashboard:
  common_env:
{{- end -}}

{{/* Values of other charts, and what they do there. */}}
{{- define "supervisor.foreign" -}}
developer: would bring the ConfigMap shared-conf, which a supervisor does not read
worker: would switch the worker on or off; here it runs in the scheduler's pod
replicas: there is always one supervisor; two would each keep the same plugins
grpc: a supervisor has no gRPC server
rest: a supervisor has no REST server
global.namespace: is for services; a supervisor runs in global.supervisor_namespace
global.sidecar: is for services; a supervisor has global.supervisor.sidecar
global.volumes: is for services; a supervisor has global.supervisor.volumes
global.backend: is for services
global.frontend: is for consoles
global.postgresql: is for services; a supervisor has no database
nameOverride: would change a label; objects are called as name says
fullnameOverride: would change a label; objects are called as name says
{{- end -}}

{{/*
unused says of the values which of them this chart does not read, by path, and what
there is to know of each, as YAML. A value of another chart, or a misspelt one, is no
error: umbrella charts and older values files have many.
*/}}
{{- define "supervisor.unused" -}}
{{- $found := dict -}}
{{- $known := include "supervisor.known" . | fromYaml -}}
{{- include "supervisor.unusedBelow" (list (.Chart.IsRoot | ternary .Values (omit .Values "global")) $known "" $found) -}}
{{- range $path, $why := include "supervisor.foreign" . | fromYaml -}}
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
{{- define "supervisor.unusedBelow" -}}
{{- $known := index . 1 -}}
{{- $above := index . 2 -}}
{{- $found := index . 3 -}}
{{- range $key, $value := index . 0 -}}
{{- $path := printf "%s.%v" $above $key | trimPrefix "." -}}
{{- if not (or (hasKey $known $key) (hasKey $known "*")) -}}
{{- $_ := set $found $path (include "supervisor.instead" (list $key $known $above)) -}}
{{- else -}}
{{- $below := get $known (hasKey $known $key | ternary $key "*") -}}
{{- if and (kindIs "map" $below) (kindIs "map" $value) -}}
{{- include "supervisor.unusedBelow" (list $value $below $path $found) -}}
{{- else if and (kindIs "slice" $below) (kindIs "slice" $value) -}}
{{- range $i, $item := $value -}}
{{- if kindIs "map" $item -}}
{{- include "supervisor.unusedBelow" (list $item (first $below) (printf "%s[%d]" $path $i) $found) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What may have been meant by a key: (list key known path). */}}
{{- define "supervisor.instead" -}}
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
{{- define "supervisor.notes" -}}
{{- $unused := include "supervisor.unused" . | fromYaml -}}
{{- $_ := set .Values "unusedValues" $unused -}}
{{- if $unused }}

These values have no effect:
{{- range $path, $why := $unused }}
  {{ printf "%-28s %s" $path $why }}
{{- end }}
{{- end }}
{{- end -}}
