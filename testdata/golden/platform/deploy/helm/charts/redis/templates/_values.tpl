{{/*
A key without a value, such as "ingress:" with nothing but comments below, takes away
what values.yaml has there, and Helm says nothing. What the templates cannot do without
stands here again; every template begins by filling it in.
*/}}
{{- define "redis.values" -}}
{{- include "redis.fill" (list .Values (include "redis.needed" . | fromYaml)) -}}
{{- end -}}

{{/* fill puts into a map what it lacks of another, deeply: (list map needed). */}}
{{- define "redis.fill" -}}
{{- $values := index . 0 -}}
{{- range $key, $needed := index . 1 -}}
{{- $value := index $values $key -}}
{{- if kindIs "invalid" $value -}}
{{- $_ := set $values $key $needed -}}
{{- else if and (kindIs "map" $needed) (kindIs "map" $value) -}}
{{- include "redis.fill" (list $value $needed) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "redis.needed" -}}
enabled: true
name: redis
image: {name: redis}
imagePullPolicy: IfNotPresent
runAsUser: 999
persistence: {enabled: true, size: 2Gi}
{{- end -}}
