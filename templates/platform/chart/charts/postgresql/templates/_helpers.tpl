{{- define "postgresql.namespace" -}}
{{- (.Values.global).namespace | default .Release.Namespace -}}
{{- end -}}

{{- define "postgresql.version" -}}
{{- .Values.image.version | default .Chart.AppVersion -}}
{{- end -}}

{{/* What all objects carry. */}}
{{- define "postgresql.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ include "postgresql.version" . | replace "+" "_" | trunc 63 | quote }}
app.kubernetes.io/part-of: spaceone
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{ include "postgresql.selector" . }}
{{- end -}}

{{/* What finds the pods. It can never change. */}}
{{- define "postgresql.selector" -}}
app.kubernetes.io/name: {{ .Values.name }}
{{- end -}}

{{/* Makes users and databases that are not there yet. $1: database, $2: its owner. */}}
{{- define "postgresql.script" -}}
until pg_isready --quiet --host=127.0.0.1; do sleep 1; done
ensure() {
  psql --host=127.0.0.1 --username=postgres --quiet --no-psqlrc --set=ON_ERROR_STOP=1 \
    --set=database="$1" --set=owner="$2" --set=password="$POSTGRES_PASSWORD" <<'SQL'
SELECT format('CREATE ROLE %I LOGIN', :'owner')
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') \gexec
SELECT format('ALTER ROLE %I PASSWORD %L', :'owner', :'password') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'owner')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
SQL
}
{{- range $database, $owner := .Values.databases }}
{{- if $owner }}
ensure {{ $database }} {{ $owner }}
{{- end }}
{{- end }}
{{- end -}}
