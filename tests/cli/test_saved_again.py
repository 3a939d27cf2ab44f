"""A saved plan that removes, or creates, or was begun already, and what happened before it is applied (again)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from reconciler.cli.saved import check_owned, left_of
from reconciler.errors import PlanStale
from reconciler.model.inventory import Agreement
from reconciler.plan.digest import change_digest
from tests.cli.running import NINE_MORE, Folder
from tests.plan.test_pruning import OTHERS, around, plan
from tests.values import inventory, live, live_club

ACME = "customers:\n  - {externalId: C-001, name: Acme}\n"
PROTECTED = ACME.replace("Acme}", "Acme, protected: true}")
NOBODY = "customers: []\n"


def removal(remote_id: str = "") -> str:
    """Ask for the removal of the customer, by remote id if one is given."""
    named = f"remoteId: {remote_id}, " if remote_id else ""
    return f"removed: [{{address: customer/C-001, {named}reason: gone, until: 2099-12-31}}]\n"


def applied(folder: Folder, text: str) -> None:
    """Write what is declared of the one customer, and apply that."""
    folder.write("customers/acme.yaml", text)
    assert folder.call("apply", "--auto-approve").code == 0


def saved(folder: Folder, text: str) -> str:
    """Write what is declared of the one customer, and save the plan of that."""
    folder.write("customers/acme.yaml", text)
    file = str(folder.path / "plan.out")
    assert folder.call("plan", "--out", file).code == 0
    return file


def is_live(folder: Folder) -> bool:
    """Say whether the customer is at the vendor."""
    return '"C-001"' in folder.call("sandbox", "show").out


def remote_id(folder: Folder) -> str:
    """Give the customer's remote id as the inventory holds it."""
    return str(json.loads(folder.call("inventory", "show", "acme-fr/customer/C-001", "--json").out)["remote_id"])


def forget(folder: Folder) -> None:
    """Let the inventory forget the customer."""
    assert folder.call("inventory", "forget", "acme-fr/customer/C-001").code == 0


def lose(folder: Folder) -> None:
    """Lose the inventory."""
    (folder.path / ".reconciler" / "inventory" / "acme-fr.json").unlink()


def rename(folder: Folder) -> None:
    """Declare the customer again, under another name."""
    applied(folder, ACME.replace("Acme", "Acme SAS"))
    applied(folder, ACME)


MEANWHILE: dict[str, Callable[[Folder], None]] = {
    "protected": lambda folder: applied(folder, PROTECTED),
    "declared again": rename,
    "forgotten": forget,
    "lost": lose,
}


@pytest.mark.parametrize("meanwhile", MEANWHILE)
@pytest.mark.parametrize("named", [False, True])
def test_a_saved_removal_is_held_against_the_inventory(folder: Folder, meanwhile: str, named: bool) -> None:
    """What a `removed:` entry deletes was ours when the plan was made; if that changed, nothing is deleted."""
    folder.write("customers/more.yaml", NINE_MORE)
    applied(folder, ACME)
    file = saved(folder, removal(remote_id(folder) if named else ""))
    MEANWHILE[meanwhile](folder)
    ended = folder.call("apply", file)
    assert (ended.code, "[plan-ownership-moved]" in ended.err, is_live(folder)) == (5, True, True)


def test_a_saved_removal_of_what_is_as_it_was_is_carried_out(folder: Folder) -> None:
    """Other things may have been applied meanwhile."""
    folder.write("customers/more.yaml", NINE_MORE)
    applied(folder, ACME)
    file = saved(folder, removal())
    folder.write("customers/more.yaml", NINE_MORE.replace("D-0, name: D", "D-0, name: E"))
    applied(folder, ACME)
    assert (folder.call("apply", file).code, is_live(folder)) == (0, False)


def test_a_removal_by_remote_id_needs_no_inventory(folder: Folder) -> None:
    """Of what the inventory never held, the entry alone says which object is meant; protected since, it stays."""
    folder.write("customers/more.yaml", NINE_MORE)
    applied(folder, ACME)
    meant = removal(remote_id(folder))
    forget(folder)
    file = saved(folder, meant)
    applied(folder, PROTECTED)
    assert (folder.call("apply", file).code, is_live(folder)) == (5, True)
    lose(folder)
    assert (folder.call("apply", file).code, is_live(folder)) == (0, False)


def test_what_was_pruned_since_is_not_created_again(folder: Folder) -> None:
    """A plan that was applied once does not bring back what was deleted on purpose after it."""
    folder.write("customers/more.yaml", NINE_MORE)
    applied(folder, NOBODY)
    file = saved(folder, ACME)
    assert (folder.call("apply", file).code, is_live(folder)) == (0, True)
    again = folder.call("apply", file)
    assert (again.code, "Applied already, and not done again: 1 change" in again.err) == (0, True)
    applied(folder, NOBODY)
    assert not is_live(folder)
    ended = folder.call("apply", file)
    assert (ended.code, "[plan-overtaken]" in ended.err, is_live(folder)) == (5, True, False)


def test_a_plan_that_creates_is_stale_once_others_wrote_the_inventory(folder: Folder) -> None:
    """What it creates may have come by another apply and gone again; the inventory does not say."""
    folder.write("customers/more.yaml", NINE_MORE)
    applied(folder, NOBODY)
    file = saved(folder, ACME)
    applied(folder, ACME)
    applied(folder, NOBODY)
    ended = folder.call("apply", file)
    assert (ended.code, "[plan-overtaken]" in ended.err, is_live(folder)) == (5, True, False)


def test_of_a_plan_that_was_begun_what_is_done_is_left_out() -> None:
    """What it left goes on, and waits no more for what is done; of another plan nothing is left out."""
    made = plan(around("A", "B"), live(*OTHERS), inventory(*OTHERS))
    first, second = made.changes
    waiting = replace(made, changes=(first, replace(second, depends_on=(first.address,))))
    seal = made.shares[0].seal
    begun_upon = made.shares[0].serial
    agreed = Agreement(plan=made.digest, changes=(change_digest(waiting.changes[1], seal),), serial=begun_upon)
    ours = replace(inventory(*OTHERS), agreement=agreed, serial=7)
    left = left_of(waiting, {"acme": ours})
    assert left.changes == (replace(second, depends_on=()),)
    check_owned(left, {"acme": ours}, date(2026, 1, 1))
    later = replace(waiting, shares=(replace(made.shares[0], serial=7),))  # what was done was undone by hand since
    assert left_of(later, {"acme": ours}) is later
    check_owned(later, {"acme": ours}, date(2026, 1, 1))
    other = replace(ours, agreement=replace(agreed, plan="another"))
    assert left_of(waiting, {"acme": other}) is waiting
    with pytest.raises(PlanStale):
        check_owned(waiting, {"acme": other}, date(2026, 1, 1))


def test_a_saved_plan_is_held_to_the_last_day_of_its_lines() -> None:
    """On that day it may still be applied, on the next it is stale."""
    made = plan(around(), live(*OTHERS, live_club("A")), inventory(*OTHERS, live_club("A")))
    using = replace(made, shares=(replace(made.shares[0], until="2026-01-15"),))
    ours = inventory(*OTHERS, live_club("A"))
    check_owned(using, {"acme": ours}, date(2026, 1, 15))
    with pytest.raises(PlanStale) as raised:
        check_owned(using, {"acme": ours}, date(2026, 1, 16))
    assert [one.code for one in raised.value.problems] == ["plan-override-expired"]
