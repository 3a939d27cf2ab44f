"""What becomes of an apply whose remote goes away, comes back, or is written by somebody else meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.cli.locking import this_run
from reconciler.errors import LockLost, ReconcilerError
from reconciler.store.lock import LEASE, MARGIN, LeaseTerms
from tests.company import Company, error_codes
from tests.scenarios.fifty import EVENTS, PACE, REF, WRITES, calm_company, check, company, go_on, store_here
from tests.scenarios.leases import Outcome, apply_leased, store_by
from tests.store.repositories import clone_of, git

SLOW = "    limits: {requestsPerMinute: 40}\n"
BEAT = 15


@pytest.fixture(autouse=True, scope="module")
def _digest_key() -> Iterator[None]:
    """Set the variable that the git store's configuration refers to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ACME_DIGEST", "a secret of the tests")
        yield


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Give what an undisturbed apply comes to; the store makes no difference to that."""
    return calm_company(tmp_path_factory.mktemp("calm") / "calm", "file")


@pytest.fixture
def here(tmp_path: Path) -> Company:
    """A company in git whose apply takes minutes."""
    made = company(tmp_path / "one", "git")
    file = made.folder / "reconciler.yaml"
    file.write_text(file.read_text().replace(PACE, SLOW))
    return made


def remote_of(here: Company) -> Path:
    """Give the bare repository."""
    return here.folder.parent / "remote.git"


def leave(here: Company) -> None:
    """Let the remote be unreachable."""
    remote_of(here).rename(here.folder.parent / "away.git")


def come_back(here: Company) -> None:
    """Let the remote be reachable again."""
    (here.folder.parent / "away.git").rename(remote_of(here))


def codes_of(outcome: Outcome) -> list[str]:
    """Give the codes of what ended a run."""
    assert isinstance(outcome.error, ReconcilerError)
    return error_codes(outcome.error)


def test_a_remote_that_goes_away_ends_the_run_well_before_the_lease(here: Company, calm: Company) -> None:
    """No write begins in the last 70 seconds of the lease; the sums are true, and the next run does the rest."""
    outcome = apply_leased(here, 20, lambda: leave(here))
    assert (codes_of(outcome), outcome.code) == (["lock-lost"], 4)
    tally = outcome.summary.total
    assert 10 <= tally.done < WRITES
    assert tally.done + tally.unknown + tally.not_tried == WRITES
    assert tally.done <= len(outcome.writes) <= tally.done + tally.unknown
    first_missed = outcome.writes[9]  # the remote was there when the tenth write was made
    assert outcome.writes[-1] - first_missed <= LEASE - MARGIN + BEAT
    come_back(here)
    assert go_on(here)
    check(here, calm)


def test_a_remote_that_comes_back_in_time_is_no_matter(here: Company, calm: Company) -> None:
    """Checkpoints that failed are made up for; the run does all that it planned."""
    outcome = apply_leased(here, 20, lambda: _leave_for_a_checkpoint(here))
    assert (outcome.error, outcome.code, outcome.summary.total.done) == (None, 0, WRITES)
    check(here, calm)


def _leave_for_a_checkpoint(here: Company) -> None:
    """Refuse the next push, and no other."""
    hook = remote_of(here) / "hooks" / "pre-receive"
    hook.write_text('#!/bin/sh\nrm -- "$0"\nexit 1\n')
    hook.chmod(0o755)


def test_a_lock_that_went_to_another_run_is_noticed_at_the_next_checkpoint(here: Company, calm: Company) -> None:
    """The loser stops, exits 4, and changes nothing of what the other wrote."""
    other = clone_of(remote_of(here), "other")
    terms = LeaseTerms(now=lambda: datetime.now(UTC), sleep=time.sleep)
    stands: list[str] = []

    def take_over() -> None:
        store = store_by(terms, other, "acme")
        holder, found = store.holder(), store.read()
        assert holder is not None
        assert found is not None
        store.unlock(holder.id)
        store.take(this_run("reconciler inventory forget"), found)
        stands.append(git(remote_of(here), "rev-parse", REF))

    outcome = apply_leased(here, 20, take_over)
    assert isinstance(outcome.error, LockLost)
    assert (outcome.code, outcome.summary.total.done < WRITES) == (4, True)
    assert outcome.writes[-1] - outcome.writes[9] <= 2 * BEAT
    assert git(remote_of(here), "rev-parse", REF) == stands[0]
    assert go_on(here)
    check(here, calm)


def test_an_end_that_cannot_be_recorded_is_told_and_found_out_by_the_next_run(here: Company, calm: Company) -> None:
    """All was done, the remote is gone: exit 4, what to do is said, and afterwards nothing is done twice."""
    outcome = apply_leased(here, EVENTS, lambda: leave(here))
    assert (codes_of(outcome), outcome.code, outcome.summary.total.done) == (["end-unrecorded"], 4, WRITES)
    come_back(here)
    holder = store_here(here).holder()
    assert holder is not None
    assert f"reconciler unlock {holder.id}" in str(outcome.error)
    assert go_on(here)
    check(here, calm)


def test_a_checkpoint_is_pushed_every_fifteen_seconds_and_no_more_often(here: Company) -> None:
    """Beside the one that takes the lock and the one at the end; as many as the run's length has room for."""
    before = _pushes(here)
    outcome = apply_leased(here, 0, lambda: None)
    pushed = _pushes(here) - before
    length = outcome.writes[-1] - outcome.writes[0]
    assert length > 4 * BEAT
    assert length // BEAT <= pushed - 2 <= length // BEAT + 2


def _pushes(here: Company) -> int:
    return int(git(remote_of(here), "rev-list", "--count", REF))
