"""Anchors and aliases of one document, bounded: what an alias stands for, and how much all of them expand to.

Aliases share one value, so a bomb costs nothing here; it goes off in whoever walks the values. Sizes are therefore
counted arithmetically, alias by alias, and the first one beyond the allowance ends the expansion.
"""

from __future__ import annotations

from enum import Enum

from reconciler.model.resource import Value

_FREE = 100_000  # values that the aliases of any file may stand for
_PER_CHARACTER = 2  # and for every character of the file


class Unusable(Enum):
    """Why an alias stands for nothing."""

    UNKNOWN = "alias-unknown"
    RECURSIVE = "alias-recursive"
    BOMB = "alias-bomb"


class Anchors:
    """The anchored values met so far, by name; an anchor that is still being built is there without a value."""

    __slots__ = ("_allowance", "_kept", "_open", "_sizes", "_values")

    def __init__(self, length: int) -> None:
        self._allowance = _FREE + _PER_CHARACTER * length
        self._values: dict[str, Value] = {}
        self._open: set[str] = set()
        self._sizes: dict[int, int] = {}
        self._kept: list[Value] = []

    @property
    def names(self) -> tuple[str, ...]:
        """The names that an alias may use."""
        return tuple(self._values)

    def start_document(self) -> None:
        """Forget the anchors of the document before: an alias does not reach across documents."""
        self._values.clear()
        self._open.clear()

    def begin(self, name: str) -> None:
        """Note that the value of an anchor starts here."""
        self._open.add(name)
        self._values.pop(name, None)

    def finish(self, name: str, value: Value) -> None:
        """Note the value of an anchor."""
        self._open.discard(name)
        self._values[name] = value
        if isinstance(value, dict | list):
            self._kept.append(value)  # keeps its id from being used again
            self._sizes[id(value)] = self._size(value)

    def find(self, name: str) -> Value | Unusable:
        """Give what an alias stands for, and charge it."""
        if name in self._open:
            return Unusable.RECURSIVE
        if name not in self._values:
            return Unusable.UNKNOWN
        value = self._values[name]
        self._allowance -= self._size(value)
        return value if self._allowance >= 0 else Unusable.BOMB

    def _size(self, value: Value) -> int:
        known = self._sizes.get(id(value))
        if known is not None:
            return known
        if isinstance(value, dict):
            return 1 + sum(map(self._size, value.values()))
        if isinstance(value, list):
            return 1 + sum(map(self._size, value))
        return 1
