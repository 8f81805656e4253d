"""A pytest plugin for sinabs' own tests: `discretizer.sinabs` stands where sinabs' discretize module would."""

from __future__ import annotations

import sys
from unittest.mock import MagicMock

from conftest import DRIVER

sys.modules.update({name: MagicMock() for name in DRIVER})

from discretizer import sinabs as ours  # noqa: E402

sys.modules["sinabs.backend.dynapcnn.discretize"] = ours

calls = 0
discretize = ours._discretize


def counted(*arguments: object) -> object:
    global calls
    calls += 1
    return discretize(*arguments)  # type: ignore[arg-type]


ours._discretize = counted  # type: ignore[assignment]


def pytest_terminal_summary(terminalreporter: object) -> None:
    print(f"\nlayers discretized: {calls}")
