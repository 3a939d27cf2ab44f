"""What an apply came to, counted from its events: per action, and what a person must still be told by name.

The consumer collects the events; `summarize` counts them against the plan, so that what was not tried shows too.
How many resources were added, changed and destroyed is `Summary.totals`; wording it is the renderers' part. A change
that writes and yet took no write stood already, by an earlier apply of the plan or by somebody else's hand: that counts
as `standing`, and neither as added nor as changed nor as destroyed. A change that was begun and whose ending nobody
waited for (a second signal, an error) is unknown, never "not tried", unless it is known of each of its writes that it
had no effect: all others were, or may have been, sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from reconciler.apply.problems import outcome_unknown
from reconciler.model.address import Address
from reconciler.model.change import Action, Change
from reconciler.model.event import (
    WITHOUT_EFFECT,
    Answered,
    Done,
    Ending,
    Event,
    Failed,
    Skipped,
    Stale,
    Started,
    Unknown,
)
from reconciler.model.plan import Plan, Totals

WRITING = frozenset({Action.CREATE, Action.UPDATE, Action.REPLACE, Action.DELETE})
"""What takes a write. Adopting, moving and forgetting never take one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How changes ended.

    Of the done ones, `overridden` counts those whose fields the vendor set back in part, and `standing` those that
    took no write because they were so already.
    """

    done: int = 0
    stale: int = 0
    failed: int = 0
    skipped: int = 0
    unknown: int = 0
    not_tried: int = 0
    overridden: int = 0
    standing: int = 0

    @property
    def tried(self) -> int:
        """The changes that have an ending."""
        return self.done + self.stale + self.failed + self.skipped + self.unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """An apply, counted.

    `by_action` has a row for every action in the plan, in the order of `Action`. `written` says whether any write is
    known to have taken effect. `done` holds the changes that this apply made, `standing` those that were so already.
    `overridden` and `unfinished` (every ending but done), like all of them, stand in plan order.
    `refused` counts what the plan held back, which no apply of it tries.
    """

    by_action: Mapping[Action, Tally] = field(default_factory=dict)
    total: Tally = field(default_factory=Tally)
    written: bool = False
    done: tuple[Change, ...] = ()
    standing: tuple[Change, ...] = ()
    overridden: tuple[Done, ...] = ()
    unfinished: tuple[Ending, ...] = ()
    not_tried: tuple[Address, ...] = ()
    refused: int = 0

    @property
    def totals(self) -> Totals:
        """Count what was done as the plan's closing sentence counts what will be."""
        return Totals.of(self.done)


def left_open(events: Collection[Event]) -> tuple[Unknown, ...]:
    """Give an ending to every change that was begun and has none, in the order in which they were begun."""
    begun: dict[_Name, Change] = {}
    ended: set[_Name] = set()
    for event in events:
        if isinstance(event, Started):
            begun.setdefault(_name(event.change), event.change)
        elif not isinstance(event, Answered):
            ended.add(_name(event.change))
    why = "The apply was ended before the answer to it was known."
    left = _sent(events) - ended
    return tuple(
        Unknown(change=change, problem=outcome_unknown(change, why)) for name, change in begun.items() if name in left
    )


def summarize(plan: Plan, events: Collection[Event]) -> Summary:
    """Count the events of one apply of this plan; the events may have ended early."""
    sent = _sent(events)
    endings = {_name(event.change): event for event in events if not isinstance(event, Started | Answered)}
    endings |= {_name(ending.change): ending for ending in left_open(events)}
    pairs = [(change, endings.get(_name(change))) for change in plan.changes]
    ended = [ending for _, ending in pairs if ending is not None]
    done = [ending for ending in ended if isinstance(ending, Done)]
    stood = {_name(ending.change) for ending in done if _stood(ending, sent)}
    return Summary(
        by_action=_by_action(pairs, stood),
        total=_tally((ending for _, ending in pairs), stood),
        written=any(_written(ending, sent) for ending in ended),
        done=tuple(ending.change for ending in done if _name(ending.change) not in stood),
        standing=tuple(ending.change for ending in done if _name(ending.change) in stood),
        overridden=tuple(ending for ending in done if ending.overridden),
        unfinished=tuple(ending for ending in ended if not isinstance(ending, Done)),
        not_tried=tuple(change.address for change, ending in pairs if ending is None),
        refused=len(plan.blocked),
    )


_Name = tuple[Address, Action]


def _name(change: Change) -> _Name:
    return (change.address, change.action)


def _sent(events: Iterable[Event]) -> set[_Name]:
    """Name the changes of which a write took effect, or may have."""
    tries: Counter[_Name] = Counter()
    for event in events:
        if isinstance(event, Started):
            tries[_name(event.change)] += 1
        elif isinstance(event, Answered):
            tries[_name(event.change)] -= event.reply in WITHOUT_EFFECT
    return {name for name, count in tries.items() if count}


def _written(ending: Ending, sent: set[_Name]) -> bool:
    if isinstance(ending, Failed):
        return ending.written
    return isinstance(ending, Done) and _name(ending.change) in sent


def _stood(ending: Done, sent: set[_Name]) -> bool:
    """Say whether a change that writes took no write; adopting, moving and forgetting never take one."""
    return ending.change.action in WRITING and _name(ending.change) not in sent


def _by_action(pairs: Iterable[tuple[Change, Ending | None]], stood: Container[_Name]) -> Mapping[Action, Tally]:
    groups: dict[Action, list[Ending | None]] = {}
    for change, ending in pairs:
        groups.setdefault(change.action, []).append(ending)
    return {action: _tally(groups[action], stood) for action in Action if action in groups}


def _tally(endings: Iterable[Ending | None], stood: Container[_Name]) -> Tally:
    counts = Counter(name for ending in endings for name in _counted_as(ending, stood))
    return Tally(**counts)


def _counted_as(ending: Ending | None, stood: Container[_Name]) -> Iterator[str]:
    match ending:
        case None:
            yield "not_tried"
        case Done():
            yield "done"
            if ending.overridden:
                yield "overridden"
            if _name(ending.change) in stood:
                yield "standing"
        case Stale():
            yield "stale"
        case Failed():
            yield "failed"
        case Skipped():
            yield "skipped"
        case Unknown():
            yield "unknown"
        case _:
            assert_never(ending)
