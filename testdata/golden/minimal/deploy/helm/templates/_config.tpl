{{/*
Configuration. Values that are credentials never reach a ConfigMap, wherever in
the values they are given: they are taken out and put into a Secret, which the
service reads last.
*/}}

{{/* What the service is made of: config/components.gen.yaml. */}}
{{- define "minimal.components" -}}
{{- include "minimal.document" (list "config/components.gen.yaml" (.Files.Get "config/components.gen.yaml")) -}}
{{- end -}}

{{/* A document that is a map, or else an error with its name: (list name text). */}}
{{- define "minimal.document" -}}
{{- $doc := index . 1 | fromYaml -}}
{{- if hasKey $doc "Error" -}}
{{- fail (printf "%s: %s" (index . 0) $doc.Error) -}}
{{- end -}}
{{- toYaml $doc -}}
{{- end -}}

{{/* The document that the service reads first: that of its components, under config/config.yaml. */}}
{{- define "minimal.default" -}}
{{- $components := include "minimal.components" . | fromYaml -}}
{{- $default := dict "GLOBAL" ($components.default | default dict) -}}
{{- $own := include "minimal.document" (list "config/config.yaml" (tpl (.Files.Get "config/config.yaml") .)) | fromYaml -}}
{{- include "minimal.refuseSecrets" (list "config/config.yaml" (.Files.Get "config/config.yaml") $own) -}}
{{- include "minimal.merge" (list $default $own) -}}
{{- toYaml $default -}}
{{- end -}}

{{/* merge puts the second map into the first, deeply: (list base over). */}}
{{- define "minimal.merge" -}}
{{- $base := index . 0 -}}
{{- range $key, $value := index . 1 -}}
{{- $old := get $base $key -}}
{{- if and (kindIs "map" $value) (kindIs "map" $old) -}}
{{- include "minimal.merge" (list $old $value) -}}
{{- else if not (kindIs "invalid" $value) -}}
{{- $_ := set $base $key $value -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The last word of keys whose values are credentials. */}}
{{- define "minimal.secretWords" -}}
(password|passwd|pwd|token|secret|secret_key|secret_data|secret_access_key|api[_-]?key|access[_-]key|private[_-]key|credential|credentials)
{{- end -}}

{{/* Whether a value is a credential, by its key or by its form: (list key value); "true" or nothing. */}}
{{- define "minimal.credential" -}}
{{- $key := regexReplaceAll "([a-z0-9])([A-Z])" (index . 0 | toString) "${1}_${2}" -}}
{{- $value := index . 1 -}}
{{- if regexMatch (printf "(?i)^(.+[_-])?%s$" (include "minimal.secretWords" nil)) $key -}}
true
{{- else if and (kindIs "string" $value) (regexMatch "(?i)^(.+[_-])?authorization$" $key) -}}
{{- /* A header: handlers have a list of that name. */ -}}
true
{{- else if and (kindIs "string" $value) (regexMatch (include "minimal.secretForms" nil) $value) -}}
true
{{- end -}}
{{- end -}}

{{/* What gives a credential away: a password in a URL, a private key, a JWT. */}}
{{- define "minimal.secretForms" -}}
(://[^/@ ]*:[^/@ ]+@|-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----|\beyJ[A-Za-z0-9_-]{8,}[.]eyJ[A-Za-z0-9_-]{8,}[.])
{{- end -}}

{{/*
refuseSecrets fails where a file of the chart has what looks like a secret: it would
stand in a ConfigMap, and in the chart for all to see. A line that ends with
"# not a secret" has none. (list file source document)
*/}}
{{- define "minimal.refuseSecrets" -}}
{{- $file := index . 0 -}}
{{- $source := index . 1 -}}
{{- $found := dict -}}
{{- include "minimal.secretsIn" (list (index . 2) "" $found) -}}
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
{{- define "minimal.secretsIn" -}}
{{- $above := index . 1 -}}
{{- $found := index . 2 -}}
{{- range $key, $value := index . 0 -}}
{{- $path := printf "%s.%v" $above $key | trimPrefix "." -}}
{{- if or (kindIs "map" $value) (kindIs "slice" $value) -}}
{{- include "minimal.secretsIn" (list $value $path $found) -}}
{{- else if or (kindIs "bool" $value) (has (toString $value) (list "" "<nil>")) (regexMatch "^([$][{][^}]*[}]|<[^>]*>)$" (toString $value)) -}}
{{- else if include "minimal.credential" (list (regexMatch "(?i)(^|[.])(endpoints|services)$" $above | ternary "" $key) $value) -}}
{{- $_ := set $found $path true -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
split parts a map: (list map public secret) fills the two last. A list in which
anything is a credential is one as a whole, since lists don't merge. Names of
services below endpoints are none, though one is called secret.
*/}}
{{- define "minimal.split" -}}
{{- $public := index . 1 -}}
{{- $secret := index . 2 -}}
{{- $words := include "minimal.secretWords" nil -}}
{{- range $key, $value := index . 0 -}}
{{- $json := toJson $value -}}
{{- if eq (lower $key) "endpoints" -}}
{{- $_ := set $public $key $value -}}
{{- else if include "minimal.credential" (list $key $value) -}}
{{- $_ := set $secret $key $value -}}
{{- else if kindIs "map" $value -}}
{{- $inner := dict -}}
{{- $hidden := dict -}}
{{- include "minimal.split" (list $value $inner $hidden) -}}
{{- $_ := set $public $key $inner -}}
{{- if $hidden -}}
{{- $_ := set $secret $key $hidden -}}
{{- end -}}
{{- else if and (kindIs "slice" $value) (or (regexMatch (printf "(?i)\"([^\"]+[_-])?%s\":" $words) $json) (regexMatch (include "minimal.secretForms" nil) $json)) -}}
{{- $_ := set $secret $key $value -}}
{{- else -}}
{{- $_ := set $public $key $value -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What of a map may stand in a ConfigMap, as YAML. */}}
{{- define "minimal.public" -}}
{{- $public := dict -}}
{{- include "minimal.split" (list . $public dict) -}}
{{- toYaml $public -}}
{{- end -}}

{{/* GLOBAL keys at the top of a map, whether or not they stood under GLOBAL. */}}
{{- define "minimal.flat" -}}
{{- $doc := . | default dict | deepCopy -}}
{{- if hasKey $doc "GLOBAL" -}}
{{- toYaml ($doc.GLOBAL | default dict) -}}
{{- else -}}
{{- toYaml (omit $doc "IMPORT" "REMOTE_URL") -}}
{{- end -}}
{{- end -}}

{{/* The configuration of all services; shared_conf is its name in newer umbrella charts. */}}
{{- define "minimal.shared" -}}
{{- $shared := (.Values.global).shared | default dict | deepCopy -}}
{{- include "minimal.merge" (list $shared ((.Values.global).shared_conf | default dict)) -}}
{{- toYaml $shared -}}
{{- end -}}

{{/* The configuration of one server type: that of its components, that of all types, then its own. */}}
{{- define "minimal.application" -}}
{{- $components := include "minimal.components" .root | fromYaml -}}
{{- $application := get $components (printf "application_%s" .type) | default dict -}}
{{- include "minimal.merge" (list $application (.root.Values.application | default dict)) -}}
{{- $own := get .root.Values (printf "application_%s" .type) | default dict -}}
{{- include "minimal.merge" (list $application $own) -}}
{{- toYaml $application -}}
{{- end -}}

{{/* The credentials of one server type, as YAML; empty if there are none. */}}
{{- define "minimal.secret" -}}
{{- $all := include "minimal.flat" .root.Values.database | fromYaml -}}
{{- $shared := include "minimal.shared" .root | fromYaml -}}
{{- include "minimal.merge" (list $all (include "minimal.flat" $shared | fromYaml)) -}}
{{- $application := include "minimal.application" . | fromYaml -}}
{{- include "minimal.merge" (list $all (include "minimal.flat" $application | fromYaml)) -}}
{{- $secret := dict -}}
{{- include "minimal.split" (list $all dict $secret) -}}
{{- $postgresql := include "minimal.postgresql" .root | fromYaml -}}
{{- if and $postgresql $secret.DATABASES -}}
{{- $others := omit $secret.DATABASES "default" -}}
{{- $_ := unset $secret "DATABASES" -}}
{{- if $others -}}
{{- $_ := set $secret "DATABASES" $others -}}
{{- end -}}
{{- end -}}
{{- include "minimal.merge" (list $secret (.root.Values.secret | default dict)) -}}
{{- with $postgresql.password -}}
{{- include "minimal.merge" (list $secret (dict "DATABASES" (dict "default" (dict "password" (toString .))))) -}}
{{- end -}}
{{- if $secret -}}
{{- toYaml $secret -}}
{{- end -}}
{{- end -}}

{{/* The shared Secret's document, without what says how the Secret is made. */}}
{{- define "minimal.sharedSecret" -}}
{{- omit ((.Values.global).shared_secret | default dict) "enabled" "create" | toYaml -}}
{{- end -}}
