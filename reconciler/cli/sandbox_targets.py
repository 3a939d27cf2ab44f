"""An address as plans and drift show it → what the sandbox calls that object or person.

The sandbox knows what the vendor knows. A person's `key:` is the documents' own, a digest of their e-mail address is
ours, and so is the tag that stands for a key which tells who somebody is: these are looked up where we keep them, in
the inventory, in the documents, or in what our keys make of the people who are there. What is found by its own name is
taken by that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from reconciler.diff.members import member_key
from reconciler.errors import ReconcilerError
from reconciler.model.address import Address, parse_address
from reconciler.model.kind import MemberKind
from reconciler.model.masking import Tagger, tag_key_of
from reconciler.model.organization import Organization
from reconciler.model.resource import Fields, Value
from reconciler.sandbox import workbench
from reconciler.sandbox.store import Store
from reconciler.sandbox.values import SandboxMisuse


def vendor_target(store: Store, directory: Path, name: str, target: str) -> str:
    """Give the sandbox's name for what a target means; the target itself where nothing is found."""
    address = parse_address(f"{name}/{target}")
    if address is None or _is_there(store, name, target):
        return target
    owner = _owner_target(store, address.top)
    if owner is None or address.parent is None:
        return owner or target
    people = _People(store, directory, address, owner)
    found = (f"{owner}/{address.kind}/{one}" for one in people.names())
    return next((one for one in found if _is_there(store, name, one)), target)


def _is_there(store: Store, name: str, target: str) -> bool:
    try:
        workbench.show(store, name, target)
    except SandboxMisuse:
        return False
    return True


def _owner_target(store: Store, address: Address) -> str | None:
    """Name an object; a part of its key may be encoded by itself."""
    found = (f"{address.kind}/{key}" for key in dict.fromkeys((address.key, unquote(address.key))))
    return next((one for one in found if _is_there(store, address.organization, one)), None)


@dataclass(frozen=True, slots=True)
class _People:
    """Who may be meant by a member's address at an object of the sandbox."""

    store: Store
    directory: Path
    address: Address
    owner: str

    def names(self) -> Iterator[str]:
        """Give the names by which the sandbox may know them, the surest first."""
        yield self.address.key
        organization = self._organization()
        kind = organization.vendor.kind(self.address.top.kind) if organization is not None else None
        member = next((one for one in kind.members if one.name == self.address.kind), None) if kind else None
        if organization is None or member is None:
            return
        prefix, _, rest = self.address.key.partition(":")
        if prefix in (member.identity, member.remote):
            yield rest
        yield from self._by_inventory(organization, member)
        yield from self._by_key(organization, member)
        yield from self._by_documents(organization, member)

    def _organization(self) -> Organization | None:
        from reconciler.cli.composition import configured

        try:
            known = configured(self.directory)
        except ReconcilerError:
            return None
        return next((one for one in known if one.name == self.address.organization), None)

    def _by_inventory(self, organization: Organization, member: MemberKind) -> Iterator[str]:
        from reconciler.cli.stores import store_of

        try:
            inventory = store_of(organization, self.directory).read()
        except ReconcilerError:
            return
        entry = inventory.find(self.address.top.kind, self.address.top.key) if inventory is not None else None
        remote = entry.members.get(member.section, {}).get(self.address.key) if entry is not None else None
        if remote:
            yield remote

    def _by_key(self, organization: Organization, member: MemberKind) -> Iterator[str]:
        name = organization.name
        tagger = Tagger(keys={name: tag_key_of(organization.digest_key)})
        rows = workbench.show(self.store, name, self.owner).get(member.section)
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, Mapping):
                plain = {part: _plain(value) for part, value in row.items()}
                key = member_key(plain, member, organization.digest_key)
                if self.address.key in (key, tagger.name(name, key)):
                    yield str(plain[member.remote])

    def _by_documents(self, organization: Organization, member: MemberKind) -> Iterator[str]:
        from reconciler.cli.terminal import now
        from reconciler.desired.load import load

        try:
            declared = load(organization, self.directory, now().date()).declared
        except ReconcilerError:
            return
        top = self.address.top
        for one in declared:
            rows: tuple[Fields, ...] = ()
            if (one.kind, one.key) == (top.kind, top.key):
                rows = tuple(one.members.get(member.section, ()))
            for row in rows:
                if member_key(row, member, organization.digest_key) == self.address.key:
                    yield from (str(row[name]) for name in (member.natural, member.second) if row.get(name))


def _plain(value: Value) -> Value:
    """Give an address without the status that stands beside it."""
    return value.get("address") if isinstance(value, Mapping) else value
