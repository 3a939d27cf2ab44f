"""How an apply tells what it does: a page and lines for people, or one JSON object a line for programs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from reconciler.apply.summary import Summary
from reconciler.cli.installed import installed_version
from reconciler.cli.pages import keys_in, seen, show_plan
from reconciler.cli.seen_events import seen_event, seen_summary
from reconciler.cli.terminal import PIPE_CLOSED, narration, now, reached
from reconciler.errors import Problem
from reconciler.model.address import Address
from reconciler.model.change import Action, Change
from reconciler.model.event import Answered, Event, Started
from reconciler.model.plan import Plan
from reconciler.model.resource import Value
from reconciler.plan.masked_keys import Keys
from reconciler.render.event_json import diagnostic_json, event_json, event_lines, withdrawn_json
from reconciler.render.event_text import event_text
from reconciler.render.paint import Paint
from reconciler.render.planned_json import planned_lines, providers_of, version_json
from reconciler.render.progress import Narration
from reconciler.render.progress_json import ProgressLines
from reconciler.render.summary_json import summary_json
from reconciler.render.summary_text import summary_text
from reconciler.render.words import json_line

Say = Callable[[str], None]


class Report(Protocol):
    """Someone who tells of one apply."""

    def narration(self) -> Narration:
        """Open the place where progress is told."""

    def plan(self, plan: Plan) -> None:
        """Tell the plan."""

    def begin(self, plan: Plan) -> None:
        """Take in what is carried out now: the plan that was told, or a saved one, or what is left of that."""

    def event(self, event: Event, say: Say) -> None:
        """Tell one event."""

    def answered(self, event: Answered) -> None:
        """Tell what became of one write; what the change came to is an event of its own."""

    def end(self, summary: Summary) -> None:
        """Tell what it came to."""

    def problems(self, problems: Sequence[Problem]) -> None:
        """Tell what ended it before its time, beside what stderr says."""


class Stopwatch:
    """How long ago each change was begun."""

    def __init__(self) -> None:
        self._begun: dict[tuple[Address, Action], tuple[Change, float]] = {}

    def seconds(self, event: Event) -> float | None:
        """Give the seconds since the change of this event was started; None if it never was."""
        instant = time.monotonic()
        name = (event.change.address, event.change.action)
        if isinstance(event, Started):
            return instant - self._begun.setdefault(name, (event.change, instant))[1]
        _, begun = self._begun.get(name, (event.change, None))
        if not isinstance(event, Answered):
            self._begun.pop(name, None)
        elif begun is None:
            return 0.0
        return None if begun is None else instant - begun

    def left(self) -> Sequence[tuple[Change, float]]:
        """Give the changes that were started and have not ended, and how many seconds ago each was."""
        instant = time.monotonic()
        return [(change, instant - begun) for change, begun in self._begun.values()]


class EventPage:
    """For people: the plan and the sums on stdout, what happens meanwhile on stderr."""

    def __init__(self, paint: Paint, paint_err: Paint, *, no_color: bool, personal: bool = False) -> None:
        self._paint = paint
        self._paint_err = paint_err
        self._no_color = no_color
        self._personal = personal
        self._keys: Keys | None = None
        self._stopwatch = Stopwatch()

    def narration(self) -> Narration:
        """A bar on a terminal, lines elsewhere."""
        return narration(no_color=self._no_color)

    def plan(self, plan: Plan) -> None:
        """Show the page."""
        show_plan(plan, self._paint, as_json=False, personal=self._personal)

    def begin(self, plan: Plan) -> None:
        """Say nothing: the page was shown, or reviewed before. Keep by what people in it are masked."""
        self._keys = None if self._personal else keys_in(plan)

    def answered(self, event: Answered) -> None:
        """Say nothing: people want to know of changes."""

    def event(self, event: Event, say: Say) -> None:
        """Write one line."""
        say(event_text(seen_event(event, self._keys), self._stopwatch.seconds(event), self._paint_err))

    def end(self, summary: Summary) -> None:
        """Write the sums."""
        reached(f"\n{summary_text(seen_summary(summary, self._keys), self._paint)}")

    def problems(self, problems: Sequence[Problem]) -> None:
        """Say nothing: stderr says it."""


class EventLines:
    """For programs: one JSON object a line on stdout, nothing else.

    Once the plan is told, the apply is carried on to its end even where nobody reads the lines any more.
    """

    def __init__(self, *, personal: bool = False) -> None:
        self._personal = personal
        self._keys: Keys | None = None
        self._heard = True
        self._stopwatch = Stopwatch()
        self._begun = False
        self._providers: Mapping[str, str] = {}

    def narration(self) -> Narration:
        """Lines of a type of their own."""
        return ProgressLines(self._write, time.monotonic, now)

    def plan(self, plan: Plan) -> None:
        """Write one line for each change, and the sums.

        Raises:
            SystemExit: nobody reads it, so nobody could know what would be done.
        """
        self._announce(plan)
        if not self._heard:
            raise SystemExit(PIPE_CLOSED)

    def begin(self, plan: Plan) -> None:
        """Write the same of a plan that was saved, or of what is left of it."""
        self._keys = None if self._personal else keys_in(plan)
        if not self._providers:
            self._announce(plan)

    def event(self, event: Event, say: Say) -> None:
        """Write a line, and one that says why where it ended otherwise than planned."""
        del say
        provider = self._providers.get(event.change.address.organization, "")
        for line in event_lines(seen_event(event, self._keys), self._stopwatch.seconds(event), now(), provider):
            self._write(line)

    def answered(self, event: Answered) -> None:
        """Write one line."""
        provider = self._providers.get(event.change.address.organization, "")
        self._write(event_json(event, self._stopwatch.seconds(event), now(), provider))

    def end(self, summary: Summary) -> None:
        """Write the end of what was broken off, and the last line."""
        for change, seconds in self._stopwatch.left():
            self._write(withdrawn_json(change, seconds, now(), self._providers.get(change.address.organization, "")))
        self._write(summary_json(seen_summary(summary, self._keys), now()))

    def problems(self, problems: Sequence[Problem]) -> None:
        """Write one line each."""
        for problem in problems:
            self._write(diagnostic_json(problem, now()))

    def _announce(self, plan: Plan) -> None:
        self._providers = providers_of(plan)
        for line in planned_lines(seen(plan, personal=self._personal), now()):
            self._write(line)

    def _write(self, line: Mapping[str, Value]) -> None:
        if not self._begun:
            self._begun = True
            self._write(version_json(installed_version(), now()))
        self._heard = self._heard and reached(f"{json_line(line)}\n")
