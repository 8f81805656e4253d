"""Lints the metrics of a running service by Prometheus' own linter.

    check_metrics.py PROMTOOL MANAGEMENT

It must complain of the metrics that docs/metrics.md names in the table of its complaints, and of no others.
"""
import pathlib
import re
import subprocess
import sys
import urllib.request

promtool, management = sys.argv[1:]

page = pathlib.Path("docs/metrics.md").read_text(encoding="utf-8")
table = page.split("the linter's complaint")[1].split("\n\n")[0]
named = set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))

with urllib.request.urlopen(f"{management}/actuator/prometheus", timeout=10) as answer:
    metrics = answer.read()
linted = subprocess.run([promtool, "check", "metrics"], input=metrics, capture_output=True, check=False)
complaints = (linted.stderr + linted.stdout).decode().splitlines()
found = {complaint.split()[0] for complaint in complaints}
if found != named:
    sys.exit(f"promtool complains of other metrics than docs/metrics.md names, {sorted(named)}:\n" + "\n".join(complaints))
print(f"promtool complains of {', '.join(sorted(found))}, as docs/metrics.md says, and of none of the others")
