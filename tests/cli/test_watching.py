"""Watching how far a run is."""

from __future__ import annotations

import asyncio

import pytest

from reconciler.cli.watching import watched
from reconciler.render.progress import Lines


def test_a_stop_that_comes_as_the_watch_ends_is_heard() -> None:
    """The beat is cancelled there too; whoever takes the one for the other goes on as if nobody had asked."""
    went_on: list[bool] = []

    async def work() -> None:
        async with watched(Lines(lambda _line: None, lambda: 0.0)):
            task = asyncio.current_task()
            assert task is not None
            asyncio.get_running_loop().call_soon(task.cancel)
        went_on.append(True)

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(work())
    assert went_on == []
