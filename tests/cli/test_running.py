"""Running the asynchronous part of a command."""

from __future__ import annotations

import asyncio

import pytest

from reconciler.cli.running import result_of


class Large:
    """A result that is never written out as text."""

    def __repr__(self) -> str:
        raise AssertionError("it was written out")


async def made(result: Large) -> Large:
    """Give a result after a turn of the loop."""
    await asyncio.sleep(0)
    return result


async def broken() -> None:
    """End with an error."""
    raise LookupError("gone")


def test_a_result_comes_back_and_is_not_written_out() -> None:
    """A plan of many changes costs seconds to write out as text."""
    large = Large()
    with asyncio.Runner() as runner:
        assert result_of(runner, made(large)) is large


def test_an_error_comes_through() -> None:
    """What the work raises is raised, and the runner goes on."""
    with asyncio.Runner() as runner:
        with pytest.raises(LookupError):
            result_of(runner, broken())
        assert isinstance(result_of(runner, made(Large())), Large)
