"""What the policy does not let through: each refusal is a blocked change with its problem, the rest goes on.

Refused here: what the comparison objected to (a member that cannot be told from another, a field that a creation
needs), a field or a kind that the vendor has no route to change, what the provider's own rules refuse
(`Kind.judge`), and whatever waits for a refused change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from reconciler.errors import Place, Problem
from reconciler.model.address import Address
from reconciler.model.change import Action, Blocked, Change, Mark
from reconciler.model.kind import Flaw, Kind, Verdict
from reconciler.model.resource import Source
from reconciler.model.state import Surroundings
from reconciler.model.wording import identity_word
from reconciler.plan.changes import Draft

Locate = Callable[[Source, Sequence[str | int], bool], Place]
"""Finds the exact place of a value inside a declared item, or of its key where the flag says so.

It is given by the command, because it reads the file again.
"""


def item_place(source: Source, _path: Sequence[str | int], _on_key: bool) -> Place:
    """Place everything at the item itself: what is known without reading the file again."""
    return Place(path=source.file, line=source.line, column=source.column)


def flaw_problem(source: Source, flaw: Flaw, locate: Locate) -> Problem:
    """Give a flaw its place in the documents."""
    return Problem(
        code=flaw.code,
        summary=flaw.summary,
        where=locate(source, flaw.path, flaw.on_key),
        detail=flaw.detail,
        why=flaw.why,
        remedy=flaw.remedy,
        warning=flaw.warning,
    )


def judge(draft: Draft, kind: Kind, surroundings: Surroundings, locate: Locate) -> Change | Blocked:
    """Let a drafted change through, marked where something stays unknown, or block it with all objections."""
    change = kind.annotate(draft.change, surroundings)
    verdicts = kind.judge(change, surroundings)
    others = () if any(one.alone for one in verdicts) else (*draft.flaws, *_immutable(change, kind))
    objections = [*others, *(_as_flaw(one) for one in verdicts if one.blocks)]
    marks = tuple(Mark(code=one.code, text=one.detail, path=one.path) for one in verdicts if not one.blocks)
    marked = replace(change, marks=(*change.marks, *marks)) if marks else change
    if not objections:
        return marked
    first, *rest = dict.fromkeys(placed(change, one, locate) for one in objections)
    return Blocked(change=marked, problem=first, others=tuple(rest))


def block_dependents(changes: Iterable[Change], blocked: Sequence[Blocked]) -> tuple[list[Change], list[Blocked]]:
    """Part ordered changes into those that may go and those that wait, however indirectly, for a blocked one."""
    refused: dict[Address, Address] = {one.change.address: one.change.address for one in blocked}
    let_through: list[Change] = []
    held: list[Blocked] = []
    for change in changes:
        cause = next((refused[address] for address in change.depends_on if address in refused), None)
        if cause is None:
            let_through.append(change)
            continue
        refused[change.address] = cause
        held.append(Blocked(change=change, problem=_waits(change, cause)))
    return let_through, held


def _immutable(change: Change, kind: Kind) -> Iterator[Flaw]:
    if change.action not in (Action.UPDATE, Action.REPLACE):
        return
    for row in change.fields:
        field = kind.field(row.path[0])
        if not kind.mutable or (field is not None and field.immutable):
            yield Flaw(
                path=row.path,
                code="field-immutable",
                summary="a field cannot be changed",
                detail=f"The vendor has no route to change `{'.'.join(row.path)}` of {kind.title.lower()} "
                f'"{change.address.key}".',
                remedy=f"Declare it as it is live, or declare a new one under another {identity_word(kind)}.",
            )


def placed(change: Change, flaw: Flaw, locate: Locate) -> Problem:
    """Give a flaw of a change its place in the documents, or the address of what they do not declare."""
    if change.source is not None:
        return flaw_problem(change.source, flaw, locate)
    return Problem(
        code=flaw.code,
        summary=flaw.summary,
        where=str(change.address),
        detail=flaw.detail,
        why=flaw.why,
        remedy=flaw.remedy,
    )


def _as_flaw(verdict: Verdict) -> Flaw:
    return Flaw(
        path=verdict.path, code=verdict.code, summary=verdict.summary, detail=verdict.detail, remedy=verdict.remedy
    )


def _waits(change: Change, cause: Address) -> Problem:
    return Problem(
        code="dependency-blocked",
        summary="what this waits for is refused",
        where=str(change.address),
        detail=f"It needs {cause}, which this plan does not let through.",
        remedy="Resolve that one first, then plan again.",
    )
