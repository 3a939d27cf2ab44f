"""What a guard objects to, as a value: which changes it holds back, why, and what an override of it names."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from reconciler.errors import Problem
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.guards import COUNTING, ORGANIZATION_CHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What one guard objects to.

    `changes` are held back by it. `kind` is the kind that an override may name: that of the changes, or of the members
    that they remove. `subjects` are the addresses of which an override may name any one; there are none where the guard
    looks at a kind or at the organization as a whole. `count` is how many of the kind it is about.
    """

    guard: str
    organization: str
    kind: str
    changes: tuple[Address, ...]
    problem: Problem
    subjects: tuple[Address, ...] = ()
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a guard has to say.

    `instead` is what a person might rather do, a command that does it indented on a line of its own; `meant` asks
    whether what the override lets through is meant.
    """

    summary: str
    detail: str
    why: str = ""
    instead: str = ""
    meant: str = "If that is meant"


def of_organization(organization: str, changes: Iterable[Change], words: Words) -> Refusal:
    """Hold back changes for what the organization as a whole is like."""
    return Refusal(
        guard=ORGANIZATION_CHANGED,
        organization=organization,
        kind="",
        changes=tuple(change.address for change in changes),
        problem=_problem(ORGANIZATION_CHANGED, organization, words, organization),
    )


def of_kind(
    guard: str, organization: str, kind: str, changes: Sequence[Change], words: Words, count: int | None = None
) -> Refusal:
    """Hold back changes for what a kind as a whole is like; `count` is theirs unless members are counted.

    A guard that cannot be passed without a count names it in its override.
    """
    number = len(changes) if count is None else count
    target = f"{kind}={number}" if guard in COUNTING else kind
    return Refusal(
        guard=guard,
        organization=organization,
        kind=kind,
        changes=tuple(change.address for change in changes),
        problem=_problem(guard, organization, words, target),
        count=number,
    )


def of_object(guard: str, changes: Sequence[Change], words: Words, *, subject: Address | None = None) -> Refusal:
    """Hold back changes for the sake of one object: that of the first change, or `subject`, which may be a member."""
    named = subject or changes[0].address
    return Refusal(
        guard=guard,
        organization=named.organization,
        kind=named.top.kind,
        changes=tuple(change.address for change in changes),
        problem=_problem(guard, str(named), words, str(named)),
        subjects=(named,) if named.parent is None else (named, named.top),
    )


def in_its_organization(refusal: Refusal) -> Problem:
    """Word a refusal for a run in which the guard refuses the same elsewhere: its override names the organization."""
    if refusal.subjects or not refusal.kind:
        return refusal.problem
    target = f"{refusal.organization}/{refusal.kind}"
    counted = f"{target}={refusal.count}" if refusal.guard in COUNTING else target
    return replace(refusal.problem, command=_command(refusal.guard, counted))


def _problem(guard: str, where: str, words: Words, target: str) -> Problem:
    return Problem(
        code=guard,
        summary=words.summary,
        where=where,
        detail=words.detail,
        why=words.why,
        remedy="\n".join(filter(None, (words.instead, f"{words.meant}, allow it for this run:"))),
        command=_command(guard, target),
    )


def _command(guard: str, target: str) -> str:
    option = f"{COUNTING[guard]} " if guard in COUNTING else f"--allow {guard}="
    return f"reconciler plan {option}{shlex.quote(target)}"
