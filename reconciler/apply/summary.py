"""What an apply came to, counted from its events: per action, and what a person must still be told by name.

The consumer collects the events; `summarize` counts them against the plan, so that what was not tried shows too.
How many resources were added, changed and destroyed is `Summary.totals`; wording it is the renderers' part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from reconciler.model.address import Address
from reconciler.model.change import Action, Change
from reconciler.model.event import Done, Ending, Event, Failed, Skipped, Stale, Started, Unknown
from reconciler.model.plan import Plan, Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How changes ended. `overridden` counts those of the done ones whose fields the vendor set back in part."""

    done: int = 0
    stale: int = 0
    failed: int = 0
    skipped: int = 0
    unknown: int = 0
    not_tried: int = 0
    overridden: int = 0

    @property
    def tried(self) -> int:
        """The changes that have an ending."""
        return self.done + self.stale + self.failed + self.skipped + self.unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """An apply, counted.

    `by_action` has a row for every action in the plan, in the order of `Action`. `written` says whether any write is
    known to have taken effect; a change that stood already counts as done without it. `overridden` and `unfinished`
    (every ending but done) stand in plan order. `done` holds the changes that stand, in plan order.
    """

    by_action: Mapping[Action, Tally] = field(default_factory=dict)
    total: Tally = field(default_factory=Tally)
    written: bool = False
    done: tuple[Change, ...] = ()
    overridden: tuple[Done, ...] = ()
    unfinished: tuple[Ending, ...] = ()
    not_tried: tuple[Address, ...] = ()

    @property
    def totals(self) -> Totals:
        """Count what was done as the plan's closing sentence counts what will be."""
        return Totals.of(self.done)


def summarize(plan: Plan, events: Iterable[Event]) -> Summary:
    """Count the events of one apply of this plan; the events may have ended early."""
    started: set[_Name] = set()
    endings: dict[_Name, Ending] = {}
    for event in events:
        if isinstance(event, Started):
            started.add(_name(event.change))
        else:
            endings[_name(event.change)] = event
    pairs = [(change, endings.get(_name(change))) for change in plan.changes]
    ended = [ending for _, ending in pairs if ending is not None]
    done = [ending for ending in ended if isinstance(ending, Done)]
    return Summary(
        by_action=_by_action(pairs),
        total=_tally(ending for _, ending in pairs),
        written=any(_written(ending, started) for ending in ended),
        done=tuple(ending.change for ending in done),
        overridden=tuple(ending for ending in done if ending.overridden),
        unfinished=tuple(ending for ending in ended if not isinstance(ending, Done)),
        not_tried=tuple(change.address for change, ending in pairs if ending is None),
    )


_Name = tuple[Address, Action]


def _name(change: Change) -> _Name:
    return (change.address, change.action)


def _written(ending: Ending, started: set[_Name]) -> bool:
    if isinstance(ending, Failed):
        return ending.written
    return isinstance(ending, Done) and _name(ending.change) in started


def _by_action(pairs: Iterable[tuple[Change, Ending | None]]) -> Mapping[Action, Tally]:
    groups: dict[Action, list[Ending | None]] = {}
    for change, ending in pairs:
        groups.setdefault(change.action, []).append(ending)
    return {action: _tally(groups[action]) for action in Action if action in groups}


def _tally(endings: Iterable[Ending | None]) -> Tally:
    counts = Counter(name for ending in endings for name in _counted_as(ending))
    return Tally(**counts)


def _counted_as(ending: Ending | None) -> tuple[str, ...]:
    match ending:
        case None:
            return ("not_tried",)
        case Done():
            return ("done", "overridden") if ending.overridden else ("done",)
        case Stale():
            return ("stale",)
        case Failed():
            return ("failed",)
        case Skipped():
            return ("skipped",)
        case Unknown():
            return ("unknown",)
    assert_never(ending)
