{{/*
The values that this chart reads, as NOTES.txt tells them from others. A key without a
value may have anything below it. Keys of your own belong here, too.
*/}}
{{- define "postgresql.known" -}}
enabled:
name:
image: {name, version}
imagePullPolicy:
imagePullSecrets:
runAsUser:
databases:
secret:
secretKey:
resources:
persistence: {enabled, size, storageClass}
nodeSelector:
tolerations:
affinity:
global:
{{- end -}}

{{/* Values of other charts, and what they do there. */}}
{{- define "postgresql.foreign" -}}
port: would be the port of the server, which is always the usual one here
service: would be the kind and port of the Service, which is only for the cluster here
pvc: would be how the disk is claimed; here persistence says it
{{- end -}}

{{/*
unused says of the values which of them this chart does not read, by path, and what
there is to know of each, as YAML. A value of another chart, or a misspelt one, is no
error: umbrella charts and older values files have many.
*/}}
{{- define "postgresql.unused" -}}
{{- $found := dict -}}
{{- $known := include "postgresql.known" . | fromYaml -}}
{{- include "postgresql.unusedBelow" (list .Values $known "" $found) -}}
{{- range $path, $why := include "postgresql.foreign" . | fromYaml -}}
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
{{- define "postgresql.unusedBelow" -}}
{{- $known := index . 1 -}}
{{- $above := index . 2 -}}
{{- $found := index . 3 -}}
{{- range $key, $value := index . 0 -}}
{{- $path := printf "%s.%v" $above $key | trimPrefix "." -}}
{{- if not (or (hasKey $known $key) (hasKey $known "*")) -}}
{{- $_ := set $found $path (include "postgresql.instead" (list $key $known $above)) -}}
{{- else -}}
{{- $below := get $known (hasKey $known $key | ternary $key "*") -}}
{{- if and (kindIs "map" $below) (kindIs "map" $value) -}}
{{- include "postgresql.unusedBelow" (list $value $below $path $found) -}}
{{- else if and (kindIs "slice" $below) (kindIs "slice" $value) -}}
{{- range $i, $item := $value -}}
{{- if kindIs "map" $item -}}
{{- include "postgresql.unusedBelow" (list $item (first $below) (printf "%s[%d]" $path $i) $found) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What may have been meant by a key: (list key known path). */}}
{{- define "postgresql.instead" -}}
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
{{- define "postgresql.notes" -}}
{{- $unused := include "postgresql.unused" . | fromYaml -}}
{{- $_ := set .Values "unusedValues" $unused -}}
{{- if $unused }}

These values have no effect:
{{- range $path, $why := $unused }}
  {{ printf "%-28s %s" $path $why }}
{{- end }}
{{- end }}
{{- end -}}
