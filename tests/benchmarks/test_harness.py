"""The harness at tiny size: everything is measured, judged and told. No test here looks at a clock."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.applying import creations, send_all
from benchmarks.asking import CASES, Case
from benchmarks.child import MEASURES, run
from benchmarks.claims import Claim, Row, growth_claim, managing_claims, plan_claims, request_claims, startup_claims
from benchmarks.commands import NOTHING, RECONCILER, command
from benchmarks.company import Company
from benchmarks.report import json_report, text_report
from benchmarks.reports import table, whole
from benchmarks.runs import interleaved, ratio, sampled
from benchmarks.sample import Sample, middle
from benchmarks.tour import MANAGING, PARTS, Findings, Tour

TINY = Company(customers=12, contacts=3)


def sample(seconds: float, **facts: float) -> Sample:
    """Give a sample that took so long."""
    return Sample(seconds=seconds, cpu_seconds=seconds, peak_mb=100.0, facts=facts)


def test_every_measure_can_be_taken(tmp_path: Path) -> None:
    """Each measure runs over one small company, made by the first of them; the tables of requests have their own."""
    folder = tmp_path / TINY.name
    taken = {name: run(name, folder) for name in MEASURES if name not in ("count", "look-up")}
    assert all(found.seconds > 0 and found.peak_mb > 0 for found in taken.values())
    assert taken["plan"].facts == {"changes": 0.0, "blocked": 0.0}
    assert taken["plan-changed"].facts["changes"] == taken["plan-new"].facts["changes"] == 12.0
    assert taken["plan-adopt"].facts["changes"] == taken["apply"].facts["changes"] == 12.0
    assert taken["adopt"].facts["entries"] == taken["inventory-read"].facts["entries"] == 12.0
    assert taken["ownership"].facts["judged"] == 12.0
    assert taken["report"].facts.items() >= {"changes": 12.0, "deletes": 1.0, "missing": 0.0, "parts": 1.0}.items()
    assert whole(taken["report"])
    assert table([taken["report"]]).splitlines()[1].split()[:3] == ["12", "1", "1"]


def test_measures_are_taken_in_turns_in_processes_of_their_own(tmp_path: Path) -> None:
    """Every name has a sample of every round, and a ratio is that of the rounds."""
    folder = tmp_path / TINY.name
    sampled("generate", folder)
    samples = interleaved(("events", "read"), folder, 2)
    assert {name: len(found) for name, found in samples.items()} == {"events": 2, "read": 2}
    assert ratio({"slow": [sample(2), sample(9)], "fast": [sample(1), sample(3)]}, "slow", to="fast") == 2.5


def test_a_command_is_watched(tmp_path: Path) -> None:
    """The first output comes before the end, and a silent command has been silent all the time."""
    shown, silent = command((*RECONCILER, "--version"), tmp_path), command(NOTHING, tmp_path)
    assert 0 < shown.facts["first"] <= shown.seconds
    assert silent.facts["silence"] == silent.seconds


def test_the_floor_of_applying_sends_what_creations_take() -> None:
    """A look, a write and a look again for each customer are answered."""
    bodies = creations(TINY)
    assert len(bodies) == TINY.customers
    send_all(bodies)


def test_the_cheapest_way_is_worked_out() -> None:
    """Listing wins where more are declared than there are pages; lists of contacts are asked for one by one."""
    assert [case.cheapest for case in CASES[:4]] == [6, 3_003, 3_006, 4]
    assert Case(title="", declared=1, new=1, rows_carry=False, look_ups_carry=False).cheapest == 3 + 3


def test_what_managing_costs_is_judged() -> None:
    """Each is held against what it is a multiple of; what is kept in git is told where pieces matter."""
    one = sample(1, kept_mb=0.2, text_mb=1.0)
    names = {name for pair in MANAGING.values() for name in pair}
    claims = list(managing_claims({key: [one] for key in names}, 10_000))
    assert [claim.holds for claim in claims] == [False, False, False, True, True, False]
    assert claims[-1].measured == 0.2
    assert len(list(managing_claims({key: [one] for key in names}, 1_000))) == 5


def test_claims_are_judged() -> None:
    """What is more than it may be is missed, and is told."""
    rounds = {
        name: [sample(seconds)] for name, seconds in (("floor", 1), ("plan", 2.1), ("plan-changed", 8), ("plan-new", 9))
    }
    claims = list(plan_claims(rounds, 10_000))
    assert [claim.holds for claim in claims] == [False, True, True, False]
    rows = [Row(station="plan", customers=size, measured=sample(size / 10_000)) for size in (10_000, 100_000)]
    assert growth_claim(*rows).measured == 1.0
    counted = sample(1, **{f"{place}.{name}": 1.0 for place in range(len(CASES)) for name in ("made", "foreseen")})
    assert all(claim.holds for claim in request_claims(counted, sample(1, ms=1.9)))
    assert [claim.holds for claim in startup_claims({"--help": [sample(0.2)], "--version": [sample(0.3)]})] == [
        True,
        False,
    ]


def test_the_report_tells_every_row_and_claim() -> None:
    """Text and JSON say the same, and which claim is missed."""
    row = Row(station="plan", customers=1_000, measured=sample(2.0), floor=sample(1.0), times=2.0)
    claims = [
        Claim(text="quick", measured=1.0, most=2.0, unit="s"),
        Claim(text="small", measured=3.0, most=2.0, unit="MB"),
    ]
    findings = Findings(rows=[row], claims=claims)
    text = text_report(findings)
    assert "2.00x" in text
    assert text.count("MISSED") == 1
    assert "1 of 2 claims hold." in text
    assert [claim["holds"] for claim in json.loads(json_report(findings))["claims"]] == [True, False]


def test_a_tour_measures_the_parts_asked_for(tmp_path: Path) -> None:
    """One part at one size leaves its row and its claim; here all in this process, which costs a tenth."""
    said: list[str] = []
    findings = Tour(tmp_path, said.append, 1, take=run).run([12], ["read", "validate", "manage"])
    assert [row.station for row in findings.rows] == ["read", "validate", *MANAGING]
    assert {claim.unit for claim in findings.claims} == {"x"}
    assert said
    assert "read" in PARTS


def test_the_middle_of_samples_is_taken_number_by_number() -> None:
    """One slow round does not move a figure."""
    assert middle([sample(1, ms=5), sample(50, ms=1), sample(2, ms=9)]) == Sample(
        seconds=2, cpu_seconds=2, peak_mb=100.0, facts={"ms": 5}
    )
