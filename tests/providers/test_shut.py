"""A vendor that turns away, in every way that it may say so: bounded waits, no hang, and the truth at the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.model.event import Failed
from reconciler.sandbox import Fault, add_fault, clear_requests, logged_requests
from tests.company import Applied, Company

CHANGES = 40
MINUTES = {None: 5, 10**9: 13}
"""By Retry-After: a minute of growing waits, and the longest of them, or a whole minute, for each that is under way."""


def met(folder: Path, fault: Fault) -> tuple[Applied, float]:
    """Apply many changes to a vendor that turns away once planning is done; give the virtual seconds that it took."""
    here = Company(folder)
    rows = "".join(f"- {{externalId: C-{number}, name: N}}\n" for number in range(CHANGES))
    here.write({"all.yaml": f"customers:\n{rows}"})
    plan = here.plan()
    with here.store() as store:
        add_fault(store, fault)
        clear_requests(store)
    applied = here.carry_out(plan)
    with here.store() as store:
        return applied, logged_requests(store)[-1].ended


@pytest.mark.parametrize("retry_after", [None, 0, 7, 10**9])
def test_some_429s_delay_an_apply_and_nothing_else(retry_after: int | None, tmp_path: Path) -> None:
    """Whatever Retry-After says, all is done in the end; no wait is longer than a minute."""
    fault = Fault(kind="throttled", first=20, times=3, retry_after=retry_after)
    applied, seconds = met(tmp_path, fault)
    assert (applied.code, applied.summary.total.done) == (0, CHANGES)
    assert seconds < 30 + 3 * min(60, max(4, retry_after or 0))


@pytest.mark.parametrize("retry_after", MINUTES)
def test_a_vendor_that_lets_nothing_in_is_given_up_in_minutes(retry_after: int | None, tmp_path: Path) -> None:
    """Not after all changes have waited for it one by one: what was not tried is told so."""
    fault = Fault(kind="throttled", first=20, times=None, retry_after=retry_after)
    applied, seconds = met(tmp_path, fault)
    total = applied.summary.total
    assert applied.code == 4
    assert total.done > 0
    assert total.failed in range(3, 10)
    assert total.done + total.failed + total.not_tried == CHANGES
    assert seconds < 60 * MINUTES[retry_after]
    problems = [event.problem for event in applied.events if isinstance(event, Failed)]
    assert all("429" in problem.detail for problem in problems)
