{{/* Names have at most 63 characters, like DNS labels; the longest suffix is "-management". */}}
{{- define "discretizer.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "discretizer.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "discretizer.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "discretizer.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "discretizer.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end }}
{{- end }}

{{/* Labels that all objects of a release share. */}}
{{- define "discretizer.instanceLabels" -}}
app.kubernetes.io/name: {{ include "discretizer.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{/* Labels of objects. */}}
{{- define "discretizer.labels" -}}
{{- include "discretizer.labelsAnd" (dict "root" . "more" dict) }}
{{- end }}

{{/* Labels of objects and further labels, which override commonLabels, so that no name occurs twice. */}}
{{- define "discretizer.labelsAnd" -}}
{{- with .root -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "discretizer.instanceLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}
{{- with merge (deepCopy .more) .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Labels that select the service's pods, and not those of the tests. Fixed, as selectors of a Deployment cannot change. */}}
{{- define "discretizer.selectorLabels" -}}
{{ include "discretizer.instanceLabels" . }}
app.kubernetes.io/component: server
{{- end }}

{{- define "discretizer.testLabels" -}}
{{ include "discretizer.instanceLabels" . }}
app.kubernetes.io/component: test
{{- end }}

{{/* Settings that the pod security standard restricted requires. */}}
{{- define "discretizer.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop:
    - ALL
{{- end }}

{{/* Mode of files of Secrets: readable by the pod's group, or by all users if the platform may set no group. */}}
{{- define "discretizer.secretMode" -}}
{{ ternary "0444" "0440" (kindIs "invalid" .Values.runAsUser) }}
{{- end }}

{{/*
The longest stop: the drain, during which connections are accepted; 2 s to answer the connections accepted last; the time for
running requests to finish; and 8 s for the process to end.
*/}}
{{- define "discretizer.gracePeriod" -}}
{{- add .Values.shutdown.drainSeconds 2 .Values.shutdown.requestsSeconds 8 }}
{{- end }}

{{- define "discretizer.scheme" -}}
{{ ternary "HTTPS" "HTTP" .Values.tls.enabled }}
{{- end }}

{{/*
The largest heap in MiB beside which the threads of requests and everything else fit into nine tenths of the memory, as
HeapPlan.heap computes it; at least the image's 55 %.
*/}}
{{- define "discretizer.heap" -}}
{{- $memory := include "discretizer.kibibytes" (trimSuffix "i" .Values.resources.memory) | int64 }}
{{- $outside := add (mul 146 1024) (mul (int64 .Values.limits.threads) 160) }}
{{- $left := sub (div (mul $memory 9) 10) $outside }}
{{- div (max (div (mul $memory 55) 100) (div (mul $left 48) 49)) 1024 }}
{{- end }}

{{/* Checks that a schema cannot express: values that require other values. Each message says what to set. */}}
{{- define "discretizer.validate" -}}
{{- if not (regexMatch "^[a-z]" (include "discretizer.fullname" .)) }}
{{- fail (printf "the release is %s, but names of Services begin with a letter: set fullnameOverride" .Release.Name) }}
{{- end }}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- fail (printf "autoscaling.minReplicas is %d, at most autoscaling.maxReplicas (%d) is expected" (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- end }}
{{- if and (eq .Values.security.mode "api-key") (not .Values.security.apiKey.existingSecret) }}
{{- fail "security.mode is api-key: set security.apiKey.existingSecret to the name of a Secret with the keys" }}
{{- end }}
{{- if eq .Values.security.mode "jwt" }}
{{- if not (or .Values.security.jwt.issuerUri .Values.security.jwt.jwkSetUri) }}
{{- fail "security.mode is jwt: set security.jwt.issuerUri or security.jwt.jwkSetUri" }}
{{- end }}
{{- if not .Values.security.jwt.audiences }}
{{- fail "security.mode is jwt: set security.jwt.audiences, one of which a token must name" }}
{{- end }}
{{- if and .Values.networkPolicy.enabled (not .Values.networkPolicy.egress) }}
{{- fail "security.mode is jwt: the service fetches the issuer's keys, so set networkPolicy.egress to let it reach them" }}
{{- end }}
{{- end }}
{{- if and .Values.tracing.endpoint .Values.networkPolicy.enabled (not .Values.networkPolicy.egress) }}
{{- fail "tracing.endpoint is set: set networkPolicy.egress to let the service reach it" }}
{{- end }}
{{- if and .Values.tls.enabled (not .Values.tls.existingSecret) }}
{{- fail "tls.enabled is true: set tls.existingSecret to the name of a Secret of type kubernetes.io/tls" }}
{{- end }}
{{- if .Values.resources.cpuLimit }}
{{- if lt (include "discretizer.milliCpu" .Values.resources.cpuLimit | int) (include "discretizer.milliCpu" .Values.resources.cpu | int) }}
{{- fail (printf "resources.cpuLimit is %s, at least resources.cpu (%s) is expected" .Values.resources.cpuLimit .Values.resources.cpu) }}
{{- end }}
{{- end }}
{{- /* Of several, the JVM takes the last. */}}
{{- with regexFindAll "-Xmx[0-9]+[kKmMgG]?" .Values.javaOptions -1 | last }}
{{- $heap := include "discretizer.kibibytes" (trimPrefix "-Xmx" .) | int64 }}
{{- $memory := include "discretizer.kibibytes" (trimSuffix "i" $.Values.resources.memory) | int64 }}
{{- if ge $heap $memory }}
{{- fail (printf "javaOptions has %s, less than resources.memory (%s) is expected: the JVM needs memory outside of its heap" . $.Values.resources.memory) }}
{{- end }}
{{- end }}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) }}
{{- fail "httpRoute.enabled is true: set httpRoute.parentRefs to the gateways that it belongs to" }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) }}
{{- fail "ingress.enabled is true: set ingress.hosts" }}
{{- end }}
{{- end }}

{{/* Thousandths of a processor: 1500m, 2, 0.5. */}}
{{- define "discretizer.milliCpu" -}}
{{- if hasSuffix "m" . }}{{ trimSuffix "m" . }}{{ else }}{{ round (mulf (float64 .) 1000.0) 0 | int64 }}{{ end }}
{{- end }}

{{/* KiB of a size with the letter k, m or g, or of bytes without one. */}}
{{- define "discretizer.kibibytes" -}}
{{- $unit := lower (regexFind "[kKmMgG]$" .) }}
{{- $number := int64 (regexFind "^[0-9]+" .) }}
{{- if eq $unit "g" }}{{ mul $number 1048576 }}{{ else if eq $unit "m" }}{{ mul $number 1024 }}{{ else if eq $unit "k" }}{{ $number }}{{ else }}{{ div $number 1024 }}{{ end }}
{{- end }}
