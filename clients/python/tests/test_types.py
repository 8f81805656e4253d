"""The types of the package, and of the examples in its README and docstrings, by mypy --strict and pyright."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import json
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PROJECT = HERE.parent

# What the examples take as given.
PRELUDE = """
from typing import Any

import numpy as np
import numpy.typing as npt
from sinabs import layers as sl
from sinabs.backend.dynapcnn import DynapcnnNetwork
from torch import nn

import discretizer
from discretizer import sinabs as discretize

Weights = npt.NDArray[np.float32]
"""
GIVEN = "weight: Weights, bias: Weights, conv: nn.Conv2d, spike: sl.IAFSqueeze, model: nn.Sequential"


def mypy(*arguments: object) -> list[str]:
    if importlib.util.find_spec("mypy") is None:
        pytest.skip("mypy is not here")  # it runs on the newest Python alone, see .ci/client.sh
    options = [
        "--strict",
        "--config-file",
        PROJECT / "pyproject.toml",
        "--cache-dir",
        tempfile.gettempdir() + "/discretizer-mypy",
        *arguments,
    ]
    return run(sys.executable, "-m", "mypy", *options)


def pyright(*arguments: object) -> list[str]:
    command = shutil.which("pyright")
    if command is None:
        pytest.skip("pyright is not here")  # it comes from npm, which may not be there
    return run(command, "--pythonpath", sys.executable, *arguments)


def run(*command: object) -> list[str]:
    result = subprocess.run([str(part) for part in command], cwd=PROJECT, capture_output=True, text=True, check=False)
    errors = [line.strip() for line in result.stdout.splitlines() if " error: " in line or " - error" in line]
    assert result.returncode == 0 or errors, result.stdout + result.stderr
    return errors


def fenced(text: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def indented(docstring: str) -> list[str]:
    """The indented blocks of a docstring; what stands below `Args:` follows it without an empty line, and is none."""
    blocks: list[str] = []
    for paragraph in re.split(r"\n\n+", docstring):
        is_code = paragraph.startswith("    ")
        if is_code and blocks and blocks[-1]:
            blocks[-1] += "\n\n" + paragraph
        else:
            blocks.append(paragraph if is_code else "")
    return [textwrap.dedent(block) for block in blocks if block]


def docstrings(path: Path) -> list[str]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found = (ast.get_docstring(node, clean=False) for node in nodes if isinstance(node, documented))
    return [inspect.cleandoc(text) for text in found if text]


def examples() -> dict[str, list[str]]:
    sources = {"README.md": fenced((PROJECT / "README.md").read_text(encoding="utf-8"))}
    for path in sorted((PROJECT / "src" / "discretizer").glob("*.py")):
        sources[path.name] = [example for text in docstrings(path) for example in indented(text)]
    return sources


def module_of(examples: list[str]) -> str:
    """A module with a function for each example."""
    module = PRELUDE
    for number, example in enumerate(examples):
        kind = "async def" if "await " in example else "def"
        given = GIVEN if " as client" in example else f"client: discretizer.Client, {GIVEN}"
        module += f"\n\n{kind} example_{number}({given}) -> None:\n{textwrap.indent(example, '    ')}\n"
    return module


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """The examples as modules, with the settings of pyright."""
    for name, found in examples().items():
        (tmp_path / f"{Path(name).stem.lower()}_examples.py").write_text(module_of(found), encoding="utf-8")
    settings = {"reportMissingImports": False, "reportMissingModuleSource": False, "reportUnusedExpression": False}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    return tmp_path


def test_examples_are_found() -> None:
    counts = {name: len(found) for name, found in examples().items() if found}
    assert counts["README.md"] >= 6
    assert {"__init__.py", "_async_client.py", "_client.py", "sinabs.py"} <= counts.keys()


def test_examples_pass_mypy(written: Path) -> None:
    assert mypy(written) == []


def test_examples_pass_pyright(written: Path) -> None:
    assert pyright("--project", written) == []


def test_a_wrong_example_is_found(tmp_path: Path) -> None:
    wrong = "client.discretize_conv(weight, spike_threshold='a')\nclient.discretize_network('x').fit.fits"
    (tmp_path / "wrong.py").write_text(module_of([wrong]), encoding="utf-8")
    assert len(mypy(tmp_path)) >= 2


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_types_are_those_that_are_promised(checker: Callable[..., list[str]]) -> None:
    assert checker(HERE / "typed_calls.py", HERE / "typed_sinabs.py") == []


def test_the_package_passes_pyright() -> None:
    errors = pyright()
    if importlib.util.find_spec("sinabs") is None:
        # Then pyright takes `import sinabs` in discretizer/sinabs.py for that file itself.
        errors = [error for error in errors if "/sinabs.py:" not in error]
    assert errors == []
