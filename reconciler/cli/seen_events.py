"""What happens in an apply, and what it came to -> the same for other eyes, by the keys of people (`plan.masked_keys`).

An event carries its change whole, and shows of it the address alone, which is no person's. What may name a member is
how a write is worded, a problem, and the path of what the vendor set to something else. Who the members are, the change
itself knows: it is looked at only where there is something to mask, for events come one by one at the vendor's pace.
"""

from __future__ import annotations

from dataclasses import replace

from reconciler.apply.summary import Summary
from reconciler.model.change import Change
from reconciler.model.event import Done, Ending, Event, Failed, Stale, Started, Unknown
from reconciler.plan.masked_keys import Keys


def seen_event(event: Event, keys: Keys | None) -> Event:
    """Give an event as it may be seen; without keys as it is."""
    if keys is None:
        return event
    if isinstance(event, Started):
        if event.steps == 1:  # then the change says it all, and the write is not told
            return event
        _learn(keys, event.change)
        return replace(event, summary=keys.step(event.summary, event.change.address.organization))
    if isinstance(event, Done | Failed | Stale | Unknown):
        return _seen_ending(event, keys)
    return event


def seen_summary(summary: Summary, keys: Keys | None) -> Summary:
    """Give what an apply came to as it may be seen; without keys as it is."""
    if keys is None:
        return summary
    return replace(
        summary,
        overridden=tuple(_seen_done(done, keys) for done in summary.overridden),
        unfinished=tuple(_seen_ending(ending, keys) for ending in summary.unfinished),
    )


def _seen_ending(event: Ending, keys: Keys) -> Ending:
    if isinstance(event, Done):
        return _seen_done(event, keys)
    if not isinstance(event, Failed | Stale | Unknown):
        return event
    _learn(keys, event.change)
    return replace(event, problem=keys.problem(event.problem, event.change.address.organization))


def _seen_done(done: Done, keys: Keys) -> Done:
    if not done.overridden:
        return done
    _learn(keys, done.change)
    organization = done.change.address.organization
    return replace(done, overridden=tuple(keys.path(path, organization) for path in done.overridden))


def _learn(keys: Keys, change: Change) -> None:
    for member in change.members:
        keys.learn(member.address, (*member.fields, *member.standing, *member.left))
