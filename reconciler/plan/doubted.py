"""Reviewed `allow:` lines where there is no inventory: which of them may have been used before, nobody knows. Pure.

Premise. A line lets something through once, and that it did stands in the inventory alone. Where there is none, this
may be the first run, or the inventory was lost; the two look the same. A line that lived on would then let through
again what was reviewed for another day.

| the line's guard is about                    | without an inventory | once there is one                       |
|----------------------------------------------|----------------------|-----------------------------------------|
| what adoption does to a list of members      | counts               | counts until it is used                 |
| anything else                                | lets nothing through | counts as used, if it stood there before|

What adoption needs is said before anything is managed, so its lines must count; each names one person, or one object.
The others are about what is managed. An option of the run lets the same through, and another reason makes another line.

Rejected: to let them count and say so. Nobody reads a warning of a merge workflow before it has deleted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from reconciler.errors import Place, Problem
from reconciler.model.guards import ADOPT_REMOVES
from reconciler.model.state import Allowance
from reconciler.plan.overrides import Judgement, line_warnings

_OF_LISTS = (ADOPT_REMOVES, "list-emptied", "main-removed")


def doubted(lines: Iterable[Allowance]) -> tuple[Allowance, ...]:
    """Choose the reviewed lines that may have been used, where no inventory says."""
    return tuple(line for line in lines if line.id and line.guard not in _OF_LISTS)


def idle_lines(
    lines: Sequence[Allowance], judgement: Judgement, spent: Collection[str], *, first: bool
) -> Iterator[Problem]:
    """Tell of reviewed lines that do nothing; on a first run, of those that may have been used as such."""
    unknown = doubted(lines) if first else ()
    yield from line_warnings([line for line in lines if line not in unknown], judgement, spent)
    yield from _doubt_warnings(unknown)


def _doubt_warnings(lines: Iterable[Allowance]) -> Iterator[Problem]:
    for line in lines:
        if line.source is not None:
            yield Problem(
                code="allowance-doubted",
                summary="a line of allow that may have been used already",
                where=Place(path=line.source.file, line=line.source.line, column=line.source.column),
                detail=f'There is no inventory that says whether {line.guard} was let through for "{line.target}" by '
                "it. It lets nothing through.",
                remedy="Remove it. If it is still needed, have it reviewed with a reason of its own after the first "
                "apply.",
                warning=True,
            )
