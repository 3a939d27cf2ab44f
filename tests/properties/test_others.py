"""The checks of the execution machine, on runs that somebody else is at work beside: what is theirs stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.sandbox import Fault
from tests.properties.execution_world import ExecutionWorld
from tests.properties.others import taken_from_others
from tests.properties.ownership_world import Made
from tests.properties.paper import Block, Paper, Person

BLOCK = Block(key="C-1", name="One", city="Lyon", people=(Person(key="P-0"),))
ADDING = Fault(kind="added-before", method="write", times=1, fields={"email": "meanwhile@example.com"})


@pytest.mark.parametrize(
    "deed",
    [
        Fault(kind="edited-before", method="write", times=1, fields={"vatNumber": "Meanwhile"}),
        ADDING,
    ],
)
def test_what_others_did_while_a_run_was_at_work_is_not_undone(deed: Fault, tmp_path: Path) -> None:
    """Between the look and the write; and a check that finds nothing would find it if it were."""
    world = ExecutionWorld(tmp_path, {}, [BLOCK], [])
    for name in ("One", "Two"):
        world.write(Paper(files={"a.yaml": (replace(BLOCK, name=name),)}))
        if name == "Two":
            world.strike(replace(deed, target="customer/C-1"))
        assert world.carry_out(planned(world.plan(leave=True))) == 0
    world.calm()
    run = list(world.pasts)[-1]
    before, undo = world.scene.copied(), planned(world.plan_undo(run, leave=True))
    assert [row.path for change in undo.plan.changes for row in change.fields] == [("name",)]
    assert world.carry_out(undo) == 0
    world.check_undone(run, undo)
    assert world.counts["undos of what others were at"] == 1
    past, began = world.pasts[run], world.pasts[run].began
    assert list(taken_from_others(past, before, began, world.home))


def test_the_vendor_may_make_whom_an_undo_brings_back_the_main_one(tmp_path: Path) -> None:
    """Where nobody was: the undo tells so, and all else stands as before."""
    world = ExecutionWorld(tmp_path, {}, [replace(BLOCK, people=())], [])
    for number, people in enumerate((None, ())):
        world.write(Paper(files={"a.yaml": (replace(BLOCK, people=people),)}))
        assert world.carry_out(planned(world.plan(leave=True))) == 0
        if not number:
            world.by_hand("added", "customer/C-1/contact", {"email": "hand@example.com"})
    run = list(world.pasts)[-1]
    undo = planned(world.plan_undo(run, leave=True))
    assert world.carry_out(undo) == 0
    world.check_undone(run, undo)
    assert (world.counts["objects undone"], world.counts["main ones that the vendor chose"]) == (1, 1)


def test_whom_others_add_is_somebody_else_each_time(tmp_path: Path) -> None:
    """A list that has somebody twice would be held against the run."""
    world = ExecutionWorld(tmp_path, {}, [BLOCK], [])
    for name in ("One", "Two", "Three"):
        world.write(Paper(files={"a.yaml": (replace(BLOCK, name=name, people=None),)}))
        if name != "One":
            world.strike(replace(ADDING, target="customer/C-1"))
        assert world.carry_out(planned(world.plan(leave=True))) == 0
        world.calm()
    (customer,) = world.scene.of(world.home)
    assert len(world.scene.people(world.home, customer)) == 3


def planned(made: Made | None) -> Made:
    """Give a plan; there must be one."""
    assert made is not None
    return made
