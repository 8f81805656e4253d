"""Writes the synchronous client, `_client.py`, from the asynchronous one, `_async_client.py`.

`python make_client.py --check` writes nothing, and fails if the file differs from what would be written.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

PACKAGE = Path(__file__).parent / "src" / "discretizer"
SOURCE, TARGET = PACKAGE / "_async_client.py", PACKAGE / "_client.py"

HEAD = '''"""The synchronous client. Written by `make_client.py` from `_async_client.py`; edit that file instead."""
'''

REPLACED = {
    r"\A\"\"\".*?\"\"\"\n": HEAD,
    r"\basync (def|with|for)\b": r"\1",
    r"\bawait ": "",
    r"\bAsync(Client|BaseTransport)\b": r"\1",
    r"\basyncio\b": "time",
    r"\b__a(enter|exit)__": r"__\1__",
    r"\ba(close|iter_bytes)\b": r"\1",
    r"\basync_(each|parts)\b": r"\1",
    r"\bSeveral tasks may\b": "Several threads may",
}


def synchronous(text: str) -> str:
    for pattern, replacement in REPLACED.items():
        text, count = re.subn(pattern, replacement, text, flags=re.DOTALL)
        if not count:
            raise ValueError(f"{SOURCE.name} no longer has {pattern}")
    return text


def main(arguments: list[str]) -> int:
    text = synchronous(SOURCE.read_text(encoding="utf-8"))
    if arguments == ["--check"]:
        if TARGET.read_text(encoding="utf-8") == text:
            return 0
        print(f"{TARGET.name} is not what make_client.py writes: run it", file=sys.stderr)
        return 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
