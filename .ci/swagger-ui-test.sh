#!/usr/bin/env bash
# Executes, in a browser, every operation of the packaged service's Swagger UI with each of its examples
# (.ci/swagger-ui-test.cjs), and with one example in each mode of security. Writes screenshots to target/swagger-ui. Requires
# node, npm, chromium, and the requirements of .ci/service.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
source .ci/service.sh

# A version that also runs on node 18.
playwright=playwright-core@1.55.1

chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
  { echo "no chromium found" >&2; exit 1; }
npm install --silent --no-audit --no-fund --no-save --no-package-lock --prefix "$tools" "$playwright"

# run <mode> [all | first] [text to type into the dialog Authorize]
run() {
  echo "mode $1"
  if ! NODE_PATH="$tools/node_modules" node .ci/swagger-ui-test.cjs "http://127.0.0.1:$port" "$chromium" \
    "target/swagger-ui/$1" "${@:2}"; then
    tail -n 50 "$tools/service.log" >&2
    exit 1
  fi
  stop_service
}

start_service
run none all

secret="a secret of the test"
start_service --discretizer.security.mode=api-key --discretizer.security.open-docs=true \
  --discretizer.security.api-key.keys="ci:$(hash_of "$secret")"
run api-key first "$secret"

start_issuer
start_service --discretizer.security.mode=jwt --discretizer.security.open-docs=true \
  --discretizer.security.jwt.audiences=discretizer --discretizer.security.jwt.jwk-set-uri="$jwks"
run jwt first "$token"
