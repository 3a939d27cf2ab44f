"""Guards over several runs of one company: what is let through once, what an apply leaves behind for the next plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.cli.allowing import read_allowance
from reconciler.cli.entering import rewrite, without
from reconciler.cli.managing import forgettable
from reconciler.errors import DesiredStateInvalid
from reconciler.model.plan import Plan
from reconciler.sandbox import remove
from tests.company import error_codes
from tests.scenarios.words import company, document, refused, told


def warned(plan: Plan) -> list[str]:
    """Give the codes of a plan's warnings."""
    return [problem.code for problem in plan.warnings]


LINE = "allow:\n  - {guard: protected, kind: customer, count: 1, reason: it closed, until: '%s'}\n"


def test_a_reviewed_line_is_good_for_once(tmp_path: Path) -> None:
    """It lets one protected customer go; the next one is refused under the same line, which is told to be used up."""
    here = company(tmp_path)
    here.write({"a.yaml": document("C-1"), "b.yaml": document("C-2", "C-3", more=", protected: true")})
    assert here.apply().code == 0
    here.write({"b.yaml": document("C-3"), "allow.yaml": LINE % "2026-06-30"})
    applied = here.apply()
    assert (applied.code, told(applied.plan), warned(applied.plan)) == (0, [("delete", "C-2")], [])
    assert applied.plan.overrides == ("acme: protected customer=1 (it closed; until 2026-06-30)",)
    here.write({"b.yaml": "customers: []\n"})
    plan = here.plan()
    assert (refused(plan), warned(plan)) == ([("protected", "C-3")], ["allowance-spent"])


def test_a_line_is_not_used_up_while_nothing_goes_by_it(tmp_path: Path) -> None:
    """Another guard holds the same delete back: what else is applied leaves the line as good as before."""
    here = company(tmp_path, {"externalId": "C-2", "name": "Customer C-2", "balance": 5})
    here.write({"a.yaml": document("C-1"), "b.yaml": document("C-2", more=", protected: true")})
    here.manage()
    here.write({"b.yaml": "customers: []\n", "allow.yaml": LINE % "2026-06-30"})
    applied = here.apply()
    assert (applied.code, told(applied.plan)) == (3, [("create", "C-1")])
    assert (refused(applied.plan), applied.plan.overrides) == ([("not-empty", "C-2")], ())
    inventory = here.inventory()
    assert inventory is not None and inventory.spent == ()


def test_a_line_past_its_day_stops_everything(tmp_path: Path) -> None:
    """It must leave the documents before anything is planned."""
    here = company(tmp_path)
    here.write({"a.yaml": document("C-1"), "allow.yaml": LINE % "2026-01-14"})
    with pytest.raises(DesiredStateInvalid) as caught:
        here.plan()
    assert error_codes(caught.value) == ["allowance-expired"]


def test_two_of_three_that_go_by_our_own_hand_are_no_shrinking(tmp_path: Path) -> None:
    """The size to compare with is kept true by the apply; what goes by somebody else's hand is missing from it."""
    here = company(tmp_path)
    here.write({"a.yaml": document("C-1", "C-2", "C-3")})
    here.apply()
    here.write({"a.yaml": document("C-1")})
    assert told(here.apply().plan) == [("delete", "C-2"), ("delete", "C-3")]
    here.write({"a.yaml": document("C-1", "C-4", "C-5")})
    assert told(here.apply().plan) == [("create", "C-4"), ("create", "C-5")]
    with here.store() as store:
        remove(store, "acme", "customer/C-5")
    assert refused(here.plan()) == [("live-shrank", "C-5")]


def test_what_was_held_as_shrunk_is_held_by_the_next_run_too(tmp_path: Path) -> None:
    """Something else was applied in between; the doubtful listing has not become the usual one."""
    here = company(tmp_path)
    keys = [f"C-{number}" for number in range(9)]
    here.write({"a.yaml": document(*keys)})
    here.apply()
    with here.store() as store:
        for key in keys[6:]:
            remove(store, "acme", f"customer/{key}")
    renamed = document(*keys).replace("name: Customer C-0", "name: Renamed")
    here.write({"a.yaml": renamed})
    applied = here.apply()
    assert (applied.code, told(applied.plan)) == (3, [("update", "C-0")])
    held = [("live-shrank", key) for key in keys[6:]]
    assert refused(applied.plan) == held == refused(here.plan())
    here.allowances = (read_allowance("live-shrank=customer=3"),)
    assert here.apply().code == 0
    here.allowances = ()
    assert here.plan().empty


def test_what_the_vendor_would_not_delete_is_forgotten(tmp_path: Path) -> None:
    """The way that the refusal offers: it stays at the vendor, and is nobody's here."""
    here = company(tmp_path, {"externalId": "C-2", "name": "Customer C-2", "countInvoicesDue": 1})
    here.write({"a.yaml": document("C-2")})
    here.manage()
    here.write({"a.yaml": "customers: []\n"})
    assert {code for code, _ in refused(here.plan())} == {"desired-empty"}
    assert [one.code for blocked in here.plan().blocked for one in blocked.others] == ["not-empty"]
    organization, address = forgettable(here.folder, "acme/customer/C-2")
    rewrite(organization, here.folder, "a test", lambda found: without(found, address))
    assert here.plan().empty
    assert [line for line in here.requests() if not line.startswith("GET")] == []


def test_protection_ends_with_an_applied_word_alone(tmp_path: Path) -> None:
    """`protected: false` that was only written, and then taken out with its block, ends nothing."""
    here = company(tmp_path)
    here.write({"a.yaml": document("C-1"), "b.yaml": document("C-2", more=", protected: true")})
    here.apply()
    here.write({"b.yaml": document("C-2", more=", protected: false")})
    here.plan()
    removal = 'removed:\n  - {address: customer/C-2, reason: it closed, until: "2026-06-30"}\n'
    for text in ("customers: []\n", removal):
        here.write({"b.yaml": text})
        assert refused(here.plan()) == [("protected", "C-2")]
