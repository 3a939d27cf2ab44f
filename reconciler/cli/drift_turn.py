"""Reading for `drift` while another run may be writing: what is half applied is nobody's drift.

No lock is taken, so that looking holds nobody up. But what an apply writes between two of our reads looks as if
somebody else had changed it: live values are new, and the inventory that was read before them is old.

| another run                       | without patience               | with `--lock-timeout`                          |
|-----------------------------------|--------------------------------|------------------------------------------------|
| holds the lock when we begin      | read all the same              | waited for; if it takes longer, `locked`       |
| holds it when all is read         | `run-at-work`, none concluded  | read again when it has ended, or `run-at-work` |
| came and went while this was read | the same                       | the same                                       |

That one came and went is seen by the inventory, whose serial every write raises. A lock whose lease ran out so long ago
that another run may take it over is nobody's.

Rejected: a place in the queue of jobs that applies wait in. GitHub keeps one waiting run of a queue, and the newest
wins: a scheduled look would throw a reviewed merge out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from reconciler.cli.composition import Scope
from reconciler.cli.locking import await_free
from reconciler.cli.stores import former_name, inventory_of, store_of, terms
from reconciler.errors import Problem
from reconciler.plan.build import Part
from reconciler.store.inventory_problems import with_lease

Parts = Mapping[str, Part]


def read_in_turn(
    scope: Scope, wait: float, say: Callable[[str], None], read: Callable[[], Parts]
) -> tuple[Parts, tuple[Problem, ...]]:
    """Read while nobody writes, as far as `wait` seconds suffice; the problems tell where somebody did all the same.

    Raises:
        Locked: another run still holds a lock when the patience is over.
        ReconcilerError: something could not be read at all.
    """
    end = time.monotonic() + wait
    while True:
        if wait:
            await_free(scope.organizations, scope.directory, max(0.0, end - time.monotonic()), say)
        parts = read()
        disturbed = tuple(_disturbances(parts, scope.directory))
        if not disturbed or time.monotonic() >= end:
            return parts, disturbed
        say("Another run was at work meanwhile; looking again when it has ended…")


def _disturbances(parts: Parts, directory: Path) -> Iterator[Problem]:
    for name, part in parts.items():
        holder = store_of(part.organization, directory).holder()
        if holder is not None and not terms().abandoned(holder):
            yield _at_work(name, f"{with_lease(holder)}.", holder.id)
            continue
        found = inventory_of(part.organization, directory, former_name(part.desired.moves))
        if (found and found.serial) != (part.inventory and part.inventory.serial):
            yield _at_work(name, "It has ended since: the inventory was written while this was read.")


def _at_work(organization: str, detail: str, run: str = "") -> Problem:
    dead = " If that run is dead for certain, free the lock:" if run else ""
    return Problem(
        code="run-at-work",
        summary="another run was at work meanwhile",
        where=organization,
        detail=detail,
        why="What it wrote cannot be told from drift, so nothing is concluded.",
        remedy=f"Look again when it has ended, or let this wait for it with --lock-timeout 900.{dead}",
        command=f"reconciler unlock {run}" if run else "",
    )
