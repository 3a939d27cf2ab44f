"""The port: what is asked of a forge, whichever. A pull request and a merge request are both a `Proposal` here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from reconciler.forge.comments import Comment


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What somebody wants merged: its number, and the last commit of it."""

    number: int
    head: str


class AnswerLost(Exception):
    """A comment was sent, and nobody said whether it stands. Who looks will know."""


class Forge(Protocol):
    """One repository at a forge. Every call may raise `ReconcilerError`."""

    title: str
    noun: str

    def author(self) -> str:
        """Give the name that our comments stand under."""

    def proposal(self, number: int) -> Proposal:
        """Look one up."""

    def merged_as(self, commit: str) -> Proposal | None:
        """Find the one whose merge made this commit the last of its branch."""

    def comments(self, number: int) -> tuple[Comment, ...]:
        """Give all comments on a proposal, by whomever."""

    def create(self, number: int, body: str) -> None:
        """Make a comment.

        Raises:
            AnswerLost: it may have been made.
        """

    def update(self, number: int, comment: int, body: str) -> None:
        """Replace the text of a comment."""

    def delete(self, number: int, comment: int) -> None:
        """Delete a comment."""

    def close(self) -> None:
        """Let the connection go."""
