#!/usr/bin/env bash
# Writes requests to the packaged service and reads its answers with numpy and safetensors (src/test/python/check_files.py).
# Requires python3 with venv, and the requirements of .ci/service.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
source .ci/service.sh

python3 -m venv "$tools/venv"
"$tools/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 safetensors==0.8.0
start_service

if ! "$tools/venv/bin/python" src/test/python/check_files.py "http://127.0.0.1:$port"; then
  tail -n 50 "$tools/service.log" >&2
  exit 1
fi
