"""What we manage: which object each address is, what we last sent for it, and what tells the organization from another.

The inventory answers one question that the live state cannot: is this object ours? Only what stands here can be
pruned. Losing it means adopting again, never creating again and never deleting.

Keys of `managed` are `kind/key`, the address within the organization. Personal values never stand here in the clear:
`last_applied` holds their keyed digests (`model.address.digest_key`), and `digest_key_id` says under which key; under
another key they are unknown, which is not drift.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.model.resource import Fields

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Managed:
    """One object of ours.

    `last_applied` maps a field's dotted path to the value that we last sent or found as declared. `members` maps a
    section to member key → remote id; nobody stands there of a list that was sent with nobody in it. `document` is the
    file that declared it, `applied_at` an ISO 8601 time in UTC, `run` the run that last touched this entry. `protected`
    outlives the declaration: only an applied `protected: false` ends it. `members_only` says that the object is
    somebody else's, and its member lists alone are managed. `overridden` maps the paths that the vendor set to
    something else than was last sent to what it made of them. `fingerprint` says of which declared values and which
    people all this was made (`plan.fingerprint`); what alters it otherwise makes that empty.
    """

    kind: str
    key: str
    remote_id: str
    document: str
    applied_at: str
    run: str
    protected: bool = False
    members_only: bool = False
    last_applied: Fields = field(default_factory=dict)
    members: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    overridden: Fields = field(default_factory=dict)
    fingerprint: str = ""

    @property
    def name(self) -> str:
        """The address within the organization."""
        return f"{self.kind}/{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What an entry is to hold of an object that came to be as declared, though nothing was written."""

    last_applied: Fields
    members: Mapping[str, Mapping[str, str]]
    overridden: Fields
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A change that a run set out to make and whose ending is not recorded: it counts as ours, and is looked up.

    `protected` says that the change gives what it makes protection, which holds however the run ended. `remote_id` is
    the object's; to a create it is what the vendor answered, where that is known. `at` is when a create may have been
    sent at the latest, an ISO 8601 time in UTC; it is empty where reads do not lag (`Kind.reads_lag`), or nobody knows.
    """

    kind: str
    key: str
    action: str
    remote_id: str | None
    run: str
    protected: bool = False
    at: str = ""

    @property
    def name(self) -> str:
        """The address within the organization."""
        return f"{self.kind}/{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A reviewed plan that was begun, by its digest or from its file.

    `plan` is its digest, `changes` those of its changes that are left to be done, `spent` the override lines that it
    used. The same job may do exactly these, though the plan of the rest has another digest. It ends with what it agreed
    on, or when a run of something else makes a change. `serial` is that of the inventory which the plan was made upon:
    a later plan that happens to say the same has another.
    """

    plan: str
    changes: tuple[str, ...]
    spent: tuple[str, ...] = ()
    serial: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """All that we manage of one organization.

    `endpoint` is where it answered when it was last read; `sizes` how many objects the last complete listing of each
    kind gave. `spent` are the reviewed override lines that were consumed. `agreement` is the last reviewed plan that
    was begun by its digest. `serial` grows with every write.

    `moved_to` is set where it has ended: the name of the organization that goes on with it, or `store: NAME`, where
    it is kept since. `former` is the one that this goes on with while it has not been written itself; never stored.
    """

    organization: str
    provider: str
    endpoint: str
    digest_key_id: str
    serial: int = 0
    managed: Mapping[str, Managed] = field(default_factory=dict)
    intents: tuple[Intent, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    spent: tuple[str, ...] = ()
    agreement: Agreement | None = None
    moved_to: str = ""
    former: Inventory | None = None

    def find(self, kind: str, key: str) -> Managed | None:
        """Give the entry of an address, if we manage it."""
        return self.managed.get(f"{kind}/{key}")

    def claims(self) -> Claims:
        """Index what is claimed of addresses; it is made once where many are asked about."""
        protecting = {one.name: one.run for one in reversed(self.intents) if one.protected}
        return Claims(managed=self.managed, intents=frozenset(one.name for one in self.intents), protecting=protecting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What an inventory claims of addresses, found by their names: after a large run died, it has as many intents.

    `protecting` names the runs that set out to protect an address and did not record their end.
    """

    managed: Mapping[str, Managed]
    intents: frozenset[str]
    protecting: Mapping[str, str]

    def protection(self, kind: str, key: str) -> str:
        """Say from where an address is protected, be it by a run that did not record its end; nothing if it is not."""
        name = f"{kind}/{key}"
        entry = self.managed.get(name)
        if entry is not None and entry.protected:
            return f"from {entry.document}"
        return f"by run {self.protecting[name]}, which ended early" if name in self.protecting else ""

    def intended(self, kind: str, key: str) -> bool:
        """Say whether an earlier run set out to change this address and did not record how that ended."""
        return f"{kind}/{key}" in self.intents


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds an organization's lock: the run, the person and host, the command, since when and until when (UTC)."""

    id: str
    who: str
    host: str
    command: str
    since: str
    until: str
