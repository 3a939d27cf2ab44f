"""Contacts and the inventory, on whole companies: keys that know somebody, renamed keys, people who change customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.apply.summary import Summary
from reconciler.cli.composition import configured
from reconciler.cli.entering import rewrite
from reconciler.cli.locking import this_run
from reconciler.cli.stores import store_of
from reconciler.diff.members import member_key
from reconciler.model.change import Action, MemberAction
from reconciler.model.event import Failed, Skipped
from reconciler.model.inventory import Inventory
from reconciler.model.plan import Plan
from reconciler.providers.upflow.kinds import CUSTOMER
from reconciler.render.plan_json import plan_object
from reconciler.render.plan_text import plan_text
from reconciler.render.summary_text import summary_text
from reconciler.sandbox import Fault, add_fault, edit
from reconciler.sandbox.values import JsonObject
from tests.company import Company
from tests.scenarios.test_scenarios import rows

CONTACT = CUSTOMER.members[0]
AT = datetime(2026, 1, 15, tzinfo=UTC)


def customer(key: str, *contacts: JsonObject) -> JsonObject:
    """Give a live customer."""
    return {"externalId": key, "name": f"Customer {key}", "contacts": [*contacts]}


def document(people: Mapping[str, str], more: str = "") -> str:
    """Declare customers, each with a list of contacts in flow style."""
    items = "".join(f"  - {{externalId: {key}, contacts: [{people[key]}]}}\n" for key in people)
    return f"customers:\n{items}{more}"


def company(folder: Path, people: Mapping[str, str], *customers: JsonObject) -> Company:
    """Bring a company to life whose customers are managed as these documents declare them."""
    here = Company(folder / "company")
    here.seed({"customers": [*customers]})
    here.write({"a.yaml": document(people)})
    here.manage()
    return here


def emails(here: Company) -> dict[str, list[str]]:
    """Give the live contacts' e-mails by customer."""
    found = {}
    for row in rows(here.shown()):
        contacts = row["contacts"]
        assert isinstance(contacts, list)
        found[str(row["externalId"])] = [str(one["email"]) for one in contacts if isinstance(one, dict)]
    return found


def known(here: Company, key: str = "C-1") -> Mapping[str, str]:
    """Give whom the inventory knows at a customer."""
    inventory = here.inventory()
    assert inventory is not None
    return inventory.managed[f"customer/{key}"].members["contacts"]


def told(plan: Plan) -> list[tuple[str, str]]:
    """Give what a plan does."""
    return [(change.action.value, change.address.key) for change in plan.changes]


def alter(here: Company, inventory: Inventory) -> None:
    """Put another inventory in the place of the one that is there."""
    (organization,) = configured(here.folder)
    rewrite(organization, here.folder, "a test", lambda _found: inventory)


ANN: JsonObject = {"email": "ann@example.com"}
BOB: JsonObject = {"externalId": "B", "email": "bob@example.com"}


def test_whoever_is_added_under_a_key_is_known_by_it(tmp_path: Path) -> None:
    """A contact that an apply adds, to an old customer or a new one, keeps being that one with a new e-mail."""
    here = company(tmp_path, {"C-1": "{externalId: B, email: bob@example.com}"}, customer("C-1", BOB))
    both = "{{externalId: B, email: bob@example.com}}, {{key: desk, email: {0}@example.com}}"
    new = "  - {{externalId: C-2, name: Two, contacts: [{{key: desk, email: {0}@example.com}}]}}\n"
    here.write({"a.yaml": document({"C-1": both.format("one")}, new.format("two"))})
    assert here.apply().code == 0
    ids = {key: known(here, key)["key:desk"] for key in ("C-1", "C-2")}
    here.write({"a.yaml": document({"C-1": both.format("uno")}, new.format("due"))})
    applied = here.apply()
    assert [[one.action for one in change.touched(*MemberAction) if one.fields] for change in applied.plan.changes] == [
        [MemberAction.CHANGE],
        [MemberAction.CHANGE],
    ]
    assert (applied.code, here.plan().empty) == (0, True)
    assert emails(here) == {"C-1": ["bob@example.com", "uno@example.com"], "C-2": ["due@example.com"]}
    assert {key: known(here, key)["key:desk"] for key in ("C-1", "C-2")} == ids


def test_a_key_that_is_given_to_somebody_is_noted_and_then_known(tmp_path: Path) -> None:
    """The way that the hint at a new e-mail names: first a key, which is noted without a write, then the e-mail."""
    here = company(tmp_path, {"C-1": "{email: ann@example.com}"}, customer("C-1", ANN))
    here.write({"a.yaml": document({"C-1": "{key: ann, email: ann@example.com}"})})
    assert told(here.plan()) == [("adopt", "C-1")]
    assert (here.apply().code, here.plan().empty, here.requests("POST")) == (0, True, [])
    here.write({"a.yaml": document({"C-1": "{key: ann, email: other@example.com}"})})
    (change,) = here.plan().changes
    assert [one.action for one in change.members] == [MemberAction.CHANGE]


def test_a_plan_of_moves_alone_takes_the_lock_and_asks_the_vendor_nothing(tmp_path: Path) -> None:
    """It is recorded, told as moved, and inert once done."""
    here = company(tmp_path, {"C-1": "{key: a, email: ann@example.com}"}, customer("C-1", ANN))
    here.write({"a.yaml": document({"C-1": "{key: b, email: ann@example.com}"}, RENAMED)})
    plan, before, serial = here.plan(), len(here.requests()), _serial(here)
    assert told(plan) == [("move", "key:b")]
    applied = here.carry_out(plan)
    assert (applied.code, len(here.requests())) == (0, before)
    assert "Also: 1 moved." in summary_text(applied.summary)
    assert list(known(here)) == ["key:b"] and _serial(here) > serial
    assert here.plan().empty
    again = here.carry_out(plan)  # a saved plan, applied twice
    assert (again.code, list(known(here))) == (0, ["key:b"])


RENAMED = "moved:\n  - {from: customer/C-1/contact/key:a, to: customer/C-1/contact/key:b}\n"


def _serial(here: Company) -> int:
    inventory = here.inventory()
    assert inventory is not None
    return inventory.serial


@pytest.mark.parametrize("refused", [False, True])
def test_a_move_is_recorded_whatever_becomes_of_the_rest(tmp_path: Path, refused: bool) -> None:
    """Beside a change of the same customer, done or refused, the key is the new one in the end."""
    here = company(tmp_path, {"C-1": "{key: a, email: ann@example.com}"}, customer("C-1", ANN))
    here.write({"a.yaml": document({"C-1": "{key: b, email: anna@example.com}"}, RENAMED)})
    if refused:
        with here.store() as store:
            add_fault(store, Fault(kind="refused", method="PUT", path="*", first=1, times=9))
    ids = set(known(here).values())
    applied = here.apply()
    assert applied.code == (1 if refused else 0)
    assert (list(known(here)), set(known(here).values())) == (["key:b"], ids)
    inventory = here.inventory()
    assert inventory is not None and inventory.intents == ()
    here.calm()
    assert told(here.plan()) == ([("replace", "C-1")] if refused else [])


def test_a_move_reads_in_json(tmp_path: Path) -> None:
    """Terraform's own word for it: the former address."""
    here = company(tmp_path, {"C-1": "{key: a, email: ann@example.com}"}, customer("C-1", ANN))
    here.write({"a.yaml": document({"C-1": "{key: b, email: ann@example.com}"}, RENAMED)})
    entries = plan_object(here.plan(), AT)["resource_changes"]
    assert isinstance(entries, list)
    (row,) = entries
    assert (row["address"], row["previous_address"], row["action"], row["change"]["actions"]) == (
        "acme/customer/C-1/contact/key:b",
        "acme/customer/C-1/contact/key:a",
        "move",
        ["no-op"],
    )


def test_a_renamed_organization_is_told_until_its_inventory_is_its_own(tmp_path: Path) -> None:
    """In text and JSON, and not any more once it was written under the new name."""
    here = company(tmp_path, {"C-1": "{email: ann@example.com}"}, customer("C-1", ANN))
    configuration = here.folder / "reconciler.yaml"
    configuration.write_text(configuration.read_text().replace("acme:", "acme-fr:"))
    here.seed({"customers": [customer("C-1", ANN)]}, "acme-fr")
    here.write({"b.yaml": "moved:\n  - {from: acme, to: acme-fr}\n"})
    made = here.planned()
    plan, inventory = made.plan, made.parts["acme-fr"].inventory
    assert "acme-fr has moved from acme: it goes on with the inventory of acme" in plan_text(plan)
    organizations = plan_object(plan, AT)["organizations"]
    assert isinstance(organizations, list) and organizations[0]["former"] == "acme"
    (organization,) = configured(here.folder)
    assert inventory is not None
    store_of(organization, here.folder).take(this_run("a test"), inventory).release(inventory)
    assert "has moved" not in plan_text(here.plan())


def test_an_inventory_under_another_digest_key_misleads_nobody(tmp_path: Path) -> None:
    """Names made with the other key match nobody and nothing is planned for them; the next write names everybody anew.

    A person who goes by a document's own key is known all the same.
    """
    people = "{email: ann@example.com}, {key: desk, email: desk@example.com}"
    here = company(tmp_path, {"C-1": people}, customer("C-1", ANN, {"email": "desk@example.com"}))
    inventory = here.inventory()
    assert inventory is not None
    entry, ids = inventory.managed["customer/C-1"], known(here)
    ann = member_key(ANN, CONTACT, configured(here.folder)[0].digest_key)
    old = member_key(ANN, CONTACT, "another key")
    members = {"contacts": {old: ids[ann], "key:desk": ids["key:desk"]}}
    foreign = {path.replace(ann, old): value for path, value in entry.last_applied.items()}
    entry = replace(entry, members=members, last_applied=foreign)
    alter(here, replace(inventory, digest_key_id="another", managed={"customer/C-1": entry}))
    assert here.plan().empty
    here.write({"a.yaml": document({"C-1": people.replace("desk@", "new@")})})
    applied = here.apply()
    assert [one.action for change in applied.plan.changes for one in change.members] == [
        MemberAction.KEEP,
        MemberAction.CHANGE,
    ]
    assert (applied.code, here.plan().empty, known(here)) == (0, True, ids)
    after = here.inventory()
    assert after is not None and not any(old in path for path in after.managed["customer/C-1"].last_applied)


def test_two_who_go_by_keys_cannot_exchange_their_emails_in_one_apply(tmp_path: Path) -> None:
    """Upflow takes that as a whole list alone, which knows nobody without an external id: it is refused beforehand."""
    two: JsonObject = {"email": "two@example.com"}
    people = "{{key: one, email: {0}@example.com}}, {{key: two, email: {1}@example.com}}"
    here = company(tmp_path, {"C-1": people.format("ann", "two")}, customer("C-1", ANN, two))
    here.write({"a.yaml": document({"C-1": people.format("two", "ann")})})
    plan = here.plan()
    assert (plan.changes, [one.problem.code for one in plan.blocked]) == ((), ["email-exchange"])


def test_who_goes_by_a_key_is_given_an_external_id_and_a_new_email_at_once(tmp_path: Path) -> None:
    """The way that moved: offers: the same contact, under the vendor's own key for it."""
    here = company(tmp_path, {"C-1": "{key: a, email: ann@example.com}"}, customer("C-1", ANN))
    ids = set(known(here).values())
    moved = "moved:\n  - {from: customer/C-1/contact/key:a, to: customer/C-1/contact/P-7}\n"
    here.write({"a.yaml": document({"C-1": "{externalId: P-7, email: anna@example.com}"}, moved)})
    assert here.apply().code == 0
    assert (list(known(here)), set(known(here).values())) == (["P-7"], ids)
    assert (emails(here), here.plan().empty, here.requests("DELETE")) == ({"C-1": ["anna@example.com"]}, True, [])


def test_a_key_whose_owner_was_given_an_external_id_elsewhere_is_refused(tmp_path: Path) -> None:
    """Somebody's import named the contact: it is written under that name, once a document says it."""
    here = company(tmp_path, {"C-1": "{key: a, email: ann@example.com}"}, customer("C-1", ANN))
    with here.store() as store:
        edit(store, "acme", f"customer/C-1/contact/{next(iter(known(here).values()))}", {"externalId": "E-1"})
    here.write({"a.yaml": document({"C-1": "{key: a, email: anna@example.com}"})})
    (blocked,) = here.plan().blocked
    assert blocked.problem.code == "member-identified"
    here.write({"a.yaml": document({"C-1": "{externalId: E-1, email: anna@example.com}"})})
    assert (here.apply().code, list(known(here)), emails(here)) == (0, ["E-1"], {"C-1": ["anna@example.com"]})


def endings(summary: Summary) -> list[tuple[str, str]]:
    """Give what did not end as planned."""
    return [(type(one).__name__, one.change.address.key) for one in summary.unfinished]


@pytest.mark.parametrize(
    ("mover", "scope", "code"),
    [
        ({"externalId": "P", "email": "p@example.com"}, "customer", 0),
        ({"externalId": "P", "email": "p@example.com"}, "organization", 0),
        ({"email": "p@example.com"}, "customer", 0),
        ({"email": "p@example.com"}, "organization", 1),
    ],
)
def test_who_changes_customer_is_never_nowhere(tmp_path: Path, mover: JsonObject, scope: str, code: int) -> None:
    """Added there first, then removed here; where the vendor does not let both exist nobody goes."""
    stays = "{externalId: B, email: bob@example.com}"
    declared = "{" + ", ".join(f"{name}: {value}" for name, value in mover.items()) + "}"
    here = company(tmp_path, {"C-1": f"{stays}, {declared}", "C-2": ""}, customer("C-1", BOB, mover), customer("C-2"))
    here.turn({"email_scope": scope})
    here.write({"a.yaml": document({"C-1": stays, "C-2": declared})})
    applied = here.apply()
    assert told(applied.plan) == [("replace", "C-2"), ("replace", "C-1")]
    assert applied.code == code
    if code:
        assert endings(applied.summary) == [(Failed.__name__, "C-2"), (Skipped.__name__, "C-1")]
        assert emails(here) == {"C-1": ["bob@example.com", "p@example.com"], "C-2": []}
    else:
        assert emails(here) == {"C-1": ["bob@example.com"], "C-2": ["p@example.com"]}
        assert here.plan().empty


def test_nobody_goes_whose_coming_fails(tmp_path: Path) -> None:
    """A refused addition skips the removal; once the vendor takes it, one more apply does both."""
    mover: JsonObject = {"externalId": "P", "email": "p@example.com"}
    person, stays = "{externalId: P, email: p@example.com}", "{externalId: B, email: bob@example.com}"
    here = company(tmp_path, {"C-1": f"{stays}, {person}", "C-2": ""}, customer("C-1", BOB, mover), customer("C-2"))
    here.write({"a.yaml": document({"C-1": stays, "C-2": person})})
    with here.store() as store:
        add_fault(store, Fault(kind="refused", method="POST", path="*", first=1, times=9))
    applied = here.apply()
    assert endings(applied.summary) == [(Failed.__name__, "C-2"), (Skipped.__name__, "C-1")]
    assert emails(here) == {"C-1": ["bob@example.com", "p@example.com"], "C-2": []}
    here.calm()
    assert (here.apply().code, emails(here)) == (0, {"C-1": ["bob@example.com"], "C-2": ["p@example.com"]})


def test_a_customer_in_another_file_is_known_to_stand_there(tmp_path: Path) -> None:
    """The move of a block is no change; whenever the inventory is written anyway it learns of it."""
    here = company(tmp_path, {"C-1": "", "C-2": "", "C-3": ""}, *(customer(f"C-{number}") for number in (1, 2, 3)))
    here.write({"a.yaml": document({"C-1": ""}), "b.yaml": document({"C-2": "", "C-3": ""})})
    assert here.plan().empty
    assert here.plan().shares[0].documents == {"customer/C-2": "documents/b.yaml", "customer/C-3": "documents/b.yaml"}
    here.write({"a.yaml": document({"C-1": "{externalId: B, email: bob@example.com}"})})
    assert here.apply().code == 0
    inventory = here.inventory()
    assert inventory is not None
    assert {one.document for one in inventory.managed.values()} == {"documents/a.yaml", "documents/b.yaml"}
    assert here.plan().shares[0].documents == {}
    here.write({"b.yaml": document({"C-2": ""})})
    (gone,) = here.plan().changes
    assert (gone.action, gone.document) == (Action.DELETE, "documents/b.yaml")
