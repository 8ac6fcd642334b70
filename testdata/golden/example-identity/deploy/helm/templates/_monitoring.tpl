{{/*
What watches the service: of podMonitor and monitoring, with what global.monitoring says
for all services. Takes (dict "root" $ "what" "rules").
*/}}
{{- define "identity.watched" -}}
{{- $all := get ((.root.Values.global).monitoring | default dict) .what | default dict -}}
{{- $own := eq .what "podMonitor" | ternary .root.Values.podMonitor (get .root.Values.monitoring .what) -}}
{{- if and .root.Values.enabled (or $own.enabled $all.enabled) -}}
enabled: true
labels: {{ merge (dict) ($own.labels | default dict) ($all.labels | default dict) | toJson }}
annotations: {{ merge (dict) ($own.annotations | default dict) ($all.annotations | default dict) | toJson }}
interval: {{ $own.interval | default $all.interval | default "" | quote }}
{{- end -}}
{{- end -}}

{{/* The label job of the service's metrics: as a PodMonitor gives it, unless the values say another. */}}
{{- define "identity.job" -}}
{{- .Values.monitoring.job | default (printf "%s/%s" (include "identity.namespace" .) (include "identity.name" .)) -}}
{{- end -}}
