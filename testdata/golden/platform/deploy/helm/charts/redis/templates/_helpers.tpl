{{- define "redis.namespace" -}}
{{- (.Values.global).namespace | default .Release.Namespace -}}
{{- end -}}

{{- define "redis.version" -}}
{{- .Values.image.version | default .Chart.AppVersion -}}
{{- end -}}

{{/* What all objects carry. */}}
{{- define "redis.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ include "redis.version" . | replace "+" "_" | trunc 63 | quote }}
app.kubernetes.io/part-of: spaceone
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{ include "redis.selector" . }}
{{- end -}}

{{/* What finds the pods. It can never change. */}}
{{- define "redis.selector" -}}
app.kubernetes.io/name: {{ .Values.name }}
{{- end -}}
