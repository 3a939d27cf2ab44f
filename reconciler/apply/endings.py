"""How a change ends that met somebody else's edit: the change and what was seen go in, its ending comes out. Pure.

| what stood of ours when it was seen | ending                  |
|-------------------------------------|-------------------------|
| nothing                             | stale                   |
| a part                              | failed, written in part |
| all of it                           | unknown                 |
"""

from __future__ import annotations

from reconciler.apply import problems
from reconciler.model.change import Change
from reconciler.model.event import Failed, Stale, Unknown
from reconciler.model.kind import Verdict


def stale(change: Change, why: str) -> Stale:
    """End a change of which nothing was written."""
    return Stale(change=change, problem=problems.object_moved(change, why))


def moved_midway(change: Change, why: str) -> Failed:
    """End a change of which a part stands."""
    return Failed(change=change, problem=problems.moved_while_writing(change, why), written=True)


def moved_at_last(change: Change, why: str, decided: Verdict | None = None) -> Unknown:
    """End a change all of whose writes were accepted; `decided` says what the vendor itself has made of them."""
    if decided is not None:
        return Unknown(change=change, problem=problems.made_otherwise(change, decided))
    return Unknown(change=change, problem=problems.moved_while_writing(change, why))
