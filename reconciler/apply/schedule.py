"""Which change may start now: changes go in, turns come out, each once its predecessors have ended. No clock, no tasks.

Two sorts of edges lead to a change. `depends_on` is about success: a dependency that did not end as done, or that is
no change of this plan at all, makes the change a skip. The others are only an order, where the second waits for the
first to end, however it ends:

- of the changes of one top-level object, in plan order, so that one object is never written twice at once;
- of what a change `follows`;
- of an organization's deletes behind everything else of it: a gate that opens when the last other change has ended.
  A delete that another change waits for, directly or through others, is let past the gate, or neither could begin.

Every organization has its own room and its own queue, the earliest change of the plan first; a full one holds up no
other. Building and running are linear in changes and edges (but for the queue's logarithm), because an ending wakes
its successors and nobody looks for work.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.apply.problems import plan_cyclic
from reconciler.errors import PlanRefused
from reconciler.model.address import Address
from reconciler.model.change import Action, Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A change whose turn it is, by its place in the plan; `because` names the dependency that makes it a skip."""

    index: int
    change: Change
    because: Address | None = None


class Schedule:
    """The turns of one apply. `take` gives the next one, `end` says how it went; every change has exactly one turn."""

    def __init__(self, changes: Sequence[Change], room: Mapping[str, int]) -> None:
        """Lay out the edges.

        Args:
            changes: In plan order.
            room: How many changes of an organization may be under way at once; one where it is not named.

        Raises:
            PlanRefused: the changes wait for each other in a circle.
        """
        self._changes = changes
        self._places = _places(changes)
        organizations = dict.fromkeys(change.address.organization for change in changes)
        gates = {name: len(changes) + place for place, name in enumerate(organizations)}  # they count on from changes
        self._successors: list[list[int]] = [[] for _ in range(len(changes) + len(gates))]
        self._waits = [0] * len(self._successors)
        self._undone: set[Address] = set()
        self._connect(self._edges())
        self._connect(self._gated(gates))
        self._refuse_circle()
        self._room = {name: max(1, room.get(name, 1)) for name in organizations}
        self._ready: dict[str, list[int]] = {name: [] for name in organizations}
        self._open: dict[str, None] = {}  # organizations worth a look; a mapping, because its order is stated
        self._closed: set[str] = set()
        self._skips: deque[Turn] = deque()
        for index in [index for index, waits in enumerate(self._waits) if not waits]:
            self._release(index)

    def take(self) -> Turn | None:
        """Give the next turn; None if every change has had its turn, must wait, or finds no room."""
        if self._skips:
            return self._skips.popleft()
        while self._open:
            organization = next(iter(self._open))
            if self._ready[organization] and self._room[organization] and organization not in self._closed:
                self._room[organization] -= 1
                index = heapq.heappop(self._ready[organization])
                return Turn(index=index, change=self._changes[index])
            del self._open[organization]
        return None

    def close(self, organization: str) -> None:
        """Give no further turn to an organization's changes; those that have theirs may end."""
        self._closed.add(organization)

    def end(self, turn: Turn, *, done: bool) -> None:
        """Note that a turn is over, and wake what waited for it."""
        organization = turn.change.address.organization
        if turn.because is None:
            self._room[organization] += 1
            self._open[organization] = None
        if not done:
            self._undone.add(turn.change.address)
        self._wake_after(turn.index)

    def _wake_after(self, index: int) -> None:
        for successor in self._successors[index]:
            self._waits[successor] -= 1
            if not self._waits[successor]:
                self._release(successor)

    def _release(self, index: int) -> None:
        if index >= len(self._changes):
            self._wake_after(index)
            return
        change = self._changes[index]
        because = self._because(change)
        if because is not None:
            self._skips.append(Turn(index=index, change=change, because=because))
            return
        organization = change.address.organization
        heapq.heappush(self._ready[organization], index)
        self._open[organization] = None

    def _because(self, change: Change) -> Address | None:
        lacking = (name for name in change.depends_on if name in self._undone or name not in self._places)
        return next(lacking, None)

    def _edges(self) -> Iterator[tuple[int, int]]:
        latest: dict[Address, int] = {}
        for index, change in enumerate(self._changes):
            top = change.address.top
            if top in latest:
                yield latest[top], index
            latest[top] = index
            for name in dict.fromkeys((*change.depends_on, *change.follows)):
                for before in self._places.get(name, ()):
                    yield before, index

    def _gated(self, gates: Mapping[str, int]) -> Iterator[tuple[int, int]]:
        """Give the edges to each organization's gate, and from there to its deletes."""
        ahead = self._waited_for()
        for index, change in enumerate(self._changes):
            gate = gates[change.address.organization]
            if change.action is not Action.DELETE:
                yield index, gate
            elif index not in ahead:
                yield gate, index

    def _waited_for(self) -> set[int]:
        """Find the deletes that something else than a delete waits for, directly or through others."""
        before: list[list[int]] = [[] for _ in self._changes]
        for first, second in self._edges():
            before[second].append(first)
        reached = [index for index, change in enumerate(self._changes) if change.action is not Action.DELETE]
        found = set(reached)
        for index in reached:  # grows while it is walked
            new = [first for first in before[index] if first not in found]
            found.update(new)
            reached += new
        return found

    def _connect(self, edges: Iterable[tuple[int, int]]) -> None:
        for before, after in edges:
            self._successors[before].append(after)
            self._waits[after] += 1

    def _refuse_circle(self) -> None:
        waits = list(self._waits)
        free = [index for index, count in enumerate(waits) if not count]
        for index in free:  # grows while it is walked
            for successor in self._successors[index]:
                waits[successor] -= 1
                if not waits[successor]:
                    free.append(successor)
        if len(free) < len(waits):
            stuck = next(index for index, count in enumerate(waits) if count)  # never a gate: those come last
            raise PlanRefused(plan_cyclic(self._changes[stuck]))


def _places(changes: Sequence[Change]) -> Mapping[Address, Sequence[int]]:
    places: dict[Address, list[int]] = {}
    for index, change in enumerate(changes):
        places.setdefault(change.address, []).append(index)
    return places
