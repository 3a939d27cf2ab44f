"""Who was hit by an upsert: everybody whom this run has met, and the answer's id held against the foreseen one.

A person who is to be made must be new to all that is known: to the people the plan named, to those the write was laid
out over, and to everybody any read or answer of this run has shown, on whatever account. A read may lag behind or leave
somebody out; that somebody was there once is not forgotten for it.

After one upsert that hit another person than foreseen, nothing more is sent in this run: what foresaw that person may
be wrong of the next one too, and whoever was to be deleted first might not be made again.

Addresses name people here; whoever no document names goes by list and remote id. Nothing personal is told.
"""

from __future__ import annotations

from reconciler.errors import Problem, ProviderRejected
from reconciler.live.provider import OtherObjectHit, Write
from reconciler.model.resource import Members, Value


class Hits:
    """The people met by one run at one organization, by remote id."""

    def __init__(self, organization: str) -> None:
        self._organization = organization
        self._names: dict[str, str] = {}
        self._disproved = False

    def meet(self, members: Members) -> None:
        """Take in the people that a read showed."""
        for section, rows in members.items():
            for row in rows:
                self._names.setdefault(str(row["id"]), f"{section} id:{row['id']}")

    def hold_back(self, write: Write) -> None:
        """Let a write go out only while every upsert has hit whom it was to hit.

        Raises:
            ProviderRejected: one has hit another; this write is not sent.
        """
        if self._disproved:
            raise ProviderRejected(_held_back(self._organization, write))

    def check(self, write: Write, answer: Value) -> None:
        """Hold whom an upsert hit against whom it was to hit.

        Raises:
            OtherObjectHit: it was another one, or nobody can say who.
        """
        hit = answer.get("id") if isinstance(answer, dict) else None
        named = self._name(write, hit) if isinstance(hit, str) and hit else None
        right = hit == write.hits if write.hits is not None else named is None
        if not (isinstance(hit, str) and hit and right):
            self._disproved = True
            raise OtherObjectHit(self._other(write, hit, named))
        self._names[hit] = write.subject or named or f"id:{hit}"

    def _name(self, write: Write, remote_id: str) -> str | None:
        """Name somebody as the plan does, else as this run has met them; None for nobody known."""
        return (write.known or {}).get(remote_id) or self._names.get(remote_id)

    def _other(self, write: Write, hit: Value, named: str | None) -> Problem:
        subject = write.subject or write.summary
        if isinstance(hit, str) and hit:
            landed = f"it landed on {named}" if named else f"it landed on somebody new, with the id {hit}"
        else:
            landed = "Billabex's answer does not say whom it landed on"
        return Problem(
            code="other-person-hit",
            summary="an upsert landed on another person than foreseen",
            where=self._organization,
            detail=f"The upsert of {subject} was to {self._foreseen(write)}, and {landed}.",
            why="Its matching is not as documented, or somebody edited the account at that moment.",
            remedy="Look at both people in Billabex: one of them has now values that were meant for the other.",
        )

    def _foreseen(self, write: Write) -> str:
        if write.hits is None:
            return "make somebody new"
        name = self._name(write, write.hits) or f"id:{write.hits}"
        return "reach that very person" if name == write.subject else f"reach {name}"


def _held_back(organization: str, write: Write) -> Problem:
    return Problem(
        code="matching-disproved",
        summary="not sent, because an upsert landed on another person than foreseen",
        where=organization,
        detail=f"A write was held back: {write.summary}. Another upsert of this run had hit somebody else by then.",
        why="Whatever foresaw that wrongly may be wrong of this one too.",
        remedy="Settle first what other-person-hit says, then plan again.",
    )
