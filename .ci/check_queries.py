"""Puts every query of the dashboard and of the alert rules to a real Prometheus that watches the service under traffic.

    check_queries.py PROMETHEUS SERVICE

Each query of the dashboard must give a number, those of the alert rules must be evaluated without an error, and with
nothing wrong none of them may be up.
"""
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

DASHBOARD = "compose/grafana/dashboards/discretizer.json"

# Requests answered 200, 400, 404 and 422, in two formats.
TRAFFIC = [
    ("/api/v1/discretize/conv-spike", "application/json",
     b'{"conv":{"weight":[[0.5,-1.0]]},"spike":{"spike_threshold":1.0,"min_v_mem":-1.0}}'),
    ("/api/v1/scale", "application/json", b'{"tensor":[1.0,-0.5]}'),
    ("/api/v1/discretize/tensor?dtype=float32&shape=250000", "application/octet-stream", b"\0\0\x80\x3f" * 250_000),
    ("/api/v1/scale", "application/json", b'{"tensor":['),
    ("/api/v1/discretize/tensor", "application/json", b'{"tensor":[0.0]}'),
    ("/nothing", "application/json", b"{}"),
]


def ask(base, path, **parameters):
    url = f"{base}{path}?{urllib.parse.urlencode(parameters)}"
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.load(answer)["data"]
    except urllib.error.HTTPError as failure:
        sys.exit(f"{parameters}: {failure.read().decode()}")


def post(base):
    for path, media_type, body in TRAFFIC:
        try:
            urllib.request.urlopen(urllib.request.Request(base + path, body, {"Content-Type": media_type}), timeout=10).read()
        except urllib.error.HTTPError as failure:
            if failure.code not in (400, 404, 422):
                raise


def under_traffic(prometheus, service):
    """Posts for twenty seconds, which Prometheus looks at some four times, and until it has evaluated every rule."""
    begin = time.monotonic()
    while True:
        post(service)
        time.sleep(0.1)
        passed = time.monotonic() - begin
        if passed > 20 and rules(prometheus) and all(rule["health"] == "ok" for rule in rules(prometheus)):
            return
        if passed > 90:
            sys.exit(f"after 90 s: targets {ask(prometheus, '/api/v1/targets')['activeTargets']}, rules {rules(prometheus)}")


def rules(prometheus):
    return [rule for group in ask(prometheus, "/api/v1/rules")["groups"] for rule in group["rules"]]


def dashboard():
    with open(DASHBOARD, encoding="utf-8") as file:
        board = json.load(file)
    for panel in board["panels"]:
        for target in panel.get("targets", []):
            query = target["expr"].replace("$__rate_interval", "20s").replace("$instance", ".*")
            assert "$" not in query, query
            yield panel["title"], query


def main():
    prometheus, service = sys.argv[1:]
    under_traffic(prometheus, service)
    targets = ask(prometheus, "/api/v1/targets")["activeTargets"]
    assert [target["health"] for target in targets] == ["up"], targets
    empty = []
    queries = list(dashboard())
    for title, query in queries:
        values = [sample["value"][1] for sample in ask(prometheus, "/api/v1/query", query=query)["result"]]
        print(f"{title}: {values[0] if values else 'nothing'}{' and more' if len(values) > 1 else ''}")
        if not values or all(value == "NaN" for value in values):
            empty.append(f"{title}: {query}")
    if empty:
        sys.exit("no number:\n" + "\n".join(empty))
    firing = [rule["name"] for rule in rules(prometheus) if rule["state"] != "inactive"]
    assert not firing, firing
    print(f"{len(queries)} queries of the dashboard answered, {len(rules(prometheus))} alert rules evaluated, none of them up")


main()
