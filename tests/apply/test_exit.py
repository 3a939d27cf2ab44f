"""The exit codes, as a table."""

from __future__ import annotations

import itertools
import signal

import pytest

from reconciler.apply.exit import PRECEDENCE, ExitCode, exit_code, first_of
from reconciler.apply.summary import Summary, Tally


def applied(*, written: bool = False, **counts: int) -> Summary:
    """Have applied something."""
    return Summary(total=Tally(**counts), written=written)


@pytest.mark.parametrize(
    ("summary", "code"),
    [
        (applied(), 0),
        (applied(done=3), 0),
        (applied(done=3, written=True), 0),
        (applied(done=3, overridden=2, written=True), 0),
        (applied(failed=1), 1),
        (applied(failed=1, skipped=1), 1),
        (applied(failed=1, written=True), 4),
        (applied(done=1, failed=1, written=True), 4),
        (applied(done=1, failed=1), 1),
        (applied(stale=1), 5),
        (applied(stale=1, skipped=2), 5),
        (applied(stale=1, failed=1), 5),
        (applied(done=1, stale=1), 5),
        (applied(done=1, stale=1, written=True), 4),
        (applied(unknown=1), 4),
        (applied(unknown=1, stale=1), 4),
        (applied(unknown=1, failed=1), 4),
        (applied(not_tried=1), 1),
        (applied(done=1, not_tried=1, written=True), 4),
        (applied(skipped=1), 1),
        (applied(done=1, skipped=1, written=True), 4),
    ],
)
def test_an_apply_alone(summary: Summary, code: int) -> None:
    """Of an apply without refusals, what ended how and whether anything was written decide."""
    assert exit_code(summary) == code


@pytest.mark.parametrize(
    ("summary", "code"),
    [
        (None, 3),
        (applied(done=1, written=True), 3),
        (applied(done=1, skipped=1, written=True), 3),
        (applied(skipped=1), 3),
        (applied(done=1, failed=1, written=True), 4),
        (applied(failed=1), 1),
        (applied(stale=1), 5),
        (applied(unknown=1), 4),
    ],
)
def test_with_blocked_changes(summary: Summary | None, code: int) -> None:
    """A refusal is said last: after all that went wrong, and in place of success."""
    assert exit_code(summary, blocked=True) == code


@pytest.mark.parametrize(
    ("complete", "blocked", "changes", "code"),
    [
        (True, False, False, 0),
        (True, False, True, 2),
        (True, True, False, 3),
        (True, True, True, 3),
        (False, False, False, 7),
        (False, True, True, 7),
    ],
)
def test_a_plan(complete: bool, blocked: bool, changes: bool, code: int) -> None:
    """A plan writes nothing: incomplete before refused before changes."""
    assert exit_code(complete=complete, blocked=blocked, changes=changes) == code


@pytest.mark.parametrize(
    ("summary", "code"),
    [(None, 1), (applied(), 1), (applied(stale=1), 5), (applied(done=1, written=True), 4)],
)
def test_an_error_beside_the_apply(summary: Summary | None, code: int) -> None:
    """1 says that nothing was written by this run; with something written it is 4."""
    assert exit_code(summary, error=True) == code


def test_incomplete_is_said_only_with_nothing_written() -> None:
    """7 never goes with a write."""
    assert exit_code(applied(done=1), complete=False) == 7
    assert exit_code(applied(done=1, written=True), complete=False) == 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_is_said_whatever_else_holds(number: int, code: int) -> None:
    """Whoever stopped the run hears that it stopped."""
    assert exit_code(applied(done=1, unknown=1, written=True), signal=number) == code


def test_of_any_two_codes_the_earlier_in_the_order_is_said() -> None:
    """64, 65, 6, 4, 5, 1, 7, 3, 2, 0, as the architecture states it."""
    assert PRECEDENCE == (64, 65, 6, 4, 5, 1, 7, 3, 2, 0)
    for first, second in itertools.combinations(PRECEDENCE, 2):
        assert first_of({second, first}) is first
    assert first_of(set()) is ExitCode.DONE
    assert set(PRECEDENCE) == set(ExitCode)
