"""Organizations, each with both states and its inventory -> what drifted, by address. Pure; `diff.drift` labels.

Names in documents are resolved as a plan resolves them, and the inventory is the one that the documents' moves leave.
What is wrong with the documents is a plan's to tell: whoever asks for drift makes the plan first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.diff.drift import field_drifts, member_drifts
from reconciler.diff.match import match
from reconciler.diff.remembered import Memory
from reconciler.model.address import Address
from reconciler.model.change import FieldChange
from reconciler.model.drift import Drift, FieldDrift, Label, ObjectDrift, Unmanaged
from reconciler.model.inventory import Inventory
from reconciler.model.kind import Kind
from reconciler.model.masking import tag_key_of
from reconciler.model.resource import Declared, Observed
from reconciler.model.state import Absent, LiveState, Surroundings, Unread
from reconciler.plan.build import Part
from reconciler.plan.changes import stands
from reconciler.plan.evidence import unproven
from reconciler.plan.ownership import ownership_of
from reconciler.plan.scene import by_kind

REPLACED = "it was deleted, and another object goes by its name now"
VANISHED = "it was applied from here, and is not there any more"
PENDING = "it is declared, and was never applied"
UNTOLD = "it is not there, and no inventory says whether it ever was"
UNDECLARED = "no document declares it any more"


def drift_of(parts: Sequence[Part], key_ids: Mapping[str, str]) -> Drift:
    """Tell what drifted; `key_ids` say, by organization, under which key digests are made now."""
    parts = sorted(parts, key=lambda part: part.organization.name)
    sights = [_Sight(part, key_ids.get(part.organization.name, "")) for part in parts]
    return Drift(
        scope=tuple(part.organization.name for part in parts),
        objects=tuple(sorted((one for sight in sights for one in sight.objects()), key=lambda one: one.address)),
        unmanaged=tuple(one for sight in sights for one in sight.unmanaged()),
        problems=tuple(problem for part in parts for problem in unproven(part.desired, part.live)),
        without=tuple(part.organization.name for part in parts if part.inventory is None),
        providers={part.organization.name: part.organization.vendor.name for part in parts},
        tags={part.organization.name: tag_key_of(part.organization.digest_key) for part in parts},
    )


def resolved(part: Part) -> Mapping[str, Mapping[str, Declared]]:
    """Give what is declared, by kind and key, with ids in the place of names."""
    kinds = {kind.name: kind for kind in part.organization.vendor.kinds}
    declared = by_kind(part.desired.declared, kinds)
    for name, kind in kinds.items():
        around = surroundings_of(part, kind, declared)
        declared[name] = {key: kind.resolve(one, around).declared for key, one in declared[name].items()}
    return declared


def surroundings_of(part: Part, kind: Kind, declared: Mapping[str, Mapping[str, Declared]]) -> Surroundings:
    """Give what a vendor's functions may look at beside one resource."""
    return Surroundings(
        catalogues=part.live.catalogues,
        seen={},
        listed=any(one.kind == kind.name and one.complete for one in part.live.certificates),
        declared=declared,
        settings=part.organization.settings,
        objects=part.live.objects.get(kind.name, {}),
    )


@dataclass(frozen=True, slots=True)
class _Sight:
    """One organization, looked at."""

    part: Part
    key_id: str

    def objects(self) -> Iterator[ObjectDrift]:
        """Give what differs of what is declared, then of what is ours and not declared."""
        part, declared = self.part, resolved(self.part)
        inventory = ownership_of(part.organization, part.desired, part.live, part.inventory).inventory
        for kind in part.organization.vendor.kinds:
            for pair in match(declared[kind.name].values(), part.live):
                memory = self._memory(inventory, kind.name, pair.declared.key)
                if isinstance(pair.found, Observed):
                    yield from self._compared(pair.declared, pair.found, kind, memory)
                elif isinstance(pair.found, Absent):
                    yield self._absent(pair.declared, memory)
        if not part.desired.partial:
            yield from self._undeclared(inventory, declared)

    def unmanaged(self) -> Iterator[Unmanaged]:
        """Give what is live, not declared and not ours, where a listing saw everything."""
        part = self.part
        managed = part.inventory.managed if part.inventory is not None else {}
        for kind in part.organization.vendor.kinds:
            if not any(one.kind == kind.name and one.complete for one in part.live.certificates):
                continue
            declared = {one.key for one in part.desired.declared if one.kind == kind.name}
            live = part.live.objects.get(kind.name, {})
            keys = sorted(key for key in live if key not in declared and f"{kind.name}/{key}" not in managed)
            nameless = len(part.live.keyless.get(kind.name, ()))
            if keys or nameless:
                name = part.organization.name
                yield Unmanaged(organization=name, kind=kind.name, keys=tuple(keys), nameless=nameless)

    def _memory(self, inventory: Inventory, kind: str, key: str) -> Memory:
        return Memory(
            entry=inventory.find(kind, key),
            secret=self.part.organization.digest_key,
            kept=self.part.inventory is not None,
            readable=inventory.digest_key_id in ("", self.key_id),
        )

    def _compared(self, declared: Declared, found: Observed, kind: Kind, memory: Memory) -> Iterator[ObjectDrift]:
        address = self._address(declared.kind, declared.key)
        if memory.entry is not None and memory.entry.remote_id != found.remote_id:
            yield ObjectDrift(
                address=address, label=Label.GONE, reason=REPLACED, remote_id=found.remote_id, source=declared.source
            )
        elif not stands(declared, found, kind):
            fields = tuple(_named(one, kind, self.part.live) for one in field_drifts(declared, found, kind, memory))
            members = tuple(member_drifts(declared, found, kind, address, memory))
            if fields or members:
                yield ObjectDrift(
                    address=address,
                    remote_id=found.remote_id,
                    source=declared.source,
                    fields=fields,
                    members=members,
                )

    def _absent(self, declared: Declared, memory: Memory) -> ObjectDrift:
        label, reason = (Label.NEVER, PENDING) if memory.kept else (Label.UNKNOWN, UNTOLD)
        remote_id = None
        if memory.entry is not None:
            label, reason, remote_id = Label.GONE, VANISHED, memory.entry.remote_id
        address = self._address(declared.kind, declared.key)
        return ObjectDrift(address=address, label=label, reason=reason, remote_id=remote_id, source=declared.source)

    def _undeclared(
        self, inventory: Inventory, declared: Mapping[str, Mapping[str, Declared]]
    ) -> Iterator[ObjectDrift]:
        for entry in inventory.managed.values():
            if entry.key in declared.get(entry.kind, {}):
                continue
            found = self.part.live.find(entry.kind, entry.key)
            if not isinstance(found, Absent | Unread) and found.remote_id == entry.remote_id:
                yield ObjectDrift(
                    address=self._address(entry.kind, entry.key),
                    label=Label.CONFIG,
                    reason=UNDECLARED,
                    remote_id=entry.remote_id,
                    document=entry.document,
                )

    def _address(self, kind: str, key: str) -> Address:
        return Address(organization=self.part.organization.name, kind=kind, key=key)


def _named(one: FieldDrift, kind: Kind, live: LiveState) -> FieldDrift:
    """Add what people call the ids out of catalogues."""
    row: FieldChange = one.change
    field = kind.field(row.path[0])
    if field is None or not field.catalogue:
        return one
    names = {entry.id: entry.name for entry in live.catalogues.get(field.catalogue, ())}
    before, after = names.get(str(row.before)), names.get(str(row.after))
    named = replace(row, before_name=before, after_name=after, names_person=field.names_person)
    return replace(one, change=named)
