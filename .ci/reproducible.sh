#!/usr/bin/env bash
# Builds the last commit a second time, in another directory, and compares the jar and its libraries with those in target/ (mvn
# package), byte by byte; then checks the bill of materials (CycloneDX) inside the jar.
set -euo pipefail
cd "$(dirname "$0")/.."

jar=$(ls target/discretizer-*.jar) || { echo "no jar found: mvn package makes it" >&2; exit 1; }
if [[ -n $(git status --porcelain --untracked-files=no) ]]; then
  echo "there are changes that are not committed: a second build would not have them" >&2
  exit 1
fi
again=$(mktemp -d)
trap 'rm -rf "$again"' EXIT
git clone -q . "$again/elsewhere"
(cd "$again/elsewhere" && mvn -B -ntp -q -DskipTests -Djacoco.skip -Dmaven.test.skip -Dexec.skip package)
second="$again/elsewhere/$jar"
if ! cmp "$jar" "$second"; then
  echo "the two builds differ in:" >&2
  diff <(python3 -c 'import sys, zipfile; [print(i.filename, i.CRC, i.date_time) for i in zipfile.ZipFile(sys.argv[1]).infolist()]' "$jar") \
    <(python3 -c 'import sys, zipfile; [print(i.filename, i.CRC, i.date_time) for i in zipfile.ZipFile(sys.argv[1]).infolist()]' "$second") >&2 || true
  exit 1
fi
diff -r target/lib "$again/elsewhere/target/lib"
python3 - "$jar" <<'PYTHON'
import json
import pathlib
import sys
import zipfile

jar = zipfile.ZipFile(sys.argv[1])
sbom = json.loads(jar.read("META-INF/sbom/application.cdx.json"))
assert sbom["bomFormat"] == "CycloneDX", sbom["bomFormat"]
listed = {f"{part['name']}-{part['version']}.jar" for part in sbom["components"]}
packed = {path.name for path in pathlib.Path(sys.argv[1]).with_name("lib").iterdir()}
# Lines of a manifest are folded after 72 bytes.
manifest = jar.read("META-INF/MANIFEST.MF").decode().replace("\r\n ", "")
[named] = [line.removeprefix("Class-Path: ").split() for line in manifest.splitlines() if line.startswith("Class-Path: ")]
assert {f"lib/{name}" for name in packed} == set(named), f"in lib/ or the manifest alone: {sorted(packed ^ {name[4:] for name in named})}"
missing = packed - listed
assert not missing, f"in lib/ and not in the list: {sorted(missing)}"
print(f"two builds, the same bytes; {len(packed)} libraries, all in the list")
PYTHON
