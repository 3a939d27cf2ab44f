"""Signals that come before the first write: nothing is sent, nothing is left behind, and the sums are told."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from reconciler.cli.applying import inventories_under
from reconciler.cli.carrying import Run, carry
from reconciler.cli.connections import connected
from reconciler.cli.journals import Begin
from reconciler.cli.private_folder import journals_of
from reconciler.cli.stopping import Stop
from reconciler.cli.unlocking import holders
from reconciler.cli.watching import Watch
from reconciler.model.journal import Opening
from reconciler.model.plan import Plan
from reconciler.store.journal_file import JournalFile
from tests.clock import run_virtual
from tests.company import Company, Quiet

CUSTOMERS = "customers:\n  - {externalId: C-1, name: Acme}\n"


class Signalled(Company):
    """A company whose run is signalled while its journal is begun, or before, or breaks then."""

    async def begin(self, plan: Plan, signals: int, *, early: bool = False, broken: bool = False) -> Run:
        """Carry a plan out, with so many signals on the way."""
        loop, watch = asyncio.get_running_loop(), Watch(Quiet().narration())
        stop = Stop(watch.say)

        def begun(path: Path, opening: Opening) -> JournalFile:
            heard = threading.Event()
            for _ in range(signals):
                loop.call_soon_threadsafe(stop.hear, int(signal.SIGTERM))
            loop.call_soon_threadsafe(heard.set)
            assert heard.wait(60)
            if broken:
                raise ZeroDivisionError
            return JournalFile.begun(path, opening)

        for _ in range(signals if early else 0):
            stop.hear(int(signal.SIGTERM))
        try:
            return await self._carried(plan, watch, stop, begun)
        finally:
            stop.over()

    async def _carried(self, plan: Plan, watch: Watch, stop: Stop, begin: Begin) -> Run:
        scope = self._scope(plan.scope)
        async with connected(scope.organizations, self.folder, {}) as providers:
            return await carry(
                plan, scope, providers, inventories_under(plan, scope), Quiet(), watch, stop, begin=begin
            )

    def left_behind(self) -> tuple[Sequence[str], int]:
        """Name the locks that are held, and count the intents that stand."""
        found = self.inventory()
        return tuple(holders(self.folder, ())), len(found.intents) if found is not None else 0


@pytest.fixture(name="here")
def _here(tmp_path: Path) -> Signalled:
    here = Signalled(tmp_path / "company")
    here.write({"a.yaml": CUSTOMERS})
    return here


@pytest.mark.parametrize("signals", [1, 2, 3])
def test_a_signal_while_the_journal_is_begun_leaves_nothing_behind(here: Signalled, signals: int) -> None:
    """The journal is begun to its end, nothing is sent, the lock is given back, and what was not tried is counted."""
    plan = here.plan()
    run = run_virtual(here.begin(plan, signals))
    assert (run.code, run.error, run.events) == (143, None, [])
    assert run.summary.total.not_tried == 1
    assert here.left_behind() == ((), 0)
    journals = journals_of(here.folder)
    closed = journals.head(journals.find("last")).closed
    assert closed is not None
    assert (closed.code, closed.open) == (143, 0)
    assert here.apply().code == 0


def test_a_signal_before_the_locks_leaves_no_trace(here: Signalled) -> None:
    """There is no journal, since nothing was begun that it could tell of."""
    run = run_virtual(here.begin(here.plan(), 1, early=True))
    assert (run.code, run.summary.total.not_tried) == (143, 1)
    assert journals_of(here.folder).runs() == ()
    assert here.left_behind() == ((), 0)


def test_whatever_breaks_the_beginning_of_a_journal_leaves_no_lock(here: Signalled) -> None:
    """Not what was foreseen alone."""
    with pytest.raises(ZeroDivisionError):
        run_virtual(here.begin(here.plan(), 0, broken=True))
    assert here.left_behind() == ((), 0)
