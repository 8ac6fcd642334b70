{{/*
A key without a value, such as "ingress:" with nothing but comments below, takes away
what values.yaml has there, and Helm says nothing. What the templates cannot do without
stands here again; every template begins by filling it in.
*/}}
{{- define "postgresql.values" -}}
{{- include "postgresql.fill" (list .Values (include "postgresql.needed" . | fromYaml)) -}}
{{- end -}}

{{/* fill puts into a map what it lacks of another, deeply: (list map needed). */}}
{{- define "postgresql.fill" -}}
{{- $values := index . 0 -}}
{{- range $key, $needed := index . 1 -}}
{{- $value := index $values $key -}}
{{- if kindIs "invalid" $value -}}
{{- $_ := set $values $key $needed -}}
{{- else if and (kindIs "map" $needed) (kindIs "map" $value) -}}
{{- include "postgresql.fill" (list $value $needed) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "postgresql.needed" -}}
enabled: true
name: postgresql
image: {name: postgres}
imagePullPolicy: IfNotPresent
runAsUser: 999
secret: shared-secret
secretKey: database-password
persistence: {enabled: true, size: 8Gi}
{{- end -}}
