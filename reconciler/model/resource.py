"""The two sides that are compared: what a document declares, and what exists at a vendor.

Both hold *fields* in the provider's one normal shape (`wire` makes it, past it there is no other): a mapping of
camelCase names to JSON-like values, where "nothing there" is None. A field that a document leaves out is absent
from the declared mapping, and absent means: not ours.

Members (the contacts of a customer) stay plain mappings inside their resource. A large organization has hundreds of
thousands of them, and nearly all are equal on both sides: they become changes with addresses of their own only where
they differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

Value = object
"""A JSON-like value: None, bool, int, float, str, or a sequence or string-keyed mapping of values."""

Fields = Mapping[str, Value]
Members = Mapping[str, Sequence[Fields]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a resource is declared: the file as the user names it, and line and column of its first key.

    `document` and `path` (section name, then indices and keys) let the reader find any value inside it again:
    positions of single values are looked up on demand, not kept (see `desired.yaml`).
    """

    file: str
    line: int
    column: int
    document: int = 0
    path: tuple[str | int, ...] = ()

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A resource as a document declares it.

    `members` maps a member section (`contacts`) to the whole list, and lacks the sections that the document leaves
    out; those in `only_add` are added to and never shortened. `options` are further document-only settings,
    for the provider's own functions; they steer planning and are never sent. `protected` is None where the document
    does not say. `members_only` says that the object is somebody else's, and its member lists alone are declared.
    """

    kind: str
    key: str
    fields: Fields
    source: Source
    members: Members = field(default_factory=dict)
    options: Fields = field(default_factory=dict)
    only_add: frozenset[str] = frozenset()
    protected: bool | None = None
    members_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """An object as the vendor has it now.

    `key` is its external id, None if it has none. `members` is None where the lists were not read; do not take that
    for empty lists. `facts` are read-only values that guards look at (balances, counts), never compared.
    """

    kind: str
    key: str | None
    remote_id: str
    fields: Fields
    members: Members | None = None
    facts: Fields = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A `removed:` entry: delete the object at this address that has this remote id, and no other, until that day.

    Without a remote id the one that the inventory holds is meant.
    """

    kind: str
    key: str
    remote_id: str | None
    reason: str
    until: date
    source: Source
    destroys: bool = False
