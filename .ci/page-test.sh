#!/usr/bin/env bash
# Uses the page at / in a browser as people do (.ci/page-test.cjs), with the service's examples and the networks of ../shared/data,
# without keys and with one. Writes screenshots to target/page. Requires node, npm, chromium, and the requirements of
# .ci/service.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
source .ci/service.sh

# A version that also runs on node 18.
playwright=playwright-core@1.55.1
axe=axe-core@4.10.3

chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
  { echo "no chromium found" >&2; exit 1; }
npm install --silent --no-audit --no-fund --no-save --no-package-lock --prefix "$tools" "$playwright" "$axe"

# run <mode> [key to type into the page]
run() {
  echo "mode $1"
  if ! NODE_PATH="$tools/node_modules" node .ci/page-test.cjs "http://127.0.0.1:$port/" "$chromium" "target/page/$1" \
    "../shared" "${2-}"; then
    tail -n 50 "$tools/service.log" >&2
    exit 1
  fi
  stop_service
}

start_service
run none

secret="a secret of the test"
start_service --discretizer.security.mode=api-key --discretizer.security.open-docs=true \
  --discretizer.security.api-key.keys="ci:$(hash_of "$secret")"
run api-key "$secret"
