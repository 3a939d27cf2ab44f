"""A create of a run that left no ending, where reads lag behind writes: is it not there, or does it not show yet? Pure.

Premise. A run that set out to create something and died, or never saw what it made, leaves its intent. Elsewhere a look
settles what came of it. Where a vendor's reads lag (`Kind.reads_lag`), two agreeing passes over its list may lack what
was made a minute ago; created again there would be two of it, and nobody would be told.

| the intent to create, its object not seen     | the create                                      |
|-----------------------------------------------|-------------------------------------------------|
| of a kind whose reads do not lag              | goes: what is not seen is not there             |
| `AGE` or older when the reading began         | goes                                            |
| never sent, by its run's journal (`unsent`)    | goes                                            |
| younger                                       | refused (`create-in-doubt`) until it is so old  |
| without a time, or no time of reading is known | refused until the inventory is told to forget it|

The last row is an inventory of a version that noted no time: how old its intent is nobody knows. Refusing wrongly costs
a look and a command, creating wrongly costs an account that is there twice.

Intents stand before the first write and no checkpoint tells which creates were begun, so after a kill all of a run's
are in doubt that do not show. Its journal tells which, where that is here.

That the vendor answered with a remote id which does not read (404) settles nothing either: a read by the id lags like
any other. Whoever looked at the vendor and saw that nothing is there need not wait.

Rejected: asking again until the time is over (a plan that stands still for minutes, for what happens after a kill); to
go by what no vendor documents, an `Idempotency-Key` that is kept for the next run.
"""

from __future__ import annotations

import shlex
from datetime import datetime, timedelta

from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.model.inventory import Intent
from reconciler.model.kind import Flaw, Kind

AGE = timedelta(minutes=5)
"""How long a create stays in doubt.

Up to two minutes that a run whose checkpoints fail may go on under its lease, one until its last write is answered, and
two that the vendor's reads may be behind: its documentation names no number, and eight times what a change waits itself
(15 seconds) leaves room.
"""


def is_in_doubt(intent: Intent, kind: Kind, read_at: datetime | None) -> bool:
    """Say whether what an intent was to create may be there without showing.

    Args:
        intent: Of an earlier run; its object was not seen.
        kind: The intent's.
        read_at: When the reading began that did not show it.
    """
    return intent.action == Action.CREATE.value and may_be_late(kind, intent.at, read_at)


def may_be_late(kind: Kind, sent: str, read_at: datetime | None) -> bool:
    """Say whether something of a kind that was created at a time may not have shown yet to a later reading."""
    if not kind.reads_lag:
        return False
    settled = _settled_at(sent)
    return settled is None or read_at is None or read_at < settled


def create_in_doubt(address: Address, intent: Intent) -> Flaw:
    """Word why a create has to wait."""
    answered = f", was answered with the remote id {intent.remote_id}" if intent.remote_id else ""
    settled = _settled_at(intent.at)
    wait = f"Plan again after {settled:%Y-%m-%d %H:%M:%S} UTC.\n" if settled is not None else ""
    return Flaw(
        path=(),
        code="create-in-doubt",
        summary="it may have been created already",
        detail=f"Run {intent.run} set out to create {address}{answered}; how that ended is not recorded, and "
        "it does not show now.",
        why="What was written a moment ago may not show yet: created again, it might be there twice.",
        remedy=f"{wait}If you have looked at the vendor and it is not there, let the inventory forget it:\n"
        f"    reconciler inventory forget {shlex.quote(str(address))}",
    )


def _settled_at(at: str) -> datetime | None:
    """Give when the doubt ends; None where nobody can say."""
    try:
        sent = datetime.fromisoformat(at)
    except ValueError:
        return None
    return sent + AGE if sent.tzinfo is not None else None
