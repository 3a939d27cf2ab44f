"""One object under two names: none of what is planned for it goes by both. Pure.

Premise. A name is ours, an object is the vendor's, and its remote id says which object is meant. Documents and
inventory may know one object by two names: a kind whose objects can be named by remote id as well, an entry that was
taken in under a name that nobody declares now, a name that was taken away at the vendor. What is done under one of the
names is done to what the other one means; so names are held against each other by remote id before anything is written.

| of one object, under two names                               | refused (`object-named-twice`)         |
|--------------------------------------------------------------|----------------------------------------|
| a change under each                                          | both                                   |
| a delete under one, and a document declares the other        | the delete, be there a change or none  |
| a delete under one, and the inventory holds the other, which | the delete                             |
| is declared, whether or not it was read                      |                                        |
| a create under one, which the inventory holds, and the very  | the create: it would make a second one |
| object is there under the other                              |                                        |

To forget is no change of the object: it is how an old name ends. What is refused already counts, for it says what the
documents mean; it is told of the other name as well. Where somebody allowed the plan to go to another organization, the
remote ids that the inventory holds are another one's, and creates do not go by them.

Rejected: to let the declared name win and drop the delete in silence (somebody wrote that it is to go, and may be
right); to ask only where a vendor says that it knows two names (the next vendor's table would forget to).
"""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reconciler.errors import Problem
from reconciler.model.address import Address
from reconciler.model.change import Action, Blocked, Change
from reconciler.model.kind import Flaw
from reconciler.model.resource import Observed
from reconciler.plan.guard import Locate, placed
from reconciler.plan.scene import Scene

_TOUCHING = (Action.UPDATE, Action.REPLACE, Action.DELETE, Action.ADOPT)
_Object = tuple[str, str]
"""A kind's name and a remote id."""


def without_doubles(
    judged: Sequence[Change | Blocked], scene: Scene, locate: Locate, *, estranged: bool = False
) -> list[Change | Blocked]:
    """Block what is planned for one object by two names, by the table above.

    Args:
        judged: All changes of one organization, those that are refused already among them.
        scene: The organization, as the guards see it.
        locate: Finds the place of a problem.
        estranged: Whether somebody let the plan go where our objects do not answer (`organization-changed`): then the
            remote ids that the inventory holds are no evidence of what stands there, and creates go.
    """
    changes = [one.change if isinstance(one, Blocked) else one for one in judged]
    recreated = {} if estranged else _recreated(changes, scene)
    others = {**_shared(changes), **recreated, **_deleted(changes, scene)}
    return [_blocked(one, others, scene, locate) for one in judged] if others else list(judged)


def _shared(changes: Sequence[Change]) -> Mapping[Address, Address]:
    """Find changes of one object under several names, each with another one of these."""
    names: dict[_Object, list[Address]] = defaultdict(list)
    for change in changes:
        if change.action in _TOUCHING and change.remote_id is not None:
            names[change.address.kind, change.remote_id].append(change.address)
    return {
        address: next(other for other in sorted(group) if other != address)
        for group in names.values()
        if len(set(group)) > 1
        for address in group
    }


def _deleted(changes: Sequence[Change], scene: Scene) -> Mapping[Address, Address]:
    """Find deletes of what is declared under another name."""
    deletes = {
        (change.address.kind, change.remote_id): change.address
        for change in changes
        if change.action is Action.DELETE and change.remote_id is not None
    }
    return dict(_declared_too(deletes, scene)) if deletes else {}


def _declared_too(deletes: Mapping[_Object, Address], scene: Scene) -> Iterator[tuple[Address, Address]]:
    for kind in {name for name, _ in deletes}:
        for key in scene.declared.get(kind, ()):
            found, entry = scene.live.find(kind, key), scene.inventory.find(kind, key)
            ids = [found.remote_id] if isinstance(found, Observed) else []
            ids += [entry.remote_id] if entry is not None else []
            for address in (deletes[kind, one] for one in ids if (kind, one) in deletes):
                if address.key != key:
                    yield address, replace(address, key=key)


def _recreated(changes: Sequence[Change], scene: Scene) -> Mapping[Address, Address]:
    """Find creates of what the inventory holds, and what is there under another name."""
    known: dict[_Object, Address] = {}
    for change in changes:
        entry = scene.inventory.find(change.address.kind, change.address.key)
        if change.action is Action.CREATE and entry is not None:
            known[entry.kind, entry.remote_id] = change.address
    return {
        known[kind, found.remote_id]: replace(known[kind, found.remote_id], key=found.key or f"id:{found.remote_id}")
        for kind in {name for name, _ in known}
        for found in (*scene.live.objects.get(kind, {}).values(), *scene.live.keyless.get(kind, ()))
        if (kind, found.remote_id) in known
    }


def _blocked(
    one: Change | Blocked, others: Mapping[Address, Address], scene: Scene, locate: Locate
) -> Change | Blocked:
    change = one.change if isinstance(one, Blocked) else one
    other = others.get(change.address)
    if other is None or change.action in (Action.MOVE, Action.FORGET):
        return one
    problem = _problem(change, other, scene, locate)
    return (
        replace(one, others=(*one.others, problem))
        if isinstance(one, Blocked)
        else Blocked(change=one, problem=problem)
    )


def _problem(change: Change, other: Address, scene: Scene, locate: Locate) -> Problem:
    entry = scene.inventory.find(change.address.kind, change.address.key)
    remote_id = change.remote_id or (entry.remote_id if entry is not None else "")
    remedy, forgotten = _remedy(change, other, scene)
    flaw = Flaw(
        path=(),
        code="object-named-twice",
        summary="one object under two names",
        detail=f"{change.address} and {other} are one object at {scene.title}, with the remote id {remote_id}.",
        why=(
            "Made again under its old name, there would be two."
            if change.action is Action.CREATE
            else "What is done under one of the names is done to what the other one means."
        ),
        remedy=remedy,
    )
    command = f"reconciler inventory forget {shlex.quote(str(forgotten))}" if forgotten is not None else ""
    return replace(placed(change, flaw, locate), command=command)


def _remedy(change: Change, other: Address, scene: Scene) -> tuple[str, Address | None]:
    """Say what ends one of the names, and which address the inventory is to forget for that, if any."""
    if change.action is Action.CREATE:
        named = other.key in scene.live.objects.get(other.kind, {})  # else nothing that a document could say
        back = f"Declare it as {other.key}, or give" if named else "Give"
        return (
            f"{back} it its name back at {scene.title}. "
            "If another one is to be made beside it, let the inventory forget this name first:"
        ), change.address
    undeclared = [one for one in (change.address, other) if one.key not in scene.declared.get(one.kind, {})]
    if not undeclared:
        return "Declare it once, under one of the names.", None
    listed = f"Take {undeclared[0]} out of `removed:` if it is there"
    if scene.inventory.find(undeclared[0].kind, undeclared[0].key) is None:
        return f"{listed}; or, if it is to go, take the other name out of the documents.", None
    return f"{listed}, and let the inventory forget that name; the object stays:", undeclared[0]
