{{/*
A key without a value, such as "ingress:" with nothing but comments below, takes away
what values.yaml has there, and Helm says nothing. What the templates cannot do without
stands here again; every template begins by filling it in.
*/}}
{{- define "collector.values" -}}
{{- include "collector.fill" (list .Values (include "collector.needed" . | fromYaml)) -}}
{{- end -}}

{{/* fill puts into a map what it lacks of another, deeply: (list map needed). */}}
{{- define "collector.fill" -}}
{{- $values := index . 0 -}}
{{- range $key, $needed := index . 1 -}}
{{- $value := index $values $key -}}
{{- if kindIs "invalid" $value -}}
{{- $_ := set $values $key $needed -}}
{{- else if and (kindIs "map" $needed) (kindIs "map" $value) -}}
{{- include "collector.fill" (list $value $needed) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "collector.needed" -}}
enabled: true
name: collector
replicas: 1
image: {name: ghcr.io/cloudforet-io/collector}
imagePullPolicy: IfNotPresent
gracePeriod: 60
drainDelay: 5
timezone: UTC
reflection: true
docs: true
existingSecretKey: secret.yaml
nginx:
  image: {name: nginx, version: "1.28", imagePullPolicy: IfNotPresent}
  runAsUser: 101
persistence: {}
service:
  grpc:
    type: ClusterIP
    ports: [{name: grpc, port: 50051, targetPort: 50051, protocol: TCP}]
  rest:
    type: ClusterIP
    ports: [{name: rest, port: 80, targetPort: 80, protocol: TCP}]
ingress: {path: /, servicePort: 80, rest: {}}
serviceAccount: {create: true, automount: false}
podDisruptionBudget: {enabled: true, maxUnavailable: 1}
autoscaling:
  grpc: {minReplicas: 2, maxReplicas: 10}
  rest: {minReplicas: 2, maxReplicas: 10}
  worker: {minReplicas: 1, maxReplicas: 10}
networkPolicy: {}
podMonitor: {}
monitoring:
  rules: {objective: 99.9, latency: {milliseconds: 1000, objective: 99}, queueAge: 900}
  dashboard: {labels: {grafana_dashboard: "1"}}
test:
  image: {name: busybox, version: "1.37"}
{{- end -}}
