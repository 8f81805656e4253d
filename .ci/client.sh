#!/usr/bin/env bash
# Checks the Python client in clients/python against the packaged service: its style and types, that the synchronous client
# is up to date, its tests on the newest and the oldest Python found (the oldest with the oldest dependencies), its wheel in
# an empty environment, and, with torch and sinabs, that its results equal those of sinabs. Requires python3 with venv, npm for
# pyright, and the requirements of .ci/service.sh. Skips a package that cannot be downloaded, with a message.
set -euo pipefail
cd "$(dirname "$0")/.."
source .ci/service.sh

client=$PWD/clients/python
sinabs=3.1.3

say() { printf '\n-- %s (%s s)\n' "$1" "$SECONDS"; }

# make_venv NAME PYTHON [OPTION OF venv ...]: a virtual environment, $tools/NAME.
make_venv() { "$2" -m venv "${@:3}" "$tools/$1"; }

# install NAME [OPTION OF pip ...]
install() { "$tools/$1/bin/python" -m pip install --quiet --disable-pip-version-check "${@:2}"; }

# check NAME [OPTION OF pytest ...]: runs the tests in that environment.
check() { (cd "$client" && "$tools/$1/bin/python" -m pytest -q -p no:cacheprovider "${@:2}"); }

# The Python versions that the client supports, one interpreter for each, oldest first.
pythons() {
  local python
  for python in /usr/bin/python3 /usr/bin/python3.? /usr/bin/python3.?? /usr/local/bin/python3 ~/.pyenv/versions/*/bin/python3; do
    "$python" -c 'import sys, venv, ensurepip
if sys.version_info >= (3, 10): print("%d.%02d" % sys.version_info[:2], sys.executable)' 2>/dev/null || true
  done | sort -u -k 1,1 | cut -d ' ' -f 2
}

mapfile -t found < <(pythons)
((${#found[@]})) || { echo "no Python 3.10 or later with venv found" >&2; exit 1; }
oldest=${found[0]} newest=${found[-1]}

say "style and types, $("$newest" --version)"
make_venv newest "$newest"
if ! install newest ruff==0.17.5 mypy==2.4.1 pytest ml_dtypes matplotlib h5py httpx numpy safetensors hatchling; then
  echo "Python packages cannot be downloaded here: the client is left unchecked"
  exit 0
fi
"$tools/newest/bin/python" -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation \
  --wheel-dir "$tools/wheel" "$client"
install newest "$tools"/wheel/*.whl
npm install --silent --no-audit --no-fund --prefix "$tools/node" pyright@1.1.414 >/dev/null 2>&1 ||
  echo "pyright cannot be downloaded here: the types are checked by mypy alone"
export PATH=$tools/node/node_modules/.bin:$PATH
python3 "$client/make_client.py" --check
(cd "$client" && "$tools/newest/bin/ruff" format --quiet --check . && "$tools/newest/bin/ruff" check --quiet .)
(cd "$client" && exec "$tools/newest/bin/mypy" --cache-dir "$tools/mypy") >"$tools/types.log" 2>&1 &
types=$!

say "tests, $("$newest" --version)"
check newest || { wait "$types" || true; exit 1; }
wait "$types" || { cat "$tools/types.log" >&2; exit 1; }
cat "$tools/types.log"

start_service
export DISCRETIZER_TEST_URL=http://127.0.0.1:$port DISCRETIZER_URL=http://127.0.0.1:$port

say "the wheel in an empty environment, $("$oldest" --version)"
make_venv empty "$oldest"
install empty "$tools"/wheel/*.whl
(cd "$tools" && empty/bin/python - <<'END'
import importlib.resources

import numpy

import discretizer

assert importlib.resources.files("discretizer").joinpath("py.typed").is_file()
with discretizer.Client() as client:
    print(client.discretize_conv_spike(numpy.eye(3), spike_threshold=1.0, min_v_mem=-1.0))
numpy.save("x.npy", numpy.arange(6.0).reshape(2, 3))
END
  empty/bin/discretizer tensor x.npy -o q.npy --bits 8)

if [[ $oldest != "$newest" ]]; then
  say "tests, $("$oldest" --version) and the oldest dependencies"
  make_venv oldest "$oldest"
  install oldest httpx==0.26.0 numpy==1.24.0 safetensors==0.4.0 pytest
  install oldest "$tools"/wheel/*.whl
  check oldest --ignore tests/test_types.py # the oldest dependencies have no or other types
fi

say "torch and sinabs"
if ! /usr/bin/python3 -c 'import torch' 2>/dev/null; then
  (apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends python3-torch) \
    >/dev/null 2>&1 || true
fi
if ! /usr/bin/python3 -c 'import torch, venv' 2>/dev/null; then
  echo "Debian's python3-torch cannot be installed here: nothing is compared with sinabs, and no network is trained"
  exit 0
fi
make_venv sinabs /usr/bin/python3 --system-site-packages
# An old torch works only with the numpy it was built with, or an older one. sinabs requires a driver that is not in the index.
if ! { install sinabs "numpy==$(/usr/bin/python3 -c 'import numpy; print(numpy.__version__)')" \
  pytest httpx safetensors typing_extensions matplotlib h5py pbr &&
  install sinabs --no-deps "sinabs==$sinabs" nir==1.0.7 nirtorch==2.0.3; }; then
  echo "sinabs cannot be downloaded here: nothing is compared with it, and no network is trained"
  exit 0
fi
install sinabs --no-deps "$tools"/wheel/*.whl
"$tools/sinabs/bin/python" src/test/python/network_check.py "http://127.0.0.1:$port" $(ls ../shared/data/*.nir 2>/dev/null)
"$tools/sinabs/bin/python" src/test/python/sinabs_events.py "http://127.0.0.1:$port" $(ls -d ../shared 2>/dev/null)
# Only the source distribution of sinabs contains its tests.
if "$tools/sinabs/bin/python" -m pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: \
  --no-build-isolation --dest "$tools" "sinabs==$sinabs"; then
  tar -xzf "$tools/sinabs-$sinabs.tar.gz" -C "$tools"
  export SINABS_TESTS=$tools/sinabs-$sinabs/tests
fi
check sinabs tests/test_sinabs.py tests/test_sinabs_networks.py tests/test_sinabs_own_tests.py \
  tests/test_client.py tests/test_safetensors.py tests/test_simulate.py tests/test_calibrate.py

say "types where torch is installed"
install sinabs mypy==2.4.1
check sinabs tests/test_types.py -k "examples_pass or promised or package"

say "the training loop"
"$tools/sinabs/bin/python" clients/python/examples/train.py --epochs 3

say "the network as trained, and as on the chip"
"$tools/sinabs/bin/python" clients/python/examples/behaviour.py --epochs 3
