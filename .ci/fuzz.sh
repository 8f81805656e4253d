#!/usr/bin/env bash
# Run after mvn verify: fuzzes every endpoint and format by the tests that it compiled: .ci/fuzz.sh [requests, default 30000]
# [seed, default 1]. To compile first: mvn -Pfuzz verify.
set -euo pipefail
cd "$(dirname "$0")/.."
mvn -B -ntp -q -Pfuzz toolchains:select-jdk-toolchain@select-jdk failsafe:integration-test failsafe:verify \
  -Dfuzz.count="${1:-30000}" -Dfuzz.seed="${2:-1}"
for test in web.FuzzIT codec.nir.NirFuzzIT codec.json.DecimalsFuzzIT; do
  grep -q '<testcase ' "target/failsafe-reports/TEST-dev.discretizer.$test.xml" || { echo "$test has not run" >&2; exit 1; }
done
echo "${1:-30000} requests of seed ${2:-1}: results, and problems of the client's"
