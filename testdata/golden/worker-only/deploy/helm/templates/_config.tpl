{{/*
Configuration. Values that are credentials never reach a ConfigMap, wherever in
the values they are given: they are taken out and put into a Secret, which the
service reads last.
*/}}

{{/* What the service is made of: config/components.gen.yaml. */}}
{{- define "collector.components" -}}
{{- include "collector.document" (list "config/components.gen.yaml" (.Files.Get "config/components.gen.yaml")) -}}
{{- end -}}

{{/* A document that is a map, or else an error with its name: (list name text). */}}
{{- define "collector.document" -}}
{{- $doc := index . 1 | fromYaml -}}
{{- if hasKey $doc "Error" -}}
{{- fail (printf "%s: %s" (index . 0) $doc.Error) -}}
{{- end -}}
{{- toYaml $doc -}}
{{- end -}}

{{/* The document that the service reads first: that of its components, under config/config.yaml. */}}
{{- define "collector.default" -}}
{{- $components := include "collector.components" . | fromYaml -}}
{{- $default := dict "GLOBAL" ($components.default | default dict) -}}
{{- $own := include "collector.document" (list "config/config.yaml" (tpl (.Files.Get "config/config.yaml") .)) | fromYaml -}}
{{- include "collector.refuseSecrets" (list "config/config.yaml" (.Files.Get "config/config.yaml") $own) -}}
{{- include "collector.merge" (list $default $own) -}}
{{- toYaml $default -}}
{{- end -}}

{{/* merge puts the second map into the first, deeply: (list base over). */}}
{{- define "collector.merge" -}}
{{- $base := index . 0 -}}
{{- range $key, $value := index . 1 -}}
{{- $old := get $base $key -}}
{{- if and (kindIs "map" $value) (kindIs "map" $old) -}}
{{- include "collector.merge" (list $old $value) -}}
{{- else if not (kindIs "invalid" $value) -}}
{{- $_ := set $base $key $value -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The last word of keys whose values are credentials. */}}
{{- define "collector.secretWords" -}}
(password|passwd|pwd|token|secret|secret_key|secret_data|secret_access_key|api[_-]?key|access[_-]key|private[_-]key|credential|credentials)
{{- end -}}

{{/* Whether a value is a credential, by its key or by its form: (list key value); "true" or nothing. */}}
{{- define "collector.credential" -}}
{{- $key := regexReplaceAll "([a-z0-9])([A-Z])" (index . 0 | toString) "${1}_${2}" -}}
{{- $value := index . 1 -}}
{{- if regexMatch (printf "(?i)^(.+[_-])?%s$" (include "collector.secretWords" nil)) $key -}}
true
{{- else if and (kindIs "string" $value) (regexMatch "(?i)^(.+[_-])?authorization$" $key) -}}
{{- /* A header: handlers have a list of that name. */ -}}
true
{{- else if and (kindIs "string" $value) (regexMatch (include "collector.secretForms" nil) $value) -}}
true
{{- end -}}
{{- end -}}

{{/* What gives a credential away: a password in a URL, a private key, a JWT. */}}
{{- define "collector.secretForms" -}}
(://[^/@ ]*:[^/@ ]+@|-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----|\beyJ[A-Za-z0-9_-]{8,}[.]eyJ[A-Za-z0-9_-]{8,}[.])
{{- end -}}

{{/*
refuseSecrets fails where a file of the chart has what looks like a secret: it would
stand in a ConfigMap, and in the chart for all to see. A line that ends with
"# not a secret" has none. (list file source document)
*/}}
{{- define "collector.refuseSecrets" -}}
{{- $file := index . 0 -}}
{{- $source := index . 1 -}}
{{- $found := dict -}}
{{- include "collector.secretsIn" (list (index . 2) "" $found) -}}
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
{{- define "collector.secretsIn" -}}
{{- $above := index . 1 -}}
{{- $found := index . 2 -}}
{{- range $key, $value := index . 0 -}}
{{- $path := printf "%s.%v" $above $key | trimPrefix "." -}}
{{- if or (kindIs "map" $value) (kindIs "slice" $value) -}}
{{- include "collector.secretsIn" (list $value $path $found) -}}
{{- else if or (kindIs "bool" $value) (has (toString $value) (list "" "<nil>")) (regexMatch "^([$][{][^}]*[}]|<[^>]*>)$" (toString $value)) -}}
{{- else if include "collector.credential" (list (regexMatch "(?i)(^|[.])(endpoints|services)$" $above | ternary "" $key) $value) -}}
{{- $_ := set $found $path true -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
split parts a map: (list map public secret) fills the two last. A list in which
anything is a credential is one as a whole, since lists don't merge. Names of
services below endpoints are none, though one is called secret.
*/}}
{{- define "collector.split" -}}
{{- $public := index . 1 -}}
{{- $secret := index . 2 -}}
{{- $words := include "collector.secretWords" nil -}}
{{- range $key, $value := index . 0 -}}
{{- $json := toJson $value -}}
{{- if eq (lower $key) "endpoints" -}}
{{- $_ := set $public $key $value -}}
{{- else if include "collector.credential" (list $key $value) -}}
{{- $_ := set $secret $key $value -}}
{{- else if kindIs "map" $value -}}
{{- $inner := dict -}}
{{- $hidden := dict -}}
{{- include "collector.split" (list $value $inner $hidden) -}}
{{- $_ := set $public $key $inner -}}
{{- if $hidden -}}
{{- $_ := set $secret $key $hidden -}}
{{- end -}}
{{- else if and (kindIs "slice" $value) (or (regexMatch (printf "(?i)\"([^\"]+[_-])?%s\":" $words) $json) (regexMatch (include "collector.secretForms" nil) $json)) -}}
{{- $_ := set $secret $key $value -}}
{{- else -}}
{{- $_ := set $public $key $value -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What of a map may stand in a ConfigMap, as YAML. */}}
{{- define "collector.public" -}}
{{- $public := dict -}}
{{- include "collector.split" (list . $public dict) -}}
{{- toYaml $public -}}
{{- end -}}

{{/* GLOBAL keys at the top of a map, whether or not they stood under GLOBAL. */}}
{{- define "collector.flat" -}}
{{- $doc := . | default dict | deepCopy -}}
{{- if hasKey $doc "GLOBAL" -}}
{{- toYaml ($doc.GLOBAL | default dict) -}}
{{- else -}}
{{- toYaml (omit $doc "IMPORT" "REMOTE_URL") -}}
{{- end -}}
{{- end -}}

{{/* The configuration of all services; shared_conf is its name in newer umbrella charts. */}}
{{- define "collector.shared" -}}
{{- $shared := (.Values.global).shared | default dict | deepCopy -}}
{{- include "collector.merge" (list $shared ((.Values.global).shared_conf | default dict)) -}}
{{- toYaml $shared -}}
{{- end -}}

{{/* The configuration of one server type: that of its components, that of all types, then its own. */}}
{{- define "collector.application" -}}
{{- $components := include "collector.components" .root | fromYaml -}}
{{- $application := get $components (printf "application_%s" .type) | default dict -}}
{{- include "collector.merge" (list $application (.root.Values.application | default dict)) -}}
{{- $own := get .root.Values (printf "application_%s" .type) | default dict -}}
{{- include "collector.merge" (list $application $own) -}}
{{- toYaml $application -}}
{{- end -}}

{{/* The credentials of one server type, as YAML; empty if there are none. */}}
{{- define "collector.secret" -}}
{{- $all := include "collector.flat" .root.Values.database | fromYaml -}}
{{- $shared := include "collector.shared" .root | fromYaml -}}
{{- include "collector.merge" (list $all (include "collector.flat" $shared | fromYaml)) -}}
{{- $application := include "collector.application" . | fromYaml -}}
{{- include "collector.merge" (list $all (include "collector.flat" $application | fromYaml)) -}}
{{- $secret := dict -}}
{{- include "collector.split" (list $all dict $secret) -}}
{{- $postgresql := include "collector.postgresql" .root | fromYaml -}}
{{- if and $postgresql $secret.DATABASES -}}
{{- $others := omit $secret.DATABASES "default" -}}
{{- $_ := unset $secret "DATABASES" -}}
{{- if $others -}}
{{- $_ := set $secret "DATABASES" $others -}}
{{- end -}}
{{- end -}}
{{- include "collector.merge" (list $secret (.root.Values.secret | default dict)) -}}
{{- with $postgresql.password -}}
{{- include "collector.merge" (list $secret (dict "DATABASES" (dict "default" (dict "password" (toString .))))) -}}
{{- end -}}
{{- if $secret -}}
{{- toYaml $secret -}}
{{- end -}}
{{- end -}}

{{/* The shared Secret's document, without what says how the Secret is made. */}}
{{- define "collector.sharedSecret" -}}
{{- omit ((.Values.global).shared_secret | default dict) "enabled" "create" | toYaml -}}
{{- end -}}
