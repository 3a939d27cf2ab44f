"""Stores in memory that tests open by the way; the fixture in `conftest` closes them when the test ends."""

from __future__ import annotations

from reconciler.sandbox import Store

_opened: list[Store] = []


def opened_store() -> Store:
    """Open a store in memory for the length of a test."""
    store = Store()
    _opened.append(store)
    return store


def close_stores() -> None:
    """Close what was opened since the last time."""
    while _opened:
        _opened.pop().close()
