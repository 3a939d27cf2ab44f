"""What can be wrong with a journal, worded once."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from reconciler.errors import Problem, ReconcilerError, UsageInvalid

_LIST = "reconciler journal list"
_FIRST = "Every apply that changes something writes one; look on the machine, and in the folder, where that was run."


def missing(run: str, known: Sequence[str]) -> UsageInvalid:
    """Say that there is no journal of a run."""
    close = get_close_matches(run, known, n=1)
    return UsageInvalid(
        Problem(
            code="journal-missing",
            summary="no journal of such a run",
            where="RUN",
            detail=f'On this machine there is no journal of a run "{run}".' if known else "There is no journal yet.",
            why="A journal stays on the machine of its run. What it left open elsewhere a plain apply settles by the "
            "inventory.",
            remedy=f'Did you mean "{close[0]}"?' if close else "See which there are:" if known else _FIRST,
            command="" if close or not known else _LIST,
        )
    )


def unbegun(run: str) -> UsageInvalid:
    """Say that a run wrote nothing down, and so did nothing."""
    return UsageInvalid(
        Problem(
            code="journal-missing",
            summary="no journal of such a run",
            where="RUN",
            detail=f"Run {run} died before the first line of its journal was written. It sent nothing.",
            remedy="Nothing needs to be done. See which others there are:",
            command=_LIST,
        )
    )


def ambiguous(run: str, found: Sequence[str]) -> UsageInvalid:
    """Say that the beginning of an id fits several runs."""
    return UsageInvalid(
        Problem(
            code="journal-ambiguous",
            summary="more than one run begins so",
            where="RUN",
            detail=f'{len(found)} runs begin with "{run}", such as {found[-1]} and {found[-2]}.',
            remedy="Write more of the id.",
        )
    )


def unreadable(where: str, detail: str) -> ReconcilerError:
    """Say that a journal cannot be read."""
    return ReconcilerError(
        Problem(
            code="journal-unreadable",
            summary="a journal cannot be read",
            where=where,
            detail=detail,
            remedy="Put back a copy, or delete the file: what the run did is known at the vendor and in the inventory.",
        )
    )


def no_folder(where: str, detail: str) -> ReconcilerError:
    """Say that nobody can tell which journals there are."""
    return ReconcilerError(
        Problem(
            code="journal-unreadable",
            summary="the folder of the journals cannot be read",
            where=where,
            detail=detail,
            why="What runs left open stands there, and may be overlooked.",
            remedy="Put the folder back, or give it back to its owner.",
        )
    )


def newer(where: str, found: int, known: int) -> ReconcilerError:
    """Say that a journal was written by a later version."""
    return ReconcilerError(
        Problem(
            code="journal-newer",
            summary="a journal was written by a later version",
            where=where,
            detail=f"It has format {found}; this version reads format {known}.",
            remedy="Read it with that version.",
        )
    )


def unwritable(where: str, detail: str) -> ReconcilerError:
    """Say that what is about to be done cannot be written down, so that it is not done."""
    return ReconcilerError(
        Problem(
            code="journal-unwritable",
            summary="the journal cannot be written",
            where=where,
            detail=detail,
            why="Nothing is sent to a vendor that was not written down before.",
            remedy="Make room, or give the folder back to its owner; then apply again.",
        )
    )
