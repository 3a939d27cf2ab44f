"""The generator: the same company on both sides, at any size, the same on every run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.company import Company, company_in
from benchmarks.documents import write_documents
from benchmarks.managing import manage
from benchmarks.rows import CHANGED, NEW, SAME, pages, read_answers, write_answers
from benchmarks.stations import TODAY, make_plan, organization_in, read_documents, validate_documents
from reconciler.desired.lines import Unusual, read_lines
from reconciler.desired.load import load
from reconciler.desired.text import Text
from reconciler.model.change import Action


def made(folder: Path, customers: int, contacts: int, live: str) -> tuple[Path, dict[str, bytes]]:
    """Write a company and what its vendor answers."""
    company = Company(customers=customers, contacts=contacts)
    home = folder / company.name
    write_documents(home, company)
    write_answers(home / live, company, live)
    return home, read_answers(home / live)


def test_a_company_is_read_whole(tmp_path: Path) -> None:
    """Every customer is read and valid, across more than one file."""
    home, _ = made(tmp_path, 1_001, 1, SAME)
    assert len(list((home / "documents").iterdir())) == 3
    assert read_documents(home) == validate_documents(home) == 1_001


def test_a_plan_over_the_same_company_is_empty(tmp_path: Path) -> None:
    """Once managed, nothing is left: the answers say what is declared, read by pages beside three catalogues."""
    home, answers = made(tmp_path, 1_001, 2, SAME)
    assert len(manage(home, home).managed) == 1_001
    plan = make_plan(home, answers).plan
    assert (plan.changes, plan.blocked) == ((), ())
    assert plan.shares[0].reads_made == plan.shares[0].reads_foreseen == 2 + 3


def test_flow_style_declares_the_same(tmp_path: Path) -> None:
    """Written for the parser, the company is the same; written in blocks, lines suffice."""
    company = Company(customers=12, contacts=2)
    homes = {flow: tmp_path / replace(company, flow=flow).name for flow in (False, True)}
    for flow, home in homes.items():
        write_documents(home, replace(company, flow=flow))
    states = [load(organization_in(home), home, TODAY).declared for home in homes.values()]
    assert [one.fields for one in states[0]] == [one.fields for one in states[1]]
    texts = {flow: (home / "documents" / "customers-0000.yaml").read_text() for flow, home in homes.items()}
    assert len(list(read_lines(Text(file="f", content=texts[False]), ["customers"]))) == 12
    with pytest.raises(Unusual):
        list(read_lines(Text(file="f", content=texts[True]), ["customers"]))


def test_every_customer_differs(tmp_path: Path) -> None:
    """Where all differ, all are changed, in a field and in the list of contacts."""
    plan = make_plan(*made(tmp_path, 30, 3, CHANGED)).plan
    assert [change.action for change in plan.changes] == [Action.REPLACE] * 30
    assert all(change.fields for change in plan.changes)
    assert plan.blocked == ()


def test_every_customer_is_new(tmp_path: Path) -> None:
    """Where nobody is live, all are created, and nothing is refused."""
    plan = make_plan(*made(tmp_path, 30, 3, NEW)).plan
    assert [change.action for change in plan.changes] == [Action.CREATE] * 30
    assert plan.blocked == ()


@pytest.mark.parametrize("live", [SAME, CHANGED])
def test_rows_are_the_same_on_every_run(live: str) -> None:
    """Two runs measure the same bytes."""
    company = Company(customers=25, contacts=3)
    assert dict(pages(company, live)) == dict(pages(company, live))


def test_pages_hold_a_thousand_rows_and_their_total() -> None:
    """Pages are as the vendor cuts them."""
    bodies = [json.loads(body) for _, body in pages(Company(customers=1_002, contacts=0), SAME)]
    assert [(body["offset"], body["total"], len(body["customers"])) for body in bodies] == [
        (0, 1_002, 1_000),
        (1_000, 1_002, 2),
    ]


def test_a_folder_says_how_large_its_company_is() -> None:
    """A child process is told a folder alone."""
    for company in (Company(customers=12, contacts=3), Company(customers=1, contacts=0, flow=True)):
        assert company_in(Path("anywhere") / company.name) == company
