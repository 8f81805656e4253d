#!/usr/bin/env bash
# Fuzzes every endpoint and format: .ci/fuzz.sh [requests, default 30000] [seed, default 1]
set -euo pipefail
cd "$(dirname "$0")/.."
mvn -B -ntp -q -Dexec.skip -Pfuzz verify -Dfuzz.count="${1:-30000}" -Dfuzz.seed="${2:-1}"
echo "${1:-30000} requests of seed ${2:-1}: results, and problems of the client's"
