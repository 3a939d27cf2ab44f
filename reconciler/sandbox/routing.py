"""Routing tables: which method and path reach which function. What is in no table does not exist (404)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from reconciler.sandbox.wire import Reply

Call = TypeVar("Call")
"""A request as one vendor's routes see it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Generic[Call]):
    """One row of a table; `*` in the pattern is an id. `listing` marks pages, for faults that strike them."""

    method: str
    pattern: tuple[str, ...]
    serve: Callable[[Call], Reply]
    listing: bool = False

    def match(self, method: str, segments: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return the ids in a path that this route serves, or None."""
        if method != self.method or len(segments) != len(self.pattern):
            return None
        if any(part not in ("*", segment) for part, segment in zip(self.pattern, segments, strict=True)):
            return None
        return tuple(segment for part, segment in zip(self.pattern, segments, strict=True) if part == "*")


def route(line: str, serve: Callable[[Call], Reply], *, listing: bool = False) -> Route[Call]:
    """Write a row of a table as `METHOD /path`."""
    method, _, path = line.partition(" /")
    return Route(method=method, pattern=tuple(path.split("/")), serve=serve, listing=listing)


def find_route(
    routes: Sequence[Route[Call]], method: str, segments: tuple[str, ...]
) -> tuple[Route[Call], tuple[str, ...]] | None:
    """Return the first route that serves a request, and the ids in its path."""
    for row in routes:
        ids = row.match(method, segments)
        if ids is not None:
            return row, ids
    return None
