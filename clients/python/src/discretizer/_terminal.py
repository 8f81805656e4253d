"""Text output: colours on a terminal, tables, wrapped findings, and a progress bar."""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from discretizer._flags import spoken
from discretizer._show import FindingGroup

_BOLD, _DIM, _RED, _GREEN, _YELLOW = "1", "2", "31", "32", "33"
_BAR = 30
_WIDTH = 80
"""Columns of a file or pipe."""
_GAP = "  "


class Terminal:
    """An output stream, which may be a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.is_live = stream.isatty()
        self._colours = _has_colours(self.is_live)
        self._hints: set[str] = set()
        self._width = shutil.get_terminal_size((_WIDTH, 24)).columns if self.is_live else _WIDTH

    def print(self, text: str = "") -> None:
        print(text, file=self._stream)

    def bold(self, text: str) -> str:
        return self._styled(_BOLD, text)

    def dim(self, text: str) -> str:
        return self._styled(_DIM, text)

    def bad(self, text: str) -> str:
        return self._styled(_RED, text)

    def good(self, text: str) -> str:
        return self._styled(_GREEN, text)

    def warning(self, text: str) -> str:
        return self._styled(_YELLOW, text)

    def _styled(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colours and text else text

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]], keys: int = 1) -> None:
        """Print columns, numbers to the right. Columns without text are left out.

        Columns that do not fit beside the others follow below them, after the first ones, the keys, again.
        """
        rows = list(rows)
        shown = [n for n in range(len(head)) if any(row[n] for row in rows)]
        widths = [max(len(line[n]) for line in (head, *rows)) for n in shown]
        right = [all(not row[n] or row[n][0] in "-.0123456789" for row in rows) for n in shown]
        columns = list(zip(shown, widths, right, strict=True))
        for number, block in enumerate(self._blocks(columns, keys)):
            if number:
                self.print()
            for row in (head, *rows):
                cells = (row[n].rjust(width) if to_right else row[n].ljust(width) for n, width, to_right in block)
                line = _GAP.join(cells).rstrip()
                self.print(self.dim(line) if row is head else line)

    def _blocks(self, columns: list[tuple[int, int, bool]], keys: int) -> Iterator[list[tuple[int, int, bool]]]:
        """The columns in groups that fit the width, each beginning with the first columns."""
        block = columns[:keys]
        for column in columns[keys:]:
            if len(block) > keys and sum(width + len(_GAP) for _, width, _ in block) + column[1] > self._width:
                yield block
                block = columns[:keys]
            block.append(column)
        yield block

    def findings(self, group: FindingGroup, allowed: bool) -> None:
        """Print findings of one kind, with their hint unless that was printed before."""
        is_warning = group.severity == "warning"
        word = "allowed" if is_warning and allowed else group.severity
        paint = self.warning if is_warning and not allowed else self.dim
        self.print(f"{paint(word)}  {self.bold(group.code)}{_GAP if group.where else ''}{group.where}")
        for line in group.lines():
            self.wrapped(spoken(line))
        if group.hint not in self._hints:
            self._hints.add(group.hint)
            self.wrapped(spoken(group.hint), self.dim)

    def wrapped(self, text: str, paint: Callable[[str], str] = str) -> None:
        for line in textwrap.wrap(text, max(self._width - 2, 20), initial_indent="  ", subsequent_indent="  "):
            self.print(paint(line))

    def progress(self, sent: int, total: int) -> None:
        """Redraw the progress bar of bytes sent, on a terminal only."""
        self._bar("sending", sent, total, size(total))

    def simulated(self, done: int, total: int) -> None:
        """Redraw the progress bar of recordings, on a terminal only."""
        self._bar("simulating", done, total, f"{total} recordings")

    def silent(self, done: int, total: int) -> None:
        """Draw nothing."""

    def _bar(self, word: str, done: int, total: int, of: str) -> None:
        share = done / total if total else 1.0
        full = int(_BAR * share)
        self._redraw(f"{word} [{'#' * full}{'-' * (_BAR - full)}] {100 * share:3.0f} % of {of}")

    @contextmanager
    def spinner(self, word: str, wanted: bool = True) -> Iterator[None]:
        """Show that something goes on, with the seconds since it began, on a terminal only."""
        ended = threading.Event()

        def spin() -> None:
            start = time.monotonic()
            for sign in itertools.cycle("|/-\\"):
                self._redraw(f"{word} {sign} {time.monotonic() - start:.1f} s")
                if ended.wait(0.1):
                    return

        if not (wanted and self.is_live):
            yield
            return
        thread = threading.Thread(target=spin, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            self.erase()

    def _redraw(self, line: str) -> None:
        if self.is_live:
            self._stream.write(f"\r\x1b[K{line}")
            self._stream.flush()

    def erase(self) -> None:
        """Erase the progress bar."""
        if self.is_live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def of_errors() -> Terminal:
    """The terminal that is told what goes on."""
    return Terminal(sys.stderr)


def _has_colours(is_live: bool) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_live and os.environ.get("TERM") != "dumb"


def size(count: int) -> str:
    """A number of bytes as `1.2 MB`."""
    value, units = float(count), ["B", "kB", "MB", "GB"]
    while value >= 1000 and len(units) > 1:
        value, units = value / 1000, units[1:]
    return f"{value:.0f} {units[0]}" if units[0] == "B" else f"{value:.1f} {units[0]}"
