{{- define "spaceone.namespace" -}}
{{- (.Values.global).namespace | default .Release.Namespace -}}
{{- end -}}

{{/* Where a supervisor and its plugins run: (list root key). */}}
{{- define "spaceone.supervised" -}}
{{- $root := index . 0 -}}
{{- ($root.Values.global).supervisor_namespace | default (index $root.Subcharts (index . 1)).Values.namespace | default $root.Release.Namespace -}}
{{- end -}}

{{/* What all objects carry. */}}
{{- define "spaceone.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | replace "+" "_" | trunc 63 | quote }}
app.kubernetes.io/part-of: spaceone
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* The name of an object of this chart's own: (list root suffix). */}}
{{- define "spaceone.object" -}}
{{- printf "%s-%s" (index . 0).Chart.Name (index . 1) | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* merge puts the second map into the first, deeply: (list base over). */}}
{{- define "spaceone.merge" -}}
{{- $base := index . 0 -}}
{{- range $key, $value := index . 1 -}}
{{- $old := get $base $key -}}
{{- if and (kindIs "map" $value) (kindIs "map" $old) -}}
{{- include "spaceone.merge" (list $old $value) -}}
{{- else if not (kindIs "invalid" $value) -}}
{{- $_ := set $base $key $value -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The configuration of all services. */}}
{{- define "spaceone.shared" -}}
{{- $shared := (.Values.global).shared | default dict | deepCopy -}}
{{- include "spaceone.merge" (list $shared ((.Values.global).shared_conf | default dict)) -}}
{{- toYaml $shared -}}
{{- end -}}

{{/* The last word of keys whose values are credentials. */}}
{{- define "spaceone.secretWords" -}}
(password|passwd|pwd|token|secret|secret_key|secret_data|secret_access_key|api_key|apikey|access_key|private_key|credential|credentials)
{{- end -}}

{{/* Whether a value is a credential, by its key or by its form: (list key value); "true" or nothing. */}}
{{- define "spaceone.credential" -}}
{{- $key := regexReplaceAll "([a-z0-9])([A-Z])" (index . 0 | toString) "${1}_${2}" -}}
{{- $value := index . 1 -}}
{{- if regexMatch (printf "(?i)^(.+[_-])?%s$" (include "spaceone.secretWords" nil)) $key -}}
true
{{- else if and (kindIs "string" $value) (regexMatch (include "spaceone.secretForms" nil) $value) -}}
true
{{- end -}}
{{- end -}}

{{/* What gives a credential away: a password in a URL, a private key, a JWT. */}}
{{- define "spaceone.secretForms" -}}
(://[^/@ ]*:[^/@ ]+@|-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----|\beyJ[A-Za-z0-9_-]{8,}[.]eyJ[A-Za-z0-9_-]{8,}[.])
{{- end -}}

{{/*
split parts a map: (list map public secret) fills the two last. What is a
credential by its name, or has one in a URL, goes to the secret.
*/}}
{{- define "spaceone.split" -}}
{{- $public := index . 1 -}}
{{- $secret := index . 2 -}}
{{- $words := include "spaceone.secretWords" nil -}}
{{- range $key, $value := index . 0 -}}
{{- if eq (lower $key) "endpoints" -}}
{{- $_ := set $public $key $value -}}
{{- else if include "spaceone.credential" (list $key $value) -}}
{{- $_ := set $secret $key $value -}}
{{- else if kindIs "map" $value -}}
{{- $inner := dict -}}
{{- $hidden := dict -}}
{{- include "spaceone.split" (list $value $inner $hidden) -}}
{{- $_ := set $public $key $inner -}}
{{- if $hidden -}}
{{- $_ := set $secret $key $hidden -}}
{{- end -}}
{{- else if and (kindIs "slice" $value) (or (regexMatch (printf "(?i)\"([^\"]+[_-])?%s\":" $words) (toJson $value)) (regexMatch (include "spaceone.secretForms" nil) (toJson $value))) -}}
{{- $_ := set $secret $key $value -}}
{{- else -}}
{{- $_ := set $public $key $value -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The members that are installed, as YAML. */}}
{{- define "spaceone.members" -}}
{{- $installed := list -}}
{{- range (.Files.Get "config/members.gen.yaml" | fromYaml).members -}}
{{- if hasKey $.Subcharts .key -}}
{{- $installed = append $installed . -}}
{{- end -}}
{{- end -}}
{{- toYaml $installed -}}
{{- end -}}

{{/* What a member's chart says of its components, as YAML: (list root key). */}}
{{- define "spaceone.components" -}}
{{- (index (index . 0).Subcharts (index . 1)).Files.Get "config/components.gen.yaml" -}}
{{- end -}}

{{/* The engine of a member's database, if it has one: (list root key). */}}
{{- define "spaceone.engine" -}}
{{- $components := include "spaceone.components" . | fromYaml -}}
{{- $own := (index (index . 0).Subcharts (index . 1)).Values.database | default dict -}}
{{- dig "DATABASES" "default" "engine" "" $own | default (dig "default" "DATABASES" "default" "engine" "" $components) -}}
{{- end -}}

{{/* The server type whose configuration a member's command reads: (list root key). */}}
{{- define "spaceone.type" -}}
{{- $values := (index (index . 0).Subcharts (index . 1)).Values -}}
{{- $servers := (include "spaceone.components" . | fromYaml).servers | default dict -}}
{{- $found := "" -}}
{{- range $type := list "grpc" "rest" "scheduler" "worker" -}}
{{- $runs := get $values $type -}}
{{- if kindIs "bool" $runs | not -}}
{{- $runs = get $servers $type -}}
{{- end -}}
{{- if and $runs (not $found) -}}
{{- $found = $type -}}
{{- end -}}
{{- end -}}
{{- $found | default "grpc" -}}
{{- end -}}

{{/* The name of a member's objects: (list root key). */}}
{{- define "spaceone.name" -}}
{{- (index (index . 0).Subcharts (index . 1)).Values.name | default (index . 1) -}}
{{- end -}}

{{/*
A container that runs one command of a member, as its pods would:
(dict "root" $ "key" "inventory" "name" "…" "args" (list …) "env" (list …) "mounts" (list …)).
*/}}
{{- define "spaceone.step" -}}
{{- $chart := index .root.Subcharts .key -}}
{{- $name := include "spaceone.name" (list .root .key) -}}
name: {{ .name | trunc 63 | trimSuffix "-" }}
{{- $image := required (printf "%s.image.name: the chart of this member names no image; name it" .key) ($chart.Values.image).name }}
image: {{ printf "%s:%s" $image ($chart.Values.image.version | default $chart.Chart.AppVersion) | quote }}
imagePullPolicy: {{ $chart.Values.imagePullPolicy | default "IfNotPresent" }}
args:
  {{- toYaml .args | nindent 2 }}
env:
  - name: SPACEONE_CONFIG_FILE
    value: /opt/spaceone/{{ $name }}/config/config.yaml
  - name: TZ
    value: {{ $chart.Values.timezone | default "UTC" | quote }}
  {{- with concat (.root.Values.global.common_env | default list) ($chart.Values.env | default list) (.env | default list) }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .root.Values.initializer.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
volumeMounts:
  - name: {{ .key | trunc 63 | trimSuffix "-" }}
    mountPath: /opt/spaceone/{{ $name }}/config
    readOnly: true
  - name: tmp
    mountPath: /tmp
  {{- with .mounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- range include "spaceone.ownMounts" (list .root .key) | fromYamlArray }}
  - {{ set . "name" (include "spaceone.ownVolume" (list $.key .name)) | toYaml | nindent 4 | trim }}
  {{- end }}
{{- end -}}

{{/*
Volumes beside those of the configuration, such as certificates, that the values
have a member's pods mount: (list root key).
*/}}
{{- define "spaceone.ownVolumes" -}}
{{- $values := (index (index . 0).Subcharts (index . 1)).Values -}}
{{- $global := (index . 0).Values.global -}}
{{- $volumes := concat ($values.volumes | default list) ($global.volumes | default list) (($global.backend).volumes | default list) -}}
{{- $volumes = concat $volumes ((($values.pod).spec).volumes | default list) -}}
{{- $mounted := list -}}
{{- range include "spaceone.ownMounts" . | fromYamlArray -}}
{{- $mounted = append $mounted .name -}}
{{- end -}}
{{- $own := list -}}
{{- range $volumes -}}
{{- if has .name $mounted -}}
{{- $own = append $own . -}}
{{- end -}}
{{- end -}}
{{- toYaml $own -}}
{{- end -}}

{{/*
Where the pods mount them: (list root key). The folder of the configuration is
one volume here, in which nothing else can be mounted.
*/}}
{{- define "spaceone.ownMounts" -}}
{{- $values := (index (index . 0).Subcharts (index . 1)).Values -}}
{{- $global := (index . 0).Values.global -}}
{{- $mounts := $values.volumeMounts -}}
{{- if kindIs "map" $mounts -}}
{{- $mounts = get $mounts (printf "application_%s" (include "spaceone.type" .)) -}}
{{- end -}}
{{- $mounts = $mounts | default list -}}
{{- range concat ($values.volumes | default list) ($global.volumes | default list) (($global.backend).volumes | default list) -}}
{{- if eq .name "timezone" -}}
{{- $mounts = append $mounts (dict "name" .name "mountPath" "/etc/localtime" "readOnly" true) -}}
{{- else if eq .name "log-volume" -}}
{{- $mounts = append $mounts (dict "name" .name "mountPath" "/var/log/spaceone") -}}
{{- end -}}
{{- end -}}
{{- $config := printf "/opt/spaceone/%s/config" (include "spaceone.name" .) -}}
{{- $own := list -}}
{{- range $mounts -}}
{{- if not (hasPrefix (printf "%s/" $config) (printf "%s/" .mountPath)) -}}
{{- $own = append $own . -}}
{{- end -}}
{{- end -}}
{{- toYaml $own -}}
{{- end -}}

{{/* A member's volume among those of others, who may call theirs the same: (list key name). */}}
{{- define "spaceone.ownVolume" -}}
{{- printf "%s-%s" (index . 1 | trunc 54) (printf "%s/%s" (index . 0) (index . 1) | sha256sum | trunc 8) -}}
{{- end -}}

{{/*
What of the members' pod.spec their migrations need, too: (list root keys). The
pod is one, so of two that contradict each other the later holds.
*/}}
{{- define "spaceone.podSpec" -}}
{{- $spec := dict -}}
{{- $root := index . 0 -}}
{{- range index . 1 -}}
{{- $values := (index $root.Subcharts .).Values -}}
{{- $own := ($values.pod).spec | default dict -}}
{{- include "spaceone.merge" (list $spec (pick $own "nodeSelector" "securityContext" "dnsPolicy" "dnsConfig" "runtimeClassName" | deepCopy)) -}}
{{- $lists := dict "imagePullSecrets" ($values.imagePullSecrets | default list) "tolerations" list "hostAliases" list -}}
{{- range $key, $more := $lists -}}
{{- with concat (get $spec $key | default list) $more (get $own $key | default list) -}}
{{- $_ := set $spec $key (uniq .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml $spec -}}
{{- end -}}

{{/* The account of the initializer's pod. */}}
{{- define "spaceone.initializerAccount" -}}
{{- $account := .Values.initializer.serviceAccount -}}
{{- if .Values.global.serviceAccountName -}}
{{- .Values.global.serviceAccountName -}}
{{- else if $account.create -}}
{{- $account.name | default (include "spaceone.object" (list . "initializer")) -}}
{{- else -}}
{{- $account.name | default "default" -}}
{{- end -}}
{{- end -}}

{{/*
The namespaces in which the initializer puts the system token into the Secret
system-token: those of the services and of supervisors. None where there is no
initializer, or no identity, or where the values have a token.
*/}}
{{- define "spaceone.tokenNamespaces" -}}
{{- $found := list -}}
{{- $given := or (.Values.global.shared_secret | default dict).TOKEN (include "spaceone.shared" . | fromYaml).TOKEN -}}
{{- if and .Values.initializer.enabled (hasKey .Subcharts "identity") (not $given) -}}
{{- $found = append $found (include "spaceone.namespace" .) -}}
{{- range include "spaceone.members" . | fromYamlArray -}}
{{- if eq .kind "supervisor" -}}
{{- $found = append $found (include "spaceone.supervised" (list $ .key)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- uniq $found | toYaml -}}
{{- end -}}

{{/*
The Secret in which a member's value postgresql, or that of all, finds settings, and
their keys in it, as the member's chart has them: (list root key).
*/}}
{{- define "spaceone.postgresql" -}}
{{- $secret := "" -}}
{{- $named := dict -}}
{{- range list (index . 0).Values.global.postgresql (index (index . 0).Subcharts (index . 1)).Values.postgresql -}}
{{- $secret = (. | default dict).existingSecret | default $secret -}}
{{- $named = (. | default dict).existingSecretKeys | default $named -}}
{{- end -}}
{{- $keys := dict -}}
{{- range $setting, $key := empty $named | ternary (dict "password" "password") $named -}}
{{- if and $key $secret -}}
{{- $_ := set $keys (eq $setting "database" | ternary "db" $setting) $key -}}
{{- end -}}
{{- end -}}
{{- dict "secret" $secret "keys" $keys | toYaml -}}
{{- end -}}

{{/* The configuration of a member, as its pods have it: (list root key). */}}
{{- define "spaceone.volume" -}}
{{- $values := (index (index . 0).Subcharts (index . 1)).Values -}}
{{- $name := include "spaceone.name" . -}}
{{- $type := include "spaceone.type" . -}}
name: {{ index . 1 | trunc 63 | trimSuffix "-" }}
projected:
  sources:
    - configMap:
        name: {{ $name }}-conf
    - configMap:
        name: {{ $name }}-database-conf
    - configMap:
        name: {{ $name }}-application-{{ $type }}-conf
    - configMap:
        name: shared-conf
    {{- if ((index . 0).Values.global.shared_secret).enabled }}
    - secret:
        name: shared-secret
        items:
          - {key: shared-secret.yaml, path: shared-secret.yaml}
    {{- end }}
    - secret:
        name: {{ $name }}-secret
        optional: true
        items:
          - {key: {{ $type }}.yaml, path: secret.yaml}
    {{- $postgresql := include "spaceone.postgresql" . | fromYaml }}
    {{- if $postgresql.keys }}
    - secret:
        name: {{ $postgresql.secret }}
        items:
          {{- range $setting, $key := $postgresql.keys }}
          - {key: {{ $key }}, path: postgresql-{{ $setting }}}
          {{- end }}
    {{- end }}
    {{- if $values.existingSecret }}
    - secret:
        name: {{ $values.existingSecret }}
        items:
          - {key: {{ $values.existingSecretKey }}, path: existing-secret.yaml}
    {{- end }}
{{- end -}}
