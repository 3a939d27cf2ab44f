"""What the object, read again in the middle of a change, says is still to be sent. Pure.

After a lost answer (`still_to_send`) a wrong verdict creates somebody twice.

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

After a wait with no answer lost (`still_planned`: the vendor was throttling, or time passed) nothing is in doubt but
the bodies, which were built from the object as it was. While nothing of ours stands, the change is judged anew, by its
precondition. Later the precondition is behind us, and what remains is held against what was going to be sent:

| beside the writes that are in both     | verdict                                                                   |
|----------------------------------------|---------------------------------------------------------------------------|
| nothing                                | undisturbed: go on                                                        |
| only some that were expected           | they stand already, whoever did it: send the others                       |
| only some that remain                  | what our earlier steps wrote was set back: go on, the read-back names it  |
| both                                   | a body would be another now: stop, somebody edits                         |
"""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.live.provider import Remaining, Write


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


def still_planned(expected: Sequence[Write], left: Remaining) -> tuple[Write, ...] | None:
    """Decide by the second table: what to go on with after a wait, no answer being lost; None if somebody edits.

    Args:
        expected: The writes that were to follow, from the one that waited on.
        left: What the provider says remains for the object as it is now.
    """
    if left.conflict is not None:
        return None
    shared = tuple(left.writes[left.writes.index(write)] for write in expected if write in left.writes)
    if len(shared) < len(expected) and len(shared) < len(left.writes):
        return None
    return shared


def nothing_left(left: Remaining) -> bool:
    """Say whether the change stands."""
    return not left.writes and left.conflict is None


def only_of(writes: Sequence[Write], left: Remaining) -> bool:
    """Say whether nothing is left but what was going to be sent: what was sent before shows."""
    return left.conflict is None and all(write in writes for write in left.writes)
