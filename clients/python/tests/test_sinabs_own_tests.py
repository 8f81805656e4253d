"""sinabs' own unit tests of what it discretizes, with `discretizer.sinabs` in its module's place."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="torch is not here")
pytest.importorskip("sinabs", reason="sinabs is not here")

# Those that need none of the chips' driver.
FILES = ("test_dynapcnn/test_discretized.py", "test_dynapcnnlayer", "test_dynapcnnnetwork")


@pytest.fixture
def folder() -> Path:
    """Give the folder `tests` of sinabs' source distribution, which .ci/client.sh fetches."""
    given = os.environ.get("SINABS_TESTS")
    if not given:
        pytest.skip("SINABS_TESTS does not name the tests of sinabs")  # not ours to keep here
    return Path(given)


@pytest.mark.parametrize("file", FILES)
def test_they_pass(url: str, folder: Path, file: str) -> None:
    options = ["-p", "in_place_of_sinabs", "-p", "no:cacheprovider", "-W", "ignore", "-q", file]
    environment = {**os.environ, "DISCRETIZER_URL": url, "PYTHONPATH": str(Path(__file__).parent)}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-5000:] + run.stderr[-2000:]
    assert " passed" in run.stdout
    assert "layers discretized: 0" not in run.stdout
