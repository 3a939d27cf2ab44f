"""After a lost answer: what the look-up says is still to be sent. Pure; a wrong answer here creates somebody twice.

Premise. A write went out and its answer did not come back (a timeout, a reset, 500, 502, 503), so it may have taken
effect, in whole, in part, not at all, or it may do so a moment later. The object is read again (after a wait of
1, 2, 4, 8 seconds, the guide's backoff: a slow write has that long to land) and the provider judges what remains.

| the object, read again                                | what remains            | verdict                        |
|-------------------------------------------------------|-------------------------|--------------------------------|
| has what the change wants                             | nothing                 | it took effect: go on          |
| is what the plan judged, nothing of ours stood before | all of it               | it did not: send again         |
| is as our own earlier steps left it                   | the very same writes    | it did not: send again         |
| shows this write and nothing else new                 | fewer, all of them ours | it took effect: send the rest  |
| the provider sees a conflict                          | whatever                | unknown                        |
| changed in any other way                              | other writes            | unknown: was it us, or others? |

"Fewer" alone is not enough: a person who edits at that very moment can also leave fewer writes, with other bodies,
and sending those would carry out what nobody reviewed. So each remaining write must be one that was going to be sent.

What no look-up can see is a write that lands after it. Against that stand the waits, and for resources the vendor's
own upsert by external id; a provider whose routes have none should call a lost create of theirs a conflict.

Rejected: sending again because the vendor upserts by external id (contact routes do not, and an update repeated over
somebody's edit undoes it); taking an object that exists for proof of our create (another may have made it); giving up
at the first lost answer (most are a slow server, and a person would do nothing but look, too).
"""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.live.provider import Remaining, Write

BACKOFF = (1.0, 2.0, 4.0, 8.0)
"""Seconds to wait before each look-up; the write is sent as often as there are waits, the last look-up is final."""


def still_to_send(expected: Sequence[Write], left: Remaining, *, untouched: bool) -> tuple[Write, ...] | None:
    """Decide by the table above.

    Args:
        expected: The write whose answer was lost, and those that were to follow it.
        left: What the provider says remains for the object as it is now.
        untouched: Whether the object is as it was before that write.

    Returns:
        The writes to go on with, `expected` whole if it is to be sent again; None if nobody can say.
    """
    if left.conflict is not None:
        return None
    if not left.writes or untouched:
        return left.writes
    if len(left.writes) < len(expected) and all(write in expected for write in left.writes):
        return left.writes
    return None
