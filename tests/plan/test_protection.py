"""Protection that a document gives: shown, part of what was reviewed, and recorded whatever becomes of the rest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.model.change import Action, Change
from reconciler.model.inventory import Intent, Inventory
from reconciler.model.plan import Plan
from reconciler.model.state import DesiredState, LiveState
from reconciler.plan.build import Part, build
from reconciler.render.change_json import change_json
from reconciler.render.change_text import change_lines
from reconciler.render.paint import PLAIN
from tests.company import Company
from tests.plan.guarding import MANY, declared
from tests.plan.test_pruning import OTHERS, around
from tests.plan.test_pruning import plan as pruning_plan
from tests.scenarios.words import document, refused, told
from tests.values import club, desired, inventory, live, live_club, organization

A = live_club("A", name="N")


def plan(wanted: DesiredState, found: LiveState, ours: Inventory | None) -> Plan:
    """Plan one organization."""
    return build([Part(organization=organization(), desired=wanted, live=found, inventory=ours)])


def only(made: Plan) -> Change:
    """Give a plan's only change."""
    (change,) = made.changes
    return change


def lines(change: Change) -> list[str]:
    """Show a change."""
    return [line.strip() for line in change_lines(change, PLAIN)]


@pytest.mark.parametrize("name", ["N", "M"], ids=["alone", "beside a field"])
@pytest.mark.parametrize("given", [True, False])
def test_what_becomes_of_protection_is_shown_and_reviewed(name: str, given: bool) -> None:
    """Given or ended, alone or with other fields: a line of the change, and another digest."""
    ours = inventory(A, protected=() if given else ("A",))
    made = plan(desired(replace(club("A", name=name), protected=given)), live(A), ours)
    without = plan(desired(replace(club("A", name=name), protected=not given)), live(A), ours)
    change = only(made)
    assert change.protects is given
    row = f"protected = {str(not given).lower()} -> {str(given).lower()}"
    assert any(line.replace("  ", " ").endswith(row) for line in lines(change))
    assert change_json(change, "clubs")["protects"] is given
    assert made.digest != without.digest


def test_a_protected_creation_says_so() -> None:
    """There is no before; what is not protected has no such line."""
    change = only(plan(desired(replace(club("A", name="N"), protected=True)), live(), None))
    assert "+ protected = true" in lines(change)
    change = only(plan(desired(replace(club("A", name="N"), protected=False)), live(), None))
    assert not any("protected" in line for line in lines(change))


def test_protection_is_noted_beside_a_refused_change() -> None:
    """A guard holds the update back; the note of its own goes, and says nothing else."""
    wanted = desired(*(replace(one, protected=True) for one in declared(MANY[:13], "M")), *declared(MANY[13:]))
    made = plan(wanted, live(*MANY), inventory(*MANY))
    assert [one.problem.code for one in made.blocked] == ["update-ceiling"] * 13
    assert [(one.action, one.protects, one.fields, one.adopts) for one in made.changes] == [
        (Action.ADOPT, True, (), False)
    ] * 13
    assert all(one.entry is not None and one.entry.protected for one in made.changes)


def test_ending_protection_waits_for_its_change() -> None:
    """To go on protecting is the cautious side."""
    wanted = desired(*(replace(one, protected=False) for one in declared(MANY[:13], "M")), *declared(MANY[13:]))
    made = plan(wanted, live(*MANY), inventory(*MANY, protected=[str(one.key) for one in MANY[:13]]))
    assert (len(made.blocked), made.changes) == (13, ())


def test_nothing_is_noted_where_another_organization_may_answer() -> None:
    """Whose object it is is what is in doubt."""
    wanted = desired(*(replace(one, protected=True) for one in declared(MANY, "M")))
    made = plan(wanted, live(*MANY), replace(inventory(*MANY), endpoint="elsewhere"))
    assert {one.problem.code for one in made.blocked} == {"organization-changed"}
    assert made.changes == ()


def test_what_a_killed_run_made_protected_is_not_pruned() -> None:
    """The intent says so; declared again without a word of it, it is recorded as protected."""
    intent = Intent(kind="club", key="A", action="create", remote_id=None, run="run-0", protected=True)
    ours = inventory(*OTHERS, intents=[intent])
    made = pruning_plan(around(), live(*OTHERS, A), ours)
    assert [(one.problem.code, one.change.address.key) for one in made.blocked] == [("protected", "A")]
    assert "by run run-0, which ended early" in made.blocked[0].problem.detail
    found = only(pruning_plan(around("A"), live(*OTHERS, live_club("A", name="A")), ours))
    assert found.entry is not None and found.entry.protected


def test_protection_outlives_the_block_though_its_update_was_refused(tmp_path: Path) -> None:
    """Declared, refused, and gone by the next merge: the customer is still protected."""
    here, keys = Company(tmp_path / "company"), [f"C-{number}" for number in range(12)]
    here.seed({"customers": []})
    here.write({"a.yaml": document(*keys), "b.yaml": document("X")})
    here.apply()
    others = document(*keys).replace("Customer", "Kunde")
    here.write({"a.yaml": others, "b.yaml": "customers: [{externalId: X, name: X2, protected: true}]\n"})
    ended = here.apply()
    assert (ended.code, told(ended.plan)) == (3, [("adopt", "X")])
    here.write({"a.yaml": document(*keys)})
    (here.folder / "documents" / "b.yaml").unlink()
    assert refused(here.plan()) == [("protected", "X")]
