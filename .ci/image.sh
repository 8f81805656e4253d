#!/usr/bin/env bash
# Builds the image from the packaged jar and tests it as it runs in production: that its AOT cache is used, how large it
# is and how fast it starts (printed only), the tests of dev.discretizer.image, and docker-compose.yml, whose service
# and Prometheus are started. Needs what mvn verify leaves in target/, mvn, python3, Debian's apt-get, docker-compose or
# the plugin, and an engine, or ../shared/tools/container-engine. Removes its containers, and stops an engine that it has started.
set -euo pipefail
cd "$(dirname "$0")/.."
source .ci/engine.sh

image=discretizer:test
production=(--read-only --tmpfs /tmp:rw,noexec,nosuid,nodev,size=64m --cap-drop=ALL --security-opt=no-new-privileges
  --memory=512m --memory-swap=512m --cpus=2 --pids-limit=1024)
name=discretizer-ci-$$

if docker-compose version >/dev/null 2>&1; then
  compose=(docker-compose)
else
  compose=("$docker" compose)
fi
compose+=(--project-name "$name")

clean_up_more() {
  "$docker" rm --force --volumes "$name" >/dev/null 2>&1 || true
  "${compose[@]}" down --volumes --timeout 0 >/dev/null 2>&1 || true
}

say() { printf '\n-- %s (%s s)\n' "$1" "$SECONDS"; }

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

say "build $image from target/ without a network"
"$docker" build --quiet --network=none --build-arg JAR_FROM=prebuilt --build-arg REVISION="$(git rev-parse HEAD 2>/dev/null)" \
  --tag "$image" .
echo "size: $(($("$docker" image inspect --format '{{.Size}}' "$image") / 1000000)) MB," \
  "of which the base $(($("$docker" image inspect --format '{{.Size}}' eclipse-temurin:25-jre) / 1000000)) MB"

say "the AOT cache is used"
# Starts the service up to the point of serving; java ends with an error if it cannot use the cache.
with_cache() {
  "$docker" run --rm "${production[@]}" --env JAVA_TOOL_OPTIONS="-XX:AOTMode=on -Dspring.context.exit=onRefresh $*" "$image"
}
with_cache >"$tools/cache.log" 2>&1 || { cat "$tools/cache.log" >&2; exit 1; }
if with_cache -XX:+UseCompactObjectHeaders >"$tools/cache.log" 2>&1; then
  echo "the check does not notice a cache that is refused" >&2
  exit 1
fi
echo "java takes it with -XX:AOTMode=on, and refuses it where it does not fit"

say "start to ready on 2 processors, container included"
ready_after() {
  local port clock processor
  port=$(free_port)
  clock=$(python3 .ci/ready.py "http://127.0.0.1:$port/readyz" "$docker" run --detach --name "$name" "${production[@]}" \
    --publish "127.0.0.1:$port:8080" --env JAVA_TOOL_OPTIONS="-XX:AOTMode=$1" "$image")
  # User and system time of the service, in hundredths of a second.
  processor=$("$docker" exec "$name" cat /proc/1/stat | awk '{ print ($14 + $15) / 100 }')
  "$docker" rm --force "$name" >/dev/null
  echo "-XX:AOTMode=$1: ready after $clock s, $processor s of processor time"
}
for mode in auto off auto off auto off; do
  ready_after "$mode"
done
echo "load average $(cut -d' ' -f1-3 /proc/loadavg)"

say "tests of the image"
mvn -B -ntp -q toolchains:select-jdk-toolchain@select-jdk failsafe:integration-test failsafe:verify -Dimage="$image" \
  -Dit.test='dev.discretizer.image.*IT'
if grep -l '<skipped' target/failsafe-reports/TEST-dev.discretizer.image.*.xml; then
  echo "tests of the image were skipped" >&2
  exit 1
fi

say "docker-compose.yml"
"${compose[@]}" config --quiet
export DISCRETIZER_IMAGE=$image
DISCRETIZER_PORT=$(free_port)
DISCRETIZER_MANAGEMENT_PORT=$(free_port)
PROMETHEUS_PORT=$(free_port)
export DISCRETIZER_PORT DISCRETIZER_MANAGEMENT_PORT PROMETHEUS_PORT

# Debian's Prometheus replaces the image, which needs a registry; its package is unpacked and not installed.
(
  cd "$tools"
  apt-get download -q prometheus >/dev/null 2>&1 || { apt-get update -q >/dev/null && apt-get download -q prometheus >/dev/null; }
  dpkg -x prometheus_*.deb prometheus
)
promtool=$tools/prometheus/usr/bin/promtool
"$promtool" check config compose/prometheus.yml
"$promtool" test rules .ci/alerts.test.yml
printf 'FROM eclipse-temurin:25-jre\nCOPY prometheus /bin/prometheus\nRUN install -d -o 65534 -g 65534 /prometheus\nUSER 65534\nENTRYPOINT ["/bin/prometheus"]\n' \
  >"$tools/prometheus/usr/bin/Dockerfile"
export PROMETHEUS_IMAGE=discretizer-prometheus:test
"$docker" build --quiet --network=none --tag "$PROMETHEUS_IMAGE" "$tools/prometheus/usr/bin"

"${compose[@]}" up --detach --no-build discretizer prometheus
container=$("${compose[@]}" ps --quiet discretizer)
for _ in $(seq 60); do
  health=$("$docker" inspect --format '{{.State.Health.Status}}' "$container")
  [[ $health == healthy ]] && break
  sleep 1
done
[[ $health == healthy ]] || { "${compose[@]}" logs discretizer >&2; echo "the service is $health" >&2; exit 1; }
echo "the service is healthy"

say "every query of the dashboard and the alert rules, in Prometheus, under traffic"
python3 .ci/check_queries.py "http://127.0.0.1:$PROMETHEUS_PORT" "http://127.0.0.1:$DISCRETIZER_PORT" ||
  { "${compose[@]}" logs --tail=30 >&2; exit 1; }

say "the metrics, by Prometheus' linter"
python3 .ci/check_metrics.py "$promtool" "http://127.0.0.1:$DISCRETIZER_MANAGEMENT_PORT"

"${compose[@]}" stop discretizer
code=$("$docker" inspect --format '{{.State.ExitCode}}' "$container")
[[ $code == 143 ]] || { echo "the service ended with $code, not 143" >&2; exit 1; }
"${compose[@]}" down --volumes
echo "not done here: docker build from source, which needs a registry of images and Maven's; the prebuilt build has read" \
  "the same Dockerfile"
