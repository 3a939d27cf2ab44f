"""A run that the pace holds back, and that is signalled: what stood in line did not go out, and is told so."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.cli.applying import inventories_under
from reconciler.cli.carrying import Run, carry
from reconciler.cli.connections import connected
from reconciler.cli.private_folder import NAME
from reconciler.cli.reporting import EventLines, Report
from reconciler.cli.stopping import GRACE, Stop
from reconciler.cli.unlocking import holders
from reconciler.cli.watching import Watch
from reconciler.model.event import Answered, Reply
from reconciler.model.plan import Plan
from reconciler.sandbox import Fault, add_fault, clear_requests, logged_requests
from reconciler.store.journal import Journals
from tests.clock import run_virtual
from tests.company import Company, Quiet

CHANGES, LET_IN, HELD = 40, 5, 50


class Waking(Quiet):
    """A report that signals two seconds after the vendor has turned something away."""

    def __init__(self, stop: Stop) -> None:
        super().__init__()
        self._stop = stop

    def answered(self, event: Answered) -> None:
        """Signal."""
        if event.reply is Reply.THROTTLED:
            asyncio.get_running_loop().call_later(2, self._stop.hear, int(signal.SIGTERM))


class Telling(EventLines):
    """The event stream, and a signal as above."""

    def __init__(self, stop: Stop) -> None:
        super().__init__()
        self._waking = Waking(stop)

    def answered(self, event: Answered) -> None:
        """Tell, and signal."""
        super().answered(event)
        self._waking.answered(event)


class Signalled(Company):
    """A company whose run is signalled."""

    async def held_back(self, plan: Plan, sort: Callable[[Stop], Report] = Waking) -> tuple[Run, float]:
        """Carry a plan out; give how it ended, and the virtual seconds that this took."""
        watch = Watch(Quiet().narration())
        stop = Stop(watch.say)
        scope, report = self._scope(plan.scope), sort(stop)
        async with connected(scope.organizations, self.folder, {}) as providers:
            inventories = inventories_under(plan, scope)
            run = await carry(plan, scope, providers, inventories, report, watch, stop)
        report.end(run.summary)
        stop.over()
        return run, asyncio.get_running_loop().time()


@pytest.fixture(name="here")
def _here(tmp_path: Path) -> Signalled:
    here = Signalled(tmp_path / "company")
    rows = "".join(f"- {{externalId: C-{number}, name: N}}\n" for number in range(CHANGES))
    here.write({"a.yaml": f"customers:\n{rows}"})
    return here


def test_a_signal_while_throttled_leaves_nothing_open(here: Signalled) -> None:
    """Neither what was turned away nor what stood in line behind it; there is no wait for them, and no lock stays."""
    plan = here.plan()
    with here.store() as store:
        add_fault(store, Fault(kind="throttled", method="write", first=LET_IN + 1, times=1, retry_after=HELD))
        clear_requests(store)
    run, seconds = run_virtual(here.held_back(plan))
    assert (run.code, run.error, run.cut) == (143, None, frozenset())
    total = run.summary.total
    assert (total.done, total.unknown, total.not_tried) == (LET_IN, 0, CHANGES - LET_IN)
    assert seconds < GRACE
    with here.store() as store:
        writes = [row for row in logged_requests(store) if row.method != "GET"]
    assert len(writes) == LET_IN + 1
    assert tuple(holders(here.folder, ())) == ()
    found = here.inventory()
    assert found is not None
    assert found.intents == ()
    journals = Journals(here.folder / NAME)
    name = journals.find("last")
    closed = journals.head(name).closed
    assert closed is not None
    assert (closed.code, closed.open, closed.sums["unknown"]) == (143, 0, 0)
    replies = [one.answer.reply for entry in journals.entries(name) for one in entry.tries if one.answer is not None]
    assert (replies.count(Reply.ACCEPTED), replies.count(Reply.THROTTLED)) == (LET_IN, 1)
    assert replies.count(Reply.UNSENT) == sum(len(entry.tries) for entry in journals.entries(name)) - LET_IN - 1 > 0
    assert here.apply().summary.total.done == CHANGES - LET_IN


def test_each_change_that_is_begun_has_one_line_that_ends_it(
    here: Signalled, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also one that a signal took back; and each write that is announced has a line that says what became of it."""
    plan = here.plan()
    with here.store() as store:
        add_fault(store, Fault(kind="throttled", method="write", first=LET_IN + 1, times=1, retry_after=HELD))
    run_virtual(here.held_back(plan, Telling))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told: dict[str, list[str]] = {}
    for line in lines:
        if "hook" in line:
            told.setdefault(line["hook"]["resource"]["addr"], []).append(line["type"])
    assert sum("apply_withdrawn" in types for types in told.values()) > 0
    for types in told.values():
        assert types.count("apply_start") == types.count("apply_progress") > 0
        assert [one for one in types if one not in ("apply_start", "apply_progress")] == types[-1:]
    assert [line["type"] for line in lines][-1] == "change_summary"
