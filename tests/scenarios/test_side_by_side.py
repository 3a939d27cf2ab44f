"""One command goes to every organization at once: measured by the sandbox's log of the example company, both vendors.

Every answer takes a second of virtual time, so that what waits for another organization would be seen.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from reconciler.sandbox import Fault, add_fault, clear_requests, logged_requests, seed
from reconciler.sandbox.values import decode_object
from tests.company import Company
from tests.docs.player import COMPANY, EXAMPLES, SEEDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One request: whose, whether it reads, and from when until when it was under way, in virtual seconds."""

    organization: str | None
    reads: bool
    started: float
    ended: float


def slow_company(folder: Path) -> Company:
    """Give a copy of the example company in which every answer takes a second."""
    shutil.copytree(COMPANY, folder, ignore=shutil.ignore_patterns(".reconciler"))
    here = Company(folder)
    with here.store() as store:
        for organization, file in SEEDS.items():
            seed(store, organization, decode_object((EXAMPLES / file).read_text(encoding="utf-8")))
        add_fault(store, Fault(kind="slow", seconds=1.0, times=None))
        clear_requests(store)
    return here


def spans(here: Company) -> Sequence[Span]:
    """Give what was asked since this was called last."""
    with here.store() as store:
        rows = [
            Span(organization=row.organization, reads=row.method == "GET", started=row.started, ended=row.ended)
            for row in logged_requests(store)
        ]
        clear_requests(store)
    return rows


def length(asked: Sequence[Span]) -> float:
    """Say how long it took from the first request to the last answer."""
    return max(one.ended for one in asked) - min(one.started for one in asked)


def shared(asked: Sequence[Span], *, reads: bool) -> float:
    """Say for how long requests of both organizations were under way."""
    moments = sorted({at for one in asked for at in (one.started, one.ended)})
    chosen = [one for one in asked if one.reads is reads]
    return sum(
        later - earlier
        for earlier, later in pairwise(moments)
        if {one.organization for one in chosen if one.started <= earlier and later <= one.ended} == set(SEEDS)
    )


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """Stand in the slow company."""
    return slow_company(tmp_path / "company")


def test_a_plan_reads_both_vendors_at_once(company: Company) -> None:
    """Reading both takes as long as reading the one that takes longer, and not a second more than that."""
    alone = {}
    for name in SEEDS:
        company.plan((name,))
        alone[name] = length(spans(company))
    company.plan()
    both = spans(company)
    assert {one.organization for one in both} == set(SEEDS)
    assert length(both) < max(alone.values()) + 1 < sum(alone.values())
    assert shared(both, reads=True) > min(alone.values()) - 1


def test_an_apply_writes_to_both_vendors_at_once(company: Company, tmp_path: Path) -> None:
    """Writes to both are under way together, and the whole takes no longer than the longer of the two alone."""
    alone = {}
    for name in SEEDS:
        single = slow_company(tmp_path / name)
        assert single.apply((name,)).code == 0
        alone[name] = length([one for one in spans(single) if not one.reads])
    plan = company.plan()
    spans(company)
    assert company.carry_out(plan).code == 0
    both = spans(company)
    writes = [one for one in both if not one.reads]
    assert {one.organization for one in writes} == set(SEEDS)
    assert length(writes) < max(alone.values()) + 2 < sum(alone.values())
    assert shared(both, reads=False) > 1
