#!/usr/bin/env bash
# Lints openapi/openapi.yaml by the rules in openapi/redocly.yaml; any error or warning fails. Requires node and npm.
set -euo pipefail
cd "$(dirname "$0")/.."

redocly=@redocly/cli@2.77.0

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
npm install --silent --no-audit --no-fund --no-save --no-package-lock --prefix "$tools" "$redocly"
REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
  "$tools/node_modules/.bin/redocly" lint --config openapi/redocly.yaml --max-problems 1000 openapi/openapi.yaml
