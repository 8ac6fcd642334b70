{{/*
A key without a value, such as "ingress:" with nothing but comments below, takes away
what values.yaml has there, and Helm says nothing. What the templates cannot do without
stands here again; every template begins by filling it in.
*/}}
{{- define "spaceone.values" -}}
{{- include "spaceone.fill" (list .Values (include "spaceone.needed" . | fromYaml)) -}}
{{- end -}}

{{/* fill puts into a map what it lacks of another, deeply: (list map needed). */}}
{{- define "spaceone.fill" -}}
{{- $values := index . 0 -}}
{{- range $key, $needed := index . 1 -}}
{{- $value := index $values $key -}}
{{- if kindIs "invalid" $value -}}
{{- $_ := set $values $key $needed -}}
{{- else if and (kindIs "map" $needed) (kindIs "map" $value) -}}
{{- include "spaceone.fill" (list $value $needed) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "spaceone.needed" -}}
global: {}
initializer:
  enabled: true
  domain: spaceone
  user: admin
  skip: []
  deadline: 900
  serviceAccount: {create: true, automount: false}
  rbac: {create: true}
  pod: {}
external: {postgresql: {}, redis: {}}
{{- end -}}
