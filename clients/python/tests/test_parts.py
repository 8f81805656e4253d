"""Multipart bodies, calls beside one another, and what a terminal shows meanwhile; all without the service."""

from __future__ import annotations

import asyncio
import email.parser
import email.policy
import io
import threading
import time
from typing import Any

import numpy as np
import pytest

from discretizer import _recordings
from discretizer._calls import Body, Part, multipart_of
from discretizer._parallel import async_each, each
from discretizer._terminal import Terminal


def body(content: bytes) -> Body:
    return Body(lambda: [content[:3], content[3:]], len(content))


def test_a_multipart_body_is_read_by_pythons_own_parser() -> None:
    files = {"a.nir": b"\r\n--x\r\n", 'quo"ted\r\n.npy': b"", "ü.npz": bytes(range(256))}
    media_type, whole = multipart_of([Part("file", name, "application/x-npy", body(it)) for name, it in files.items()])
    for _ in range(2):  # it is made anew for each attempt
        content = b"".join(whole.parts())
        assert len(content) == whole.length
        head = f"Content-Type: {media_type}\r\n\r\n".encode()
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + content)
        parts: list[Any] = list(message.iter_parts())
        assert [part.get_payload(decode=True) for part in parts] == list(files.values())
        assert [part.get_filename() for part in parts] == ["a.nir", "quo%22ted%0D%0A.npy", "ü.npz"]
        assert {part.get_content_type() for part in parts} == {"application/x-npy"}


def test_recordings_are_packed_by_size_and_number() -> None:
    found = [_recordings.Recorded(str(size), "", body(bytes(size))) for size in (5, 5, 20, 1, 1, 1, 1, 9, 2)]
    packed = _recordings.packed(found, 10, 3)
    assert [[int(one.name) for one in group] for group in packed] == [[5, 5], [20], [1, 1, 1], [1, 9], [2]]


def test_an_npy_body_is_read_by_numpy() -> None:
    events = np.zeros(5, [("t", "<i8"), ("x", "<i2")])
    events["t"] = range(5)
    for array in (events, events[::2], events[:0], np.arange(300.0).reshape(1, 3, 10, 10).transpose(0, 2, 3, 1)):
        (one,) = _recordings.read([array], None)
        read = np.load(io.BytesIO(b"".join(one.body.parts())))
        assert read.dtype == array.dtype
        assert np.array_equal(read, array)


def test_calls_run_beside_one_another_and_keep_their_order() -> None:
    together = threading.Barrier(3)

    def work(number: int) -> int:
        together.wait(10)
        return number * number

    assert each(work, range(9), 3) == [number * number for number in range(9)]

    async def run() -> tuple[list[int], int]:
        most = now = 0

        async def one(number: int) -> int:
            nonlocal most, now
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.001 * (9 - number))
            now -= 1
            return number

        return await async_each(one, range(9), 3), most

    assert asyncio.run(run()) == (list(range(9)), 3)


def test_the_first_failure_ends_the_rest() -> None:
    begun = []

    def work(number: int) -> None:
        begun.append(number)
        time.sleep(0.01)
        raise KeyError(number)

    with pytest.raises(KeyError, match="0"):
        each(work, range(100), 1)
    assert len(begun) < 100

    async def fail(number: int) -> None:
        begun.append(number)
        await asyncio.sleep(0.01)
        raise KeyError(number)

    begun.clear()
    with pytest.raises(KeyError, match="0"):
        asyncio.run(async_each(fail, range(100), 1))
    assert len(begun) < 100


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_a_bar_and_a_spinner_with_the_time() -> None:
    screen = Screen()
    terminal = Terminal(screen)
    terminal.simulated(1, 4)
    assert "simulating [#######-----------------------]  25 % of 4 recordings" in screen.getvalue()
    terminal.erase()
    assert screen.getvalue().endswith("\r\x1b[K")
    with terminal.spinner("calibrating"):
        time.sleep(0.25)
    text = screen.getvalue()
    assert "calibrating | 0.0 s" in text
    assert "calibrating / 0.1 s" in text
    assert text.endswith("\r\x1b[K")


def test_files_and_pipes_show_neither() -> None:
    plain, screen = io.StringIO(), Screen()
    with Terminal(plain).spinner("calibrating"), Terminal(screen).spinner("calibrating", wanted=False):
        Terminal(plain).simulated(1, 4)
        Terminal(screen).silent(1, 4)
    assert plain.getvalue() == screen.getvalue() == ""
