#!/usr/bin/env bash
# Generates clients from the packaged service's document, as docs/reference.md says, and calls the service by them: by
# openapi-python-client every operation, by openapi-typescript three, which the compiler checks too. Requires node, npm,
# python3 with venv, and the requirements of .ci/service.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
source .ci/service.sh

npm install --silent --no-audit --no-fund --no-save --no-package-lock --prefix "$tools/ts" \
  openapi-typescript@7.13.0 openapi-fetch@0.17.0 typescript@5.9.3 &
npm=$!
python3 -m venv "$tools/venv"
"$tools/venv/bin/pip" install --quiet --disable-pip-version-check openapi-python-client==0.29.1 ||
  { wait "$npm" || true; exit 1; }
wait "$npm"
start_service
url=http://127.0.0.1:$port

echo "openapi-python-client"
"$tools/venv/bin/openapi-python-client" generate --url "$url/v3/api-docs" --config openapi/python-client.yaml \
  --output-path "$tools/discretizer-openapi" >"$tools/generate.log" 2>&1 || { tail -n 50 "$tools/generate.log" >&2; exit 1; }
# It lists formats that it leaves out. What it cannot make of the schemas would be listed here as well.
if grep -E '^(Unable|Could not|Invalid)|will not be generated' "$tools/generate.log"; then
  exit 1
fi
PYTHONPATH=$tools/discretizer-openapi "$tools/venv/bin/python" .ci/generated_client.py "$url" src/main/resources/examples

echo "openapi-typescript"
bin=$tools/ts/node_modules/.bin
"$bin/openapi-typescript" "$url/v3/api-docs" --default-non-nullable=false -o "$tools/ts/discretizer.d.ts"
cp .ci/generated-client.ts "$tools/ts/"
echo '{"type": "module"}' >"$tools/ts/package.json"
(cd "$tools/ts" && "$bin/tsc" --strict --skipLibCheck --target es2022 --lib es2022,dom --module nodenext generated-client.ts)
node "$tools/ts/generated-client.js" "$url"
