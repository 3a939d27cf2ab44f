"""Choices for a world of people, read off random bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

Choice = TypeVar("Choice")


class Dice:
    """Choices read off random bytes; when they run out everything is plain."""

    def __init__(self, data: bytes) -> None:
        self._bytes: Iterator[int] = iter(data)

    def byte(self) -> int:
        """Give the next byte."""
        return next(self._bytes, 0)

    def next(self, count: int) -> Dice:
        """Set so many bytes aside for somebody."""
        return Dice(bytes(self.byte() for _ in range(count)))

    def among(self, *choices: Choice) -> Choice:
        """Choose one; of the first there are most."""
        return choices[self.byte() % len(choices)]

    def once_in(self, count: int) -> bool:
        """Say yes once in so many times."""
        return self.byte() % count == count - 1
