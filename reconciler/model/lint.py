"""What a vendor says is worth a second look in documents that are valid: rules as rows, each with a pure function."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.model.resource import Declared

if TYPE_CHECKING:
    from reconciler.model.kind import Flaw


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Something worth a second look at one declared resource; the flaw says what, and leads to it inside the item."""

    declared: Declared
    flaw: Flaw


@dataclass(frozen=True, slots=True, kw_only=True)
class LintRule:
    """One thing to look for in all that one organization declares.

    `id` is what it is turned off by, and the code of what it finds. `find` goes over everything once: it is linear.
    """

    id: str
    about: str
    find: Callable[[Sequence[Declared]], Iterator[Doubt]]
