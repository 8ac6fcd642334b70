{{/*
Configuration. Values that are credentials never reach a ConfigMap, wherever in
the values they are given: they are taken out and put into a Secret, which the
service reads last.
*/}}

{{/* What the service is made of: config/components.gen.yaml. */}}
{{- define "plugin.components" -}}
{{- include "plugin.document" (list "config/components.gen.yaml" (.Files.Get "config/components.gen.yaml")) -}}
{{- end -}}

{{/* A document that is a map, or else an error with its name: (list name text). */}}
{{- define "plugin.document" -}}
{{- $doc := index . 1 | fromYaml -}}
{{- if hasKey $doc "Error" -}}
{{- fail (printf "%s: %s" (index . 0) $doc.Error) -}}
{{- end -}}
{{- toYaml $doc -}}
{{- end -}}

{{/* The document that the service reads first: that of its components, under config/config.yaml. */}}
{{- define "plugin.default" -}}
{{- $components := include "plugin.components" . | fromYaml -}}
{{- $default := dict "GLOBAL" ($components.default | default dict) -}}
{{- $own := include "plugin.document" (list "config/config.yaml" (tpl (.Files.Get "config/config.yaml") .)) | fromYaml -}}
{{- include "plugin.refuseSecrets" (list "config/config.yaml" (.Files.Get "config/config.yaml") $own) -}}
{{- include "plugin.merge" (list $default $own) -}}
{{- toYaml $default -}}
{{- end -}}

{{/* merge puts the second map into the first, deeply: (list base over). */}}
{{- define "plugin.merge" -}}
{{- $base := index . 0 -}}
{{- range $key, $value := index . 1 -}}
{{- $old := get $base $key -}}
{{- if and (kindIs "map" $value) (kindIs "map" $old) -}}
{{- include "plugin.merge" (list $old $value) -}}
{{- else if not (kindIs "invalid" $value) -}}
{{- $_ := set $base $key $value -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The last word of keys whose values are credentials. */}}
{{- define "plugin.secretWords" -}}
(password|passwd|pwd|token|secret|secret_key|secret_data|secret_access_key|api[_-]?key|access[_-]key|private[_-]key|credential|credentials)
{{- end -}}

{{/* Whether a value is a credential, by its key or by its form: (list key value); "true" or nothing. */}}
{{- define "plugin.credential" -}}
{{- $key := regexReplaceAll "([a-z0-9])([A-Z])" (index . 0 | toString) "${1}_${2}" -}}
{{- $value := index . 1 -}}
{{- if regexMatch (printf "(?i)^(.+[_-])?%s$" (include "plugin.secretWords" nil)) $key -}}
true
{{- else if and (kindIs "string" $value) (regexMatch "(?i)^(.+[_-])?authorization$" $key) -}}
{{- /* A header: handlers have a list of that name. */ -}}
true
{{- else if and (kindIs "string" $value) (regexMatch (include "plugin.secretForms" nil) $value) -}}
true
{{- end -}}
{{- end -}}

{{/* What gives a credential away: a password in a URL, a private key, a JWT. */}}
{{- define "plugin.secretForms" -}}
(://[^/@ ]*:[^/@ ]+@|-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----|\beyJ[A-Za-z0-9_-]{8,}[.]eyJ[A-Za-z0-9_-]{8,}[.])
{{- end -}}

{{/*
refuseSecrets fails where a file of the chart has what looks like a secret: it would
stand in a ConfigMap, and in the chart for all to see. A line that ends with
"# not a secret" has none. (list file source document)
*/}}
{{- define "plugin.refuseSecrets" -}}
{{- $file := index . 0 -}}
{{- $source := index . 1 -}}
{{- $found := dict -}}
{{- include "plugin.secretsIn" (list (index . 2) "" $found) -}}
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
{{- define "plugin.secretsIn" -}}
{{- $above := index . 1 -}}
{{- $found := index . 2 -}}
{{- range $key, $value := index . 0 -}}
{{- $path := printf "%s.%v" $above $key | trimPrefix "." -}}
{{- if or (kindIs "map" $value) (kindIs "slice" $value) -}}
{{- include "plugin.secretsIn" (list $value $path $found) -}}
{{- else if or (kindIs "bool" $value) (has (toString $value) (list "" "<nil>")) (regexMatch "^([$][{][^}]*[}]|<[^>]*>)$" (toString $value)) -}}
{{- else if include "plugin.credential" (list (regexMatch "(?i)(^|[.])(endpoints|services)$" $above | ternary "" $key) $value) -}}
{{- $_ := set $found $path true -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
split parts a map: (list map public secret) fills the two last. A list in which
anything is a credential is one as a whole, since lists don't merge. Names of
services below endpoints are none, though one is called secret.
*/}}
{{- define "plugin.split" -}}
{{- $public := index . 1 -}}
{{- $secret := index . 2 -}}
{{- $words := include "plugin.secretWords" nil -}}
{{- range $key, $value := index . 0 -}}
{{- $json := toJson $value -}}
{{- if eq (lower $key) "endpoints" -}}
{{- $_ := set $public $key $value -}}
{{- else if include "plugin.credential" (list $key $value) -}}
{{- $_ := set $secret $key $value -}}
{{- else if kindIs "map" $value -}}
{{- $inner := dict -}}
{{- $hidden := dict -}}
{{- include "plugin.split" (list $value $inner $hidden) -}}
{{- $_ := set $public $key $inner -}}
{{- if $hidden -}}
{{- $_ := set $secret $key $hidden -}}
{{- end -}}
{{- else if and (kindIs "slice" $value) (or (regexMatch (printf "(?i)\"([^\"]+[_-])?%s\":" $words) $json) (regexMatch (include "plugin.secretForms" nil) $json)) -}}
{{- $_ := set $secret $key $value -}}
{{- else -}}
{{- $_ := set $public $key $value -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What of a map may stand in a ConfigMap, as YAML. */}}
{{- define "plugin.public" -}}
{{- $public := dict -}}
{{- include "plugin.split" (list . $public dict) -}}
{{- toYaml $public -}}
{{- end -}}

{{/* GLOBAL keys at the top of a map, whether or not they stood under GLOBAL. */}}
{{- define "plugin.flat" -}}
{{- $doc := . | default dict | deepCopy -}}
{{- if hasKey $doc "GLOBAL" -}}
{{- toYaml ($doc.GLOBAL | default dict) -}}
{{- else -}}
{{- toYaml (omit $doc "IMPORT" "REMOTE_URL") -}}
{{- end -}}
{{- end -}}

{{/* The configuration of all services; shared_conf is its name in newer umbrella charts. */}}
{{- define "plugin.shared" -}}
{{- $shared := (.Values.global).shared | default dict | deepCopy -}}
{{- include "plugin.merge" (list $shared ((.Values.global).shared_conf | default dict)) -}}
{{- toYaml $shared -}}
{{- end -}}

{{/* The configuration of one server type: that of its components, that of all types, then its own. */}}
{{- define "plugin.application" -}}
{{- $components := include "plugin.components" .root | fromYaml -}}
{{- $application := get $components (printf "application_%s" .type) | default dict -}}
{{- include "plugin.merge" (list $application (.root.Values.application | default dict)) -}}
{{- $own := get .root.Values (printf "application_%s" .type) | default dict -}}
{{- include "plugin.merge" (list $application $own) -}}
{{- toYaml $application -}}
{{- end -}}

{{/* The credentials of one server type, as YAML; empty if there are none. */}}
{{- define "plugin.secret" -}}
{{- $all := include "plugin.flat" .root.Values.database | fromYaml -}}
{{- $shared := include "plugin.shared" .root | fromYaml -}}
{{- include "plugin.merge" (list $all (include "plugin.flat" $shared | fromYaml)) -}}
{{- $application := include "plugin.application" . | fromYaml -}}
{{- include "plugin.merge" (list $all (include "plugin.flat" $application | fromYaml)) -}}
{{- $secret := dict -}}
{{- include "plugin.split" (list $all dict $secret) -}}
{{- $postgresql := include "plugin.postgresql" .root | fromYaml -}}
{{- if and $postgresql $secret.DATABASES -}}
{{- $others := omit $secret.DATABASES "default" -}}
{{- $_ := unset $secret "DATABASES" -}}
{{- if $others -}}
{{- $_ := set $secret "DATABASES" $others -}}
{{- end -}}
{{- end -}}
{{- include "plugin.merge" (list $secret (.root.Values.secret | default dict)) -}}
{{- with $postgresql.password -}}
{{- include "plugin.merge" (list $secret (dict "DATABASES" (dict "default" (dict "password" (toString .))))) -}}
{{- end -}}
{{- if $secret -}}
{{- toYaml $secret -}}
{{- end -}}
{{- end -}}

{{/* The shared Secret's document, without what says how the Secret is made. */}}
{{- define "plugin.sharedSecret" -}}
{{- omit ((.Values.global).shared_secret | default dict) "enabled" "create" | toYaml -}}
{{- end -}}
