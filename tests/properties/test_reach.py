"""The end of every run of the machines, where the vendor seemed to set something back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reconciler.sandbox import Fault
from reconciler.sandbox.values import JsonObject
from tests.properties.execution_world import ExecutionWorld
from tests.properties.paper import Block, Paper, Person
from tests.properties.reach import reach
from tests.properties.test_others import planned

BLOCK = Block(key="C-1", name="One", city="Lyon", people=(Person(key="P-0"),))


def test_what_somebody_did_between_two_writes_is_set_right_when_it_is_sent_again(tmp_path: Path) -> None:
    """It passes for what the vendor made of the first: plans leave it and tell it, and the last one sends it again."""
    world = ExecutionWorld(tmp_path, {}, [BLOCK], [])
    world.write(Paper(files={"a.yaml": (replace(BLOCK, name="Two", people=(Person(key="P-0", first_name="Ann"),)),)}))
    made = planned(world.plan(leave=True))
    fields: JsonObject = {"name": "Edited meanwhile"}
    world.strike(Fault(kind="edited-before", method="write", first=2, target="customer/C-1", fields=fields))
    assert world.carry_out(made) == 0
    world.calm()
    again = planned(world.plan())
    assert (again.plan.empty, [one.path for one in again.plan.overridden]) == (True, ["name"])
    reach(world, ["C-1"])
