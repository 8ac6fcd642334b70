{{/* Names and labels. */}}

{{/* The name of all objects: values.schema.json bounds it, so that a suffix fits. */}}
{{- define "supervisor.name" -}}
{{- $name := toString .Values.name -}}
{{- if or (gt (len $name) 53) (not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" $name)) -}}
{{- fail (printf "name: %q: at most 53 small letters, digits and hyphens, beginning with a letter" $name) -}}
{{- end -}}
{{- $name -}}
{{- end -}}

{{/* Where the supervisor runs, and the plugins that it keeps. */}}
{{- define "supervisor.namespace" -}}
{{- (.Values.global).supervisor_namespace | default .Values.namespace | default .Release.Namespace -}}
{{- end -}}

{{/* Where the pod finds the Secret system-token. */}}
{{- define "supervisor.tokenFolder" -}}
/opt/spaceone/{{ include "supervisor.name" . }}/system-token
{{- end -}}

{{- define "supervisor.version" -}}
{{- .Values.image.version | default .Chart.AppVersion -}}
{{- end -}}

{{/* What all objects carry. */}}
{{- define "supervisor.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/name: {{ include "supervisor.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ include "supervisor.version" . | replace "+" "_" | trunc 63 | quote }}
app.kubernetes.io/part-of: spaceone
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* What finds the pod. It can never change. */}}
{{- define "supervisor.selector" -}}
spaceone.service: {{ include "supervisor.name" . }}-scheduler
{{- end -}}

{{- define "supervisor.serviceAccountName" -}}
{{- if (.Values.global).serviceAccountName -}}
{{- .Values.global.serviceAccountName -}}
{{- else if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "supervisor.name" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}
