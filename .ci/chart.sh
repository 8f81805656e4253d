#!/usr/bin/env bash
# Run after mvn verify: checks that the tests of the chart and of proxies in front of the service did run. They skip themselves
# if Helm's library, HAProxy or nginx is missing; here that is an error.
set -euo pipefail
cd "$(dirname "$0")/.."

for test in helm.ChartTests helm.PodTests helm.SelectorTests helm.SettingsTests helm.ValuesTests helm.AlertsTests helm.AlertsIT \
  helm.EnvironmentIT web.RolloutIT web.NginxIT web.SizingIT; do
  reports=target/surefire-reports
  [[ $test == *IT ]] && reports=target/failsafe-reports
  report=$reports/TEST-dev.discretizer.$test.xml
  if ! grep -q '<testcase ' "$report"; then
    echo "$test has not run: $report has no test"
    exit 1
  fi
  if grep -E 'does not run here|is not installed' "$report"; then
    echo "$test was skipped"
    exit 1
  fi
done
echo "the chart's tests, the rollout and the server in front have run"
