"""An apply in a process of its own that is killed at its n-th event: `python -m tests.scenarios.killed FOLDER N`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from reconciler.cli.allowing import read_allowance
from reconciler.cli.reporting import Say
from reconciler.model.event import Event
from tests.company import Company, Quiet

ALLOWED = tuple(read_allowance(text) for text in ("delete-ceiling=customer=4", "update-ceiling=customer=6"))


class Mortal(Quiet):
    """A report that dies when it is told the n-th event; the event itself has been recorded by then, in memory."""

    def __init__(self, last: int) -> None:
        super().__init__()
        self._last = last

    def event(self, event: Event, say: Say) -> None:
        """Keep an event, or die of it."""
        super().event(event, say)
        if len(self.events) == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


def main(folder: Path, last: int) -> None:
    """Plan and apply until the n-th event."""
    company = Company(folder)
    company.allowances = ALLOWED
    company.carry_out(company.plan(), Mortal(last))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
