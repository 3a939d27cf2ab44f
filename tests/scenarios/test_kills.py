"""Killed outright anywhere in an apply of fifty changes: plan and apply again reach the same end, once each.

The command that makes the counts in `docs/reliability.md`: `pytest -m long -s tests/scenarios/test_kills.py`.
"""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reconciler.store.inventory_file import FileInventoryStore
from reconciler.store.lock import lock_text
from tests.cli.running import call_alone
from tests.company import Company
from tests.scenarios.fifty import (
    EVENTS,
    WRITES,
    Death,
    calm_company,
    check,
    company,
    effects_of,
    go_on,
    hurry,
    kill,
    store_here,
)

OVERRIDES = ("--allow-delete", "customer=4", "--allow-update", "customer=6")


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


SAMPLE = [
    ("file", Death(point="event", last=50)),
    ("file", Death(point="answer", last=40)),
    ("file", Death(point="replace", last=2)),
    ("file", Death(point="remove", last=1)),
    ("git", Death(point="event", last=87)),
    ("git", Death(point="answer", last=25)),
    ("git", Death(point="before", last=2)),
    ("git", Death(point="after", last=1)),
]


@pytest.mark.parametrize(("store", "death"), SAMPLE, ids=str)
def test_killed_anywhere_the_next_run_finishes_the_work(
    store: str, death: Death, tmp_path: Path, calm: Company
) -> None:
    """Same end state, every customer created once, deleted once, no intent and no lock left."""
    here = company(tmp_path / "killed", store)
    assert kill(here, death)
    assert go_on(here)
    check(here, calm)


@pytest.mark.parametrize("store", ["file", "git"])
def test_killed_between_lock_and_first_write_all_intents_stand_and_nothing_was_sent(store: str, tmp_path: Path) -> None:
    """The first event comes after the lock and before the write; a killed taking of the lock leaves none."""
    here = company(tmp_path / "killed", store)
    assert kill(here, Death(point="event", last=1))
    left, holder = here.inventory(), store_here(here).holder()
    assert left is not None
    assert holder is not None
    assert {intent.run for intent in left.intents} == {holder.id}
    assert (len(left.intents), len(left.managed)) == (WRITES, 12)
    assert not effects_of(here)
    untaken = company(tmp_path / "untaken", store)
    assert kill(untaken, Death(point="replace" if store == "file" else "before", last=1))
    assert (store_here(untaken).holder(), effects_of(untaken)) == (None, {})


def test_after_a_kill_the_next_run_says_how_to_go_on(tmp_path: Path, calm: Company) -> None:
    """It is refused with the dead run's name and the command that frees its lock; typed, the work is finished."""
    here = company(tmp_path / "killed", "file")
    assert kill(here, Death(point="event", last=EVENTS - 2))
    hurry(here)
    command = ("-C", str(here.folder), "apply", "--auto-approve", *OVERRIDES)
    refused = call_alone(*command)
    holder = store_here(here).holder()
    assert holder is not None
    assert refused.code == 6
    assert f'{holder.who} on {holder.host} runs "reconciler apply"' in refused.err
    assert f"    reconciler unlock {holder.id}\n" in refused.err
    assert call_alone("-C", str(here.folder), "unlock", holder.id).out == (
        f"acme: freed the lock of {holder.who} on {holder.host}.\n"
    )
    finished = call_alone(*command)
    assert finished.code == 0, finished.err
    check(here, calm)


def test_after_the_lease_the_next_run_goes_on_by_itself_and_says_from_whom(tmp_path: Path, calm: Company) -> None:
    """Two minutes and a half after the kill nobody needs to free anything."""
    here = company(tmp_path / "killed", "file")
    assert kill(here, Death(point="event", last=EVENTS - 2))
    hurry(here)
    store = store_here(here)
    holder = store.holder()
    assert holder is not None
    assert isinstance(store, FileInventoryStore)
    ended = (datetime.now(UTC) - timedelta(seconds=31)).isoformat()  # the lease, and the grace for clocks that differ
    store.lock_path.write_bytes(lock_text(replace(holder, until=ended)))
    finished = call_alone("-C", str(here.folder), "apply", "--auto-approve", *OVERRIDES)
    assert finished.code == 0, finished.err
    assert f"took over the lock of {holder.who} on {holder.host}" in finished.err
    check(here, calm)


def points_of(store: str) -> Iterator[Iterator[Death]]:
    """Give every point at which an apply can die; where their number is not known, as many as there are."""
    yield (Death(point="event", last=last) for last in range(1, EVENTS + 1))
    yield (Death(point="answer", last=last) for last in range(1, WRITES + 1))
    for point in ("replace", "remove") if store == "file" else ("before", "after"):
        yield (Death(point=point, last=last) for last in itertools.count(1))


@pytest.mark.long
@pytest.mark.parametrize("store", ["file", "git"])
def test_killed_at_every_point_the_next_run_finishes_the_work(store: str, tmp_path: Path, calm: Company) -> None:
    """The same at each event, each write, and each step of recording them; by the usual policy."""
    counts: dict[str, int] = {"kills": 0, "locks left": 0, "created": 0, "changed": 0, "deleted": 0}
    for points in points_of(store):
        for death in points:
            folder = tmp_path / str(death)
            here = company(folder, store, policy="")
            if not kill(here, death):
                assert death.point not in ("event", "answer")
                break
            counts[death.point] = counts.get(death.point, 0) + 1
            counts["kills"] += 1
            counts["locks left"] += go_on(here)
            check(here, calm)
            _count(here, counts)
            shutil.rmtree(folder)
    print(f"\n{store} {json.dumps(counts)}")


def _count(here: Company, counts: dict[str, int]) -> None:
    for path, number in effects_of(here).items():
        name = {"POST /customers": "created"}.get(path, "deleted" if path.startswith("DELETE ") else "changed")
        counts[name] += number
