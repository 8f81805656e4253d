# Sourced from the project's root by scripts that need a container engine. Uses the running engine; if there is none,
# ../shared/tools/container-engine starts one, which is stopped when the script ends. Sets $docker, a client that can build
# with BuildKit. Makes $tools, a folder that is removed when the script ends; clean_up_more may be defined for further steps.

docker=docker
[[ -x /usr/bin/docker ]] && docker=/usr/bin/docker
export DOCKER_BUILDKIT=1
engine_tool=../shared/tools/container-engine
engine_started=
tools=$(mktemp -d)

clean_up_more() { :; }
clean_up() {
  clean_up_more
  if [[ -n $engine_started ]]; then
    "$engine_tool" down || true
  fi
  rm -rf "$tools"
}
trap clean_up EXIT

if ! "$docker" info >/dev/null 2>&1; then
  [[ -x $engine_tool ]] || { echo "no container engine here, and no $engine_tool" >&2; exit 1; }
  "$engine_tool" up >"$tools/engine.env" 2>"$tools/engine.log" || { cat "$tools/engine.log" >&2; exit 1; }
  # The script stops the engine only if it has started it.
  if grep -q 'starting dockerd' "$tools/engine.log"; then
    engine_started=yes
  fi
  source "$tools/engine.env"
  docker=/usr/bin/docker
fi
