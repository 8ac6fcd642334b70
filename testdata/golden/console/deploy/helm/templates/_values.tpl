{{/*
A key without a value, such as "ingress:" with nothing but comments below, takes away
what values.yaml has there, and Helm says nothing. What the templates cannot do without
stands here again; every template begins by filling it in.
*/}}
{{- define "console.values" -}}
{{- include "console.fill" (list .Values (include "console.needed" . | fromYaml)) -}}
{{- end -}}

{{/* fill puts into a map what it lacks of another, deeply: (list map needed). */}}
{{- define "console.fill" -}}
{{- $values := index . 0 -}}
{{- range $key, $needed := index . 1 -}}
{{- $value := index $values $key -}}
{{- if kindIs "invalid" $value -}}
{{- $_ := set $values $key $needed -}}
{{- else if and (kindIs "map" $needed) (kindIs "map" $value) -}}
{{- include "console.fill" (list $value $needed) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "console.needed" -}}
enabled: true
name: console
replicas: 1
image: {name: ghcr.io/cloudforet-io/console}
imagePullPolicy: IfNotPresent
title: Console
server: embedded
nginx:
  image: {name: nginx, version: "1.28", imagePullPolicy: IfNotPresent}
  runAsUser: 101
  resolver: kube-dns.kube-system.svc.cluster.local
  clusterDomain: cluster.local
gracePeriod: 30
drainDelay: 5
pod: {}
service:
  type: ClusterIP
  ports: [{name: http, port: 80, targetPort: http, protocol: TCP}]
ingress: {path: /, servicePort: 80}
serviceAccount: {create: true}
podDisruptionBudget: {enabled: true, maxUnavailable: 1}
test:
  image: {name: busybox, version: "1.37"}
{{- end -}}
