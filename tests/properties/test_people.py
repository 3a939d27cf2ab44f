"""People at Billabex under every behaviour that its guide leaves open: a plan refuses, or is right to the last field.

After an apply every declared person is one object with exactly the declared fields, whoever the plan does not name is
as before, field by field, and the next plan is empty. Where people are plainly different nothing is refused. Where the
vendor's own domains are others than we were told, a new party may come on the other list: then the apply says so, and
nobody is hit whom the plan did not name. What is counted on the way has to reach minimums, code by code, so that
refusing always is no way to pass, nor is never getting to a case. The counts of the long run stand in the file that
PEOPLE_COUNTS names; PEOPLE_WORLDS says how many worlds of each sort it lives through, PEOPLE_SEED where it begins.
"""

from __future__ import annotations

import itertools
import json
import os
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from reconciler.errors import DesiredStateInvalid
from tests.properties.people_checks import check_applied, check_strayed, own_fields, stand_of, strays
from tests.properties.people_company import PeopleCompany
from tests.properties.people_names import NAMES
from tests.properties.people_worlds import FLIPS, PeopleWorld, apart_worlds, close_worlds

FEW_CLOSE, FEW_APART, MANY = 200, 100, 5_000
SOURCELESS = {"list_rows_source": False}
"""Accounts that do not say their source can be told from nothing: then nothing is planned."""
CLOSE_AT_LEAST = {
    **{"applied": 0.2, "created": 0.4, "updated": 0.1, "removed": 0.1, "by party": 0.05},
    **{"refused: match-uncertain": 0.1, "refused: people-merged": 0.05, "refused: person-overwritten": 0.02},
    **{"refused: person-unreachable": 0.002, "refused: party-elsewhere": 0.004, "refused: values-lost": 0.005},
    **{"refused: email-duplicate": 0.02, "refused: field-needed": 0.04, "refused: person-unidentified": 0.005},
    "strayed": 0.005,
}
APART_AT_LEAST = {"applied": 0.8, "created": 0.8, "updated": 0.5, "removed": 0.3, "by party": 0.3, "strayed": 0.03}
"""How many of each a run has to have, by round."""


@pytest.fixture
def company(tmp_path: Path) -> Iterator[PeopleCompany]:
    """Have a folder for all worlds of a test."""
    opened = PeopleCompany(tmp_path / "company")
    yield opened
    opened.close()


def play(company: PeopleCompany, world: PeopleWorld) -> Counter[str]:
    """Live through the rounds of a world, and count what came of them."""
    counts = Counter({"worlds": 1})
    counts.update(f"flipped: {name}" for name in world.settings)
    if len(world.settings) == 1:
        counts.update(f"alone: {name}={value}" for name, value in world.settings.items())
    company.begin(world.configuration, world.seed)
    for number, humans in enumerate(world.rounds):
        counts["rounds"] += 1
        company.declare(world.document(number))
        before, of_account = stand_of(company), own_fields(company)
        try:
            done = company.run(company.apply())
        except DesiredStateInvalid as error:
            assert stand_of(company) == before
            counts.update({"refused": 1, **{f"refused: {problem.code}": 1 for problem in error.problems}})
            continue
        if not done.plan.complete:
            assert SOURCELESS.items() <= world.settings.items()
            counts["unreadable"] += 1
            continue
        if done.events is None:
            assert stand_of(company) == before
            codes = {problem.code for one in done.plan.blocked for problem in (one.problem, *one.others)}
            counts.update({"refused": 1, **{f"refused: {code}": 1 for code in codes}})
            continue
        if strays(world, done.plan):
            counts["strayed"] += 1
            check_strayed(company, done, before)
            break  # the next plan has to refuse whoever stands elsewhere, until somebody corrects emailDomains
        counts["applied"] += 1
        check_applied(company, done, humans, before, of_account, counts)
    return counts


def hold(
    company: PeopleCompany,
    worlds: st.SearchStrategy[PeopleWorld],
    examples: int,
    number: int,
    *,
    refuses: bool,
) -> Counter[str]:
    """Try that many worlds and count; see that none is refused where none may be."""
    counts: Counter[str] = Counter()

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, *([Phase.shrink] if "PEOPLE_SHRINK" in os.environ else [])],
    )
    @given(worlds)
    def holds(world: PeopleWorld) -> None:
        found = play(company, world)
        assert refuses or not found["refused"], (found, world)
        counts.update(found)

    begun = time.process_time()
    holds()
    counts["CPU seconds"] = round(time.process_time() - begun)
    return counts


def check_reached(counts: Counter[str], least: dict[str, float]) -> None:
    """Hold the counts against the minimums."""
    rounds = counts["rounds"]
    assert {name: counts[name] for name, share in least.items() if counts[name] < share * rounds} == {}, counts


def flipped_alone(*counts: Counter[str]) -> float:
    """Give the share of settings, value by value, that stood flipped alone."""
    alone = {f"alone: {name}={value}" for name, value in FLIPS}
    return len(alone & set().union(*counts)) / len(alone)


def test_people_are_right_or_refused(company: PeopleCompany) -> None:
    """Three hundred worlds, always the same ones; of people plainly different nothing is refused."""
    close = hold(company, close_worlds(), FEW_CLOSE, 1, refuses=True)
    apart = hold(company, apart_worlds(), FEW_APART, 1, refuses=False)
    check_reached(close, CLOSE_AT_LEAST)
    check_reached(apart, APART_AT_LEAST)
    assert flipped_alone(close, apart) > 0.5


def folded(name: str) -> str:
    """Fold a name as far as anybody may."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name.casefold()) if sign.isalnum() or sign == " ")
    return bare.translate(str.maketrans("øıđł", "oidl"))


def test_people_plainly_different_are_more_than_three_edits_apart() -> None:
    """However names are folded; so the second sort of worlds is what it says."""
    names = [name for first, second, _ in NAMES for name in (first, second)]
    for one, other in itertools.combinations(names, 2):
        assert Levenshtein.distance(one, other) > 3
        assert Levenshtein.distance(folded(one), folded(other)) > 3


@pytest.mark.long
def test_people_are_right_or_refused_in_a_campaign(company: PeopleCompany, capsys: pytest.CaptureFixture[str]) -> None:
    """Five thousand worlds, half of them of people plainly different; every setting stands flipped alone in some."""
    worlds, number = int(os.environ.get("PEOPLE_WORLDS", MANY)), int(os.environ.get("PEOPLE_SEED", 2))
    close = hold(company, close_worlds(), worlds - worlds // 3, number, refuses=True)
    apart = hold(company, apart_worlds(), worlds // 3, number, refuses=False)
    text = json.dumps({"close": dict(sorted(close.items())), "apart": dict(sorted(apart.items()))}, indent=1)
    with capsys.disabled():
        print(f"\n{text}")
    if "PEOPLE_COUNTS" in os.environ:
        Path(os.environ["PEOPLE_COUNTS"]).write_text(f"{text}\n")
    check_reached(close, CLOSE_AT_LEAST)
    check_reached(apart, APART_AT_LEAST)
    assert worlds < MANY or flipped_alone(close, apart) == 1
