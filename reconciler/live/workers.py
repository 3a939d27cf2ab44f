"""Doing many reads at once: items and an async function go in, results come out in the order of the items.

A few workers share the items, so that a hundred thousand of them are not a hundred thousand tasks. How many requests
are really in flight is the provider's business; there are only enough workers here to keep it busy.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import TypeVar

Item = TypeVar("Item")
Other = TypeVar("Other")
Result = TypeVar("Result")

WIDTH = 12


async def each(items: Iterable[Item], work: Callable[[Item], Awaitable[Result]]) -> list[Result]:
    """Do `work` on every item, several at a time.

    Raises:
        BaseException: the first that a piece of work raised; the others are cancelled.
    """
    numbered = enumerate(items)
    results: dict[int, Result] = {}

    async def labour() -> None:
        for number, item in numbered:
            results[number] = await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(WIDTH):
                group.create_task(labour())
    except BaseExceptionGroup as failures:
        raise _first(failures) from None
    return [results[number] for number in sorted(results)]


async def both(
    first: Coroutine[object, object, Result], second: Coroutine[object, object, Other]
) -> tuple[Result, Other]:
    """Do two things at once and give both results.

    Raises:
        BaseException: the first that either raised; the other is cancelled.
    """
    try:
        async with asyncio.TaskGroup() as group:
            one, other = group.create_task(first), group.create_task(second)
    except BaseExceptionGroup as failures:
        raise _first(failures) from None
    return one.result(), other.result()


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    first = failures.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
