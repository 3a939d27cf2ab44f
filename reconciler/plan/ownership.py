"""Whose is it? The inventory, the documents and the live state together say what may be done to an object.

Premise. The live state cannot tell an object that we made from one that somebody else did; only the inventory can.
So nothing is deleted for not being declared unless the inventory holds it, with the remote id that it still has.

| declared | in the inventory       | live                            | what follows                                   |
|----------|------------------------|---------------------------------|------------------------------------------------|
| yes      | yes, or intended       | with that remote id             | update, if it differs                          |
| yes      | yes                    | under another remote id         | adopt: another object took the name            |
| yes      | no                     | yes                             | adopt (policy `adopt`)                         |
| yes      | either                 | proven absent                   | create                                         |
| no       | yes                    | with that remote id             | prune (policy `prune`), else left              |
| no       | yes                    | proven absent, or another's     | forget                                         |
| no       | no                     | yes                             | left alone, counted as unmanaged               |
| either   | either                 | not read                        | nothing is concluded                           |

An intent without an ending (a run that was killed) counts as ours: that run set out to make exactly this.

Rejected: marking objects at the vendor (there is no field for it), and taking "declared once, in an older commit" for
ownership (a document may have been wrong, and never applied).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from reconciler.model.address import Address
from reconciler.model.change import Action, Change, Precondition
from reconciler.model.inventory import Inventory, Managed
from reconciler.model.kind import Flaw, Kind
from reconciler.model.organization import Organization
from reconciler.model.resource import Declared, Observed, Removal
from reconciler.model.state import Absent, DesiredState, LiveState, Move
from reconciler.plan.changes import Draft, destruction
from reconciler.plan.check import precondition
from reconciler.plan.entries import entry_of

PRUNE_DEFAULT = "managed"
ADOPT_DEFAULT = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """One organization's inventory, as moved by the documents, beside what is declared and live."""

    organization: str
    inventory: Inventory
    desired: DesiredState
    live: LiveState
    prune: Mapping[str, str]
    adopt: str
    digest_key: str
    intended: frozenset[tuple[str, str]]

    def entry(self, declared: Declared, kind: Kind) -> Managed:
        """Give what the inventory will hold of a resource."""
        return entry_of(declared, kind, self.digest_key, self.inventory.find(kind.name, declared.key))

    def remote_id(self, removal: Removal) -> str | None:
        """Give the remote id of the object that a `removed:` entry means: its own, else the inventory's."""
        entry = self.inventory.find(removal.kind, removal.key)
        return removal.remote_id or (entry.remote_id if entry is not None else None)

    def is_ours(self, found: Observed) -> bool:
        """Say whether this object is in the inventory, or a run that left no ending set out to make it."""
        if found.key is None:
            return False
        entry = self.inventory.find(found.kind, found.key)
        if entry is None:
            return (found.kind, found.key) in self.intended
        return entry.remote_id == found.remote_id

    def settled(self, declared: Declared, found: Observed) -> bool:
        """Say whether the inventory has nothing to learn of this object."""
        entry = self.inventory.find(found.kind, declared.key)
        if entry is None:
            return False  # to be adopted, or to be recorded where an earlier run intended it
        return entry.remote_id == found.remote_id and declared.protected in (None, entry.protected)

    def taken_in(self, draft: Draft | None, declared: Declared, found: Observed, kind: Kind) -> Draft | None:
        """Give what comparing a declared resource with its object comes to, adoption included."""
        entry = self.entry(declared, kind)
        if self.is_ours(found):
            if draft is not None:
                return replace(draft, change=replace(draft.change, entry=entry))
            if self.inventory.find(kind.name, declared.key) is None:
                return self._recovered(declared, found, kind, entry)
            return self._protection(declared, found, kind, entry)
        if self.adopt == "never" or (self.adopt == "identical" and draft is not None):
            return _refused(draft or self._adoption(declared, found, kind, entry), self.adopt)
        if draft is None:
            return self._adoption(declared, found, kind, entry)
        return replace(draft, change=replace(draft.change, adopts=True, entry=entry))

    def abandoned(self, kind: Kind) -> Iterator[Draft]:
        """Give what becomes of the inventory's entries of a kind that no document declares or removes."""
        declared = {one.key for one in self.desired.declared if one.kind == kind.name}
        removed = {one.key for one in self.desired.removals if one.kind == kind.name}
        for entry in self.inventory.managed.values():
            if entry.kind != kind.name or entry.key in declared or entry.key in removed:
                continue
            found = self.live.find(kind.name, entry.key)
            if isinstance(found, Observed) and found.remote_id == entry.remote_id:
                if self._prunes(kind):
                    cause = f"no document declares it any more (it was in {entry.document})"
                    draft = destruction(found, kind, self._address(entry), cause, self.digest_key)
                    yield replace(draft, change=replace(draft.change, document=entry.document))
            elif isinstance(found, Observed | Absent):
                yield Draft(change=_forgetting(entry, self._address(entry)))

    def _prunes(self, kind: Kind) -> bool:
        certificate = self.desired.certificate
        proven = certificate is not None and certificate.complete
        return proven and not kind.destroys and self.prune.get(kind.name, PRUNE_DEFAULT) == "managed"

    def _address(self, entry: Managed) -> Address:
        return Address(organization=self.organization, kind=entry.kind, key=entry.key)

    def _adoption(self, declared: Declared, found: Observed, kind: Kind, entry: Managed) -> Draft:
        return Draft(
            change=Change(
                address=Address(organization=self.organization, kind=kind.name, key=declared.key),
                action=Action.ADOPT,
                remote_id=found.remote_id,
                precondition=precondition(found, kind),
                adopts=True,
                entry=entry,
                cause="it is there as declared, and was not ours",
                source=declared.source,
            )
        )

    def _recovered(self, declared: Declared, found: Observed, kind: Kind, entry: Managed) -> Draft:
        """Record what a run that left no ending made; nothing is written at the vendor."""
        draft = self._adoption(declared, found, kind, entry)
        cause = "an earlier run made it, and was ended before it could record that"
        return replace(draft, change=replace(draft.change, adopts=False, cause=cause))

    def _protection(self, declared: Declared, found: Observed, kind: Kind, entry: Managed) -> Draft | None:
        """Record a protection that a document newly gives or takes; nothing is written at the vendor."""
        known = self.inventory.find(kind.name, declared.key)
        if declared.protected is None or (known is not None and known.protected == declared.protected):
            return None
        draft = self._adoption(declared, found, kind, entry)
        cause = "it is protected from now on" if declared.protected else "it is no longer protected"
        return replace(draft, change=replace(draft.change, adopts=False, cause=cause))


def ownership_of(
    organization: Organization, desired: DesiredState, live: LiveState, inventory: Inventory | None
) -> Ownership:
    """Set the inventory, with the documents' moves carried out, beside both states."""
    policy = organization.policy
    prune, adopt = policy.get("prune"), policy.get("adopt")
    kinds = [kind.name for kind in organization.vendor.kinds]
    empty = Inventory(organization=organization.name, provider="", endpoint="", digest_key_id="")
    return Ownership(
        organization=organization.name,
        inventory=moved(inventory or empty, desired.moves),
        desired=desired,
        live=live,
        prune={name: str(prune.get(name, PRUNE_DEFAULT)) for name in kinds}
        if isinstance(prune, Mapping)
        else dict.fromkeys(kinds, str(prune or PRUNE_DEFAULT)),
        adopt=str(adopt or ADOPT_DEFAULT),
        digest_key=organization.digest_key,
        intended=frozenset((one.kind, one.key) for one in inventory.intents) if inventory else frozenset(),
    )


def moved(inventory: Inventory, moves: Iterable[Move]) -> Inventory:
    """Give the inventory with entries under their new keys; a move whose origin is not there is done already."""
    managed = dict(inventory.managed)
    for move in moves:
        entry = managed.pop(f"{move.kind}/{move.before}", None)
        if entry is not None:
            managed[f"{move.kind}/{move.after}"] = replace(entry, key=move.after)
    return replace(inventory, managed=managed)


def _forgetting(entry: Managed, address: Address) -> Change:
    return Change(
        address=address,
        action=Action.FORGET,
        remote_id=entry.remote_id,
        precondition=Precondition(digest=None),
        cause="it is gone at the vendor, and no document declares it",
    )


def _refused(draft: Draft, policy: str) -> Draft:
    return replace(
        draft,
        flaws=(
            *draft.flaws,
            Flaw(
                path=(),
                code="adopt-refused",
                summary="an object that is not ours",
                detail=f'"{draft.change.address.key}" is live, was never applied from here, and the policy is '
                f"`adopt: {policy}`.",
                remedy="If it is meant, widen `policy: {adopt: always}`, or make it as declared in the web app.",
            ),
        ),
    )
