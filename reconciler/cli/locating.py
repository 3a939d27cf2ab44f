"""The plan, with every problem at its exact place in the documents.

Places inside an item are not kept while documents are read. So the plan is built first with the places of whole items,
noting which exact ones it asks for; if there are any, they are looked up all at once, one pass for each file, and the
plan is built again with them. Looking each up as it is asked for would read a file of 10,000 customers 10,000 times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from reconciler.desired.collector import collector_held
from reconciler.desired.positions import Spot, find_places
from reconciler.errors import DesiredStateInvalid, Place
from reconciler.model.plan import Plan, Since
from reconciler.model.resource import Source
from reconciler.plan.build import Part, build
from reconciler.plan.guard import item_place

Wanted = tuple[Source, tuple[str | int, ...]]


def build_located(parts: Sequence[Part], root: Path, since: Since | None = None) -> Plan:
    """Build the plan; `root` is the folder that holds `reconciler.yaml`, `since` what the plan is held to.

    Raises:
        DesiredStateInvalid: documents name what does not exist, or would nest parents.
    """
    asked: dict[Wanted, None] = {}

    def note(source: Source, path: Sequence[str | int], on_key: bool) -> Place:
        asked[source, tuple(path)] = None
        return item_place(source, path, on_key)

    with collector_held():
        try:
            plan = build(parts, locate=note, since=since)
        except DesiredStateInvalid:
            if not asked:
                raise
        else:
            if not asked:
                return plan
        spots = find_places(root, asked)
        return build(parts, locate=lambda source, path, on_key: _place(spots, source, path, on_key), since=since)


def _place(spots: Mapping[Wanted, Spot], source: Source, path: Sequence[str | int], on_key: bool) -> Place:
    spot = spots.get((source, tuple(path)))
    if spot is None:
        return item_place(source, path, on_key)
    return spot.key if on_key else spot.value
