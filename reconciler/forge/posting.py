"""Bringing the comments on a proposal into step with a report: look, compare, do; and look again where that broke off.

A comment whose making was not answered is looked for instead of made twice. One that somebody deleted in between is
made again. After `_PASSES` looks it is left to the next run, which begins with a look as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reconciler.errors import Problem, ProviderUnavailable
from reconciler.forge.comments import (
    Comment,
    Create,
    Delete,
    Step,
    Update,
    Wanted,
    reviewed_digest,
    steps_to,
    steps_to_outdate,
)
from reconciler.forge.connection import ForgeMissing
from reconciler.forge.forge import AnswerLost, Forge, Proposal

_PASSES = 3

Steps = Callable[[Sequence[Comment], str], tuple[Step, ...]]


@dataclass(slots=True, kw_only=True)
class Posted:
    """How many comments were made, brought up to date, marked stale and deleted."""

    made: int = 0
    updated: int = 0
    outdated: int = 0
    deleted: int = 0

    def count(self, step: Step) -> None:
        """Take in a step that was done, or that would be."""
        match step:
            case Create():
                self.made += 1
            case Update(stale=True):
                self.outdated += 1
            case Update():
                self.updated += 1
            case Delete():
                self.deleted += 1


def post(forge: Forge, number: int, wanted: Wanted, *, dry: bool = False) -> Posted:
    """Let the parts of a report stand on a proposal; `dry` only says what would be done."""
    return _carried_out(forge, number, lambda standing, author: steps_to(wanted, standing, author), dry=dry)


def outdate(forge: Forge, number: int, key: str, *, dry: bool = False) -> Posted:
    """Mark what stands of this key as superseded."""
    return _carried_out(forge, number, lambda standing, author: steps_to_outdate(key, standing, author), dry=dry)


def reviewed(forge: Forge, proposal: Proposal, key: str) -> str:
    """Give the digest of the plan that was reviewed on a proposal.

    Raises:
        PlanRefused: none was.
        PlanStale: it is not of the commit that the proposal ends with.
    """
    where = f"{forge.noun} {proposal.number}"
    return reviewed_digest(key, proposal.head, forge.comments(proposal.number), forge.author(), where)


def _carried_out(forge: Forge, number: int, steps: Steps, *, dry: bool) -> Posted:
    author = forge.author()
    posted = Posted()
    for _ in range(_PASSES):
        try:
            for step in steps(forge.comments(number), author):
                if not dry:
                    _do(forge, number, step)
                posted.count(step)
        except AnswerLost:
            continue
        return posted
    raise ProviderUnavailable(
        Problem(
            code="forge-unreachable",
            summary="the forge did not answer",
            where=f"{forge.title}, {forge.noun} {number}",
            detail="A comment was sent several times over, and does not stand there.",
            remedy="Run the job again.",
        )
    )


def _do(forge: Forge, number: int, step: Step) -> None:
    """Do one step.

    Raises:
        AnswerLost: it is not known whether it was done, or what it was about is gone.
    """
    match step:
        case Create(body=body):
            forge.create(number, body)
        case Update(number=comment, body=body):
            try:
                forge.update(number, comment, body)
            except ForgeMissing:
                raise AnswerLost from None  # somebody deleted it since the look
        case Delete(number=comment):
            forge.delete(number, comment)
