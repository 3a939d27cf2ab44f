"""A line that is said on the way, for people; programs are told the same by a type of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from reconciler.model.resource import Value


class Note(str):
    """A line, with the type (`kind`) and the facts that stand in its place in the event stream."""

    kind: str
    facts: Mapping[str, Value]

    def __new__(cls, line: str, kind: str, facts: Mapping[str, Value]) -> Self:
        """Make it of what people and what programs are told."""
        note = super().__new__(cls, line)
        note.kind = kind
        note.facts = facts
        return note
