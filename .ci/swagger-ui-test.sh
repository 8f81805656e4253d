#!/usr/bin/env bash
# Starts the packaged service on a free port of this machine, and has a browser execute every operation of Swagger UI
# with every one of its examples (.ci/swagger-ui-test.cjs). Leaves screenshots in target/swagger-ui.
# Needs target/discretizer-*.jar (mvn package), a JDK 25, node, npm and chromium.
set -euo pipefail
cd "$(dirname "$0")/.."

# A version that also runs on node 18.
playwright=playwright-core@1.55.1

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
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
  { echo "no chromium found" >&2; exit 1; }
jar=$(ls target/discretizer-*.jar) || { echo "no jar found: mvn package makes it" >&2; exit 1; }
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })')

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

npm install --silent --no-audit --no-fund --no-save --no-package-lock --prefix "$tools" "$playwright"
"$java" @jvm.options -jar "$jar" --server.address=127.0.0.1 --server.port="$port" --management.server.port=0 \
  --discretizer.shutdown.drain=0s >"$tools/service.log" 2>&1 &
service=$!

if ! NODE_PATH="$tools/node_modules" node .ci/swagger-ui-test.cjs "http://127.0.0.1:$port" "$chromium" target/swagger-ui; then
  tail -n 50 "$tools/service.log" >&2
  exit 1
fi
