"""One object, live, last applied and declared -> how it drifted. The one place that says so, for `drift` and for plans.

`diff.drift` labels fields and members; said here is what becomes of the whole object: gone, replaced, pending.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reconciler.diff.drift import drifts_of, field_drifts, member_drifts
from reconciler.diff.remembered import Memory
from reconciler.model.address import Address, digest_key_id
from reconciler.model.change import Change, FieldChange
from reconciler.model.drift import FieldDrift, Label, ObjectDrift
from reconciler.model.inventory import Inventory
from reconciler.model.kind import Kind
from reconciler.model.organization import Organization
from reconciler.model.resource import Declared, Observed
from reconciler.model.state import Absent, LiveState, Unread
from reconciler.plan.changes import stands

REPLACED = "it was deleted, and another object goes by its name now"
VANISHED = "it was applied from here, and is not there any more"
PENDING = "it is declared, and was never applied"
UNTOLD = "it is not there, and no inventory says whether it ever was"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One organization, looked at: its inventory as the documents' moves leave it, and what is live.

    `kept` says whether there is an inventory at all, `key_id` under which key digests are made now, by its `secret`.
    """

    organization: str
    inventory: Inventory
    live: LiveState
    secret: str
    key_id: str
    kept: bool

    def drift(self, declared: Declared, kind: Kind, change: Change | None = None) -> ObjectDrift | None:
        """Say how a resource and its object differ and whose doing that is; None where they agree or nobody knows.

        `change` is what a plan makes of it, where it compared both already: then that is not done again.
        """
        found, memory = self.live.find(declared.kind, declared.key), self._memory(declared)
        if isinstance(found, Unread):
            return None
        return (
            self._absent(declared, memory)
            if isinstance(found, Absent)
            else self._found(declared, found, kind, memory, change)
        )

    def address(self, kind: str, key: str) -> Address:
        """Give the address of something here."""
        return Address(organization=self.organization, kind=kind, key=key)

    def _memory(self, declared: Declared) -> Memory:
        return Memory(
            entry=self.inventory.find(declared.kind, declared.key),
            secret=self.secret,
            kept=self.kept,
            readable=self.inventory.digest_key_id in ("", self.key_id),
        )

    def _found(
        self, declared: Declared, found: Observed, kind: Kind, memory: Memory, change: Change | None
    ) -> ObjectDrift | None:
        address = self.address(declared.kind, declared.key)
        told = ObjectDrift(address=address, remote_id=found.remote_id, source=declared.source)
        if memory.entry is not None and memory.entry.remote_id != found.remote_id:
            return replace(told, label=Label.GONE, reason=REPLACED)
        known = drifts_of(change, kind, memory) if change is not None else None
        if known is None and stands(declared, found, kind):
            return None
        if known is None:
            members = tuple(member_drifts(declared, found, kind, address, memory))
            known = field_drifts(declared, found, kind, memory), members
        fields, members = tuple(_named(one, kind, self.live) for one in known[0]), known[1]
        return replace(told, fields=fields, members=members) if fields or members else None

    def _absent(self, declared: Declared, memory: Memory) -> ObjectDrift:
        label, reason = (Label.NEVER, PENDING) if memory.kept else (Label.UNKNOWN, UNTOLD)
        remote_id = None
        if memory.entry is not None:
            label, reason, remote_id = Label.GONE, VANISHED, memory.entry.remote_id
        address = self.address(declared.kind, declared.key)
        return ObjectDrift(address=address, label=label, reason=reason, remote_id=remote_id, source=declared.source)


def sight_of(
    organization: Organization, inventory: Inventory, live: LiveState, *, kept: bool, key_id: str | None = None
) -> Sight:
    """Look at an organization."""
    secret = organization.digest_key
    return Sight(
        organization=organization.name,
        inventory=inventory,
        live=live,
        secret=secret,
        key_id=digest_key_id(secret) if key_id is None else key_id,
        kept=kept,
    )


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
