{{/*
A key without a value, such as "ingress:" with nothing but comments below, takes away
what values.yaml has there, and Helm says nothing. What the templates cannot do without
stands here again; every template begins by filling it in.
*/}}
{{- define "supervisor.values" -}}
{{- include "supervisor.fill" (list .Values (include "supervisor.needed" . | fromYaml)) -}}
{{- end -}}

{{/* fill puts into a map what it lacks of another, deeply: (list map needed). */}}
{{- define "supervisor.fill" -}}
{{- $values := index . 0 -}}
{{- range $key, $needed := index . 1 -}}
{{- $value := index $values $key -}}
{{- if kindIs "invalid" $value -}}
{{- $_ := set $values $key $needed -}}
{{- else if and (kindIs "map" $needed) (kindIs "map" $value) -}}
{{- include "supervisor.fill" (list $value $needed) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "supervisor.needed" -}}
enabled: true
scheduler: true
name: supervisor
image: {name: ghcr.io/cloudforet-io/supervisor}
imagePullPolicy: IfNotPresent
gracePeriod: 60
timezone: UTC
existingSecretKey: secret.yaml
sidecar:
  redis:
    enabled: true
    image: {name: redis, version: "8.2", imagePullPolicy: IfNotPresent}
serviceAccount: {create: true}
rbac: {create: true}
podMonitor: {}
{{- end -}}
