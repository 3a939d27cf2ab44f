"""Who was hit by an upsert: everybody whom this run has met, and the answer's id held against the foreseen one.

A person who is to be made must be new to all that is known: to the people the plan named, to those the write was laid
out over, and to everybody any read or answer of this run has shown, on whatever account. A read may lag behind or leave
somebody out; that somebody was there once is not forgotten for it.

Addresses name people here; whoever no document names goes by list and remote id. Nothing personal is told.
"""

from __future__ import annotations

from reconciler.errors import Problem
from reconciler.live.provider import OtherObjectHit, Write
from reconciler.model.resource import Members, Value


class Hits:
    """The people met by one run at one organization, by remote id."""

    def __init__(self, organization: str) -> None:
        self._organization = organization
        self._names: dict[str, str] = {}

    def meet(self, members: Members) -> None:
        """Take in the people that a read showed."""
        for section, rows in members.items():
            for row in rows:
                self._names.setdefault(str(row["id"]), f"{section} id:{row['id']}")

    def check(self, write: Write, answer: Value) -> None:
        """Hold whom an upsert hit against whom it was to hit.

        Raises:
            OtherObjectHit: it was another one, or nobody can say who.
        """
        names = {**self._names, **(write.known or {})}
        hit = answer.get("id") if isinstance(answer, dict) else None
        right = hit == write.hits if write.hits is not None else hit not in names
        if not (isinstance(hit, str) and hit and right):
            raise OtherObjectHit(_other(self._organization, write, hit, names))
        self._names[hit] = write.subject or names.get(hit, f"id:{hit}")


def _other(organization: str, write: Write, hit: Value, names: dict[str, str]) -> Problem:
    subject = write.subject or write.summary
    if isinstance(hit, str) and hit:
        landed = f"it landed on {names[hit]}" if hit in names else f"it landed on somebody new, with the id {hit}"
    else:
        landed = "Billabex's answer does not say whom it landed on"
    return Problem(
        code="other-person-hit",
        summary="an upsert landed on another person than foreseen",
        where=organization,
        detail=f"The upsert of {subject} was to {_foreseen(write, names)}, and {landed}.",
        why="Its matching is not as documented, or somebody edited the account at that moment.",
        remedy="Look at both people in Billabex: one of them has now values that were meant for the other.",
    )


def _foreseen(write: Write, names: dict[str, str]) -> str:
    if write.hits is None:
        return "make somebody new"
    name = names.get(write.hits, f"id:{write.hits}")
    return "reach that very person" if name == write.subject else f"reach {name}"
