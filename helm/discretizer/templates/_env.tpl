{{/*
All properties of the service as environment variables. A variable's name is the property's name in capitals, with underscores
for dots and without dashes. Numbers are converted by int64, since Helm reads them as floats and would print 6.7108864e+07.
*/}}
{{- define "discretizer.env" -}}
{{- $limits := .Values.limits }}
- name: DISCRETIZER_LIMITS_BODY
  value: {{ $limits.body | quote }}
- name: DISCRETIZER_LIMITS_INFLATED
  value: {{ $limits.inflated | quote }}
- name: DISCRETIZER_LIMITS_ELEMENTS
  value: {{ $limits.elements | int64 | quote }}
- name: DISCRETIZER_LIMITS_RANK
  value: {{ $limits.rank | int64 | quote }}
- name: DISCRETIZER_LIMITS_TENSORS
  value: {{ $limits.tensors | int64 | quote }}
- name: DISCRETIZER_LIMITS_HEADER
  value: {{ $limits.header | quote }}
- name: DISCRETIZER_LIMITS_JSONDEPTH
  value: {{ $limits.jsonDepth | int64 | quote }}
- name: DISCRETIZER_LIMITS_BODYMINRATE
  value: {{ $limits.bodyMinRate | quote }}
- name: DISCRETIZER_LIMITS_QUEUEWAIT
  value: {{ $limits.queueWait | quote }}
- name: DISCRETIZER_LIMITS_MEMORYSHARE
  value: {{ $limits.memoryShare | quote }}
- name: DISCRETIZER_LIMITS_JOINTELEMENTS
  value: {{ $limits.jointElements | int64 | quote }}
- name: DISCRETIZER_LIMITS_SYNOPS
  value: {{ $limits.synops | int64 | quote }}
- name: DISCRETIZER_LIMITS_STEPS
  value: {{ $limits.steps | int64 | quote }}
- name: DISCRETIZER_LIMITS_RECORDINGS
  value: {{ $limits.recordings | int64 | quote }}
{{- with $limits.simulations }}
- name: DISCRETIZER_LIMITS_SIMULATIONS
  value: {{ . | int64 | quote }}
{{- end }}
- name: SERVER_TOMCAT_MAXCONNECTIONS
  value: {{ $limits.maxConnections | int64 | quote }}
- name: SERVER_TOMCAT_THREADS_MAX
  value: {{ $limits.threads | int64 | quote }}
- name: DISCRETIZER_WARMUP_ENABLED
  value: {{ .Values.warmUp.enabled | quote }}
- name: DISCRETIZER_WARMUP_TIME
  value: {{ .Values.warmUp.time | quote }}
- name: DISCRETIZER_WARMUP_IDLE
  value: {{ .Values.warmUp.idle | default (ternary "0s" "10s" .Values.autoscaling.enabled) | quote }}
- name: DISCRETIZER_SHUTDOWN_DRAIN
  value: "{{ int64 .Values.shutdown.drainSeconds }}s"
- name: SPRING_LIFECYCLE_TIMEOUTPERSHUTDOWNPHASE
  value: "{{ int64 .Values.shutdown.requestsSeconds }}s"
- name: SPRINGDOC_APIDOCS_ENABLED
  value: {{ .Values.apiDocs.enabled | quote }}
- name: SPRINGDOC_SWAGGERUI_ENABLED
  value: {{ .Values.apiDocs.enabled | quote }}
- name: DISCRETIZER_LOG_REQUESTS
  value: {{ .Values.log.requests | quote }}
{{- with .Values.log.format }}
- name: LOGGING_STRUCTURED_FORMAT_CONSOLE
  value: {{ . }}
{{- end }}
{{- with .Values.tracing.endpoint }}
- name: MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT
  value: {{ . | quote }}
- name: MANAGEMENT_TRACING_SAMPLING_PROBABILITY
  value: {{ $.Values.tracing.sampling | quote }}
{{- end }}
{{- with .Values.cors.allowedOrigins }}
- name: DISCRETIZER_CORS_ALLOWEDORIGINS
  value: {{ join "," . | quote }}
{{- end }}
{{- $security := .Values.security }}
- name: DISCRETIZER_SECURITY_MODE
  value: {{ $security.mode }}
{{- if ne $security.mode "none" }}
- name: DISCRETIZER_SECURITY_OPENDOCS
  value: {{ $security.openDocs | quote }}
{{- end }}
{{- if eq $security.mode "api-key" }}
- name: DISCRETIZER_SECURITY_APIKEY_FILE
  value: /etc/discretizer/keys/keys
{{- else if eq $security.mode "jwt" }}
{{- with $security.jwt.issuerUri }}
- name: DISCRETIZER_SECURITY_JWT_ISSUERURI
  value: {{ . | quote }}
{{- end }}
{{- with $security.jwt.jwkSetUri }}
- name: DISCRETIZER_SECURITY_JWT_JWKSETURI
  value: {{ . | quote }}
{{- end }}
- name: DISCRETIZER_SECURITY_JWT_AUDIENCES
  value: {{ join "," $security.jwt.audiences | quote }}
- name: DISCRETIZER_SECURITY_JWT_ALGORITHMS
  value: {{ join "," $security.jwt.algorithms | quote }}
- name: DISCRETIZER_SECURITY_JWT_CLOCKSKEW
  value: {{ $security.jwt.clockSkew | quote }}
{{- with $security.jwt.scope }}
- name: DISCRETIZER_SECURITY_JWT_SCOPE
  value: {{ . | quote }}
{{- end }}
{{- with $security.jwt.clientIds }}
- name: DISCRETIZER_SECURITY_JWT_CLIENTIDS
  value: {{ join "," . | quote }}
{{- end }}
{{- end }}
{{- if .Values.tls.enabled }}
- name: SPRING_SSL_BUNDLE_PEM_WEB_KEYSTORE_CERTIFICATE
  value: /etc/discretizer/tls/tls.crt
- name: SPRING_SSL_BUNDLE_PEM_WEB_KEYSTORE_PRIVATEKEY
  value: /etc/discretizer/tls/tls.key
- name: SPRING_SSL_BUNDLE_PEM_WEB_RELOADONUPDATE
  value: "true"
- name: SERVER_SSL_BUNDLE
  value: web
# Only the monitoring namespace can reach the management port.
- name: MANAGEMENT_SERVER_SSL_ENABLED
  value: "false"
{{- end }}
# The last of two options counts, so javaOptions may set another heap.
- name: JDK_JAVA_OPTIONS
  value: {{ printf "-Xmx%sm %s" (include "discretizer.heap" .) .Values.javaOptions | trim | quote }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}
