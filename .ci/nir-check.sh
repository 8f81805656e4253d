#!/usr/bin/env bash
# Reads the files that NirWriterTests wrote to target/nir, and the packaged service's answers to networks, with the nir package,
# in the version that sinabs requires and in the newest. Requires python3 with venv, and the requirements of .ci/service.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
source .ci/service.sh

golden=src/test/resources/branches/golden
mapfile -t branches < <(python3 -c "import json
for name, case in json.load(open('$golden/expected.json')).items():
    if case.get('answer') == 200: print('$golden/' + name + '.nir')")

start_service
python3 -m venv "$tools/venv"
for version in 1.0.4 1.0.8; do
  "$tools/venv/bin/pip" install --quiet --disable-pip-version-check "nir==$version" h5py==3.16.0 numpy==2.4.6
  "$tools/venv/bin/python" src/test/python/nir_check.py target/nir src/test/resources/nir/read
  "$tools/venv/bin/python" src/test/python/network_check.py "http://127.0.0.1:$port" "${branches[@]}" $(ls ../shared/data/*.nir 2>/dev/null)
done
