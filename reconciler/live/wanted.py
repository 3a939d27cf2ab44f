"""Which keys of each kind must be known: declared ones, those that a reference names, those to be removed, and ours.

What is managed and no longer declared goes, or is forgotten: so it is read like what is declared. Its lists are read
too as long as there is little of it, since they tell a twin that comes in its place from a namesake; where much goes
they would only cost, and the name alone makes a twin (`plan.twins`). What a run that left no ending set out to make or
take counts as ours here; what its create was answered with is the remote id that it is asked for by. Where something is
to be removed that takes values of other objects with it, all of those are listed, to be counted. Where something goes
that others may belong to, all of its kind are: a vendor may refuse to delete a parent, or leave those who stay without
one, and a look-up shows nobody who names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from reconciler.model.change import Action
from reconciler.model.inventory import Intent, Inventory
from reconciler.model.kind import Kind
from reconciler.model.state import DesiredState

MOST_LISTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The keys of one kind, those of them whose member lists are declared, and those judged by what others hold.

    The last (`among_others`) name something else, have members, or are to be removed: whether a label or a position
    is in use, or a child stays behind, only the other objects of the kind can tell. `whole` asks for a listing to its
    end whatever the keys are. `remote_ids` are those that the inventory holds, by key.
    """

    keys: set[str] = field(default_factory=set)
    with_members: set[str] = field(default_factory=set)
    among_others: set[str] = field(default_factory=set)
    whole: bool = False
    remote_ids: dict[str, str] = field(default_factory=dict)


def wanted_keys(
    desired: DesiredState, kinds: Iterable[Kind], inventory: Inventory | None = None
) -> Mapping[str, Wanted]:
    """Collect what must be known of the live state, by kind; a kind that nothing asks for is left out."""
    rows = {kind.name: kind for kind in kinds}
    references = {
        kind.name: [(field.name, field.reference) for field in kind.fields if field.reference] for kind in rows.values()
    }
    naming = {
        kind.name: {field.name for field in kind.fields if field.reference or field.keys_reference}
        for kind in rows.values()
    }
    found: dict[str, Wanted] = {}
    named: dict[str, set[str]] = {}
    for declared in desired.declared:
        wanted = found.get(declared.kind) or found.setdefault(declared.kind, Wanted())
        wanted.keys.add(declared.key)
        if declared.members:
            wanted.with_members.add(declared.key)
        if declared.members or not naming[declared.kind].isdisjoint(declared.fields):
            wanted.among_others.add(declared.key)
        for name, referred in references.get(declared.kind, ()):
            key = declared.fields.get(name)
            if isinstance(key, str) and key:
                (named.get(referred) or named.setdefault(referred, set())).add(key)
    for removal in desired.removals:
        wanted = found.setdefault(removal.kind, Wanted())
        wanted.keys.add(removal.key)
        wanted.among_others.add(removal.key)
        if rows[removal.kind].members:  # who goes with it is shown, and belongs to what the delete relies on
            wanted.with_members.add(removal.key)
        for holder in holders_of(rows[removal.kind], rows.values()):
            found[holder.name] = replace(found.get(holder.name) or Wanted(), whole=True)
    losing = {removal.kind for removal in desired.removals}
    if inventory is not None:
        losing |= _want_managed(found, inventory, rows)
    for name, keys in named.items():  # last: to be named by another is not to be declared, and does not keep it
        found.setdefault(name, Wanted()).keys.update(keys)
    for name in losing:
        if any(referred == name for _, referred in references[name]):
            found[name] = replace(found[name], whole=True)
    return found


def holders_of(kind: Kind, kinds: Iterable[Kind]) -> list[Kind]:
    """Give the kinds whose objects lose a value with one of this kind, if its deletion takes others with it."""
    if not kind.destroys:
        return []
    return [one for one in kinds if any(field.keys_reference == kind.name for field in one.fields)]


def _want_managed(found: dict[str, Wanted], inventory: Inventory, kinds: Mapping[str, Kind]) -> set[str]:
    """Want what is ours and neither declared nor in an entry, and name the kinds that have any of it: that goes."""
    losing: set[str] = set()
    for name, kind in kinds.items():
        held = {entry.key: entry.remote_id for entry in inventory.managed.values() if entry.kind == name}
        held |= {intent.key: made for intent in inventory.intents if intent.kind == name and (made := _made(intent))}
        ours = set(held)
        ours.update(intent.key for intent in inventory.intents if intent.kind == name)
        if not ours:
            continue
        wanted = found.setdefault(name, Wanted())
        going = ours - wanted.keys
        wanted.keys.update(going)
        wanted.remote_ids.update(held)
        if kind.members and len(going) <= MOST_LISTS:
            wanted.with_members.update(going)
        if going:
            losing.add(name)
    return losing


def _made(intent: Intent) -> str | None:
    """Give the remote id that a create was answered with whose object nobody has seen yet."""
    return intent.remote_id if intent.action == Action.CREATE.value else None
