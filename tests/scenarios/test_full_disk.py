"""A disk that is full while an apply writes its journal, and has room again a moment later."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

import pytest

from reconciler.errors import ReconcilerError
from reconciler.model.journal import Opening
from reconciler.sandbox.values import JsonObject
from reconciler.store.journal_file import JournalFile
from reconciler.store.journal_problems import unwritable
from tests.company import error_codes
from tests.properties.mortal import Death, MortalCompany, Place
from tests.scenarios.undoing import journals

COUNT = 5
NEVER = 10**9


class FullOnce(JournalFile):
    """A journal of which one line is written by half."""

    left: ClassVar[int] = 0

    def _write(self, content: bytes) -> None:
        FullOnce.left -= 1
        if not FullOnce.left:
            os.write(self._descriptor, content[: len(content) // 2])
            raise unwritable("the journal", "There is no room for a whole line.")
        super()._write(content)


class FullDisk(Death):
    """No death, but a disk that is full for the n-th line."""

    def __init__(self, last: int) -> None:
        super().__init__(Place.LINE_BEFORE, NEVER)
        FullOnce.left = last

    def begin(self, path: Path, opening: Opening) -> JournalFile:
        """Begin a journal on it."""
        return FullOnce.begun(path, opening)


@pytest.mark.parametrize("last", range(1, 11))
def test_no_write_goes_out_whose_line_does_not_stand(last: int, tmp_path: Path) -> None:
    """Whichever line it is: what was sent is announced, the journal is read, and the next apply does the rest."""
    here = MortalCompany(tmp_path / "company")
    here.write(
        {"a.yaml": "".join(("customers:\n", *(f"  - {{externalId: C-{n}, name: New}}\n" for n in range(COUNT))))}
    )
    here.death = FullDisk(last)
    with pytest.raises(ReconcilerError) as caught:
        here.carry_out(here.plan())
    assert error_codes(caught.value) == ["journal-unwritable"]
    found = journals(here)
    (name,) = found.runs()
    announced = () if last == 1 else tuple(found.entries(name))
    assert len(here.requests("POST")) == sum(len(entry.tries) for entry in announced)
    left_open = () if last == 1 else found.open_entries(name)
    if last > 1:
        closed = found.head(name).closed
        assert closed is not None
        assert closed.open == len(left_open)
    here.death = None
    assert here.apply().code == 0
    assert found.unsettled() == ()
    customers = here.state()["customers"]
    assert isinstance(customers, list)
    assert sorted(_key(row) for row in customers if isinstance(row, dict)) == [f"C-{n}" for n in range(COUNT)]


def _key(row: JsonObject) -> str:
    return str(row["externalId"])
