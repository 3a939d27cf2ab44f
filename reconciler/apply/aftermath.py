"""What became of a write that a run left open: the object as it is now, and what its change would still do, tell.

Premise. A run died, or was hurried, between sending a write and writing down what came of it. The next run reads the
object anyway. Nothing is sent on the word of this verdict: the plan compares the object as it is, and the inventory's
intents say what is ours. It is for people, and for the journal, that must not stay open for ever.

| the object, read now                       | the open write was    | verdict                                        |
|--------------------------------------------|-----------------------|------------------------------------------------|
| not there                                  | a delete              | took effect                                    |
| not there                                  | the first of a create | did not: nothing of it stands                  |
| not there                                  | any other             | nobody can tell: it went, and all with it      |
| there under another remote id              | a delete              | took effect: it is another object              |
| there under another remote id              | of an update          | nobody can tell: the one that it was is gone   |
| there                                      | the first of a create | took effect                                    |
| the plan is kept; the very write remains,  | any other             | did not                                        |
| and all that it sets is as before          |                       |                                                |
| the plan is kept; it remains, and that is  | any other             | nobody can tell: somebody changed it since, so |
| otherwise                                  |                       | it may have stood for a while                  |
| the plan is kept; others remain, or none   | any other             | took effect                                    |
| no plan, or a conflict; as before the run  | any other             | did not                                        |
| no plan, or a conflict; otherwise          | any other             | took effect, or somebody else did the same     |
| could not be read                          | whatever              | none yet                                       |
| another organization answers (`identity`)  | whatever              | none yet                                       |

Where reads lag, an object that looks as if nothing had been sent may be one that was read too soon. So none of these
says anything but "took effect" before the write is old enough to show (`plan.lost_creates`). Without a verdict a write
stays open for the next run. What nobody can tell today nobody can tell tomorrow, so that is a verdict too, and ends the
matter; undoing the run takes both for doubtful.

Rejected: sending the write again to find out, and asking by its request id, which no vendor here can be asked by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from reconciler.apply.minutes import Image
from reconciler.live.provider import Provider, Remaining
from reconciler.model.change import Action, Change
from reconciler.model.journal import Entry, Wrote
from reconciler.model.resource import Observed
from reconciler.model.state import Absent, Unread
from reconciler.plan.lost_creates import may_be_late
from reconciler.plan.undo_images import same, value_at

Name = tuple[str, str]
"""A change by its address and action, as journals name it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether an open write took effect; None where nobody can tell any more, `because` of this."""

    took_effect: bool | None
    because: str = ""


TOOK_EFFECT, NO_EFFECT = Verdict(took_effect=True), Verdict(took_effect=False)
GONE = Verdict(took_effect=None, because="the object is gone")
CHANGED = Verdict(took_effect=None, because="somebody changed it since")


async def effect(
    entry: Entry,
    change: Change | None,
    found: Observed | Absent | Unread,
    provider: Provider,
    image: Image,
    read_at: datetime | None = None,
) -> Verdict | None:
    """Say whether the open write of a change took effect; None if a later look may tell.

    Args:
        entry: The change as its journal has it, with an open write.
        change: The same as the plan had it, where the plan was kept.
        found: What is known of its object now; its lists are read where they are needed.
        provider: The organization.
        image: Gives an object as the journal holds it.
        read_at: When the reading began; where reads lag, without it nothing is said but that a write took effect.

    Raises:
        ReconcilerError: the lists could not be read.
    """
    if isinstance(found, Unread):
        return None
    there = found if isinstance(found, Observed) else None
    before = entry.before
    listed = bool(before is not None and before.members is not None) or bool(change is not None and change.members)
    if there is not None and there.members is None and listed:
        there = await provider.with_members(there)
    left = provider.remaining(change, there) if change is not None and there is not None else None
    organization = entry.address.partition("/")[0]
    now = image(organization, there) if there is not None else None
    verdict = effect_of(entry, there, left, now, change)
    return verdict if verdict is TOOK_EFFECT or not _may_be_late(entry, provider, read_at) else None


def effect_of(
    entry: Entry, there: Observed | None, left: Remaining | None, image: Observed | None, change: Change | None = None
) -> Verdict:
    """Decide by the table; `there` is the object, `left` what its change would still do, `image` it as journalled."""
    before, wrote = entry.before, _open_write(entry)
    creating = entry.action is Action.CREATE and wrote.step == 1
    if there is None:
        return TOOK_EFFECT if entry.action is Action.DELETE else NO_EFFECT if creating else GONE
    another = before is not None and before.remote_id != there.remote_id
    if entry.action is Action.DELETE:
        return TOOK_EFFECT if another else NO_EFFECT
    if another:
        return GONE
    if creating:
        return TOOK_EFFECT
    if left is None or left.conflict is not None:
        return NO_EFFECT if _alike(before, image) else TOOK_EFFECT
    if all(write.summary != wrote.summary for write in left.writes):
        return TOOK_EFFECT
    if change is None or before is None or image is None:
        return NO_EFFECT
    return NO_EFFECT if _is_untouched(change, before, image, first=wrote.step == 1) else CHANGED


def changes_by_name(changes: tuple[Change, ...]) -> Mapping[Name, Change]:
    """Give the changes of a plan by the names that journals have for them."""
    return {(str(change.address), change.action.value): change for change in changes}


def _is_untouched(change: Change, before: Observed, now: Observed, *, first: bool) -> bool:
    """Say whether what a change sets is as it was before; where it was begun, as its earlier writes left it."""
    for row in change.fields:
        value, stood = value_at(now.fields, row.path), value_at(before.fields, row.path)
        if not same(value, stood) and (first or not same(value, row.after)):
            return False
    return not first or _alike_lists(before, now, {member.section for member in change.members})


def _may_be_late(entry: Entry, provider: Provider, read_at: datetime | None) -> bool:
    """Say whether what an open write did may not show yet."""
    kind = provider.vendor.kind(entry.place.top.kind) if entry.place is not None else None
    return kind is not None and may_be_late(kind, _open_write(entry).at, read_at)


def _open_write(entry: Entry) -> Wrote:
    return next(one.wrote for one in reversed(entry.tries) if one.open)


def _alike(before: Observed | None, now: Observed | None) -> bool:
    if before is None or now is None:
        return before is now
    return _alike_lists(before, now, (*(before.members or ()), *(now.members or ()))) and same(
        before.fields, now.fields
    )


def _alike_lists(before: Observed, now: Observed, sections: Iterable[str]) -> bool:
    if before.members is None or now.members is None:
        return True
    return all(list(before.members.get(name, ())) == list(now.members.get(name, ())) for name in sections)
