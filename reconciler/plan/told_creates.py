"""What the journal of the run says of a create that it left no ending of: was it sent, and what was answered? Pure.

Premise. Intents stand in the inventory before the first write, so after a kill each create of the run has one, sent or
not. What shows is then taken for the run's, and where reads lag, what does not is in doubt (`lost_creates`). A journal
knows more: a line stands in it
before a write goes out, and none goes out without.

| the run's journal                                         | its intent to create                            |
|-----------------------------------------------------------|-------------------------------------------------|
| is not here, of another host, or cannot be read           | as it is                                        |
| is of a run that still goes on                            | as it is: it may send it in a moment            |
| was not at this organization, where it answers now        | as it is                                        |
| no write of the create                                    | never sent                                      |
| its writes were all refused, throttled or did not go out  | never sent, for all that the vendor has of it   |
| a write without an answer, or whose answer was lost       | as it is                                        |
| a write that was accepted                                 | as it is, with the remote id that was answered  |
| the intent has a remote id already, or (where reads lag)  | as it is                                        |
| no time                                                   |                                                 |

The run that an intent names is the last that set out to create it (`apply.intents`), so no other journal is asked.
Only of another host's journal, come here with a copy of the folder, nobody knows whether it is whole.

A create that was never sent goes at once, and what stands under its name is somebody else's: it is adopted where it is
declared, and never deleted for that run's sake (`Ownership.is_made`). One that was answered with a remote id is read by
it, and is ours when it shows; while it does not, that settles nothing.

Rejected: to take the verdict of the run that settled an open write. It looked, and the object did not show; so do we.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.model.event import Reply
from reconciler.model.inventory import Intent, Inventory
from reconciler.model.journal import Answer, Ended, Line, Wrote
from reconciler.model.kind import Kind

Key = tuple[str, str]
"""An object of an organization by its kind and key."""

_WITHOUT_EFFECT = frozenset({Reply.REFUSED, Reply.THROTTLED, Reply.UNSENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a journal says of one create: whether a write of it may stand, and the remote id that was answered."""

    sent: bool = False
    made: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recollection:
    """An inventory with the remote ids that journals know, and the creates of its intents that were never sent."""

    inventory: Inventory
    unsent: frozenset[Key] = frozenset()


def asked_of(inventory: Inventory, kinds: Mapping[str, Kind]) -> Mapping[str, frozenset[Key]]:
    """Give the creates that a journal may tell of, by the run whose journal that is."""
    asked: dict[str, set[Key]] = {}
    for intent in inventory.intents:
        kind = kinds.get(intent.kind)
        if kind is not None and intent.action == Action.CREATE.value and _is_open(intent, kind):
            asked.setdefault(intent.run, set()).add((intent.kind, intent.key))
    return {run: frozenset(keys) for run, keys in asked.items()}


def told_of(lines: Iterable[Line], organization: str, keys: frozenset[Key]) -> Mapping[Key, Told]:
    """Read out of a whole journal what it says of these creates; of one that it is silent about, nothing was sent."""
    names = {str(Address(organization=organization, kind=kind, key=key)): (kind, key) for kind, key in keys}
    open_tries: dict[int, Key] = {}
    told = dict.fromkeys(keys, Told())
    for line in lines:
        if isinstance(line, Wrote) and line.action == Action.CREATE.value and line.address in names:
            open_tries[line.n] = names[line.address]
        elif isinstance(line, Answer) and line.n in open_tries:
            key = open_tries[line.n]
            if line.reply in _WITHOUT_EFFECT:
                del open_tries[line.n]
            told[key] = replace(told[key], made=line.made or told[key].made)
        elif isinstance(line, Ended) and line.action == Action.CREATE.value and line.address in names:
            key = names[line.address]
            told[key] = replace(told[key], made=line.remote_id or told[key].made)
    sent = frozenset(open_tries.values())
    return {key: replace(one, sent=key in sent or one.made is not None) for key, one in told.items()}


def recollected(inventory: Inventory, told: Mapping[Key, Told]) -> Recollection:
    """Decide by the table what becomes of the intents that journals were asked about."""
    intents = tuple(
        replace(intent, remote_id=one.made) if (one := told.get((intent.kind, intent.key))) and one.made else intent
        for intent in inventory.intents
    )
    unsent = frozenset(key for key, one in told.items() if not one.sent)
    return Recollection(inventory=replace(inventory, intents=intents), unsent=unsent)


def _is_open(intent: Intent, kind: Kind) -> bool:
    return intent.remote_id is None and (bool(intent.at) or not kind.reads_lag)
