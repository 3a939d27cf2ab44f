"""An apply in a process of its own that is killed with SIGKILL at its journal: `python -m tests.scenarios.journalled`.

| point   | dies                                                       |
|---------|------------------------------------------------------------|
| `half`  | when half of the n-th line of the journal is on the disk   |
| `after` | when the n-th line is on the disk, and before anything else |

What such a kill leaves can also be copied out of an apply that goes on (`journal_copies`).
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from reconciler.cli.allowing import read_allowance
from reconciler.cli.applying import inventories_under
from reconciler.cli.carrying import carry_under
from reconciler.cli.composition import planned, scope_of
from reconciler.cli.connections import connected
from reconciler.cli.journals import Begin, begin_journal, prepare_journal
from reconciler.cli.locking import take_locks, this_run
from reconciler.cli.stopping import Stop
from reconciler.cli.watching import Watch
from reconciler.store.journal_file import JournalFile
from tests.clock import run_virtual
from tests.company import TODAY, Quiet

ALLOWED = tuple(
    read_allowance(text)
    for text in (
        "delete-ceiling=customer=5",
        "update-ceiling=customer=15",
        "update-ceiling=account=20",
        "delete-ceiling=contact=20",
    )
)


class MortalFile(JournalFile):
    """A journal that ends its process over one of its lines."""

    left: ClassVar[int] = 0
    half: ClassVar[bool] = False

    def _write(self, content: bytes) -> None:
        MortalFile.left -= 1
        dies = not MortalFile.left
        super()._write(content[: len(content) // 2] if dies and self.half else content)
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)


async def apply_with(folder: Path, begin: Begin) -> None:
    """Plan and apply with a journal that does something of its own at its lines."""
    scope = replace(scope_of(folder, (), TODAY), allowances=ALLOWED)
    quiet = Quiet()
    watch = Watch(quiet.narration())
    stop = Stop(watch.say)
    async with connected(scope.organizations, folder, {}) as providers:
        plan = (await planned(scope, providers, watch)).plan
        holder = this_run("reconciler apply")
        inventories = inventories_under(plan, scope)
        locks = await take_locks(
            plan, scope.organizations, inventories, folder, stop.event, watch, holder=holder, agreed=plan.digest
        )
        journal = begin_journal(holder, plan, scope, prepare_journal(plan, scope), begin)
        await carry_under(locks, plan, scope, providers, quiet, watch, stop, journal)


def main(folder: Path, point: str, last: int) -> None:
    """Plan and apply until the n-th line."""
    MortalFile.left, MortalFile.half = last, point == "half"
    run_virtual(apply_with(folder, MortalFile.begun))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
