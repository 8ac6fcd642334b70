{{/*
Configuration. Values that are credentials never reach a ConfigMap, wherever in
the values they are given: they are taken out and put into a Secret, which the
supervisor reads last.
*/}}

{{/* A document that is a map, or else an error with its name: (list name text). */}}
{{- define "supervisor.document" -}}
{{- $doc := index . 1 | fromYaml -}}
{{- if hasKey $doc "Error" -}}
{{- fail (printf "%s: %s" (index . 0) $doc.Error) -}}
{{- end -}}
{{- toYaml $doc -}}
{{- end -}}

{{/* The document that the supervisor reads first. */}}
{{- define "supervisor.default" -}}
{{- $own := include "supervisor.document" (list "config/config.yaml" (tpl (.Files.Get "config/config.yaml") .)) | fromYaml -}}
{{- include "supervisor.refuseSecrets" (list "config/config.yaml" (.Files.Get "config/config.yaml") $own) -}}
{{- toYaml $own -}}
{{- end -}}

{{/* merge puts the second map into the first, deeply: (list base over). */}}
{{- define "supervisor.merge" -}}
{{- $base := index . 0 -}}
{{- range $key, $value := index . 1 -}}
{{- $old := get $base $key -}}
{{- if and (kindIs "map" $value) (kindIs "map" $old) -}}
{{- include "supervisor.merge" (list $old $value) -}}
{{- else if not (kindIs "invalid" $value) -}}
{{- $_ := set $base $key $value -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The last word of keys whose values are credentials. */}}
{{- define "supervisor.secretWords" -}}
(password|passwd|pwd|token|secret|secret_key|secret_data|secret_access_key|api[_-]?key|access[_-]key|private[_-]key|credential|credentials)
{{- end -}}

{{/* Whether a value is a credential, by its key or by its form: (list key value); "true" or nothing. */}}
{{- define "supervisor.credential" -}}
{{- $key := regexReplaceAll "([a-z0-9])([A-Z])" (index . 0 | toString) "${1}_${2}" -}}
{{- $value := index . 1 -}}
{{- if regexMatch (printf "(?i)^(.+[_-])?%s$" (include "supervisor.secretWords" nil)) $key -}}
true
{{- else if and (kindIs "string" $value) (regexMatch "(?i)^(.+[_-])?authorization$" $key) -}}
{{- /* A header: handlers have a list of that name. */ -}}
true
{{- else if and (kindIs "string" $value) (regexMatch (include "supervisor.secretForms" nil) $value) -}}
true
{{- end -}}
{{- end -}}

{{/* What gives a credential away: a password in a URL, a private key, a JWT. */}}
{{- define "supervisor.secretForms" -}}
(://[^/@ ]*:[^/@ ]+@|-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----|\beyJ[A-Za-z0-9_-]{8,}[.]eyJ[A-Za-z0-9_-]{8,}[.])
{{- end -}}

{{/*
refuseSecrets fails where a file of the chart has what looks like a secret: it would
stand in a ConfigMap, and in the chart for all to see. A line that ends with
"# not a secret" has none. (list file source document)
*/}}
{{- define "supervisor.refuseSecrets" -}}
{{- $file := index . 0 -}}
{{- $source := index . 1 -}}
{{- $found := dict -}}
{{- include "supervisor.secretsIn" (list (index . 2) "" $found) -}}
{{- range $path := keys $found | sortAlpha -}}
{{- $key := splitList "." $path | last | regexQuoteMeta -}}
{{- $line := 0 -}}
{{- range $i, $text := splitList "\n" $source -}}
{{- if and (not $line) (regexMatch (printf "(^|[ {,-])[\"']?%s[\"']? *:" $key) $text) (not (regexMatch "# not a secret *$" $text)) -}}
{{- $line = add1 $i -}}
{{- end -}}
{{- end -}}
{{- if or $line (not (contains "# not a secret" $source)) -}}
{{- fail (printf "%s:%d: %s looks like a secret, and would stand in a ConfigMap: put it into the value secret, or into the Secret that existingSecret names, or end the line with \"# not a secret\" if it is none" $file $line $path) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* secretsIn finds the paths of what looks like a secret: (list map path found) fills the last. */}}
{{- define "supervisor.secretsIn" -}}
{{- $above := index . 1 -}}
{{- $found := index . 2 -}}
{{- range $key, $value := index . 0 -}}
{{- $path := printf "%s.%v" $above $key | trimPrefix "." -}}
{{- if or (kindIs "map" $value) (kindIs "slice" $value) -}}
{{- include "supervisor.secretsIn" (list $value $path $found) -}}
{{- else if or (kindIs "bool" $value) (has (toString $value) (list "" "<nil>")) (regexMatch "^([$][{][^}]*[}]|<[^>]*>)$" (toString $value)) -}}
{{- else if include "supervisor.credential" (list (regexMatch "(?i)(^|[.])(endpoints|services)$" $above | ternary "" $key) $value) -}}
{{- $_ := set $found $path true -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
split parts a map: (list map public secret) fills the two last. A list in which
anything is a credential is one as a whole, since lists don't merge. Names of
services below endpoints are none, though one is called secret.
*/}}
{{- define "supervisor.split" -}}
{{- $public := index . 1 -}}
{{- $secret := index . 2 -}}
{{- $words := include "supervisor.secretWords" nil -}}
{{- range $key, $value := index . 0 -}}
{{- $json := toJson $value -}}
{{- if eq (lower $key) "endpoints" -}}
{{- $_ := set $public $key $value -}}
{{- else if include "supervisor.credential" (list $key $value) -}}
{{- $_ := set $secret $key $value -}}
{{- else if kindIs "map" $value -}}
{{- $inner := dict -}}
{{- $hidden := dict -}}
{{- include "supervisor.split" (list $value $inner $hidden) -}}
{{- $_ := set $public $key $inner -}}
{{- if $hidden -}}
{{- $_ := set $secret $key $hidden -}}
{{- end -}}
{{- else if and (kindIs "slice" $value) (or (regexMatch (printf "(?i)\"([^\"]+[_-])?%s\":" $words) $json) (regexMatch (include "supervisor.secretForms" nil) $json)) -}}
{{- $_ := set $secret $key $value -}}
{{- else -}}
{{- $_ := set $public $key $value -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What of a map may stand in a ConfigMap, as YAML. */}}
{{- define "supervisor.public" -}}
{{- $public := dict -}}
{{- include "supervisor.split" (list . $public dict) -}}
{{- toYaml $public -}}
{{- end -}}

{{/* GLOBAL keys at the top of a map, whether or not they stood under GLOBAL. */}}
{{- define "supervisor.flat" -}}
{{- $doc := . | default dict | deepCopy -}}
{{- if hasKey $doc "GLOBAL" -}}
{{- toYaml ($doc.GLOBAL | default dict) -}}
{{- else -}}
{{- toYaml (omit $doc "IMPORT" "REMOTE_URL") -}}
{{- end -}}
{{- end -}}

{{/* The configuration of all services; shared_conf is its name in newer umbrella charts. */}}
{{- define "supervisor.shared" -}}
{{- $shared := (.Values.global).shared | default dict | deepCopy -}}
{{- include "supervisor.merge" (list $shared ((.Values.global).shared_conf | default dict)) -}}
{{- toYaml $shared -}}
{{- end -}}

{{/* Where the plugin service is, which then says what ought to run: of a configuration. */}}
{{- define "supervisor.pluginService" -}}
{{- $endpoints := ((.CONNECTORS | default dict).SpaceConnector | default dict).endpoints | default dict -}}
{{- $own := kindIs "map" .ENDPOINTS | ternary .ENDPOINTS dict -}}
{{- $old := dig "PluginConnector" "endpoint" "v1" "" (.CONNECTORS | default dict) -}}
{{- $own.plugin | default $endpoints.plugin | default $old -}}
{{- end -}}

{{/*
want has the plugins of the values run: (list plugins application) fills the
latter. A plugin that WANTED_PLUGINS names is left to it: none runs twice.
*/}}
{{- define "supervisor.want" -}}
{{- $application := index . 1 -}}
{{- $wanted := $application.WANTED_PLUGINS | default list -}}
{{- $named := list -}}
{{- range $wanted -}}
{{- $named = append $named .plugin_id -}}
{{- end -}}
{{- $replicas := dict -}}
{{- range $id, $values := index . 0 -}}
{{- $plugin := $values | default dict -}}
{{- if and (dig "enabled" true $plugin) (not (has $id $named)) -}}
{{- $image := required (printf "plugins.%s.image.name: this plugin has no image; name it, or set enabled to false" $id) ($plugin.image).name -}}
{{- $one := dict "plugin_id" $id "image" $image -}}
{{- range $key, $value := dict "version" $plugin.image.version "kind" $plugin.kind "image_pull_secret" $plugin.imagePullSecret -}}
{{- if $value -}}
{{- $_ := set $one $key (toString $value) -}}
{{- end -}}
{{- end -}}
{{- $wanted = append $wanted $one -}}
{{- if not (kindIs "invalid" $plugin.replicas) -}}
{{- $_ := set $replicas (printf "%s?%s" ($plugin.kind | default "") $id) (int $plugin.replicas) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if $wanted -}}
{{- $_ := set $application "WANTED_PLUGINS" $wanted -}}
{{- end -}}
{{- if $replicas -}}
{{- $own := deepCopy $application -}}
{{- include "supervisor.merge" (list $application (dict "CONNECTORS" (dict "KubernetesConnector" (dict "replica" $replicas)))) -}}
{{- include "supervisor.merge" (list $application (pick $own "CONNECTORS")) -}}
{{- end -}}
{{- end -}}

{{/*
The configuration over it: database, that of all services, then the supervisor's own. The
namespace of the plugins need not be one in which shared-conf is.
*/}}
{{- define "supervisor.application" -}}
{{- $application := dict -}}
{{- range list .Values.database (include "supervisor.shared" . | fromYaml) .Values.application .Values.application_scheduler -}}
{{- include "supervisor.merge" (list $application (include "supervisor.flat" . | fromYaml)) -}}
{{- end -}}
{{- if not (include "supervisor.pluginService" $application) -}}
{{- include "supervisor.want" (list (.Values.plugins | default dict) $application) -}}
{{- end -}}
{{- toYaml $application -}}
{{- end -}}

{{/* The credentials, as YAML; empty if there are none. */}}
{{- define "supervisor.secret" -}}
{{- $secret := dict -}}
{{- include "supervisor.split" (list (include "supervisor.application" . | fromYaml) dict $secret) -}}
{{- include "supervisor.merge" (list $secret (omit ((.Values.global).shared_secret | default dict) "enabled" "create")) -}}
{{- include "supervisor.merge" (list $secret (.Values.secret | default dict)) -}}
{{- if $secret -}}
{{- toYaml $secret -}}
{{- end -}}
{{- end -}}
