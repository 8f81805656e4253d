#!/usr/bin/env bash
# Calls the packaged service by the Python client with valid and invalid keys and tokens. Requires node, python3 with venv, and
# the requirements of .ci/service.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
source .ci/service.sh

python3 -m venv "$tools/venv"
"$tools/venv/bin/pip" install --quiet --disable-pip-version-check ./clients/python

# calls <mode> <valid credential> <invalid credential>
calls() {
  echo "mode $1"
  "$tools/venv/bin/python" - "http://127.0.0.1:$port" "${@:2}" <<'END'
import asyncio
import sys

import discretizer
import numpy as np

url, good, bad = sys.argv[1:]
weight = np.eye(3, dtype=np.float32)


async def calls_of_the_other_client():
    async with discretizer.AsyncClient(url, api_key=good) as client:
        return await client.scale(weight)


with discretizer.Client(url, api_key=good) as client:
    assert client.discretize_tensor(weight).tensor.max() == 127
    assert client.devices()
assert asyncio.run(calls_of_the_other_client())
for key in (None, bad):
    with discretizer.Client(url, api_key=key) as client:
        try:
            client.discretize_tensor(weight)
        except discretizer.AuthenticationError as refused:
            assert refused.status == 401 and refused.code == "unauthorized", refused
            assert key is None or key not in str(refused), "the secret is not told"
        else:
            raise AssertionError(f"served with {key}")
print("served with the right one, refused with the wrong one and with none")
END
  stop_service
}

secret="a-secret-of-the-test"
start_service --discretizer.security.mode=api-key --discretizer.security.api-key.keys="ci:$(hash_of "$secret")"
calls api-key "$secret" "another-secret"

start_issuer
start_service --discretizer.security.mode=jwt --discretizer.security.jwt.audiences=discretizer \
  --discretizer.security.jwt.jwk-set-uri="$jwks"
calls jwt "$token" "$expired"
