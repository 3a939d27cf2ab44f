"""What is ours: pruning, lost inventories, adoption, protection, forgetting, two runs at once; on whole companies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from reconciler.cli.agreement import check_agreed
from reconciler.cli.allowing import read_allowance
from reconciler.cli.composition import configured
from reconciler.cli.dumping import dumped, write_dump
from reconciler.cli.locking import this_run
from reconciler.cli.managing import adopted, rebuilt
from reconciler.cli.stores import store_of
from reconciler.errors import Locked, PlanStale
from reconciler.live.wanted import MOST_LISTS
from reconciler.render.plan_text import plan_text
from reconciler.render.progress import Lines
from reconciler.sandbox import Fault, add_fault, remove
from reconciler.sandbox.values import JsonObject
from tests.company import Company
from tests.scenarios.test_scenarios import rows
from tests.scenarios.words import company, document, refused, told

HAND: JsonObject = {"email": "hand@example.com"}


def customer(key: str, *contacts: JsonObject) -> JsonObject:
    """Give a live customer."""
    return {"externalId": key, "name": f"Customer {key}", "contacts": [*contacts]}


def live_keys(here: Company) -> set[str]:
    """Give the external ids of the live customers."""
    return {str(row["externalId"]) for row in rows(here.shown())}


def managed(here: Company) -> set[str]:
    """Give what is managed."""
    inventory = here.inventory()
    return set(inventory.managed) if inventory else set()


def test_a_customer_taken_out_of_the_documents_goes(tmp_path: Path) -> None:
    """One of two that were applied is removed from its file: it is deleted, named with its file, and forgotten."""
    here = company(tmp_path, customer("C-9"))
    here.write({"a.yaml": document("C-1"), "b.yaml": document("C-2")})
    assert here.apply().code == 0
    (here.folder / "documents" / "b.yaml").unlink()
    plan = here.plan()
    assert told(plan) == [("delete", "C-2")]
    assert "documents/b.yaml: 1 customer (C-2)" in plan_text(plan)
    assert here.carry_out(plan).code == 0
    assert (live_keys(here), managed(here)) == ({"C-1", "C-9"}, {"customer/C-1"})
    assert here.plan().empty


def test_a_lost_inventory_deletes_nothing_and_the_plan_says_why(tmp_path: Path) -> None:
    """Without the inventory nothing is known to be ours, so what is no longer declared stays."""
    here = company(tmp_path)
    here.write({"a.yaml": document("C-1"), "b.yaml": document("C-2")})
    here.apply()
    here.lose_inventory()
    (here.folder / "documents" / "b.yaml").unlink()
    plan = here.plan()
    assert told(plan) == [("adopt", "C-1")]
    assert "There is no inventory yet, so nothing counts as managed from here" in plan_text(plan)
    here.carry_out(plan)
    assert live_keys(here) == {"C-1", "C-2"}
    assert here.plan().empty


def test_a_contact_made_by_hand_survives_the_first_apply(tmp_path: Path) -> None:
    """An adoption removes nobody; the list waits until somebody lists the contact or allows its removal."""
    here = company(tmp_path, customer("C-1", HAND))
    person = "{externalId: P-1, email: one@example.com, isMain: true}"
    here.write({"a.yaml": document("C-1", more=f", contacts: [{person}]")})
    applied = here.apply()
    assert (applied.code, refused(applied.plan)) == (3, [("adopt-removes", "C-1")])
    assert [one["contacts"] for one in rows(here.shown())] != [[]]
    here.allowances = (read_allowance("adopt-removes=customer/C-1"),)
    assert here.apply().code == 0
    assert [one["email"] for one in _contacts(here)] == ["one@example.com"]


def _contacts(here: Company) -> list[JsonObject]:
    (row,) = rows(here.shown())
    contacts = row["contacts"]
    return [one for one in contacts if isinstance(one, dict)] if isinstance(contacts, list) else []


def test_protection_outlives_its_block(tmp_path: Path) -> None:
    """What was applied with `protected: true` is not pruned when its block goes; taking it back first lets it go."""
    here = company(tmp_path)
    here.write({"a.yaml": document("C-1"), "b.yaml": document("C-2", more=", protected: true")})
    here.apply()
    here.write({"b.yaml": "customers: []\n"})
    applied = here.apply()
    assert (applied.code, refused(applied.plan)) == (3, [("protected", "C-2")])
    here.write({"b.yaml": document("C-2", more=", protected: false")})
    assert here.apply().code == 0
    here.write({"b.yaml": "customers: []\n"})
    assert told(here.apply().plan) == [("delete", "C-2")]
    assert live_keys(here) == {"C-1"}


def test_what_is_gone_already_is_forgotten(tmp_path: Path) -> None:
    """What nobody declares and the vendor no longer has only leaves the inventory; nothing is sent."""
    here, others = company(tmp_path), [f"D-{number}" for number in range(4)]
    here.write({"a.yaml": document("C-1", "C-2", *others)})
    here.apply()
    with here.store() as store:
        remove(store, "acme", "customer/C-2")
    here.write({"a.yaml": document("C-1", *others)})
    before = len([line for line in here.requests() if not line.startswith("GET")])
    applied = here.apply()
    assert told(applied.plan) == [("forget", "C-2")]
    assert "will be forgotten" in plan_text(applied.plan)
    assert len([line for line in here.requests() if not line.startswith("GET")]) == before
    assert managed(here) == {"customer/C-1", *(f"customer/{key}" for key in others)}


def test_a_customer_that_comes_back_under_another_id_is_refused(tmp_path: Path) -> None:
    """One goes and one with the same VAT number comes: neither happens without a word."""
    here = company(tmp_path)
    here.write({"a.yaml": document("C-0") + document("C-1", more=", vatNumber: FR 1")[11:]})
    here.apply()
    here.write({"a.yaml": document("C-0") + document("C-2", more=", vatNumber: fr1")[11:]})
    assert sorted(refused(here.plan())) == [("recreated-twin", "C-1"), ("recreated-twin", "C-2")]


def test_a_renamed_organization_keeps_what_it_manages(tmp_path: Path) -> None:
    """`moved:` from the former name: nothing is adopted anew, and a customer taken out goes."""
    here = company(tmp_path)
    here.write({"a.yaml": document("C-1", "C-2")})
    here.apply()
    configuration = here.folder / "reconciler.yaml"
    configuration.write_text(configuration.read_text().replace("acme:", "acme-fr:"))
    state = here.folder / ".reconciler" / "sandbox.db"
    assert state.exists()
    here.write({"moved.yaml": "moved:\n  - {from: acme, to: acme-fr}\n"})
    found = here.planned(("acme-fr",)).parts["acme-fr"].inventory
    assert found is not None and sorted(found.managed) == ["customer/C-1", "customer/C-2"]


def quiet() -> Lines:
    """Tell nobody."""
    return Lines(lambda _line: None, lambda: 0.0)


def writes(here: Company) -> Sequence[str]:
    """Give the requests that were no reads."""
    return [line for line in here.requests() if not line.startswith("GET")]


def check_dump_adopt_plan(folder: Path, count: int) -> None:
    """Dump, adopt and plan so many live customers, and see that nothing was written."""
    people: list[JsonObject] = [
        {"externalId": f"P-{number}", "email": f"p{number}@example.com"} for number in range(count)
    ]
    here = company(folder)
    live: list[JsonObject] = [customer(f"C-{number:05}", people[number]) for number in range(count)]
    here.seed({"settings": {"list_rows_contacts": True}, "customers": [*live]})  # else the pace sets the time
    found = dumped(here.folder, "acme", quiet(), here.folder, one_file=False)
    assert not found.left_out
    write_dump(found, here.folder)
    (result,) = adopted(here.folder, (), (), quiet(), 0)
    assert (len(result.entered), result.left) == (count, ())
    plan = here.plan()
    assert plan.empty and plan_text(plan).startswith("No changes.")
    assert writes(here) == []


def test_200_live_customers_come_under_management_without_a_write(tmp_path: Path) -> None:
    """Dump, adopt, plan: no changes, and the sandbox's log holds no write."""
    check_dump_adopt_plan(tmp_path, 200)


@pytest.mark.long
def test_2000_live_customers_come_under_management_without_a_write(tmp_path: Path) -> None:
    """Dump, adopt, plan: no changes, and the sandbox's log holds no write."""
    check_dump_adopt_plan(tmp_path, 2000)


def test_what_differs_is_left_by_adopt(tmp_path: Path) -> None:
    """Only what is exactly as declared is taken in; the rest is listed, and nothing is sent."""
    here = company(tmp_path, customer("C-1"), customer("C-2"))
    here.write({"a.yaml": document("C-1") + "  - {externalId: C-2, name: Another}\n"})
    (result,) = adopted(here.folder, (), (), quiet(), 0)
    assert [one.key for one in result.entered] == ["C-1"]
    assert [(address.key, why) for address, why in result.left] == [("C-2", "it would change")]
    assert (managed(here), writes(here)) == ({"customer/C-1"}, [])


def test_a_rebuilt_inventory_holds_what_is_declared_and_live(tmp_path: Path) -> None:
    """A torn inventory is made anew; an undeclared object does not enter."""
    here = company(tmp_path, customer("C-9"))
    here.write({"a.yaml": document("C-1", "C-2")})
    here.apply()
    (here.folder / ".reconciler" / "inventory" / "acme.json").write_text("torn")
    rebuilt(here.folder, (), quiet(), 0)
    assert managed(here) == {"customer/C-1", "customer/C-2"}
    assert here.plan().empty


def test_the_job_of_an_agreed_plan_may_do_the_rest(tmp_path: Path) -> None:
    """After an apply in part the plan of the rest has another digest; it is what was agreed on, and no more than that.

    A reviewed line that the first run used is not used up for the rest, and is afterwards.
    """
    here = company(tmp_path, *(customer(f"C-{number}") for number in range(9)))
    here.write({"a.yaml": document(*(f"C-{number}" for number in range(9)))})
    here.manage()
    line = "allow: [{guard: delete-ceiling, kind: customer, count: 5, until: 2026-12-31, reason: they closed}]\n"
    here.write({"a.yaml": document("C-0", "C-1", "C-2", "C-3"), "allow.yaml": line})
    here.agreed = here.plan().digest
    with here.store() as store:
        add_fault(store, Fault(kind="refused", method="DELETE", path="*", first=5, times=99))
    first = here.apply()
    assert (first.code, first.summary.total.done) == (4, 4)
    here.calm()
    rest = here.plan()
    assert rest.digest != here.agreed and len(rest.changes) == 1
    check_agreed(rest, here.agreed, {"acme": here.inventory()})
    here.write({"b.yaml": document("C-10")})
    with pytest.raises(PlanStale):
        check_agreed(here.plan(), here.agreed, {"acme": here.inventory()})
    here.write({"b.yaml": "customers: []\n"})
    assert here.carry_out(rest).code == 0
    assert live_keys(here) == {"C-0", "C-1", "C-2", "C-3"}
    inventory = here.inventory()
    assert inventory is not None and len(inventory.spent) == 1


def test_of_two_applies_at_once_one_does_the_work(tmp_path: Path) -> None:
    """While a run holds the lock another is refused and changes nothing; afterwards its plan is out of date."""
    here = company(tmp_path)
    here.write({"a.yaml": document("C-1")})
    here.apply()
    here.write({"a.yaml": document("C-1", "C-2")})
    plan = here.plan()
    (organization,) = configured(here.folder)
    inventory = here.inventory()
    assert inventory is not None
    hold = store_of(organization, here.folder).take(this_run("reconciler apply"), inventory)
    with pytest.raises(Locked):
        here.carry_out(plan)
    assert live_keys(here) == {"C-1"}
    hold.release(inventory)
    with pytest.raises(PlanStale):
        here.carry_out(plan)
    assert here.apply().code == 0
    assert live_keys(here) == {"C-1", "C-2"}


def test_by_its_name_alone_where_nothing_else_is_declared(tmp_path: Path) -> None:
    """Documents that declare names only still do not trade a customer for an empty one of the same name."""
    here = company(tmp_path, {"externalId": "C-1", "name": "Acme Lyon", "vatNumber": "FR 1", "contacts": [HAND]})
    here.write({"a.yaml": document("C-0") + "  - {externalId: C-1, name: Acme Lyon}\n"})
    assert here.apply().code == 0
    here.write({"a.yaml": document("C-0") + "  - {externalId: FR-1, name: ACME-LYON}\n"})
    assert refused(here.plan()) == [("recreated-twin", "C-1"), ("recreated-twin", "FR-1")]


def test_more_than_are_read_are_no_fewer_twins(tmp_path: Path) -> None:
    """Where so many go that their lists stay unread, leave to delete them is none to trade them for new ones."""
    here = company(tmp_path)
    count = MOST_LISTS + 1
    people = "  - {externalId: %s-%d, name: Customer %d, contacts: [{email: boss%d@example.com}]}\n"
    here.write({"a.yaml": "customers:\n" + "".join(people % ("C", n, n, n) for n in range(count))})
    assert here.apply().code == 0
    here.write({"a.yaml": "customers:\n" + "".join(people % ("FR", n, n, n) for n in range(count))})
    here.allowances = (read_allowance(f"delete-ceiling=customer={count}"),)
    plan = here.plan()
    assert plan.changes == ()
    assert {code for code, _ in refused(plan)} == {"recreated-twin"}
