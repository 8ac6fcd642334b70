{{/*
The values that this chart reads, as NOTES.txt tells them from others. A key without a
value may have anything below it, such as those of members.
*/}}
{{- define "spaceone.known" -}}
global:
  namespace:
  supervisor_namespace:
  shared:
  shared_conf:
  shared_secret:
  sidecar:
  volumes:
  backend: {sidecar, volumes}
  frontend: {sidecar, volumes}
  supervisor: {sidecar, volumes}
  serviceAccountName:
  common_env:
  monitoring:
    podMonitor: {enabled, labels, interval}
    rules: {enabled, labels}
    dashboard: {enabled, labels, annotations}
  postgresql: {host, port, database, username, password, sslmode, existingSecret, existingSecretKeys: {host, port, database, username, password, sslmode}}
initializer:
  enabled:
  domain:
  user:
  existingSecret:
  skip:
  deadline:
  resources:
  serviceAccount: {create, name, annotations, automount}
  rbac: {create}
  podAnnotations:
  podLabels:
  pod: {spec}
external:
  postgresql: {host}
  redis: {host}
identity:
inventory:
supervisor:
console:
cost-analysis:
cost-eu:
costs:
postgresql:
redis:
{{- end -}}

{{/* Values of other charts, and what they do there. */}}
{{- define "spaceone.foreign" -}}
enabled: would switch nothing; each member has a switch of its own
image: would be the image of a job; here the job is configured by initializer
resources: would be those of a job; here the job is configured by initializer
imagePullSecrets: would be those of a job; set imagePullSecrets of each member
mongodb: would install MongoDB; services here keep what they have in PostgreSQL
spacectl: would be a job that makes the first domain; here initializer does it
cfctl: would be a job that registers plugins; here initializer makes the first domain
marketplace-assets: would be a job that registers plugins; here the values plugins of a supervisor name them
console-api: would be what a console calls; the console here calls services themselves
console-api-v2: would be what a console calls; the console here calls services themselves
{{- end -}}

{{/*
unused says of the values which of them neither this chart nor those of the members
read, by path, and what there is to know of each, as YAML. A value of another chart, or
a misspelt one, is no error: older values files have many. The members' NOTES.txt, which
are rendered before this chart's, have left theirs in the values.
*/}}
{{- define "spaceone.unused" -}}
{{- $found := dict -}}
{{- $known := include "spaceone.known" . | fromYaml -}}
{{- include "spaceone.unusedBelow" (list .Values $known "" $found) -}}
{{- range $path, $why := include "spaceone.foreign" . | fromYaml -}}
{{- $at := $.Values -}}
{{- $there := true -}}
{{- range splitList "." $path -}}
{{- if and $there (kindIs "map" $at) (hasKey $at .) -}}
{{- $at = index $at . -}}
{{- else -}}
{{- $there = false -}}
{{- end -}}
{{- end -}}
{{- if and $there (not (hasKey $known $path)) -}}
{{- $_ := set $found $path $why -}}
{{- end -}}
{{- end -}}
{{- range include "spaceone.members" . | fromYamlArray -}}
{{- $key := .key -}}
{{- range $path, $why := (index $.Subcharts $key).Values.unusedValues -}}
{{- $_ := set $found (printf "%s.%s" $key $path) $why -}}
{{- end -}}
{{- end -}}
{{- range $key := list "postgresql" "redis" -}}
{{- range $path, $why := ((get $.Subcharts $key | default dict).Values | default dict).unusedValues -}}
{{- $_ := set $found (printf "%s.%s" $key $path) $why -}}
{{- end -}}
{{- end -}}
{{- toYaml $found -}}
{{- end -}}

{{/* unusedBelow finds the paths of values that are not known: (list values known path found) fills the last. */}}
{{- define "spaceone.unusedBelow" -}}
{{- $known := index . 1 -}}
{{- $above := index . 2 -}}
{{- $found := index . 3 -}}
{{- range $key, $value := index . 0 -}}
{{- $path := printf "%s.%v" $above $key | trimPrefix "." -}}
{{- if not (or (hasKey $known $key) (hasKey $known "*")) -}}
{{- $_ := set $found $path (include "spaceone.instead" (list $key $known $above)) -}}
{{- else -}}
{{- $below := get $known (hasKey $known $key | ternary $key "*") -}}
{{- if and (kindIs "map" $below) (kindIs "map" $value) -}}
{{- include "spaceone.unusedBelow" (list $value $below $path $found) -}}
{{- else if and (kindIs "slice" $below) (kindIs "slice" $value) -}}
{{- range $i, $item := $value -}}
{{- if kindIs "map" $item -}}
{{- include "spaceone.unusedBelow" (list $item (first $below) (printf "%s[%d]" $path $i) $found) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What may have been meant by a key: (list key known path). */}}
{{- define "spaceone.instead" -}}
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
unknown; no member of this platform is called so
{{- end -}}
{{- end -}}

{{/* The same for people to read. What is above this chart reads it out of the values. */}}
{{- define "spaceone.notes" -}}
{{- $unused := include "spaceone.unused" . | fromYaml -}}
{{- $_ := set .Values "unusedValues" $unused -}}
{{- if $unused }}

These values have no effect:
{{- range $path, $why := $unused }}
  {{ printf "%-28s %s" $path $why }}
{{- end }}
{{- end }}
{{- end -}}
