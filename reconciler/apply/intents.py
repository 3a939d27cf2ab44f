"""What a run sets out to do, as intents: changes go in, intents by `kind/key` come out. Pure.

Where a vendor's reads lag behind its writes, an intent to create has its time: the latest at which the run may have
sent it, as far as is recorded. What has no ending yet is given the time of every checkpoint anew, for the write may go
out right after it; so the time is never older than the last checkpoint that a killed run wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reconciler.model.change import Action, Change
from reconciler.model.event import Event, Failed, Unknown
from reconciler.model.inventory import Intent
from reconciler.model.kind import Kind


def intent_of(change: Change, run: str) -> Intent:
    """Give what a run sets out to do with a change."""
    address = change.address
    return Intent(
        kind=address.kind,
        key=address.key,
        action=change.action.value,
        remote_id=change.remote_id,
        run=run,
        protected=change.entry is not None and change.entry.protected,
    )


def joined(earlier: Mapping[str, Intent], now: Mapping[str, Intent]) -> dict[str, Intent]:
    """Give intents of earlier runs to create, protected too by what this run sets out to do.

    What this run sets out to create again is its own from now on: it is the last that may have sent it, and only its
    journal can tell whether it did.
    """
    return {name: _joined(one, now[name]) if name in now else one for name, one in earlier.items()}


def _joined(earlier: Intent, now: Intent) -> Intent:
    run = now.run if now.action == Action.CREATE.value else earlier.run
    return replace(earlier, run=run, protected=earlier.protected or now.protected)


def dated(intent: Intent, kind: Kind | None, at: str) -> Intent:
    """Give an intent its time, where that will be asked for."""
    asked = kind is not None and kind.reads_lag and intent.action == Action.CREATE.value
    return replace(intent, at=at) if asked and at else intent


def informed(intent: Intent, event: Event) -> Intent:
    """Give an intent the remote id that its create was answered with, where the change ended without its being seen."""
    made = event.made if isinstance(event, Unknown | Failed) else None
    return replace(intent, remote_id=made) if made is not None and intent.action == Action.CREATE.value else intent
