"""`python -m benchmarks.journals [N]`: a journal of N changes, of a run that was killed over one more, read each way.

Every figure is CPU time, the least of three.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.report import machine
from reconciler.desired.collector import collector_held
from reconciler.model.event import Reply
from reconciler.model.journal import DONE, Answer, Ended, Line, Opening, Run, Wrote
from reconciler.model.resource import Observed
from reconciler.store.journal import Journals
from reconciler.store.journal_lines import line_text

AT, RUN = "2026-01-15T09:30:00.000Z", "20260115T093000Z-1f2e3d4c"
CHANGES = 20_000
_PERSON = {"id": "1", "externalId": "P1", "email": "a@example.com", "firstName": "A", "lastName": "B", "phone": "1"}
_ADDRESS = {"city": "Paris", "zipcode": "75000", "address": "1 rue de la Paix"}


def main() -> int:
    """Measure, and print."""
    changes = int(sys.argv[1]) if len(sys.argv) > 1 else CHANGES
    with tempfile.TemporaryDirectory(prefix="reconciler-benchmarks-") as folder:
        journals = written(Path(folder), changes)
        size = journals.path(RUN).stat().st_size / 1e6
        print(f"{machine()}\n\none journal, {changes:,} changes, {size:.0f} MB, the last of them open")
        for name, read in ways(journals):
            print(f"{name:<56}{min(seconds(read) for _ in range(3)):>8.2f} s")
    return 0


def written(folder: Path, changes: int) -> Journals:
    """Write the journal; of its last change no ending is known."""
    journals = Journals(folder)
    opening = Opening(at=AT, run=RUN, who="me", host="here", command="reconciler apply", digest="d", sites=())
    journals.begin(opening).close()
    with journals.path(RUN).open("a", encoding="utf-8") as file:
        for number in range(1, changes + 1):
            file.writelines(line_text(line) for line in lines_of(number))
        file.write(line_text(next(lines_of(changes + 1))))
    return journals


def lines_of(number: int) -> Iterator[Line]:
    """Give the lines of one change."""
    address = f"acme-fr/customer/C-{number}"
    fields = {"name": "A customer of ours", "vatNumber": "FR12", "address": _ADDRESS}
    found = Observed(
        kind="customer", key=f"C-{number}", remote_id="x", fields=fields, members={"contacts": [_PERSON, _PERSON]}
    )
    yield Wrote(
        at=AT,
        n=number,
        address=address,
        action="update",
        step=1,
        steps=1,
        attempt=1,
        summary="update name",
        request=f"q-{number}",
        first=True,
        before=found,
    )
    yield Answer(at=AT, n=number, reply=Reply.ACCEPTED, status=200)
    yield Ended(at=AT, address=address, action="update", outcome=DONE, remote_id="x", written=True, after=found)


def ways(journals: Journals) -> Iterator[tuple[str, Callable[[], object]]]:
    """Name the ways of reading, and who goes them."""
    yield "its head (`journal list`, of each run)", lambda: journals.head(RUN)
    yield "what it left open (`apply`, of each run without an end)", lambda: journals.left_open(RUN)
    yield "change by change (`journal show`, `apply --resume`)", lambda: sum(1 for _ in journals.entries(RUN))
    yield "whole (`undo`)", lambda: whole(journals)


def whole(journals: Journals) -> Run:
    """Read it as an undo does."""
    with collector_held():
        return journals.read(RUN)


def seconds(read: Callable[[], object]) -> float:
    """Take the CPU time of something."""
    begun = time.process_time()
    read()
    return time.process_time() - begun


if __name__ == "__main__":
    sys.exit(main())
