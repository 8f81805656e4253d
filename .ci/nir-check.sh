#!/usr/bin/env bash
# Has the real nir, the version that sinabs is bound to and the newest, read what NirWriterTests left in target/nir.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT

for version in 1.0.4 1.0.8; do
  python3 -m venv "$tools/$version"
  "$tools/$version/bin/pip" install --quiet --disable-pip-version-check "nir==$version" h5py==3.16.0 numpy==2.4.6
  "$tools/$version/bin/python" src/test/python/nir_check.py target/nir src/test/resources/nir/read
done
