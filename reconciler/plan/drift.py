"""Organizations, each with both states and its inventory -> what drifted, by address. Pure; `plan.sight` judges.

Names in documents are resolved as a plan resolves them, and the inventory is the one that the documents' moves leave.
What is wrong with the documents is a plan's to tell: whoever asks for drift makes the plan first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.model.drift import Drift, Label, ObjectDrift, Unmanaged
from reconciler.model.kind import Kind
from reconciler.model.masking import tag_key_of
from reconciler.model.resource import Declared
from reconciler.model.state import Absent, Surroundings, Unread
from reconciler.plan.build import Part
from reconciler.plan.digest_keys import key_warnings
from reconciler.plan.evidence import unproven
from reconciler.plan.ownership import ownership_of
from reconciler.plan.scene import by_kind, surroundings
from reconciler.plan.sight import Sight, sight_of

UNDECLARED = "no document declares it any more"


def drift_of(parts: Sequence[Part], key_ids: Mapping[str, str]) -> Drift:
    """Tell what drifted; `key_ids` say, by organization, under which key digests are made now."""
    parts = sorted(parts, key=lambda part: part.organization.name)
    sights = [_Looking(part, key_ids.get(part.organization.name, "")) for part in parts]
    return Drift(
        scope=tuple(part.organization.name for part in parts),
        objects=tuple(sorted((one for sight in sights for one in sight.objects()), key=lambda one: one.address)),
        unmanaged=tuple(one for sight in sights for one in sight.unmanaged()),
        problems=tuple(problem for part in parts for problem in unproven(part.desired, part.live)),
        warnings=tuple(one for part in parts for one in key_warnings(part.organization, part.inventory)),
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
    return surroundings(part.organization, part.live, kind, declared)


@dataclass(frozen=True, slots=True)
class _Looking:
    """One organization, looked at whole."""

    part: Part
    key_id: str

    def objects(self) -> Iterator[ObjectDrift]:
        """Give what differs of what is declared, then of what is ours and not declared."""
        part, declared = self.part, resolved(self.part)
        inventory = ownership_of(part.organization, part.desired, part.live, part.inventory).inventory
        kept = part.inventory is not None
        sight = sight_of(part.organization, inventory, part.live, kept=kept, key_id=self.key_id)
        for kind in part.organization.vendor.kinds:
            found = (sight.drift(one, kind) for one in declared[kind.name].values())
            yield from (one for one in found if one is not None)
        if not part.desired.partial:
            yield from self._undeclared(sight, declared)

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

    def _undeclared(self, sight: Sight, declared: Mapping[str, Mapping[str, Declared]]) -> Iterator[ObjectDrift]:
        for entry in sight.inventory.managed.values():
            if entry.key in declared.get(entry.kind, {}):
                continue
            found = self.part.live.find(entry.kind, entry.key)
            if not isinstance(found, Absent | Unread) and found.remote_id == entry.remote_id:
                yield ObjectDrift(
                    address=sight.address(entry.kind, entry.key),
                    label=Label.CONFIG,
                    reason=UNDECLARED,
                    remote_id=entry.remote_id,
                    document=entry.document,
                )
