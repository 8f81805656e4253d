# Sourced by scripts from the project's root: find_java prints the path of java of a JDK 25, found by JAVA_HOME, on the
# PATH, or where Linux keeps its JDKs.
find_java() {
  local home
  for home in "${JAVA_HOME:-}" "$(dirname "$(dirname "$(command -v java || true)")")" /usr/lib/jvm/*; do
    if [[ -x "$home/bin/java" ]] && "$home/bin/java" -version 2>&1 | grep -q ' version "25'; then
      echo "$home/bin/java"
      return
    fi
  done
  echo "no JDK 25 found by JAVA_HOME, PATH or /usr/lib/jvm" >&2
  return 1
}
