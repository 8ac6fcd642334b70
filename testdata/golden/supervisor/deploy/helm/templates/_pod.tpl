{{/* The pod: the supervisor, and its queue beside it. */}}
{{- define "supervisor.basePod" -}}
{{- $config := printf "/opt/spaceone/%s/config" (include "supervisor.name" .) }}
{{- $secret := include "supervisor.secret" . }}
{{- $volumes := concat (.Values.volumes | default list) (((.Values.global).supervisor).volumes | default list) }}
serviceAccountName: {{ include "supervisor.serviceAccountName" . }}
automountServiceAccountToken: true
terminationGracePeriodSeconds: {{ int .Values.gracePeriod }}
{{- with .Values.imagePullSecrets }}
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
containers:
  # The scheduler that makes tasks and the worker that runs them.
  - name: {{ include "supervisor.name" . }}-scheduler
    image: {{ printf "%s:%s" .Values.image.name (include "supervisor.version" .) | quote }}
    imagePullPolicy: {{ .Values.imagePullPolicy }}
    command: [/supervisor, run, all]
    {{- with (.Values.resources | default dict).scheduler }}
    resources:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities:
        drop: [ALL]
    env:
      - name: SPACEONE_CONFIG_FILE
        value: {{ $config }}/config.yaml
      - name: TZ
        value: {{ .Values.timezone | quote }}
      {{- with (.Values.global).common_env }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
      {{- with .Values.env }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    ports:
      - name: admin
        containerPort: 9090
        protocol: TCP
    startupProbe:
      httpGet:
        path: /check
        port: admin
      periodSeconds: 2
      failureThreshold: 60
    readinessProbe:
      httpGet:
        path: /check
        port: admin
      periodSeconds: 5
      failureThreshold: 2
    # Not /check: it fails without the queue, and a restart brings that not back.
    livenessProbe:
      tcpSocket:
        port: admin
      periodSeconds: 10
      failureThreshold: 6
    volumeMounts:
      - name: default-conf
        mountPath: {{ $config }}/config.yaml
        subPath: config.yaml
        readOnly: true
      - name: application-conf
        mountPath: {{ $config }}/application.yaml
        subPath: application.yaml
        readOnly: true
      {{- if $secret }}
      - name: secret
        mountPath: {{ $config }}/secret.yaml
        subPath: secret.yaml
        readOnly: true
      {{- end }}
      {{- if .Values.existingSecret }}
      - name: existing-secret
        mountPath: {{ $config }}/existing-secret.yaml
        subPath: {{ .Values.existingSecretKey }}
        readOnly: true
      {{- end }}
      - name: system-token
        mountPath: {{ include "supervisor.tokenFolder" . }}
        readOnly: true
      - name: tmp
        mountPath: /tmp
      {{- range $volumes }}
      {{- if eq .name "timezone" }}
      - name: timezone
        mountPath: /etc/localtime
        readOnly: true
      {{- else if eq .name "log-volume" }}
      - name: log-volume
        mountPath: /var/log/spaceone
      {{- end }}
      {{- end }}
      {{- $own := .Values.volumeMounts }}
      {{- if kindIs "map" $own }}
      {{- $own = $own.application_scheduler }}
      {{- end }}
      {{- with $own }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
  {{- if .Values.sidecar.redis.enabled }}
  # The queue between the two, which nobody else needs.
  - name: redis
    image: {{ printf "%s:%s" .Values.sidecar.redis.image.name (toString .Values.sidecar.redis.image.version) | quote }}
    imagePullPolicy: {{ .Values.sidecar.redis.image.imagePullPolicy }}
    command: [redis-server, --bind, 127.0.0.1, --port, "6379", --save, "", --appendonly, "no", --dir, /tmp]
    {{- with .Values.sidecar.redis.resources }}
    resources:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities:
        drop: [ALL]
    readinessProbe:
      exec:
        command: [redis-cli, ping]
      periodSeconds: 5
    livenessProbe:
      exec:
        command: [redis-cli, ping]
      periodSeconds: 10
      failureThreshold: 6
    volumeMounts:
      - name: redis-tmp
        mountPath: /tmp
  {{- end }}
  {{- with ((.Values.global).supervisor).sidecar }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
volumes:
  # An initializer may write it when this pod runs already.
  - name: system-token
    secret:
      secretName: system-token
      optional: true
  - name: default-conf
    configMap:
      name: {{ include "supervisor.name" . }}-conf
  - name: application-conf
    configMap:
      name: {{ include "supervisor.name" . }}-application-scheduler-conf
  {{- if $secret }}
  - name: secret
    secret:
      secretName: {{ include "supervisor.name" . }}-secret
  {{- end }}
  {{- if .Values.existingSecret }}
  - name: existing-secret
    secret:
      secretName: {{ .Values.existingSecret }}
  {{- end }}
  - name: tmp
    emptyDir: {}
  {{- if .Values.sidecar.redis.enabled }}
  - name: redis-tmp
    emptyDir: {}
  {{- end }}
  {{- with $volumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/*
mergePod puts pod.spec into the pod's spec, deeply. Of containers and volumes,
one of the same name is merged and any other is added; other lists replace.
*/}}
{{- define "supervisor.mergePod" -}}
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
{{- include "supervisor.merge" (list $found.item $new) -}}
{{- else -}}
{{- $items = append $items $new -}}
{{- end -}}
{{- end -}}
{{- $_ := set $base $key $items -}}
{{- else if and (kindIs "map" $value) (kindIs "map" $old) -}}
{{- include "supervisor.merge" (list $old $value) -}}
{{- else -}}
{{- $_ := set $base $key $value -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The spec of the pod, with pod.spec over it. */}}
{{- define "supervisor.pod" -}}
{{- $base := include "supervisor.basePod" . | fromYaml -}}
{{- if $base.Error -}}
{{- fail (printf "the pod is no YAML: %s" $base.Error) -}}
{{- end -}}
{{- include "supervisor.mergePod" (list $base ((.Values.pod).spec | default dict | deepCopy)) -}}
{{- toYaml $base -}}
{{- end -}}
