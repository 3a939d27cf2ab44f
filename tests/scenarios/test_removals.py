"""What goes by an entry under `removed:`, and what the plan says where nothing may go: on whole companies."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from reconciler.model.plan import Plan, Spared
from reconciler.render.plan_json import plan_object
from reconciler.render.plan_text import plan_text
from reconciler.sandbox import Fault, add_fault
from reconciler.sandbox.values import JsonObject
from tests.company import Company
from tests.scenarios.test_ownership import customer, live_keys, managed
from tests.scenarios.words import document, refused, told

TIER: JsonObject = {"externalId": "tier", "label": "Tier", "dataType": "TEXT"}
DEFINITION = "customFields: [{externalId: tier, label: Tier, dataType: TEXT, entityType: CUSTOMER}]\n"
REMOVED = "removed: [{address: customField/tier, reason: unused, until: 2099-12-31, destroys: true}]\n"


def company(folder: Path, holders: int) -> Company:
    """Have a definition under management, and so many customers that nobody declares hold a value of it."""
    here = Company(folder / "company")
    rows: list[JsonObject] = [{**customer(f"H-{n:02}"), "customFields": {"tier": "x"}} for n in range(holders)]
    here.seed({"customFields": [TIER], "customers": [*rows, customer("C-1")]})
    here.write({"tier.yaml": DEFINITION, "a.yaml": document("C-1")})
    here.manage()
    here.write({"tier.yaml": REMOVED})
    return here


def test_the_plan_counts_what_goes_with_a_definition(tmp_path: Path) -> None:
    """All customers are listed for it, though one look-up would do for what is declared; then it goes, once."""
    here = company(tmp_path, 37)
    plan = here.plan()
    assert told(plan) == [("delete", "tier")]
    assert "(takes the values of 37 customers with it)" in plan_text(plan)
    assert here.carry_out(plan).code == 0
    assert here.shown()["customFields"] == []
    assert managed(here) == {"customer/C-1"}
    assert here.plan().empty


def test_a_definition_waits_until_all_customers_could_be_listed(tmp_path: Path) -> None:
    """A listing that proves nothing counts nothing: the plan may not be applied, and nothing goes."""
    here = company(tmp_path, 3)
    with here.store() as store:
        add_fault(store, Fault(kind="page-truncated", method="GET", path="/customers", first=1, times=99))
    plan = here.plan()
    assert not plan.complete
    assert plan.changes == () and refused(plan) in ([], [("destroys-uncounted", "tier")])
    assert here.carry_out(plan).code == 7


def test_an_outage_that_looks_empty_counts_nothing(tmp_path: Path) -> None:
    """Where nobody is declared whose look-up could contradict it, the size of the last listing does."""
    here = company(tmp_path, 9)
    here.write({"a.yaml": "customers: []\n"})
    assert told(here.plan())[-1] == ("delete", "tier")
    with here.store() as store:
        add_fault(store, Fault(kind="page-empty", method="GET", path="/customers", first=1, times=99))
    plan = here.plan()
    assert ("delete", "tier") not in told(plan)
    assert not plan.complete or ("destroys-uncounted", "tier") in refused(plan)


def test_a_definition_that_is_only_left_out_stays(tmp_path: Path) -> None:
    """Taking its block out of the documents is not enough, and the plan says what is."""
    here = company(tmp_path, 1)
    here.write({"tier.yaml": "customFields: []\n"})
    plan = here.plan()
    assert plan.empty
    assert "1 custom field (tier): it goes only by an entry under removed:" in plan_text(plan)


def test_policy_off_spares_and_counts(tmp_path: Path) -> None:
    """Under `prune: off` a customer taken out stays, ours, counted and named."""
    here = Company(tmp_path / "company")
    here.write({"a.yaml": document("C-1"), "b.yaml": document("C-2")})
    here.apply()
    configuration = here.folder / "reconciler.yaml"
    configuration.write_text(configuration.read_text() + "    policy: {prune: off}\n")
    here.write({"b.yaml": "removed: [{address: customer/C-2, reason: gone, until: 2099-12-31}]\n"})
    plan = here.plan()
    assert plan.empty
    assert "acme: 1 customer (C-2): nothing is deleted, by the policy prune: off." in plan_text(plan)
    assert here.carry_out(plan).code == 0
    assert (live_keys(here), managed(here)) == ({"C-1", "C-2"}, {"customer/C-1", "customer/C-2"})


def spared(plan: Plan) -> object:
    """Give what the plan's JSON says of what stays."""
    tree = json.loads(json.dumps(plan_object(plan, datetime(2026, 1, 15, tzinfo=UTC))))
    return tree["organizations"][0]["spared"]


def test_with_the_inventory_and_all_documents_gone_the_plan_still_says_why(tmp_path: Path) -> None:
    """Nothing is declared and nothing is managed, so nothing is read: that this is why nothing goes stands in both."""
    here = Company(tmp_path / "company")
    here.write({"a.yaml": document("C-1", "C-2")})
    here.apply()
    here.lose_inventory()
    here.write({"a.yaml": "customers: []\n"})
    plan = here.plan()
    assert plan.empty
    assert "There is no inventory yet, so nothing counts as managed from here" in plan_text(plan)
    assert plan.shares[0].spared == (Spared(kind="customer", reason="no-inventory", count=None),)
    assert spared(plan) == [{"kind": "customer", "reason": "no-inventory", "count": None, "keys": [], "where": ""}]


def test_without_an_inventory_what_nobody_declares_is_counted(tmp_path: Path) -> None:
    """Where a listing was made, text and JSON say how many stay."""
    here = Company(tmp_path / "company")
    here.seed({"customers": [customer(f"C-{number}") for number in range(6)]})
    here.write({"a.yaml": document("C-0", "C-1", "C-2")})
    plan = here.plan()
    assert "what no document declares (3 customers here) is left alone" in plan_text(plan)
    assert spared(plan) == [{"kind": "customer", "reason": "no-inventory", "count": 3, "keys": [], "where": ""}]
