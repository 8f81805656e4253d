"""Runs calls beside one another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

A = TypeVar("A")
T = TypeVar("T")


def each(work: Callable[[A], T], items: Sequence[A], workers: int) -> list[T]:
    """The result for each item, in order, of at most that many threads. The first failure ends the rest."""
    pool = ThreadPoolExecutor(workers, "discretizer")
    futures = [pool.submit(work, item) for item in items]
    try:
        return [future.result() for future in futures]
    finally:
        pool.shutdown(cancel_futures=True)


async def async_each(work: Callable[[A], Awaitable[T]], items: Sequence[A], workers: int) -> list[T]:
    """The result for each item, in order, of at most that many tasks. The first failure ends the rest."""
    limit = asyncio.Semaphore(workers)

    async def run(item: A) -> T:
        async with limit:
            return await work(item)

    tasks = [asyncio.ensure_future(run(item)) for item in items]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
