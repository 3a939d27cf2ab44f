"""A saved plan that prunes, and an inventory that says something else by the time it is applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from reconciler.cli.composition import configured
from reconciler.cli.locking import this_run
from reconciler.cli.saved import check_owned
from reconciler.cli.stores import store_of
from reconciler.errors import PlanStale
from reconciler.model.change import Action
from reconciler.model.inventory import Agreement, Intent, Inventory
from reconciler.model.plan import Plan
from tests.cli.running import Folder
from tests.company import TODAY
from tests.plan.test_pruning import OTHERS, around, plan
from tests.values import inventory, live, live_club

MANY = "customers:\n" + "".join(f"  - {{externalId: D-{number}, name: D}}\n" for number in range(6))
ADDRESS = "acme-fr/customer/C-002"


def saved(folder: Folder) -> str:
    """Apply two customers and more, take one out, and save the plan that prunes it."""
    folder.write("customers/more.yaml", MANY)
    folder.write("customers/acme.yaml", "customers:\n  - {externalId: C-001, name: Acme}\n")
    folder.write("customers/lyon.yaml", "customers:\n  - {externalId: C-002, name: Acme Lyon}\n")
    assert folder.call("apply", "--auto-approve").code == 0
    (folder.path / "customers" / "lyon.yaml").unlink()
    file = str(folder.path / "plan.out")
    assert "1 to destroy" in folder.call("plan", "--out", file).out
    return file


def rewrite(folder: Folder, alter: Callable[[Inventory], Inventory]) -> None:
    """Have another run write the inventory."""
    (organization,) = configured(folder.path)
    store = store_of(organization, folder.path)
    before = store.read()
    assert before is not None
    after = alter(before)
    store.take(this_run("a test"), after).release(after)


def with_entry(remote_id: str = "", run: str = "", protected: bool = False) -> Callable[[Inventory], Inventory]:
    """Alter the entry of the customer that goes."""

    def alter(before: Inventory) -> Inventory:
        entry = before.managed["customer/C-002"]
        changed = replace(entry, remote_id=remote_id or entry.remote_id, run=run or entry.run, protected=protected)
        return replace(before, managed={**before.managed, changed.name: changed})

    return alter


def live_customers(folder: Folder) -> str:
    """Show what is live."""
    return folder.call("sandbox", "show").out


def test_a_saved_prune_is_carried_out(folder: Folder) -> None:
    """While the inventory says the same, the reviewed plan is what happens."""
    file = saved(folder)
    assert folder.call("apply", file).code == 0
    assert "C-002" not in live_customers(folder)


@pytest.mark.parametrize(
    "alter",
    [with_entry(remote_id="another"), with_entry(run="another"), with_entry(protected=True)],
    ids=["another object", "another run", "protected"],
)
def test_what_is_not_ours_as_it_was_is_not_deleted(folder: Folder, alter: Callable[[Inventory], Inventory]) -> None:
    """The whole plan is stale; nothing is written."""
    file = saved(folder)
    rewrite(folder, alter)
    ended = folder.call("apply", file)
    assert (ended.code, "[plan-ownership-moved]" in ended.err) == (5, True)
    assert ADDRESS in ended.err
    assert "C-002" in live_customers(folder)


def test_what_was_forgotten_is_not_deleted(folder: Folder) -> None:
    """Forgetting after the plan was saved keeps the object, whatever the plan says, in part as well."""
    file = saved(folder)
    assert folder.call("inventory", "forget", ADDRESS).code == 0
    assert folder.call("apply", file).code == 5
    assert folder.call("apply", file, "--org", "acme-fr").code == 5
    (folder.path / ".reconciler" / "inventory" / "acme-fr.json").unlink()
    assert folder.call("apply", file).code == 5
    assert "C-002" in live_customers(folder)


INTENT = Intent(kind="club", key="A", action="create", remote_id=None, run="run-0")


def prune() -> Plan:
    """Plan to prune what a killed run made."""
    made = plan(around(), live(*OTHERS, live_club("A")), inventory(*OTHERS, intents=[INTENT]))
    assert [one.action for one in made.changes] == [Action.DELETE]
    return made


@pytest.mark.parametrize(
    ("ours", "stale"),
    [
        (inventory(*OTHERS, intents=[INTENT]), False),
        (inventory(*OTHERS), True),
        (inventory(*OTHERS, live_club("A")), True),
        (None, True),
    ],
)
def test_what_a_killed_run_made_is_asked_again(ours: Inventory | None, stale: bool) -> None:
    """Its only claim is the intent: once that is gone, or an entry has taken its place, the plan is stale."""
    if not stale:
        check_owned(prune(), {"acme": ours}, TODAY)
        return
    with pytest.raises(PlanStale):
        check_owned(prune(), {"acme": ours}, TODAY)


def test_an_override_that_another_apply_consumed_is_not_used_again() -> None:
    """A reviewed line is good for one plan; what this very plan consumed when it was begun is its own."""
    made = prune()
    using = replace(made, shares=(replace(made.shares[0], spends=("line",)),))
    ours = inventory(*OTHERS, intents=[INTENT])
    check_owned(using, {"acme": ours}, TODAY)
    spent = replace(ours, spent=("line",))
    for agreement in (None, Agreement(plan="another", changes=())):
        with pytest.raises(PlanStale) as raised:
            check_owned(using, {"acme": replace(spent, agreement=agreement)}, TODAY)
        assert [one.code for one in raised.value.problems] == ["plan-override-spent"]
    check_owned(using, {"acme": replace(spent, agreement=Agreement(plan=using.digest, changes=()))}, TODAY)


def test_other_organizations_are_not_asked() -> None:
    """Of a part of a plan only its own changes count."""
    check_owned(replace(prune(), changes=()), {"acme": None}, TODAY)
