"""Running the asynchronous part of a command to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

Result = TypeVar("Result")


def result_of(runner: asyncio.Runner, work: Coroutine[object, object, Result]) -> Result:
    """Run work to its end, and give its result.

    A runner would do, if it were not for what Python 3.11 does on the way out: to put the signal handler back it looks
    at the old one in a way that words the finished task, its result included, for a message that nobody sees. For a
    plan of 10,000 changes that takes two seconds. So the task that is run here ends without a result.
    """
    results: list[Result] = []

    async def keep() -> None:
        results.append(await work)

    runner.run(keep())
    return results[0]
