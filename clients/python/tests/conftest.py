"""Starts the packaged service once for all tests, on a free port of this machine, and ends it by its process."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import pytest

import discretizer

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT.parent / "shared" / "data"
START_SECONDS = 180


def find_java() -> Path:
    """Find the java of a JDK 25: by JAVA_HOME, by PATH, or where Linux keeps its JDKs."""
    on_path = shutil.which("java")
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    homes += [Path(on_path).resolve().parents[1]] if on_path else []
    homes += sorted(Path("/usr/lib/jvm").glob("*"))
    for home in homes:
        java = home / "bin" / "java"
        if java.exists():
            told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
            if ' version "25' in told:
                return java
    pytest.exit("no JDK 25 found by JAVA_HOME, PATH or /usr/lib/jvm", returncode=1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.exit(f"the service did not start:\n{log.read_text()[-5000:]}", returncode=1)


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the service is: DISCRETIZER_TEST_URL, or one started here from target/discretizer-*.jar."""
    running = os.environ.get("DISCRETIZER_TEST_URL")
    if running:
        yield running
        return
    jars = list(ROOT.glob("target/discretizer-*.jar"))
    if not jars:
        pytest.exit("no target/discretizer-*.jar found: mvn package makes it", returncode=1)
    port = free_port()
    log = tmp_path_factory.mktemp("service") / "service.log"
    options = [f"@{ROOT / 'jvm.options'}", "-Xmx1g", "-jar", str(jars[0]), "--server.address=127.0.0.1"]
    options += [f"--server.port={port}", "--management.server.port=0", "--discretizer.shutdown.drain=0s"]
    options += ["--discretizer.warm-up.time=750ms"]
    with log.open("wb") as output:
        process = subprocess.Popen([find_java(), *options], stdout=output, stderr=subprocess.STDOUT, cwd=ROOT)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def client(url: str) -> Iterator[discretizer.Client]:
    """Give a client that raises no warnings of findings; those have their own tests."""
    with discretizer.Client(url, warn=False) as client:
        yield client


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(20261123)


@pytest.fixture(autouse=True)
def no_settings_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISCRETIZER_URL", "DISCRETIZER_API_KEY", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def pytest_report_header() -> str:
    return f"{sys.version.split()[0]}, numpy {np.__version__}"


# sinabs' package for chips imports their driver, `samna`, which is not to be had from the package index (what stands
# there fetches it from elsewhere). Building a network calls none of it, so what stands in for it may be anything.
DRIVER = (
    "samna",
    "samna.speck2e",
    "samna.speck2e.configuration",
    "samna.speck2f",
    "samna.speck2f.configuration",
    "samnagui",
)

if importlib.util.find_spec("sinabs") and not importlib.util.find_spec("samna"):
    sys.modules.update({name: MagicMock() for name in DRIVER})


@pytest.fixture(scope="session")
def golden() -> dict[str, Any]:
    """What a reference simulator makes of three recordings of scnn_mnist, and their folder."""
    folder = DATA.parent / "golden" / "behaviour" / "events"
    if not folder.exists():
        pytest.skip("../shared is not here")  # recordings and network are a third party's, never committed
    document: dict[str, Any] = json.loads((folder / "expected.json").read_text())
    document["folder"] = folder
    return document


@pytest.fixture(params=["mnist", "scnn_mnist"])
def expected(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What sinabs makes of a real network, and the network's path."""
    path = DATA / f"{request.param}.expected.json"
    if not path.exists():
        pytest.skip(f"{path} is not here")  # a third party's network, never committed
    document: dict[str, Any] = json.loads(path.read_text())
    document["path"] = DATA / f"{request.param}.nir"
    return document
