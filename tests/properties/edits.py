"""What somebody does to the documents: each edit takes the world and a way to draw, and gives the documents after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st

from tests.properties.draws import ANY_BLOCK, FILES, KEYS, Draw
from tests.properties.ownership_world import OwnershipWorld
from tests.properties.paper import Paper


def declare(world: OwnershipWorld, draw: Draw) -> Paper:
    """Add a customer, or change it."""
    return world.paper.with_block(draw(ANY_BLOCK), draw(st.sampled_from(FILES)))


def take_out(world: OwnershipWorld, draw: Draw) -> Paper:
    """Take customers out."""
    paper = world.paper
    for key in draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True)):
        paper = paper.without_block(key)
    return paper


def move(world: OwnershipWorld, draw: Draw) -> Paper:
    """Move a customer to another file."""
    key = draw(st.sampled_from(KEYS))
    block = world.paper.written.get(key)
    if block is None:
        return world.paper
    return world.paper.without_block(key).with_block(block, draw(st.sampled_from([*FILES, "d.yaml"])))


def protect(world: OwnershipWorld, draw: Draw) -> Paper:
    """Protect a customer, or take that back."""
    block = world.paper.written.get(draw(st.sampled_from(KEYS)))
    if block is None:
        return world.paper
    return world.paper.with_block(replace(block, protected=draw(st.booleans())), FILES[0])


def remove(world: OwnershipWorld, draw: Draw) -> Paper:
    """Write that a customer is to be deleted: that of the inventory, or the one with this remote id."""
    key = draw(st.sampled_from(KEYS))
    return world.paper.with_removal(key, world.remote_id(key) if draw(st.booleans()) else None)


def remove_file(world: OwnershipWorld, draw: Draw) -> Paper:
    """Remove a file with all that it declares."""
    return world.paper.without_file(draw(st.sampled_from(FILES)))


def rename_file(world: OwnershipWorld, draw: Draw) -> Paper:
    """Rename a file."""
    old, new = draw(st.sampled_from(FILES)), draw(st.sampled_from(["e.yaml", "f.yaml"]))
    if new in world.paper.files:
        return world.paper
    return replace(
        world.paper, files={new if name == old else name: found for name, found in world.paper.files.items()}
    )


EDITS: list[Callable[[OwnershipWorld, Draw], Paper]] = [
    declare,
    declare,
    declare,
    take_out,
    take_out,
    take_out,
    move,
    protect,
    remove,
    remove_file,
    rename_file,
]
