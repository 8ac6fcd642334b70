{{/*
What the four Deployments have in common. All take (dict "root" $ "type" "grpc").
*/}}

{{/* The deployment's spec up to its selector: replicas and how they are replaced. */}}
{{- define "cost-analysis.rollout" -}}
{{- $scaled := (get (.root.Values.autoscaling | default dict) .type | default dict).enabled -}}
{{- if not $scaled }}
{{- $replicas := get .root.Values (printf "replicas_%s" .type) }}
{{- if has (kindOf $replicas) (list "string" "invalid") }}
{{- $replicas = .root.Values.replicas }}
{{- end }}
replicas: {{ int $replicas }}
{{- end }}
revisionHistoryLimit: 3
strategy:
  type: RollingUpdate
  rollingUpdate:
    # A new pod is ready before an old one is told to stop.
    maxUnavailable: 0
    maxSurge: 1
{{- end -}}

{{- define "cost-analysis.podAnnotations" -}}
{{- $root := .root -}}
spaceone.deployment.tool: helm
# Pods are replaced when what they read has changed.
spaceone.database-flag: {{ printf "%s%s" (include "cost-analysis.public" ($root.Values.database | default dict)) (include "cost-analysis.postgresql" $root) | sha256sum }}
spaceone.shared-flag: {{ include "cost-analysis.public" (include "cost-analysis.shared" $root | fromYaml) | sha256sum }}
spaceone.application-flag: {{ include "cost-analysis.public" (include "cost-analysis.application" . | fromYaml) | sha256sum }}
checksum/config: {{ tpl ($root.Files.Get "config/config.yaml") $root | sha256sum }}
checksum/secret: {{ printf "%s%s" (include "cost-analysis.secret" .) (include "cost-analysis.sharedSecret" $root) | sha256sum }}
{{- if eq .type "rest" }}
checksum/nginx: {{ printf "%s%s" ($root.Files.Get "config/nginx.conf") ($root.Files.Get "config/proxy.conf") | sha256sum }}
{{- end }}
{{- with $root.Values.podAnnotations }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "cost-analysis.podLabels" -}}
{{ include "cost-analysis.labels" . }}
{{- with .root.Values.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The first fields of a container that runs this service's binary. */}}
{{- define "cost-analysis.container" -}}
{{- $values := .root.Values -}}
image: {{ printf "%s:%s" $values.image.name (include "cost-analysis.version" .root) | quote }}
imagePullPolicy: {{ $values.imagePullPolicy }}
{{- with get ($values.resources | default dict) .type }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- include "cost-analysis.containerSecurity" . | nindent 2 }}
env:
  {{- include "cost-analysis.env" . | nindent 2 }}
volumeMounts:
  {{- include "cost-analysis.mounts" . | nindent 2 }}
{{- end -}}

{{- define "cost-analysis.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "cost-analysis.env" -}}
- name: SPACEONE_CONFIG_FILE
  value: /opt/spaceone/{{ include "cost-analysis.name" .root }}/config/config.yaml
- name: TZ
  value: {{ .root.Values.timezone | quote }}
{{- with (.root.Values.global).common_env }}
{{ toYaml . }}
{{- end }}
{{- with .root.Values.env }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Whether the kubelet can wait by itself: from Kubernetes 1.30 on. */}}
{{- define "cost-analysis.kubeletWaits" -}}
{{- if semverCompare ">=1.30-0" .Capabilities.KubeVersion.Version }}true{{ end -}}
{{- end -}}

{{/* Seconds that the server itself serves on after it is told to stop. */}}
{{- define "cost-analysis.drainDelay" -}}
{{- if include "cost-analysis.kubeletWaits" . }}0{{ else }}{{ add (int .Values.drainDelay) (int (include "cost-analysis.lag" .)) }}{{ end -}}
{{- end -}}

{{/*
A wait before the container is told to stop. Only the kubelet can wait in an
image that has nothing but the binary; where it can't, the server waits itself.
*/}}
{{- define "cost-analysis.preStop" -}}
{{- $delay := int .root.Values.drainDelay -}}
{{- if eq .type "rest" -}}
{{- $delay = add $delay (int (include "cost-analysis.lag" .root)) -}}
{{- end -}}
{{- if and (gt (int $delay) 0) (include "cost-analysis.kubeletWaits" .root) -}}
lifecycle:
  preStop:
    sleep:
      seconds: {{ $delay }}
{{- end -}}
{{- end -}}

{{/* Names of the volumes that the values bring, in a list. */}}
{{- define "cost-analysis.ownVolumes" -}}
{{- $volumes := concat (.root.Values.volumes | default list) ((.root.Values.global).volumes | default list) (((.root.Values.global).backend).volumes | default list) -}}
{{- toYaml $volumes -}}
{{- end -}}

{{- define "cost-analysis.mounts" -}}
{{- $config := printf "/opt/spaceone/%s/config" (include "cost-analysis.name" .root) -}}
- name: default-conf
  mountPath: {{ $config }}/config.yaml
  subPath: config.yaml
  readOnly: true
- name: database-conf
  mountPath: {{ $config }}/database.yaml
  subPath: database.yaml
  readOnly: true
- name: shared-conf
  mountPath: {{ $config }}/shared.yaml
  subPath: shared.yaml
  readOnly: true
- name: application-conf
  mountPath: {{ $config }}/application.yaml
  subPath: application.yaml
  readOnly: true
{{- if ((.root.Values.global).shared_secret).enabled }}
- name: shared-secret
  mountPath: {{ $config }}/shared-secret.yaml
  subPath: shared-secret.yaml
  readOnly: true
{{- end }}
{{- if include "cost-analysis.secret" . }}
- name: secret
  mountPath: {{ $config }}/secret.yaml
  subPath: {{ .type }}.yaml
  readOnly: true
{{- end }}
{{- with include "cost-analysis.postgresqlMounts" .root | trim }}
{{ . }}
{{- end }}
{{- if .root.Values.existingSecret }}
- name: existing-secret
  mountPath: {{ $config }}/existing-secret.yaml
  subPath: {{ .root.Values.existingSecretKey }}
  readOnly: true
{{- end }}
- name: system-token
  mountPath: {{ include "cost-analysis.tokenFolder" .root }}
  readOnly: true
- name: tmp
  mountPath: /tmp
- name: data
  mountPath: /var/lib/spaceone
{{- range include "cost-analysis.ownVolumes" . | fromYamlArray }}
{{- if eq .name "timezone" }}
- name: timezone
  mountPath: /etc/localtime
  readOnly: true
{{- else if eq .name "log-volume" }}
- name: log-volume
  mountPath: /var/log/spaceone
{{- end }}
{{- end }}
{{- $own := .root.Values.volumeMounts -}}
{{- if kindIs "map" $own -}}
{{- $own = get $own (printf "application_%s" .type) -}}
{{- end }}
{{- with $own }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "cost-analysis.volumes" -}}
{{- $name := include "cost-analysis.name" .root -}}
- name: default-conf
  configMap:
    name: {{ $name }}-conf
- name: database-conf
  configMap:
    name: {{ $name }}-database-conf
- name: shared-conf
  configMap:
    name: shared-conf
- name: application-conf
  configMap:
    name: {{ $name }}-application-{{ .type }}-conf
{{- if eq .type "rest" }}
- name: rest-nginx-conf
  configMap:
    name: {{ $name }}-rest-nginx-conf
- name: rest-nginx-proxy-conf
  configMap:
    name: {{ $name }}-rest-nginx-proxy-conf
- name: nginx-tmp
  emptyDir: {}
{{- end }}
{{- if ((.root.Values.global).shared_secret).enabled }}
- name: shared-secret
  secret:
    secretName: shared-secret
{{- end }}
{{- if include "cost-analysis.secret" . }}
- name: secret
  secret:
    secretName: {{ $name }}-secret
{{- end }}
{{- if include "cost-analysis.postgresqlKeys" .root | fromYaml }}
- name: postgresql
  secret:
    secretName: {{ (include "cost-analysis.postgresql" .root | fromYaml).existingSecret }}
{{- end }}
{{- if .root.Values.existingSecret }}
- name: existing-secret
  secret:
    secretName: {{ .root.Values.existingSecret }}
{{- end }}
# An initializer may write it when this pod runs already.
- name: system-token
  secret:
    secretName: system-token
    optional: true
- name: tmp
  emptyDir: {}
- name: data
{{- if .root.Values.persistence.existingClaim }}
  persistentVolumeClaim:
    claimName: {{ .root.Values.persistence.existingClaim }}
{{- else }}
  emptyDir: {}
{{- end }}
{{- with include "cost-analysis.ownVolumes" . | fromYamlArray }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Containers beside the service's own: from sidecar, a list for all types or a map by type, and from global. */}}
{{- define "cost-analysis.sidecars" -}}
{{- $sidecars := list -}}
{{- $own := .root.Values.sidecar -}}
{{- if kindIs "slice" $own -}}
{{- $sidecars = $own -}}
{{- else if kindIs "map" $own -}}
{{- $sidecars = get $own .type | default list -}}
{{- end -}}
{{- $sidecars = concat $sidecars ((.root.Values.global).sidecar | default list) (((.root.Values.global).backend).sidecar | default list) -}}
{{- toYaml $sidecars -}}
{{- end -}}

{{/* nginx: the value nginx, and over it sidecar.rest_web where sidecar is a map. */}}
{{- define "cost-analysis.nginx" -}}
{{- $nginx := deepCopy .Values.nginx -}}
{{- if kindIs "map" .Values.sidecar -}}
{{- include "cost-analysis.merge" (list $nginx (.Values.sidecar.rest_web | default dict)) -}}
{{- end -}}
{{- toYaml $nginx -}}
{{- end -}}

{{/*
mergePod puts pod.spec into the pod's spec, deeply. Of containers and volumes,
one of the same name is merged and any other is added; other lists replace.
*/}}
{{- define "cost-analysis.mergePod" -}}
{{- $base := index . 0 -}}
{{- range $key, $value := index . 1 -}}
{{- $old := get $base $key -}}
{{- if and (has $key (list "containers" "initContainers" "volumes")) (kindIs "slice" $old) -}}
{{- $items := $old -}}
{{- range $new := $value -}}
{{- $found := dict -}}
{{- range $items -}}
{{- if eq .name $new.name -}}
{{- $_ := set $found "item" . -}}
{{- end -}}
{{- end -}}
{{- if $found.item -}}
{{- include "cost-analysis.merge" (list $found.item $new) -}}
{{- else -}}
{{- $items = append $items $new -}}
{{- end -}}
{{- end -}}
{{- $_ := set $base $key $items -}}
{{- else if and (kindIs "map" $value) (kindIs "map" $old) -}}
{{- include "cost-analysis.merge" (list $old $value) -}}
{{- else -}}
{{- $_ := set $base $key $value -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The spec of a pod; its containers are the template <chart>.containers.<type>. */}}
{{- define "cost-analysis.podSpec" -}}
{{- $base := include "cost-analysis.basePodSpec" . | fromYaml -}}
{{- if $base.Error -}}
{{- fail (printf "the pod of %s is no YAML: %s" .type $base.Error) -}}
{{- end -}}
{{- include "cost-analysis.mergePod" (list $base ((.root.Values.pod).spec | default dict | deepCopy)) -}}
{{- toYaml $base -}}
{{- end -}}

{{- define "cost-analysis.basePodSpec" -}}
serviceAccountName: {{ include "cost-analysis.serviceAccountName" .root }}
automountServiceAccountToken: {{ .root.Values.serviceAccount.automount }}
terminationGracePeriodSeconds: {{ int .root.Values.gracePeriod }}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile:
    type: RuntimeDefault
{{- if eq .type "rest" }}
  sysctls:
    # nginx listens on port 80 without a capability.
    - name: net.ipv4.ip_unprivileged_port_start
      value: "0"
{{- end }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "cost-analysis.selector" . | nindent 8 }}
  - maxSkew: 1
    topologyKey: topology.kubernetes.io/zone
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "cost-analysis.selector" . | nindent 8 }}
containers:
  {{- include (printf "cost-analysis.containers.%s" .type) . | nindent 2 }}
  {{- with include "cost-analysis.sidecars" . | fromYamlArray }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
volumes:
  {{- include "cost-analysis.volumes" . | nindent 2 }}
{{- end -}}
