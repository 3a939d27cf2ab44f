"""The example company, played from its seeds to "No changes", as the README's first command does.

What one organization shows is played with that one alone.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import chdir, closing
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

from reconciler.desired.documents import read_tree
from reconciler.desired.text import Text, read_text
from reconciler.sandbox import Store, clear_requests, dump_state, logged_requests
from reconciler.sandbox.values import JsonObject
from tests.docs.fences import ROOT
from tests.docs.player import COMPANY, EXAMPLES, Player, seed_company

SCHEMAS = ROOT / "schemas"
SANDBOX = Path(".reconciler") / "sandbox.db"
ORGANIZATION = "lumiere-fr"
DOCUMENTS = sorted((EXAMPLES / "desired-state").rglob("*.yaml"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """Both organizations after the README's first command: what it said, and the accounts before and after."""

    player: Player
    before: dict[str, JsonObject]
    after: dict[str, JsonObject]
    plan: str
    apply: str


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Player:
    """Stand in a copy of the company's folder, both organizations of its sandbox seeded."""
    shutil.copytree(EXAMPLES / "desired-state", tmp_path / "company", ignore=shutil.ignore_patterns(".reconciler"))
    monkeypatch.chdir(tmp_path / "company")
    player = Player()
    seed_company(player)
    return player


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Stand where both organizations were planned and applied by one command each."""
    folder = tmp_path_factory.mktemp("both") / "company"
    shutil.copytree(EXAMPLES / "desired-state", folder, ignore=shutil.ignore_patterns(".reconciler"))
    with chdir(folder):
        player = Player()
        seed_company(player)
        before = live_accounts()
        plan = player.play("reconciler plan")
        apply = player.play("reconciler apply --auto-approve")
        assert player.code == 0, apply
        player.play("rm customers/allowed.yaml")
        yield Played(player=player, before=before, after=live_accounts(), plan=plan, apply=apply)


def test_one_command_plans_both_vendors(applied: Played) -> None:
    """Customers at Upflow and accounts at Billabex stand in one plan, and nothing is refused."""
    assert "Plan: 5 to add, 15 to change, 1 to destroy." in applied.plan
    assert {"lumiere-ch/account/erp:71004", "lumiere-fr/customer/C-1003"} <= {*applied.plan.split()}
    assert "refused" not in applied.plan


def test_one_command_applies_both_vendors_side_by_side(applied: Played) -> None:
    """Writes to one vendor begin before those to the other have ended, and afterwards nothing is left to do."""
    told = [line for line in applied.apply.partition("\nPlan: ")[2].splitlines() if "..." in line or " after " in line]
    swiss, french = (
        [number for number, line in enumerate(told) if line.startswith(f"{name}/")]
        for name in ("lumiere-ch", "lumiere-fr")
    )
    assert swiss[0] < french[-1]
    assert french[0] < swiss[-1]
    output = applied.player.play("reconciler plan --detailed-exitcode")
    assert applied.player.code == 0, output
    assert output.startswith("No changes.")


def test_people_at_billabex_are_as_declared(applied: Played) -> None:
    """A misspelt name is put right, the parties stand on the list of their domain, nobody is there twice."""
    account = applied.after["Alpenglanz Hotels AG"]
    assert sorted(names_of(account, "contacts")) == ["Livia Tamburini", "Reto Brunold", "Ursina Caflisch"]
    assert names_of(account, "internalRepresentatives") == ["Claire Fontaine"]


def test_what_no_document_declares_at_billabex_stays(applied: Played) -> None:
    """An account that is not declared, and the fields of one whose people alone are managed, are as they were."""
    after = applied.after
    assert after["Zürcher Lampenbörse"] == applied.before["Zürcher Lampenbörse"]
    people = ("contacts", "internalRepresentatives")
    for name in ("Alpenglanz Hotels AG", "Jura Luminaires"):
        assert {key: value for key, value in after[name].items() if key not in people} == {
            key: value for key, value in applied.before[name].items() if key not in people
        }


def test_whom_the_shop_entered_itself_stays(applied: Played) -> None:
    """With `peopleMode: add` somebody is added, and nobody removed."""
    assert names_of(applied.after["Kerzenkontor Basel"], "contacts") == ["Dorothea Iselin", "Severin Hugentobler"]


def live_accounts() -> dict[str, JsonObject]:
    """Give the live accounts by name."""
    with closing(Store(SANDBOX)) as store:
        rows = dump_state(store, "lumiere-ch")["accounts"]
    assert isinstance(rows, list)
    return {str(row["fullName"]): row for row in rows if isinstance(row, dict)}


def names_of(account: JsonObject, section: str) -> list[str]:
    """Give the names of the people on one list of an account."""
    rows = account[section]
    assert isinstance(rows, list)
    return [str(row["fullName"]) for row in rows if isinstance(row, dict)]


def live_state() -> dict[str, JsonObject]:
    """Give the live customers by external id, without the vendor's ids."""
    with closing(Store(SANDBOX)) as store:
        rows = dump_state(store, ORGANIZATION)["customers"]
    assert isinstance(rows, list)
    customers = [row for row in rows if isinstance(row, dict)]
    return {str(row["externalId"]): row for row in customers}


def test_the_company_validates(company: Player) -> None:
    """Customers and accounts in several files are valid, without a warning."""
    output = company.play("reconciler validate")
    assert (company.code, output) == (
        0,
        "lumiere-ch: 8 accounts, all valid.\nlumiere-fr: 4 custom fields and 21 customers, all valid.\n",
    )


def test_the_first_plan_shows_every_way_to_change(company: Player) -> None:
    """Creates, adoptions, removals and what could not be verified are in it, and nothing is refused."""
    output = company.play("reconciler plan --org lumiere-fr --detailed-exitcode")
    assert company.code == 2
    assert {line.strip()[0] for line in output.splitlines() if line.strip()} >= {"+", "~", "-", "⇠", "?"}
    assert "refused" not in output


def test_a_list_replacement_reads_contact_by_contact(company: Player) -> None:
    """A list of five with one changed, one removed and one added says exactly that."""
    assert "~ contacts: 3 kept, 1 changed, 1 added, 1 removed" in company.play("reconciler plan --org lumiere-fr")


def test_planning_sends_get_requests_alone(company: Player) -> None:
    """A plan writes nothing at the vendor."""
    with closing(Store(SANDBOX)) as store:
        clear_requests(store)
    company.play("reconciler plan --org lumiere-fr")
    with closing(Store(SANDBOX)) as store:
        assert {request.method for request in logged_requests(store)} == {"GET"}


def test_after_the_apply_nothing_is_left_to_do(company: Player) -> None:
    """Apply ends well, and the next plan says that there are no changes."""
    output = company.play("reconciler apply --org lumiere-fr --auto-approve")
    assert company.code == 0, output
    assert "Apply complete! Resources: 4 added, 10 changed, 1 destroyed." in output
    company.play("rm customers/allowed.yaml")
    output = company.play("reconciler plan --org lumiere-fr --detailed-exitcode")
    assert company.code == 0, output
    assert output.startswith("No changes.")


def test_the_reviewed_lines_are_used_up_by_the_apply(company: Player) -> None:
    """The next plan asks for each of them to be taken out, and lets nothing through by them."""
    company.play("reconciler apply --org lumiere-fr --auto-approve")
    output = company.play("reconciler plan --org lumiere-fr --detailed-exitcode")
    assert company.code == 0, output
    assert output.count("[allowance-spent]") == 3
    assert "Let through by an override" not in output


def test_without_its_reviewed_lines_adopting_removes_nobody(company: Player) -> None:
    """The contacts that no document lists are refused to go, and who is allowed by name may go."""
    (Path("customers") / "allowed.yaml").unlink()
    output = company.play("reconciler plan --org lumiere-fr --allow adopt-removes=customer/C-1001")
    assert company.code == 3
    assert "1 refused" in output
    assert "lumiere-fr/customer/C-2004 would be adopted and updated in-place, and is refused" in output
    assert "[adopt-removes]" in output


def test_two_lost_files_delete_nothing(company: Player) -> None:
    """Five deletes are too many for a company of this size: refused, with what to type if they are meant."""
    company.play("reconciler apply --org lumiere-fr --auto-approve")
    before = live_state()
    (Path("customers") / "export.yaml").unlink()
    (Path("customers") / "public-sector.yaml").unlink()
    output = company.play("reconciler apply --org lumiere-fr --auto-approve")
    assert company.code == 3
    assert "reconciler plan --allow-delete customer=5" in output
    assert live_state() == before


def test_the_main_account_is_protected_without_its_block(company: Player) -> None:
    """The inventory remembers what the documents said of it."""
    company.play("reconciler apply --org lumiere-fr --auto-approve")
    (Path("customers") / "groups" / "belvedere.yaml").unlink()
    output = company.play("reconciler plan --org lumiere-fr --allow-delete customer=4")
    assert "lumiere-fr/customer/C-1000: a protected object would be deleted [protected]" in output


def test_what_is_not_declared_stays(company: Player) -> None:
    """Customers, contacts and fields that no document names are the same before and after."""
    before = live_state()
    company.play("reconciler apply --org lumiere-fr --auto-approve")
    after = live_state()
    for untouched in ("C-8001", "C-8002", "None", "C-2005"):
        assert after[untouched] == before[untouched]
    assert before["C-2001"]["customFields"] == {"tier": {"label": "Silver"}, **_undeclared(before)}
    assert after["C-2001"]["customFields"] == {"tier": {"label": "Gold"}, **_undeclared(before)}
    assert after["C-4002"]["contacts"] == before["C-4002"]["contacts"]


def test_adding_mode_removes_nobody(company: Player) -> None:
    """Whom somebody else keeps at a customer with `contactsMode: add` stays beside the one that is added."""
    before = live_state()["C-2003"]["contacts"]
    company.play("reconciler apply --org lumiere-fr --auto-approve")
    after = live_state()["C-2003"]["contacts"]
    assert isinstance(before, list)
    assert isinstance(after, list)
    assert len(after) == len(before) + 1
    assert all(contact in after for contact in before)


def test_a_contact_made_by_hand_is_claimed(company: Player) -> None:
    """The bookkeeper is one contact before and one after, then with our external id."""
    company.play("reconciler apply --org lumiere-fr --auto-approve")
    contacts = live_state()["C-2002"]["contacts"]
    assert isinstance(contacts, list)
    assert [contact["externalId"] for contact in contacts if isinstance(contact, dict)] == ["P-2002"]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_fits_the_schema_it_names(path: Path) -> None:
    """The first line names a schema that exists, and the document is valid by it."""
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    named = path.parent / first.removeprefix("# yaml-language-server: $schema=")
    name = {"reconciler.yaml": "reconciler", "accounts": "billabex"}.get(path.relative_to(COMPANY).parts[0], "upflow")
    schema = SCHEMAS / f"{name}.schema.json"
    assert named.resolve() == schema.resolve()
    text = read_text(path, path.name)
    assert isinstance(text, Text)
    documents, problems = read_tree(text)
    assert problems == []
    for document in documents:
        jsonschema.validate(document, json.loads(schema.read_text(encoding="utf-8")))


def _undeclared(customers: dict[str, JsonObject]) -> JsonObject:
    """Give what the first customer of the shops had in fields that its document does not name."""
    values = customers["C-2001"]["customFields"]
    assert isinstance(values, dict)
    return {name: values[name] for name in ("order-note", "product-lines")}
