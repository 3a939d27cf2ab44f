"""The guards: each looks at all drafted changes of one organization and says what it will not let through.

A guard refuses and never mends: it holds changes back, with a code, a reason and the override to type. What a guard
holds back holds back what waits for it; the rest of the plan stays as it is.

| guard                | holds back                     | when                                                     |
|----------------------|--------------------------------|----------------------------------------------------------|
| organization-changed | everything                     | other endpoint or vendor, or our objects do not answer   |
| live-shrank          | what rests on absence, deletes | over a fifth of the last complete listing is missing     |
| desired-empty        | prunes                         | nothing is declared of a kind where some are managed     |
| delete-ceiling       | deletes, and lists that remove | more than max(3, min(10 %, 50))                          |
| update-ceiling       | updates                        | more than 30 % of ten or more                            |
| protected            | the delete                     | the inventory remembers `protected: true`                |
| not-empty            | the delete                     | the vendor's own figures say that it is not empty        |
| child-of-deleted     | the delete                     | something that stays has it for its parent               |
| destroys-uncounted   | the delete                     | it takes values of others along, and not all were listed |
| recreated-twin       | the delete and the create      | one goes and one comes that look like the same           |
| list-emptied         | the list                       | somebody was there, and nobody will be                   |
| main-removed         | the list                       | the main member goes and nobody takes the place          |
| adopt-removes        | the list                       | the object is only now being adopted                     |

The first five stand in `ceilings`, the next four here (the count in `destruction`), then `twins`, then `list_guards`.

All guards speak, whatever the others say, and a change that several hold back shows all their problems: who has read
them can type every override at once, instead of finding the next one behind each. Rejected: stopping at the first,
which is shorter where everything is wrong at once, and takes as many runs as there are guards everywhere else.

Protection is what the inventory remembers, not what a document says: the block that said it may be gone, and taking it
back must have been applied before the object can go. It holds a `removed:` entry back as it does a prune.
"""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from reconciler.model.change import Action, Change
from reconciler.model.inventory import Claims
from reconciler.model.kind import Kind
from reconciler.model.resource import Observed, Value
from reconciler.plan.ceilings import (
    delete_ceiling,
    desired_empty,
    live_shrank,
    member_ceilings,
    organization_changed,
    update_ceiling,
)
from reconciler.plan.destruction import uncounted
from reconciler.plan.list_guards import list_refusals
from reconciler.plan.refusal import Refusal, Words, of_object
from reconciler.plan.scene import WRITES, Scene, named
from reconciler.plan.twins import twin_refusals


def refusals(scene: Scene) -> Iterator[Refusal]:
    """Let every guard speak, the broadest first."""
    claims = scene.inventory.claims()
    yield from organization_changed(scene)
    for name, kind in scene.kinds.items():
        yield from live_shrank(scene, name)
        yield from desired_empty(scene, name)
        yield from delete_ceiling(scene, name)
        yield from member_ceilings(scene, kind)
        yield from update_ceiling(scene, name)
        for change in scene.of(name, Action.DELETE):
            yield from _protected(claims, change)
            yield from _not_empty(scene, change, kind)
            yield from uncounted(change, kind, scene.kinds.values())
        yield from _children(scene, kind)
        yield from twin_refusals(scene, kind)
    for change in scene.changes:
        yield from list_refusals(change, scene.kinds[change.address.top.kind])


def _protected(claims: Claims, change: Change) -> Iterator[Refusal]:
    detail = claims.protection(change.address.kind, change.address.key)
    if detail:
        words = Words(
            summary="a protected object would be deleted",
            detail=f"It was applied with `protected: true` {detail}, and that was never taken back.",
            instead="Declare it with `protected: false` and apply that, before it goes.",
            meant="If it is to go at once",
        )
        yield of_object("protected", [change], words)


def _not_empty(scene: Scene, change: Change, kind: Kind) -> Iterator[Refusal]:
    found = scene.live.find(kind.name, change.address.key)
    holding = [name for name in kind.guards if isinstance(found, Observed) and found.facts.get(name)]
    if holding:
        words = Words(
            summary="it is not empty",
            detail=f"{scene.title} deletes empty ones only, and of this one is not 0: {', '.join(holding)}.",
            instead=_to_leave(scene, change),
            meant="If the delete is to be tried all the same",
        )
        yield of_object("not-empty", [change], words)


def _to_leave(scene: Scene, change: Change) -> str:
    entry = "" if change.source is None else "drop the entry under `removed:`"
    if scene.inventory.find(change.address.kind, change.address.key) is None:
        return f"To leave it there, {entry}."
    forget = " and ".join(filter(None, (entry, "let the inventory forget it")))
    return f"To leave it there, {forget}:\n    reconciler inventory forget {shlex.quote(str(change.address))}"


def _children(scene: Scene, kind: Kind) -> Iterator[Refusal]:
    """Find who will belong to something that goes: those who stay with it, and those who are only coming to it."""
    deletes = {change.address.key: change for change in scene.of(kind.name, Action.DELETE)}
    names = [field.name for field in kind.fields if field.reference == kind.name]
    for name in names if deletes else ():
        after = _references_after(scene, kind, name, deletes)
        for parent, children in sorted(after.items()):
            words = Words(
                summary="something that stays belongs to it",
                detail=f"It is the {name} of {named(children)}, which will stay.",
                why=f"{scene.title} refuses that, or leaves them without a {name}.",
                instead=f"First give those who stay another {name}, or remove them too.",
                meant="If the delete is to be tried all the same",
            )
            yield of_object("child-of-deleted", [deletes[parent]], words)


def _references_after(scene: Scene, kind: Kind, name: str, deletes: Mapping[str, Change]) -> Mapping[str, list[str]]:
    """Index by what goes those who stay and will name it, or mean to, once the rest of the plan is applied."""
    after = dict(_newly_named(scene.of(kind.name, Action.CREATE, *WRITES), name))
    meant = dict(_newly_named([one for one in scene.blocked if one.address.kind == kind.name], name))
    before = {key: found.fields.get(name) for key, found in scene.live.objects.get(kind.name, {}).items()}
    keyless = {f"id:{one.remote_id}": one.fields.get(name) for one in scene.live.keyless.get(kind.name, ())}
    spellings = {key: key for key in deletes} | {f"id:{change.remote_id}": key for key, change in deletes.items()}
    coming = {key: parent for key, parent in meant.items() if str(parent) in spellings}
    children: dict[str, list[str]] = defaultdict(list)
    for key, parent in {**keyless, **before, **after, **coming}.items():
        if str(parent) in spellings and key not in deletes:
            children[spellings[str(parent)]].append(key)
    return children


def _newly_named(changes: Iterable[Change], name: str) -> Iterator[tuple[str, Value]]:
    for change in changes:
        for row in change.fields:
            if row.path == (name,) and change.action is not Action.DELETE:
                yield change.address.key, row.after
