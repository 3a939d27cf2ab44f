"""What an apply makes of the inventory: the inventory before and the events, one by one, become the inventory after.

Pure but for what it keeps: the times come in with the events, and nothing is read or written here. Before the first
write stand the intents of all changes; every ending replaces its intent by what is now known.

| ending                                | entry                       | intent                            |
|---------------------------------------|-----------------------------|-----------------------------------|
| done: create, update, replace, adopt  | as declared, id as read     | gone                              |
| done, but no remote id could be read  | as before                   | stays: the next run looks it up   |
| done: delete, forget                  | gone                        | gone                              |
| done: move                            | a member under its new key  | none: nothing is sent for a move  |
| failed after a part was written       | as before                   | stays                             |
| failed, stale, skipped                | as before                   | as it was before this run         |
| unknown                               | as before                   | stays                             |
| none, though a write was announced    | as before                   | stays                             |
| none, nothing sent that had an effect | as before                   | as before, once the run ends      |

The sizes are those of the last complete listings, and what this run made and deleted since.

An intent of an earlier run stays until its address has an entry: that a later change of it failed does not undo what
the earlier run may have made. One to create stays until it is settled what came of it, whatever entry there was before
and whatever a later run set out to do with it: it alone says that the object is ours. Where reads lag it also says when
that was, and which remote id the create was answered with (`intents`). It names the last run that set out to create it,
whose journal may tell whether it was sent.

Protection that a change gives to what is ours stands before the first write, and whatever becomes of the change: the
block that gives it may be gone by the next run. That of what is yet to be made stands in the intent.

What the vendor set to something else than it was sent stands in the entry with what it made of it (`overridden`),
while that holds. Where others wrote the inventory after a saved plan was made, what they recorded stays but for what
the changes of that plan name: both as `apply.kept` says.

Of a reviewed plan what is done is left out of the agreement, so that it is done once: applied again, the plan goes on
with the rest. The agreement ends when a run of something else makes a change.

A move and another change of the same resource may come to an end in any order: what the other one records has the new
key already, and the move then finds nothing to do (`plan.moves`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from reconciler.apply.entries import Circumstances, complete_entry, settled_under
from reconciler.apply.intents import dated, informed, intent_of, joined
from reconciler.apply.kept import laid_over, standing_answers, values_at
from reconciler.apply.overridden import answers
from reconciler.model.change import Action, Change
from reconciler.model.event import WITHOUT_EFFECT, Answered, Done, Event, Failed, Skipped, Stale, Started
from reconciler.model.inventory import Agreement, Inventory, Managed
from reconciler.plan.digest import change_digest
from reconciler.plan.moves import rekeyed


class Record:
    """The inventory of one organization while changes are made to it."""

    def __init__(self, before: Inventory, changes: Sequence[Change], circumstances: Circumstances) -> None:
        self._circumstances = circumstances
        self._before = settled_under(before, circumstances)
        self._managed = {**self._before.managed, **_protected(self._before, changes)}
        self._earlier = {
            f"{intent.kind}/{intent.key}": intent
            for intent in before.intents
            if before.find(intent.kind, intent.key) is None or intent.action == Action.CREATE
        }
        made = {name: intent for name, intent in self._earlier.items() if intent.action == Action.CREATE}
        written = [change for change in changes if change.action is not Action.MOVE]
        intents = {_name(change): intent_of(change, circumstances.run) for change in written}
        self._intents = {**self._earlier, **intents, **joined(made, intents)}
        self._settled: set[str] = set()  # digests of changes that are done
        self._planned = {_name(change) for change in written}
        self._begun: Counter[str] = Counter()  # the tries of each that took effect, or may have
        self._spent = False
        self._goes_on = _goes_on(before.agreement, circumstances.agreement)
        self._overtaken = before.serial != circumstances.serial  # by others, or by the first part of the very plan
        self._learning = False
        self._sizes = {**before.sizes, **circumstances.sizes}
        if self._goes_on or self._overtaken:  # what was done since is counted in the inventory's
            self._sizes = {**circumstances.sizes, **before.sizes}

    def take(self, event: Event, at: str) -> None:
        """Take one event in; `at` is when it happened, as ISO 8601 in UTC.

        A single answer only tells that a try is as if it had never been, where it had no effect for certain.
        """
        if isinstance(event, Answered):
            self._begun[_name(event.change)] -= event.reply in WITHOUT_EFFECT
            return
        if event.change.action is Action.MOVE:
            self._move(event)
            return
        name = _name(event.change)
        self._note(name, at, event)
        if isinstance(event, Started):
            self._begun[name] += 1
            self._spent = True
            return
        if isinstance(event, Done):
            self._spent = True
            self._settle(event.change)
            self._done(name, event, at)
        elif isinstance(event, Stale | Skipped) or (isinstance(event, Failed) and not event.written):
            self._restore(name)
        self._planned.discard(name)

    def learn(self, done: Done, at: str) -> None:
        """Take in what an earlier run did, by its journal, and died before it could record here."""
        self._count(done.change)
        self._learning = True
        self.take(done, at)
        self._learning = False

    def now(self, at: str = "") -> Inventory:
        """Give the inventory as it stands, with the intents of all that has no ending yet; `at` is the time."""
        for name in self._planned:
            self._note(name, at)
        circumstances, before = self._circumstances, self._before
        spends = circumstances.spends if self._spent else ()
        agreed = before.agreement.spent if before.agreement else ()
        return replace(
            before,
            managed=dict(self._managed),
            intents=tuple(self._intents[name] for name in sorted(self._intents)),
            sizes=dict(self._sizes),
            spent=tuple(dict.fromkeys((*before.spent, *circumstances.doubts, *agreed, *spends))),
            agreement=self._agreement(),
        )

    def _note(self, name: str, at: str, event: Event | None = None) -> None:
        """Take into an intent when it was last at work, and what was learnt of it."""
        intent = self._intents.get(name)
        if intent is not None:
            intent = dated(intent, self._circumstances.kinds.get(intent.kind), at)
            self._intents[name] = intent if event is None else informed(intent, event)

    def _agreement(self) -> Agreement | None:
        agreed = self._circumstances.agreement
        if agreed is None:
            return None if self._spent else self._before.agreement
        return replace(agreed, changes=tuple(one for one in agreed.changes if one not in self._settled))

    def _settle(self, change: Change) -> None:
        """Take a change that is done out of what was agreed on."""
        if self._circumstances.agreement is not None:
            self._settled.add(change_digest(change, self._circumstances.seal))

    def ended(self) -> Inventory:
        """Give the inventory at the run's end: what was never begun is not intended any more."""
        for name in {name for name in self._planned if not self._begun[name]}:
            self._restore(name)
        return self.now()

    def _move(self, event: Event) -> None:
        name = _name(event.change)
        entry = self._managed.get(name)
        if isinstance(event, Done) and entry is not None:
            self._spent = True
            self._settle(event.change)
            self._managed[name] = rekeyed(entry, event.change, self._circumstances.kinds[entry.kind])

    def _count(self, change: Change) -> None:
        """Keep the sizes true of what we make and delete ourselves, lest that read as a live state that shrank."""
        kind = change.address.kind
        step = {Action.CREATE: 1, Action.DELETE: -1}.get(change.action, 0)
        if kind in self._sizes:
            self._sizes[kind] = max(0, self._sizes[kind] + step)

    def _done(self, name: str, event: Done, at: str) -> None:
        if self._begun[name]:
            self._count(event.change)
        if event.change.entry is None or event.change.action in (Action.DELETE, Action.FORGET):
            self._managed.pop(name, None)
        elif event.remote_id is None:
            return
        else:
            written = name in self._begun or (self._learning and event.change.action is not Action.ADOPT)
            self._managed[name] = self._entry(event.change.entry, event, at, self._managed.get(name), written=written)
        self._intents.pop(name, None)
        self._earlier.pop(name, None)

    def _entry(self, entry: Managed, event: Done, at: str, known: Managed | None, *, written: bool) -> Managed:
        """Give the entry of what is done, be it that nothing had to be `written`; `known` is the one before."""
        kind, secret = self._circumstances.kinds[entry.kind], self._circumstances.digest_key
        if known is not None and event.change.action is Action.ADOPT:  # it leaves nothing: what it does not touch stays
            entry = replace(entry, overridden=known.overridden)
        if known is not None and self._overtaken and known.remote_id == event.remote_id:
            shown = self._goes_on and event.found and values_at(entry.last_applied, event.found, known, kind, secret)
            entry = laid_over(known, entry, event.change, shown or {})
        whole = complete_entry(entry, event.remote_id or "", event.found, event.change, kind, self._circumstances, at)
        left = standing_answers(known, whole, event.change, event.found, kind, secret)
        whole = replace(whole, overridden=left)
        overridden = answers(event, whole, kind, secret) if written else left
        return replace(whole, overridden=overridden, fingerprint="" if overridden else whole.fingerprint)

    def _restore(self, name: str) -> None:
        self._intents.pop(name, None)
        if name in self._earlier:
            self._intents[name] = self._earlier[name]


def _goes_on(before: Agreement | None, agreed: Agreement | None) -> bool:
    """Say whether an earlier run of the very plan has begun it."""
    if before is None or agreed is None:
        return False
    return (before.plan, before.serial) == (agreed.plan, agreed.serial)


def _protected(before: Inventory, changes: Iterable[Change]) -> dict[str, Managed]:
    """Give the entries that changes protect, so far as they are of the very objects that are ours."""
    found = ((change, before.managed.get(_name(change))) for change in changes if change.protects)
    return {
        entry.name: replace(entry, protected=True)
        for change, entry in found
        if entry is not None and entry.remote_id == change.remote_id
    }


def _name(change: Change) -> str:
    return f"{change.address.top.kind}/{change.address.top.key}"
