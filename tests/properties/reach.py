"""The end of every run: nothing is in the way any more, and one plan and one apply must reach the declared state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.properties.ownership_world import HOME, Made, OwnershipWorld
from tests.properties.paper import Gap


def reach(world: OwnershipWorld, keys: Sequence[str]) -> None:
    """With nothing in the way any more, reach the declared state by one plan and one apply, and no further plan.

    What somebody did between two writes of ours passes for the vendor's answer to the first: so all is sent again.
    """
    world.calm()
    world.company.retry_overridden = True
    for key in keys:
        world.by_hand("edited", f"customer/{key}", {"balance": 0})
    world.answer_as(HOME)
    world.write(replace(world.paper, gap=Gap.NONE))
    made = world.plan(leave=True)
    if made is None:
        world.rebuild()
        made = world.plan(leave=True)
    if made is not None and any(one.problem.code == "member-exchange" for one in made.plan.blocked):
        made = _by_both_places(world)
    assert made is not None, "no plan could be made though nothing is in the way"
    assert not made.plan.blocked, [one.problem for one in made.plan.blocked]
    code = world.carry_out(made)
    assert code == 0, f"the last apply ended with {code}"
    check_reached(world)
    again = world.plan()
    assert again is not None and again.plan.empty, "something is left to do"


def _by_both_places(world: OwnershipWorld) -> Made | None:
    """Plan again once those who change places in a circle stand at both, as the refusal says."""
    paper = world.paper
    both = {file: tuple(replace(one, only_add=True) for one in blocks) for file, blocks in paper.files.items()}
    world.write(replace(paper, files=both))
    made = world.plan(leave=True)
    assert made is not None
    assert not made.plan.blocked, [one.problem for one in made.plan.blocked]
    assert world.carry_out(made) == 0
    world.counts["exchanges by both places"] += 1
    world.write(paper)
    return world.plan(leave=True)


def check_reached(world: OwnershipWorld) -> None:
    """Hold what exists against what is declared: all of it is there, what is due is gone, the rest untouched."""
    scene, home = world.scene, world.home
    for key, block in world.paper.written.items():
        found = scene.by_key(home, key)
        assert found is not None, f"{key} is declared and not there"
        assert found.name == block.name, f"{key} has another name"
        assert block.city in (None, found.city), f"{key} has another city"
        if block.people is None:
            continue
        people = {(one.external_id, one.email, one.first_name) for one in scene.people(home, found)}
        wanted = {(one.key, one.email) for one in block.people}
        there = {(external_id, email) for external_id, email, _ in people}
        assert wanted <= there if block.only_add else wanted == there, f"{key} has other contacts"
        for one in block.people:
            assert one.first_name is None or (one.key, one.email, one.first_name) in people
    for customer in scene.of(home):
        name = customer.external_id or ""
        if customer.id in world.ledger.sure and name and name not in world.paper.written:
            raise AssertionError(f"{name} is ours and nobody declares it, and it is still there")
        named = world.paper.removed.get(name)
        assert named != customer.id, f"{name} is to be removed and still there"
