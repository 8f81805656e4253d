#!/usr/bin/env bash
# Starts the packaged service on a free port of this machine, and has numpy and safetensors write its requests and open
# its answers (src/test/python/check_files.py). Needs target/discretizer-*.jar (mvn package), a JDK 25 and python3 with
# venv.
set -euo pipefail
cd "$(dirname "$0")/.."

find_java() {
  local home
  for home in "${JAVA_HOME:-}" "$(dirname "$(dirname "$(command -v java || true)")")" /usr/lib/jvm/*; do
    if [[ -x "$home/bin/java" ]] && "$home/bin/java" -version 2>&1 | grep -q ' version "25'; then
      echo "$home/bin/java"
      return
    fi
  done
  echo "no JDK 25 found by JAVA_HOME, PATH or /usr/lib/jvm" >&2
  return 1
}

java=$(find_java)
jar=$(ls target/discretizer-*.jar) || { echo "no jar found: mvn package makes it" >&2; exit 1; }
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

tools=$(mktemp -d)
service=
stop() {
  if [[ -n $service ]]; then
    kill "$service" 2>/dev/null || true
    wait "$service" 2>/dev/null || true
  fi
  rm -rf "$tools"
}
trap stop EXIT

python3 -m venv "$tools/venv"
"$tools/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 safetensors
"$java" @jvm.options -jar "$jar" --server.address=127.0.0.1 --server.port="$port" --management.server.port=0 \
  --discretizer.shutdown.drain=0s >"$tools/service.log" 2>&1 &
service=$!

await() {
  local tries
  for tries in $(seq 120); do
    kill -0 "$service" 2>/dev/null || break
    if python3 -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=2)' \
      "http://127.0.0.1:$port/readyz" 2>/dev/null; then
      return
    fi
    sleep 0.5
  done
  echo "the service is not ready after $tries tries" >&2
  return 1
}

if ! { await && "$tools/venv/bin/python" src/test/python/check_files.py "http://127.0.0.1:$port"; }; then
  tail -n 50 "$tools/service.log" >&2
  exit 1
fi
