#!/usr/bin/env bash
# Uses the page at / in a browser as people do (.ci/page-test.cjs), with the service's examples and the networks of ../shared/data:
# without keys, with a key, with a token, and behind a proxy that takes a path prefix off. Writes screenshots to target/page. Requires
# node, npm, chromium, nginx, and the requirements of .ci/service.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
source .ci/service.sh

# A version that also runs on node 18.
playwright=playwright-core@1.55.1
axe=axe-core@4.10.3

chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
  { echo "no chromium found" >&2; exit 1; }
npm install --silent --no-audit --no-fund --no-save --no-package-lock --prefix "$tools" "$playwright" "$axe"

# run <mode> <base URL> all | core [key to type into the page]
run() {
  echo "mode $1"
  if ! NODE_PATH="$tools/node_modules" node .ci/page-test.cjs "$2" "$chromium" "target/page/$1" ../shared "${@:3}"; then
    tail -n 50 "$tools/service.log" >&2
    exit 1
  fi
}

# Starts a proxy, $proxy, that serves the service under $prefix.
start_proxy() {
  local to=$port
  local port
  port=$(free_port)
  prefix="http://127.0.0.1:$port/tools/discretizer/"
  cat >"$tools/nginx.conf" <<END
daemon off;
user $(id -un) $(id -gn);
pid $tools/nginx.pid;
events {}
http {
  access_log off;
  client_body_temp_path $tools/nginx-body;
  proxy_temp_path $tools/nginx-proxy;
  fastcgi_temp_path $tools/nginx-fastcgi;
  uwsgi_temp_path $tools/nginx-uwsgi;
  scgi_temp_path $tools/nginx-scgi;
  client_max_body_size 64m;
  server {
    listen 127.0.0.1:$port;
    location /tools/discretizer/ { proxy_pass http://127.0.0.1:$to/; }
  }
}
END
  nginx -p "$tools" -e "$tools/nginx.log" -c "$tools/nginx.conf" &
  proxy=$!
  for _ in $(seq 50); do
    [[ -s $tools/nginx.pid ]] && return
    sleep 0.1
  done
  cat "$tools/nginx.log" >&2
  return 1
}

proxy=
stop_proxy_too() {
  end "$proxy"
  stop_all
}
trap stop_proxy_too EXIT

start_service
run none "http://127.0.0.1:$port/" all
start_proxy
run prefix "$prefix" core
stop_service

secret="a secret of the test"
start_service --discretizer.security.mode=api-key --discretizer.security.open-docs=true \
  --discretizer.security.api-key.keys="ci:$(hash_of "$secret")"
run api-key "http://127.0.0.1:$port/" all "$secret"
stop_service

start_issuer
start_service --discretizer.security.mode=jwt --discretizer.security.open-docs=true \
  --discretizer.security.jwt.audiences=discretizer --discretizer.security.jwt.jwk-set-uri="$jwks"
run jwt "http://127.0.0.1:$port/" core "$token"
stop_service
