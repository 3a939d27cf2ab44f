"""Killed at the points at which the journal is written, in an apply of 200 changes at both vendors.

Some points are kills of a process; all points, in the long campaign, are copies of what such a kill leaves
(`journal_copies`), and that they are is claimed here.

The command that makes the counts in `docs/reliability.md`: `pytest -m long -s tests/scenarios/test_kills_journal.py`.
`JOURNAL_KILLS=FIRST:STEP` does every STEP-th line from FIRST on, so that the work can be shared out. What was counted
so far is printed after each batch.
"""

from __future__ import annotations

import gc
import itertools
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from reconciler.cli.kept_plans import plan_to_resume
from reconciler.cli.private_folder import journals_of
from reconciler.errors import PlanStale, ReconcilerError
from reconciler.model.event import Stale
from reconciler.plan.lost_creates import AGE
from tests.company import Company, error_codes
from tests.properties.mortal import MortalCompany
from tests.scenarios.journal_copies import Copier, Copy, Point, copies_at, left_in
from tests.scenarios.journalled import ALLOWED
from tests.scenarios.two_vendors import (
    BILLABEX,
    LAG,
    UPFLOW,
    End,
    bury,
    calm_end,
    check,
    company,
    creations,
    go_on,
    kill,
    settle_rest,
)

KILLED = (Point(1, half=False), Point(200, half=True), Point(333, half=False))
"""Points at which a process is killed in every test run."""
BEHIND = (Point(150, half=True), Point(420, half=False))
RESUMED = (Point(201, half=False), Point(480, half=True))
BATCH = 25
"""So many lines' copies lie about at a time."""
ANOTHER = "customers:\n- {externalId: C-999, name: Somebody else}\n"


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the company once; every kill has a copy of its folder."""
    folder = tmp_path_factory.mktemp("seeded") / "company"
    company(folder)
    return folder


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> End:
    """Give what an undisturbed apply comes to."""
    return calm_end(tmp_path_factory.mktemp("calm") / "calm")


@pytest.fixture(scope="module")
def copier(tmp_path_factory: pytest.TempPathFactory, seeded: Path) -> Copier:
    """Copy what kills would leave, at all points that a test of every run asks for."""
    return copies_at({*KILLED, *RESUMED}, seeded, tmp_path_factory.mktemp("copies"))


@pytest.mark.parametrize("point", KILLED, ids=str)
def test_killed_at_a_line_the_next_run_settles_it_and_reaches_the_same_end(
    point: Point, tmp_path: Path, seeded: Path, calm: End, copier: Copier
) -> None:
    """The sandboxes' stores are the same byte for byte but for ids and times, nothing was made twice.

    And what the kill left is what the copy for this point says, so that copies may stand for kills.
    """
    here = copied(seeded, tmp_path / "killed")
    assert kill(here, point.name, point.last)
    (copy,) = (one for one in copier.copies if one.point == point)
    assert left_in(here.folder, tmp_path / "one") == left_in(copy.folder, tmp_path / "other")
    go_on(here)
    check(here, calm)


def test_killed_where_reads_lag_the_next_run_settles_it_and_reaches_the_same_end(
    tmp_path: Path, seeded: Path, calm: End
) -> None:
    """Neither the dead run nor the next one sees at once what was made at Billabex."""
    lagging(seeded, tmp_path / "lagging")
    for copy in copies_at(BEHIND, tmp_path / "lagging", tmp_path).copies:
        here = standing_in(copy)
        go_on(here)
        check(here, calm, LAG)


@pytest.mark.parametrize("point", RESUMED, ids=str)
def test_killed_at_a_line_the_rest_of_its_plan_and_nothing_else_is_resumed(
    point: Point, tmp_path: Path, calm: End, copier: Copier
) -> None:
    """What the documents say since is left to the next plan."""
    (copy,) = (one for one in copier.copies if one.point == point)
    shutil.copytree(copy.folder, tmp_path / "company")
    here = standing_in(Copy(point=point, folder=tmp_path / "company", made=copy.made))
    resume(here)
    check(here, calm)


@pytest.mark.long
def test_a_copy_is_what_a_kill_leaves(tmp_path: Path, seeded: Path) -> None:
    """At a line in the middle of every sixty, half of it and whole; `-s` prints how many."""
    points = tuple(Point(last, half) for last in range(30, 622, 60) for half in (True, False))
    copies = copies_at(points, seeded, tmp_path).copies
    for copy in copies:
        here = copied(seeded, tmp_path / "killed")
        assert kill(here, copy.point.name, copy.point.last)
        assert left_in(here.folder, tmp_path / "one") == left_in(copy.folder, tmp_path / "other"), copy.point
        shutil.rmtree(here.folder)
    print(f"\n{len(copies)} copies are what kills leave", flush=True)


@pytest.mark.long
@pytest.mark.parametrize(("lag", "every"), [(0, 1), (LAG, 5)], ids=["at-once", "behind"])
def test_killed_at_every_line_the_next_run_settles_it_and_reaches_the_same_end(
    lag: int, every: int, tmp_path: Path, seeded: Path, calm: End
) -> None:
    """With the line whole, and with half of it; where reads lag, at every fifth line.

    At every fiftieth line the run is resumed by its journal, too.
    """
    folder = tmp_path / "company"
    lagging(seeded, folder, lag)
    counts: Counter[str] = Counter()
    failed: list[str] = []
    gc.freeze()  # what is there by now stays, and need not be gone through a thousand times
    for copies in batches(folder, tmp_path, every):
        for copy in copies:
            ways = [False, True] if copy.point.last % 50 == 0 else [False]
            for resumed in ways:
                here = standing_in(copy, tmp_path / f"{copy.point}-{resumed}")
                try:
                    counts += judged(here, copy.point, calm, lag, resumed=resumed)
                except (AssertionError, ReconcilerError) as error:
                    failed.append(f"{copy.point} {'resumed' if resumed else 'applied'}: {error}"[:2000])
                    print(failed[-1], flush=True)
                shutil.rmtree(here.folder)
            shutil.rmtree(copy.folder)
        print(f"\nlag {lag}, up to {copies[-1].point}: {json.dumps(counts)}, failed {len(failed)}", flush=True)
    assert not failed


def judged(here: MortalCompany, point: Point, calm: End, lag: int, *, resumed: bool) -> Counter[str]:
    """Go on with a dead run by either way, judge the end, and count."""
    if resumed:
        resume(here)
        check(here, calm, lag)
        return Counter(resumed=1)
    settled = go_on(here)
    check(here, calm, lag)
    return Counter(
        {
            "kills": 1,
            point.name: 1,
            "open": bool(settled.left),
            "settled": settled.left,
            "waited": settled.waited,
            "creates": calm.creations.total(),
        }
    )


def batches(seeded: Path, into: Path, every: int) -> Iterator[Sequence[Copy]]:
    """Give what kills at all lines leave, some lines at a time."""
    first, _, step = os.environ.get("JOURNAL_KILLS", f"1:{every}").partition(":")
    lines = itertools.count(int(first), int(step or 1))
    while True:
        chosen = list(itertools.islice(lines, BATCH))
        made = copies_at({Point(last, half) for last in chosen for half in (True, False)}, seeded, into)
        if made.copies:
            yield made.copies
        if made.lines <= chosen[-1]:
            return


def copied(seeded: Path, folder: Path) -> Company:
    """Stand in a copy of the company."""
    shutil.copytree(seeded, folder)
    here = Company(folder)
    here.allowances = ALLOWED
    return here


def lagging(seeded: Path, folder: Path, lag: int = LAG) -> None:
    """Make a copy of the company whose reads at Billabex lag."""
    copied(seeded, folder).turn({"reads_behind": lag}, BILLABEX)


def standing_in(copy: Copy, folder: Path | None = None) -> MortalCompany:
    """Stand in what a kill left, or in a copy of that, at the time of day of the kill."""
    if folder is not None:
        shutil.copytree(copy.folder, folder)
    here = MortalCompany(folder or copy.folder)
    here.allowances = ALLOWED
    here.later = -copy.age
    return here


def resume(here: MortalCompany) -> None:
    """Go on as `apply --resume last` does, while the documents say more than they did; then apply without that.

    What may have been made and does not show holds the whole plan up, until its doubt is over. A create of the dead
    run that took effect without its word is stale to its plan: the next plan takes it, by its intent.
    """
    _, doubted = bury(here)
    another = here.folder / "documents" / "another.yaml"
    another.write_text(ANOTHER)
    here.resumes, plan = plan_to_resume(journals_of(here.folder), "last")
    try:
        applied = here.carry_out(plan)
    except PlanStale as error:
        assert set(error_codes(error)) == {"create-in-doubt"}, error
        here.later += AGE
        applied = here.carry_out(plan)
    stale = {str(event.change.address) for event in applied.events if isinstance(event, Stale)}
    assert applied.code == (4 if stale else 0), applied.summary
    assert doubted is None or stale <= doubted, stale
    assert "C-999" not in json.dumps(here.state())
    inventories = {name: here.inventory(name) for name in (UPFLOW, BILLABEX)}
    held = {f"{name}/{one.kind}/{one.key}" for name, found in inventories.items() if found for one in found.intents}
    assert held <= stale, held - stale  # what the dead run did, and had not recorded, is recorded now
    another.unlink()
    made = creations(here)
    assert here.apply().code == 0
    assert creations(here) == made
    settle_rest(here)
