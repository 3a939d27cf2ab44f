"""One goes and its like comes: most likely somebody changed an external id in the documents.

Premise. The vendor's external ids are immutable (guide, "Addressing Models using externalId"): under another one there
is another object, and what hangs on the old one (documents, balances, history) does not come along. So a changed
external id reads as one that goes and one that comes, and doing that silently is what must not happen.

| of the one that comes, another looks like it that        | held back                 |
|----------------------------------------------------------|---------------------------|
| this plan deletes                                        | the delete and the create |
| we manage, no document declares, and the policy spares   | the create                |
| we manage and a document declares, or is not ours at all | nothing: they are two     |

One that comes and is refused for what it declares holds the delete back too: else the old one would go at once, and its
like come only when the documents are mended.

What makes two alike says the vendor's own table (`Kind.twins`), and what nobody read tells nothing apart: where so much
goes that its lists are left unread (`live.wanted`), two of one name count as one. The override names the one that goes,
because that is what is lost; it lets through what is held back on its account. One that comes and looks like two that
go needs both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from reconciler.model.address import Address
from reconciler.model.change import Action, Change
from reconciler.model.kind import Kind, Likeness
from reconciler.model.resource import Observed
from reconciler.plan.refusal import Refusal, Words, of_object
from reconciler.plan.scene import Scene, named

GUARD = "recreated-twin"


def twin_refusals(scene: Scene, kind: Kind) -> Iterator[Refusal]:
    """Find everything that comes and looks like something that goes."""
    refused = [one for one in scene.blocked if one.address.kind == kind.name and one.action is Action.CREATE]
    creates = [*scene.of(kind.name, Action.CREATE), *refused]
    leaving = dict(_leaving(scene, kind)) if creates else {}
    index = _Index()
    for key, found in leaving.items():
        index.add(key, kind.twins(found.fields, found.members))
    likes: dict[str, list[Change]] = defaultdict(list)
    for change in creates if leaving else ():
        declared = scene.declared[kind.name][change.address.key]
        for key in sorted(index.alike(kind.twins(declared.fields, declared.members))):
            likes[key].append(change)
    deletes = {change.address.key: change for change in scene.of(kind.name, Action.DELETE)} if likes else {}
    for key, comers in sorted(likes.items()):
        address = Address(organization=scene.organization, kind=kind.name, key=key)
        held = [deletes[key], *comers] if key in deletes else comers
        yield of_object(GUARD, held, _words(scene, kind, key, comers), subject=address)


class _Index:
    """What goes, by everything that it may be known again by."""

    def __init__(self) -> None:
        self._found: dict[str, list[tuple[str, Likeness]]] = defaultdict(list)

    def add(self, key: str, likeness: Likeness) -> None:
        """Take one in."""
        for sign in _signs(likeness):
            self._found[sign].append((key, likeness))

    def alike(self, comer: Likeness) -> set[str]:
        """Give the keys of all that a newcomer may be the same as."""
        return {key for sign in _signs(comer) for key, one in self._found.get(sign, ()) if comer.fits(one)}


def _signs(likeness: Likeness) -> Iterator[str]:
    yield from (f"mark:{mark}" for mark in likeness.marks)
    if likeness.name:
        yield f"name:{likeness.name}"


def _leaving(scene: Scene, kind: Kind) -> Iterator[tuple[str, Observed]]:
    """Give what is ours, live, and declared no more."""
    keys = {change.address.key for change in scene.of(kind.name, Action.DELETE)}
    keys |= {entry.key for entry in scene.inventory.managed.values() if entry.kind == kind.name}
    for key in sorted(keys - scene.declared.get(kind.name, {}).keys()):
        found = scene.live.find(kind.name, key)
        if isinstance(found, Observed):
            yield key, found


def _words(scene: Scene, kind: Kind, key: str, comers: list[Change]) -> Words:
    comes = named(change.address.key for change in comers)
    return Words(
        summary="one goes and its like comes",
        detail=f'"{key}" is declared no more, {comes} newly is, and they look like one and the same.',
        why=f"At {scene.title} the {kind.identity} is immutable: under another one it is another object,\n"
        "and what hangs on the old one (documents, history) does not come along.",
        instead=f'If they are one, keep the {kind.identity} "{key}" in the documents.',
        meant="If they are two",
    )
