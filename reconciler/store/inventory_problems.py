"""What can be wrong with a stored inventory or its lock, in the words that a person reads."""

from __future__ import annotations

from reconciler.errors import Locked, LockLost, PlanStale, Problem, ReconcilerError
from reconciler.model.inventory import FORMAT_VERSION, Holder

_REBUILD = "Rebuild it from the documents and the live state; nothing is deleted or created by that:"


def _rebuild(organization: str) -> str:
    return f"reconciler inventory rebuild --org {organization}"


def unreadable(organization: str, detail: str) -> ReconcilerError:
    """Say that what is stored is torn, altered or cannot be opened."""
    return ReconcilerError(
        Problem(
            code="inventory-unreadable",
            summary="the inventory cannot be read",
            where=organization,
            detail=detail,
            why="Without it nobody knows what is ours, so nothing is planned or deleted.",
            remedy=_REBUILD,
            command=_rebuild(organization),
        )
    )


def foreign(organization: str, detail: str) -> ReconcilerError:
    """Say that what is stored is no inventory, or another organization's."""
    return ReconcilerError(
        Problem(
            code="inventory-foreign",
            summary="this is not the organization's inventory",
            where=organization,
            detail=detail,
            remedy="Put the right one in its place, or rebuild it from the documents and the live state:",
            command=_rebuild(organization),
        )
    )


def newer(organization: str, found: int, tool: str) -> ReconcilerError:
    """Say that a later version of the tool wrote it."""
    by = f" by reconciler {tool}" if 0 < len(tool) < 30 else ""
    return ReconcilerError(
        Problem(
            code="inventory-newer",
            summary="the inventory was written by a later version",
            where=organization,
            detail=f"It was written{by} in format {found}; this version reads format {FORMAT_VERSION}.",
            remedy="Use that version, or rebuild the inventory with this one:",
            command=_rebuild(organization),
        )
    )


def unreachable(organization: str, detail: str, remedy: str = "", command: str = "") -> ReconcilerError:
    """Say that the store did not answer: whether there is an inventory is not known."""
    return ReconcilerError(
        Problem(
            code="inventory-unreachable",
            summary="the inventory cannot be reached",
            where=organization,
            detail=detail,
            why="An inventory that cannot be reached is not taken for an empty one.",
            remedy=remedy or "Try again; if it lasts, see to the remote, its address and its credentials.",
            command=command,
        )
    )


def unwritable(organization: str, detail: str, remedy: str = "", command: str = "") -> ReconcilerError:
    """Say that the store can be read and does not let us write."""
    return ReconcilerError(
        Problem(
            code="inventory-unwritable",
            summary="the inventory cannot be written",
            where=organization,
            detail=detail,
            why="Nothing is sent to the vendor that could not be recorded.",
            remedy=remedy or "Give this user the right to write there, or make room.",
            command=command,
        )
    )


def elsewhere(organization: str, detail: str, remedy: str, command: str = "") -> ReconcilerError:
    """Say that the organization is managed, and not from where we looked."""
    return ReconcilerError(
        Problem(
            code="inventory-elsewhere",
            summary="the inventory is kept elsewhere",
            where=organization,
            detail=detail,
            why="Without it nothing would be known as ours, and two would manage the same objects.",
            remedy=remedy,
            command=command,
        )
    )


def moved(organization: str) -> PlanStale:
    """Say that another run wrote the inventory after this one read it."""
    return PlanStale(
        Problem(
            code="inventory-moved",
            summary="the inventory was written since it was read",
            where=organization,
            detail="Another run came in between; what is ours may have changed.",
            remedy="Look at what is to be done now, then run the same command again:",
            command="reconciler plan",
        )
    )


def locked(organization: str, holder: Holder, *, waits: bool = True) -> Locked:
    """Say who holds the lock, and how to end that if it is dead; `waits` says that the command can wait for it."""
    end = "Wait for it with --lock-timeout." if waits else "Call it again when that run has ended."
    return Locked(
        Problem(
            code="locked",
            summary="another run holds the lock",
            where=organization,
            detail=f"{with_lease(holder)}.",
            remedy=f"{end} If that run is dead for certain, free the lock:",
            command=f"reconciler unlock {holder.id}",
        )
    )


def with_lease(holder: Holder) -> str:
    """Say who holds a lock, and until when if nobody renews it."""
    ends = f"; its lease ends at {_plain(holder.until)}" if holder.until else ""
    return f"{describe(holder)}{ends}"


def lost(organization: str, detail: str) -> LockLost:
    """Say that the lock is no longer ours."""
    return LockLost(
        Problem(
            code="lock-lost",
            summary="the lock was lost",
            where=organization,
            detail=detail,
            why="Another run may be writing by now, so this one stopped.",
            remedy="Plan and apply again; what this run began is looked at first.",
        )
    )


def unrecorded(organization: str, cause: ReconcilerError, holder: Holder) -> ReconcilerError:
    """Say that a run is over and that the store does not know how it ended."""
    return ReconcilerError(
        Problem(
            code="end-unrecorded",
            summary="what was done could not be recorded",
            where=organization,
            detail=cause.problems[0].detail,
            why="The inventory still names every change of this run as intended, and the next run looks each of them "
            "up; nothing is created twice.",
            remedy="When the inventory can be written again, free the lock that was left, then plan and apply:",
            command=f"reconciler unlock {holder.id}",
        )
    )


def unlock_free(organization: str) -> ReconcilerError:
    """Say that there is no lock to free."""
    return ReconcilerError(
        Problem(
            code="unlock-free",
            summary="nobody holds the lock",
            where=organization,
            remedy="Nothing needs to be done.",
        )
    )


def unlock_mismatch(organization: str, holder: Holder) -> ReconcilerError:
    """Say that the lock is another run's by now."""
    return ReconcilerError(
        Problem(
            code="unlock-mismatch",
            summary="the lock has another id",
            where=organization,
            detail=f"{describe(holder)}.",
            remedy="If that run is dead for certain, free its lock:",
            command=f"reconciler unlock {holder.id}",
        )
    )


def describe(holder: Holder) -> str:
    """Give a holder in one clause: who, where, what, since when."""
    since = f" since {_plain(holder.since)}" if holder.since else ""
    return f'{holder.who} on {holder.host} runs "{holder.command}"{since}'


def _plain(moment: str) -> str:
    return f"{moment[:19]}Z"


def said_by_system(error: OSError) -> str:
    """Say why the system refused, without the path that it names."""
    return f"{error.strerror}." if error.strerror else "The system did not say why."
