"""A write that a dead run left open, and an apply while another organization answers: nothing is said of it yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.properties.execution_world import ExecutionWorld
from tests.properties.mortal import KILLED, Death, Place
from tests.properties.ownership_world import ELSEWHERE, HOME, Made
from tests.properties.paper import Block, Paper
from tests.properties.test_others import planned

OURS = tuple(Block(key=f"C-{number}", name="One", city=None, people=None) for number in range(3))
OPEN = replace(OURS[0], key="C-3")


def apply_anew(world: ExecutionWorld, _saved: Made) -> None:
    """Plan and apply in one."""
    world.company.apply()


def apply_saved(world: ExecutionWorld, saved: Made) -> None:
    """Apply a plan in which there is nothing to do, so that nothing but the open write asks who answers."""
    assert saved.plan.empty
    world.company.carry_out(saved.plan)


@pytest.mark.parametrize("apply", [apply_anew, apply_saved])
def test_what_another_organization_does_not_have_says_nothing_of_what_was_sent_to_ours(
    apply: Callable[[ExecutionWorld, Made], None], tmp_path: Path
) -> None:
    """The write stays open there; with the right keys it is found to have taken effect."""
    world = ExecutionWorld(tmp_path, {}, OURS, [])
    world.write(Paper(files={"a.yaml": OURS}))
    assert world.carry_out(planned(world.plan(leave=True))) == 0
    saved = planned(world.plan())
    world.write(Paper(files={"a.yaml": (*OURS, OPEN)}))
    assert world.carry_out(planned(world.plan(leave=True)), Death(Place.WRITE_BACK, 1)) == KILLED
    (run,) = world.journals.unsettled()
    world.free(lapse=False)
    world.answer_as(ELSEWHERE)
    apply(world, saved)
    assert [entry.settled for entry in world.journals.entries(run)] == [None]
    world.answer_as(HOME)
    assert world.company.apply().code == 0
    assert [entry.settled and entry.settled.took_effect for entry in world.journals.entries(run)] == [True]
