"""Times the Python client beside its own socket: what does it add to the transfer?

    bench/client [--rounds=N]     # starts the service; or, for one that runs: python bench/client.py URL

For float32 of 4 MiB and 64 MiB, discretized to int8, a call is timed as a whole, and within it the time in the socket:
from when bytes are handed to it until it has taken them, and from when the client asks for bytes until it has some.
That is the transfer and the service's work; the rest is the client.
"""

from __future__ import annotations

import argparse
import socket
import statistics
import time
import tracemalloc
from typing import Any

import numpy as np

import discretizer

SIZES = {"4 MiB": 2**20, "64 MiB": 2**24}
TARGET = 1 / 3

in_socket = 0.0


def timed(function: Any) -> Any:
    def call(*arguments: Any) -> Any:
        global in_socket
        before = time.perf_counter()
        try:
            return function(*arguments)
        finally:
            in_socket += time.perf_counter() - before

    return call


class TimedSocket(socket.socket):
    """Counts the time of its calls."""

    send = timed(socket.socket.send)  # type: ignore[assignment]
    sendall = timed(socket.socket.sendall)  # type: ignore[assignment]
    recv = timed(socket.socket.recv)  # type: ignore[assignment]
    recv_into = timed(socket.socket.recv_into)  # type: ignore[assignment]


def call(client: discretizer.Client, tensor: Any) -> tuple[float, float]:
    """Seconds of a call, and of those in the client outside the socket."""
    global in_socket
    in_socket = 0.0
    before = time.perf_counter()
    result = client.discretize_tensor(tensor)
    whole = time.perf_counter() - before
    assert result.tensor.dtype == np.int8
    assert result.tensor.shape == tensor.shape
    return whole, whole - in_socket


def peak_while_sending(tensor: Any) -> int:
    """The most memory that making the body takes at once, in bytes, beside the tensor's own."""
    from discretizer._calls import discretize_tensor

    tracemalloc.start()
    for _ in discretize_tensor(tensor, None, None, True, True).body or ():
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    socket.socket = TimedSocket  # type: ignore[misc]
    random = np.random.default_rng(1)
    print("| tensor | call, ms | in the client, ms | share | worst share | peak memory of sending |")
    print("|---|---|---|---|---|---|")
    with discretizer.Client(options.url, warn=False) as client:
        for name, elements in SIZES.items():
            tensor = random.standard_normal(elements, np.float32)
            for _ in range(max(3, options.rounds // 3)):
                call(client, tensor)
            times = [call(client, tensor) for _ in range(options.rounds)]
            whole, own = (statistics.median(column) for column in zip(*times, strict=True))
            shares = sorted(own / whole for whole, own in times)
            print(
                f"| {name} | {1e3 * whole:.1f} | {1e3 * own:.1f} | {own / whole:.2f} | {shares[-1]:.2f} "
                f"| {peak_while_sending(tensor) / 1024:.0f} KiB |"
            )
    print(f"\nMedians of {options.rounds} calls; the share is to be under {TARGET:.2f}.")


if __name__ == "__main__":
    main()
