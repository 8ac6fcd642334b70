{{/*
Names and labels. A helper that is about one server type takes
(dict "root" $ "type" "grpc"); all others take the root.
*/}}

{{/* The server types, in the order in which they are written. */}}
{{- define "inventory.types" -}}
grpc rest scheduler worker
{{- end -}}

{{/* Whether a server type runs: "true" or nothing. The values say, or else what the service has. */}}
{{- define "inventory.runs" -}}
{{- $runs := index .root.Values .type -}}
{{- if kindIs "invalid" $runs -}}
{{- $components := include "inventory.components" .root | fromYaml -}}
{{- $runs = get $components.servers .type -}}
{{- end -}}
{{- if and .root.Values.enabled $runs -}}true{{- end -}}
{{- end -}}

{{/* The name of all objects: values.schema.json bounds it, so that a suffix fits. */}}
{{- define "inventory.name" -}}
{{- $name := toString .Values.name -}}
{{- if or (gt (len $name) 53) (not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" $name)) -}}
{{- fail (printf "name: %q: at most 53 small letters, digits and hyphens, beginning with a letter" $name) -}}
{{- end -}}
{{- $name -}}
{{- end -}}

{{- define "inventory.namespace" -}}
{{- (.Values.global).namespace | default .Values.namespace | default .Release.Namespace -}}
{{- end -}}

{{/* The name of a server type's objects: <name> for gRPC, else <name>-<type>. */}}
{{- define "inventory.object" -}}
{{- include "inventory.name" .root -}}
{{- if ne .type "grpc" }}-{{ .type }}{{ end -}}
{{- end -}}

{{/* Where pods find the Secret system-token. */}}
{{- define "inventory.tokenFolder" -}}
/opt/spaceone/{{ include "inventory.name" . }}/system-token
{{- end -}}

{{- define "inventory.version" -}}
{{- .Values.image.version | default .Chart.AppVersion -}}
{{- end -}}

{{/* What all objects carry. */}}
{{- define "inventory.commonLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/name: {{ include "inventory.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ include "inventory.version" . | replace "+" "_" | trunc 63 | quote }}
app.kubernetes.io/part-of: spaceone
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* What the objects of one server type carry. */}}
{{- define "inventory.labels" -}}
{{ include "inventory.commonLabels" .root }}
app.kubernetes.io/component: {{ .type }}
{{ include "inventory.selector" . }}
{{- end -}}

{{/* What finds the pods of one server type. It can never change. */}}
{{- define "inventory.selector" -}}
spaceone.service: {{ include "inventory.object" . }}
{{- end -}}

{{- define "inventory.serviceAccountName" -}}
{{- if (.Values.global).serviceAccountName -}}
{{- .Values.global.serviceAccountName -}}
{{- else if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "inventory.name" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{/* Annotations of a Service or Ingress; the key nil means that there are none. */}}
{{- define "inventory.annotations" -}}
{{- range $key, $value := . }}
{{- if ne $key "nil" }}
{{ $key }}: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/*
How a pod ends. Of gracePeriod first drainDelay goes by, in which endpoints
forget the pod while it still serves; then the server drains. In a REST pod
nginx stops first, and the server behind it lag seconds later; the same again
is left over at the end.
*/}}
{{- define "inventory.spare" -}}
{{- $spare := sub (int .Values.gracePeriod) (int .Values.drainDelay) -}}
{{- if lt $spare 2 -}}
{{- fail (printf "gracePeriod: %d seconds leave no time to drain after drainDelay (%d)" (int .Values.gracePeriod) (int .Values.drainDelay)) -}}
{{- end -}}
{{- $spare -}}
{{- end -}}

{{- define "inventory.lag" -}}
{{- min 5 (div (int (include "inventory.spare" .)) 4) -}}
{{- end -}}

{{- define "inventory.drain" -}}
{{- sub (int (include "inventory.spare" .)) (mul 2 (int (include "inventory.lag" .))) -}}
{{- end -}}
