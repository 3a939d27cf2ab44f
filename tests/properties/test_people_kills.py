"""Applies at Billabex that die, are gone on with and are undone, over worlds of people and every open question.

Where people are plainly different nothing may be refused, so the end is one: the account is as after an undisturbed
apply, ids aside, nobody is there twice, no write is left open. An undo that says nothing of losses brings back what
stood before.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from reconciler.cli.kept_plans import plan_to_resume
from reconciler.cli.unlocking import freed, holders
from reconciler.errors import DesiredStateInvalid, UsageInvalid
from reconciler.model.plan import Plan
from reconciler.plan.lost_creates import AGE
from reconciler.sandbox.values import objects
from tests.company import Company
from tests.properties.chronicle import scratch
from tests.properties.execution_machine import DEATHS
from tests.properties.mortal import KILLED, Death, MortalCompany
from tests.properties.people_checks import strays
from tests.properties.people_company import reviewers_words
from tests.properties.people_worlds import CONTACTS, REPRESENTATIVES, PeopleWorld, apart_worlds
from tests.properties.reviewer import overrides
from tests.scenarios.undoing import journals, last_run, undo

FEW, MANY = 30, 1_000


def company(world: PeopleWorld, folder: Path) -> MortalCompany:
    """Stand before the first round."""
    here = MortalCompany(folder)
    (folder / "reconciler.yaml").write_text(world.configuration)
    here.seed({"vendor": "billabex", **world.seed})
    here.write({"all.yaml": world.document(0)})
    return here


def standing(here: Company) -> list[str]:
    """Give everybody on the account, ids and times aside."""
    (account,) = objects(here.shown()["accounts"])
    found = []
    for section in (CONTACTS, REPRESENTATIVES):
        for row in objects(account.get(section)):
            kept = {name: value for name, value in row.items() if name != "id" and not name.endswith("At")}
            found.append(f"{section} {json.dumps(kept, sort_keys=True)}")
    return sorted(found)


def reviewed(here: Company) -> Plan:
    """Plan, and let through what asks for a reviewer's word alone."""
    here.allowances = ()
    plan = here.plan()
    here.allowances = reviewers_words(plan)
    return here.plan() if here.allowances else plan


def play(world: PeopleWorld, death: Death, resumed: bool, counts: Counter[str]) -> None:
    """Let a run die, come to the end, and take it back."""
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        calm, here = company(world, Path(folder) / "calm"), company(world, Path(folder) / "here")
        before = standing(here)
        try:
            plan = reviewed(calm)
        except DesiredStateInvalid:
            return
        if plan.blocked or not plan.complete or strays(world, plan):
            return
        assert calm.carry_out(plan).code == 0
        here.death, plan = death, reviewed(here)
        code = here.carry_out(plan).code
        here.death = None
        counts["worlds"] += 1
        if code == KILLED:
            counts["kills"] += 1
            counts[f"killed {death.place}"] += 1
            go_on(here, resumed, counts)
        here.allowances = ()
        assert standing(here) == standing(calm)
        here.later = AGE  # until then a read may be too late to show a write that nobody answered
        assert here.carry_out(reviewed(here)).code == 0
        assert reviewed(here).empty
        assert not any(journals(here).open_entries(run) for run in journals(here).unsettled())
        if code == 0 and not plan.empty:
            take_back(here, before, counts)


def go_on(here: MortalCompany, resumed: bool, counts: Counter[str]) -> None:
    """Free the lock; do what is left by `--resume` where the plan was kept; then apply again."""
    for holder in holders(here.folder, ()).values():
        freed(here.folder, (), holder.id)
    if resumed and journals(here).runs():
        try:
            here.resumes, plan = plan_to_resume(journals(here), "last")
        except UsageInvalid:
            counts["no plan to resume"] += 1
        else:
            counts["resumes"] += 1
            here.carry_out(plan)
            here.resumes = ""
    here.allowances = ()
    assert here.carry_out(reviewed(here)).code == 0


def take_back(here: MortalCompany, before: list[str], counts: Counter[str]) -> None:
    """Undo the last run."""
    run = last_run(here)
    plan = reviewed_undo(here, run)
    lost = plan.blocked or any(one.code == "undo-impossible" for one in plan.warnings)
    assert here.carry_out(plan).code in ((0, 3) if lost else (0,))
    counts["undos"] += 1
    counts["undos with losses"] += bool(lost)
    if not lost:
        assert standing(here) == before


def reviewed_undo(here: Company, run: str) -> Plan:
    """Plan to undo a run, and let through what asks for a reviewer's word."""
    plan = undo(here, run)
    here.allowances = tuple(overrides(plan))
    return undo(here, run) if here.allowances else plan


def hold(examples: int, number: int) -> Counter[str]:
    """Try that many worlds of people who are plainly different."""
    counts: Counter[str] = Counter()

    @seed(number)
    @settings(max_examples=examples, deadline=None, database=None)
    @given(apart_worlds(), DEATHS, st.booleans())
    def holds(world: PeopleWorld, death: Death, resumed: bool) -> None:
        play(world, death, resumed, counts)

    holds()
    return counts


def test_whatever_dies_at_billabex_comes_to_the_same_end_and_can_be_undone() -> None:
    """Thirty worlds, always the same ones; kills, resumes and undos are among them."""
    counts = hold(FEW, 1)
    assert {name for name in ("kills", "resumes", "undos") if not counts[name]} == set(), counts


@pytest.mark.long
def test_a_thousand_deaths_at_billabex(capsys: pytest.CaptureFixture[str]) -> None:
    """The same, a thousand times, or EXECUTION_RUNS times."""
    counts = hold(int(os.environ.get("EXECUTION_RUNS", MANY)), int(os.environ.get("EXECUTION_SEED", "2")))
    with capsys.disabled():
        print(f"\n{json.dumps(dict(sorted(counts.items())), indent=1)}")
