{{/*
PostgreSQL, where the values name one by itself: then whatever other values say of
DATABASES.default, such as the MongoDB of other services, does not hold.
*/}}

{{/* The values postgresql, over those for all services; nothing if there are none. */}}
{{- define "identity.postgresql" -}}
{{- $given := dict -}}
{{- range list (.Values.global).postgresql .Values.postgresql -}}
{{- range $key, $value := . -}}
{{- if $value -}}
{{- $_ := set $given $key $value -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if omit $given "existingSecretKeys" -}}
{{- toYaml $given -}}
{{- end -}}
{{- end -}}

{{/* What the chart's own files say of DATABASES.default, as YAML. */}}
{{- define "identity.ownDatabase" -}}
{{- $default := include "identity.default" . | fromYaml -}}
{{- dig "GLOBAL" "DATABASES" "default" dict $default | toYaml -}}
{{- end -}}

{{/* The document postgresql.yaml: all of a connection, so that nothing else is left of it. */}}
{{- define "identity.postgresqlConf" -}}
{{- $given := include "identity.postgresql" . | fromYaml -}}
{{- $own := include "identity.ownDatabase" . | fromYaml -}}
{{- $name := "identity" -}}
{{- $document := printf "file:///opt/spaceone/%s/config/postgresql.yaml" .Values.name -}}
{{- $imports := (include "identity.default" . | fromYaml).IMPORT | default list -}}
{{- if not (has (printf "%s?optional=true" $document) $imports) -}}
{{- fail (printf "config/config.yaml: IMPORT lacks '%s?optional=true', so that the value postgresql would have no effect; add it after shared-secret.yaml" $document) -}}
{{- end -}}
DATABASES:
  default:
    engine: postgresql
    host: {{ $given.host | default $own.host | default "postgresql" | quote }}
    port: {{ int ($given.port | default 5432) }}
    db: {{ $given.database | default $own.db | default $name | quote }}
    username: {{ $given.username | default $own.username | default $name | quote }}
    password: ""
    sslmode: {{ $given.sslmode | default "" | quote }}
{{- end -}}

{{/* The settings that a Secret of its own holds, with their keys in it, as YAML. */}}
{{- define "identity.postgresqlKeys" -}}
{{- $given := include "identity.postgresql" . | fromYaml -}}
{{- $keys := dict -}}
{{- if $given.existingSecret -}}
{{- range $setting, $key := $given.existingSecretKeys | default (dict "password" "password") -}}
{{- if $key -}}
{{- $_ := set $keys (eq $setting "database" | ternary "db" $setting) $key -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml $keys -}}
{{- end -}}

{{/* Where pods find them. */}}
{{- define "identity.postgresqlMounts" -}}
{{- $config := printf "/opt/spaceone/%s/config" (include "identity.name" .) -}}
{{- if include "identity.postgresql" . -}}
- name: database-conf
  mountPath: {{ $config }}/postgresql.yaml
  subPath: postgresql.yaml
  readOnly: true
{{- end }}
{{- range $setting, $key := include "identity.postgresqlKeys" . | fromYaml }}
- name: postgresql
  mountPath: {{ $config }}/postgresql-{{ $setting }}
  subPath: {{ $key }}
  readOnly: true
{{- end }}
{{- end -}}

{{/* What keeps the pods from running, to be read after an installation. */}}
{{- define "identity.unmet" -}}
{{- $own := include "identity.ownDatabase" . | fromYaml -}}
{{- if and (eq ($own.engine | default "") "postgresql") (not (include "identity.postgresql" .)) -}}
{{- $all := dict -}}
{{- range list .Values.database (include "identity.shared" . | fromYaml) .Values.application .Values.application_grpc -}}
{{- include "identity.merge" (list $all (include "identity.flat" . | fromYaml)) -}}
{{- end -}}
{{- $database := dig "DATABASES" "default" dict $all -}}
{{- if or (eq (int $database.port) 27017) (regexMatch "^mongodb([.:+]|$)" ($database.host | default "" | toString)) -}}
{{ .Values.name }} needs PostgreSQL, and DATABASES.default names a MongoDB: the pods end
until the value postgresql names one, as in --set postgresql.host=NAME
{{- end -}}
{{- end -}}
{{- end -}}
