"""A create that a dead run set out to do, and what somebody else made under its name since, which no document has."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.model.change import Action
from tests.properties.execution_world import ExecutionWorld
from tests.properties.mortal import KILLED, Death, Place
from tests.properties.paper import Block, Paper
from tests.properties.test_others import planned

OURS = tuple(Block(key=f"C-{number}", name="One", city=None, people=None) for number in range(3))


def cut(folder: Path, death: Death) -> ExecutionWorld:
    """Die over a create, which is given up then, and let another person make one under its name."""
    world = ExecutionWorld(folder, {}, OURS, [])
    world.write(Paper(files={"a.yaml": OURS}))
    assert world.carry_out(planned(world.plan(leave=True))) == 0
    world.write(Paper(files={"a.yaml": (*OURS, replace(OURS[0], key="C-3"))}))
    assert world.carry_out(planned(world.plan(leave=True)), death) == KILLED
    world.free(lapse=False)
    world.by_hand("deleted", "customer/C-3", {})
    world.by_hand("added", "customer/C-3", {"name": "Theirs"})
    world.write(Paper(files={"a.yaml": OURS}))
    return world


def test_what_a_dead_run_never_sent_is_no_reason_to_delete_what_another_made(tmp_path: Path) -> None:
    """Its journal has no line of that write; so what stands under the name is forgotten and left alone."""
    world = cut(tmp_path, Death(Place.LINE_BEFORE, 2))
    made = planned(world.plan(leave=True))
    assert [change.action for change in made.plan.changes] == [Action.FORGET]
    assert world.carry_out(made) == 0
    assert world.scene.by_key(world.home, "C-3") is not None
    assert planned(world.plan()).plan.empty


@pytest.mark.parametrize("place", [Place.WRITE_OUT, Place.WRITE_BACK])
def test_what_stands_where_a_create_was_cut_off_is_taken_for_that_runs(place: Place, tmp_path: Path) -> None:
    """Nobody can tell it from what the run may have made; the plan says by which run it counts as ours."""
    world = cut(tmp_path, Death(place, 1))
    (change,) = planned(world.plan(leave=True)).plan.changes
    assert change.action is Action.DELETE
    assert list(world.pasts)[-1] in change.cause
    assert world.counts["made by hand where a create was cut off"] == 1
