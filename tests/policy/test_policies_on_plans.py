"""The example policies over plans that were really made: the example company's, whose documents were changed for it.

Each policy has something to say of each vendor that it is about, and says nothing of what is like it and allowed.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest

from tests.docs.player import COMPANY, Player, seed_company
from tests.policy.evaluation import said

LYON, INSTALLERS, BELVEDERE, SHOPS = (
    Path(name)
    for name in (
        "customers/shops/lyon.yaml",
        "customers/installers.yaml",
        "customers/groups/belvedere.yaml",
        "accounts/shops.yaml",
    )
)
ACCOUNTS = ("erp:71002", "erp:71003", "erp:72001")
"""What is deleted at the other vendor, where only an entry of `removed:` deletes."""


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the company with all of its documents applied."""
    folder = tmp_path_factory.mktemp("policies") / "company"
    shutil.copytree(COMPANY, folder, ignore=shutil.ignore_patterns(".reconciler"))
    with chdir(folder):
        player = Player()
        seed_company(player)
        player.play("reconciler apply --auto-approve")
        assert player.code == 0
    return folder


@pytest.fixture(autouse=True)
def company(applied: Path, tmp_path: Path) -> Iterator[None]:
    """Be in a copy of it, which is there to be changed."""
    folder = tmp_path / "company"
    shutil.copytree(applied, folder)
    with chdir(folder):
        yield


def change(file: Path, block: str, before: str, after: str) -> None:
    """Change the first of these texts behind what a block begins with."""
    head, found, rest = file.read_text(encoding="utf-8").partition(block)
    assert found
    assert before in rest
    file.write_text(head + found + rest.replace(before, after, 1), encoding="utf-8")


def take_out(file: Path, key: str) -> None:
    """Take the block of a customer out."""
    text = file.read_text(encoding="utf-8")
    found = re.search(rf"(?ms)^  - externalId: {key}\n.*?(?=^  - |^  #|\Z)", text)
    assert found is not None
    file.write_text(text.replace(found[0], ""), encoding="utf-8")


def declare_new(number: int) -> None:
    """Declare so many new ones at each vendor."""
    customers = "".join(f"  - {{externalId: N-{at}, name: New {at}}}\n" for at in range(number))
    Path("customers/new.yaml").write_text(f"customers:\n{customers}", encoding="utf-8")
    accounts = "".join(
        f"  - {{source: {{connectionId: erp, sourceId: N-{at}}}, fullName: New {at}, currencyCode: CHF}}\n"
        for at in range(number)
    )
    Path("accounts/new.yaml").write_text(f"accounts:\n{accounts}", encoding="utf-8")


def planned(*options: str) -> Path:
    """Plan with a report, and give its JSON."""
    Player().play(" ".join(["reconciler plan --report report", *options]))
    return Path("report/plan.json")


def actions(plan: Path) -> set[tuple[str, str]]:
    """Give what the plan does to which, of everything but contacts."""
    rows = json.loads(plan.read_text(encoding="utf-8"))["resource_changes"]
    return {(row["name"], *row["change"]["actions"]) for row in rows if not row.get("parent")}


def test_who_is_written_to_first() -> None:
    """At both vendors: nobody takes the place, or somebody does."""
    change(INSTALLERS, "C-3001", "isMain: true", "isMain: false")
    change(SHOPS, "71001", "isPrimary: true", "isPrimary: false")
    change(LYON, "C-2001", "externalId: P-2001", "externalId: P-9001")
    change(LYON, "C-2001", "email: boutique@", "email: caisse@")  # somebody else, who has the place
    change(SHOPS, "71002", "isPrimary: true", "isPrimary: false")
    change(SHOPS, "fullName: Ottavia Bernasconi", "language: it", "language: it\n        isPrimary: true")
    plan = planned()
    assert {name for name, _ in actions(plan)} == {"C-3001", "C-2001", "erp:71001", "erp:71002"}
    assert said("deny", plan, limits=True) == [
        "lumiere-ch/account/erp:71001/contact/key:owner: the main contact goes, and nobody takes the place",
        "lumiere-fr/customer/C-3001/contact/P-3001: the main contact goes, and nobody takes the place",
    ]


def test_what_was_agreed_upon() -> None:
    """A customer leaves a plan that was agreed upon, for another or for none; others may change theirs."""
    for block, after in (("C-1000", "Standard"), ("C-1003", "null")):
        change(BELVEDERE, f"externalId: {block}", "dunningPlan: Grands comptes", f"dunningPlan: {after}")
    change(LYON, "C-2001", "dunningPlan: Standard", "dunningPlan: Grands comptes")
    change(LYON, "C-2002", "dunningPlan: Standard", "dunningPlan: Export")
    plan = planned("--org lumiere-fr")
    assert {name for name, _ in actions(plan)} == {"C-1000", "C-1003", "C-2001", "C-2002"}
    assert [one.partition(":")[0] for one in said("deny", plan, limits=True)] == [
        "lumiere-fr/customer/C-1000",
        "lumiere-fr/customer/C-1003",
    ]


@pytest.mark.parametrize("many", [False, True])
def test_deletes(*, many: bool) -> None:
    """Of both vendors together so many; and none of a tier that a person answers for."""
    gone = ["C-2003", "C-3002", *(["C-2001"] if many else [])]  # the last is Gold
    for key in gone:
        take_out(INSTALLERS if key == "C-3002" else LYON, key)
    entries = "".join(
        f'  - {{address: "account/{key}", destroys: true, reason: Closed, until: "2099-12-31"}}\n' for key in ACCOUNTS
    )
    Path("accounts/removed.yaml").write_text(f"removed:\n{entries}", encoding="utf-8")
    for file in (SHOPS, Path("accounts/across-the-border.yaml")):
        blocks = re.split(r"(?m)^(?=  - )", file.read_text(encoding="utf-8"))
        kept = [block for block in blocks if not any(f'"{key[4:]}"' in block for key in ACCOUNTS)]
        file.write_text("".join(kept), encoding="utf-8")
    plan = planned(*(f"--allow destroys-uncounted=lumiere-ch/account/{key}" for key in ACCOUNTS))
    assert actions(plan) == {(key, "delete") for key in (*gone, *ACCOUNTS)}
    assert said("deny", plan, limits=True) == (
        [
            "6 customers and accounts would be deleted, and 5 may be",
            "lumiere-fr/customer/C-2001: a Gold customer is not deleted by a plan",
        ]
        if many
        else []
    )


@pytest.mark.parametrize(("number", "denied"), [(20, []), (21, ["lumiere-ch", "lumiere-fr"])])
def test_creates(number: int, denied: list[str]) -> None:
    """So many of each vendor, and no more."""
    declare_new(number)
    plan = planned()
    assert len(actions(plan)) == 2 * number
    assert said("deny", plan, limits=True) == [
        f"{name}: {number} customers and accounts would be created, and 20 may be" for name in denied
    ]


@pytest.mark.parametrize("organization", ["lumiere-fr", "lumiere-ch"])
def test_what_could_not_be_read(organization: str) -> None:
    """A plan that says so is let through by nobody; one that is whole, by everybody."""
    assert said("deny", planned(f"--org {organization}"), limits=True) == []
    Player().play("reconciler sandbox fault error-before method=GET times=null status=403")
    plan = planned(f"--org {organization}")
    assert said("deny", plan, limits=True) == ["the plan is incomplete: not everything could be read"]
