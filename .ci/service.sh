# Sourced from the project's root by scripts that test the packaged service. Requires target/discretizer-*.jar and target/lib
# (mvn package) and a JDK 25. Makes $tools, a folder; removes it and stops the service when the script ends.

source bench/java.sh

java=$(find_java)
jar=$(ls target/discretizer-*.jar) || { echo "no jar found: mvn package makes it" >&2; exit 1; }
tools=$(mktemp -d)
# A copy, as someone may package the jar again while it is served; of the same time, as the AOT cache fits no other.
cp -rp "$jar" target/lib "$tools/"
jar=$tools/${jar##*/}
service=
issuer=

end() {
  if [[ -n $1 ]]; then
    kill "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
  fi
}

stop_service() {
  end "$service"
  service=
}

stop_all() {
  stop_service
  end "$issuer"
  rm -rf "$tools"
}
trap stop_all EXIT

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Starts the service on a free port of this machine, $port, and waits until it is ready. Its log is $tools/service.log.
# Arguments are the service's own, such as
#   start_service --discretizer.security.mode=api-key --discretizer.security.api-key.keys="ci:$(hash_of "$secret")"
#   start_issuer && start_service --discretizer.security.mode=jwt --discretizer.security.jwt.audiences=discretizer \
#     --discretizer.security.jwt.jwk-set-uri="$jwks"
start_service() {
  local tries
  port=$(free_port)
  "$java" @jvm.options -jar "$jar" --server.address=127.0.0.1 --server.port="$port" --management.server.port=0 \
    --discretizer.shutdown.drain=0s --discretizer.warm-up.time=750ms "$@" >"$tools/service.log" 2>&1 &
  service=$!
  for tries in $(seq 120); do
    kill -0 "$service" 2>/dev/null || break
    if python3 -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=2)' \
      "http://127.0.0.1:$port/readyz" 2>/dev/null; then
      return
    fi
    sleep 0.5
  done
  echo "the service is not ready after $tries tries" >&2
  tail -n 50 "$tools/service.log" >&2
  return 1
}

# The hash of a secret, as the service's settings contain it.
hash_of() {
  printf %s "$1" | sha256sum | cut -d' ' -f1
}

# Starts an issuer of tokens (requires node): its keys are at $jwks, $token is valid and $expired is not.
start_issuer() {
  local tries
  mkfifo "$tools/issuer.stdin"
  node .ci/issuer.cjs <"$tools/issuer.stdin" >"$tools/issuer.json" &
  issuer=$!
  exec 9>"$tools/issuer.stdin"
  for tries in $(seq 100); do
    [[ -s $tools/issuer.json ]] && break
    sleep 0.1
  done
  read -r jwks token expired < <(python3 -c 'import json, sys; i = json.load(open(sys.argv[1])); print(i["jwks"], i["token"], i["expired"])' \
    "$tools/issuer.json")
}
