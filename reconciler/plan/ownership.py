"""Whose is it? The inventory, the documents and the live state together say what may be done to an object.

Premise. The live state cannot tell an object that we made from one that somebody else did; only the inventory can.
So nothing is deleted for not being declared unless the inventory holds it, with the remote id that it still has.

| declared | in the inventory       | live                            | what follows                                   |
|----------|------------------------|---------------------------------|------------------------------------------------|
| yes      | yes, or intended       | with that remote id             | update, if it differs                          |
| yes      | yes                    | under another remote id         | adopt: another object took the name            |
| yes      | no                     | yes                             | adopt (policy `adopt`)                         |
| yes      | either                 | proven absent                   | create, unless in doubt (`lost_creates`)       |
| no       | yes                    | with that remote id             | prune (policy `prune`), else left              |
| no       | yes                    | proven absent, or another's     | forget                                         |
| no       | no                     | yes                             | left alone, counted as unmanaged               |
| either   | either                 | not read                        | nothing is concluded                           |

What follows where nothing is declared is worked out in `pruning`.

An intent without an ending (a run that was killed) counts as ours where it is to create: that run had seen that nothing
was there, and set out to make exactly this. It stands in for an entry, and for one of another id; but not where the
run's journal tells that the create was never sent (`told_creates`): then somebody else made it. An intent to adopt
leaves the object what it was before: it is adopted now, under the same policy, and nobody is removed from its lists.

Rejected: marking objects at the vendor (there is no field for it), and taking "declared once, in an older commit" for
ownership (a document may have been wrong, and never applied).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from reconciler.diff.members import member_key
from reconciler.diff.remembered import Memory
from reconciler.model.address import Address
from reconciler.model.change import Action, Change
from reconciler.model.inventory import Intent, Inventory, Managed
from reconciler.model.kind import Flaw, Kind
from reconciler.model.organization import Organization
from reconciler.model.resource import Declared, Observed, Removal
from reconciler.model.state import DesiredState, LiveState
from reconciler.plan.changes import Draft, Known
from reconciler.plan.check import precondition
from reconciler.plan.doubted import doubted
from reconciler.plan.entries import entry_of
from reconciler.plan.lost_creates import create_in_doubt, is_in_doubt
from reconciler.plan.moves import carry_moves
from reconciler.plan.protection import PROTECTED_NOW
from reconciler.plan.touched import Focus, entries_within

PRUNE_DEFAULT = "managed"
ADOPT_DEFAULT = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """One organization's inventory, as moved by the documents, beside what is declared and live.

    `moves` are the changes by which the inventory comes to be so. `read_at` is when reading `live` began. `unsent` are
    the creates, by kind and key, that the run which set out to make them never sent. `focus` are the addresses that
    the plan is held to; None is all of them. `retry_overridden` says that what the vendor sets back is sent again.
    """

    organization: str
    inventory: Inventory
    desired: DesiredState
    live: LiveState
    prune: Mapping[str, str]
    adopt: str
    digest_key: str
    intents: Mapping[tuple[str, str], Intent]
    moves: tuple[Change, ...] = ()
    read_at: datetime | None = None
    unsent: Collection[tuple[str, str]] = ()
    focus: Focus | None = None
    retry_overridden: bool = False

    def looks_at(self, kind: str, key: str) -> bool:
        """Say whether the plan is about this address."""
        return self.focus is None or (kind, key) in self.focus

    def known(self, found: Observed) -> Known:
        """Give the members that we know of this very object; of another under its name we know none."""
        entry = self.inventory.find(found.kind, found.key or "")
        return entry.members if entry is not None and entry.remote_id == found.remote_id else {}

    def memory(self, found: Observed) -> Memory | None:
        """Give what the vendor set back of this very object; None where nothing is known, or all is to be sent again.

        A digest under another key than the one in force equals none, so it needs no asking which they are under.
        """
        entry = None if self.retry_overridden else self.inventory.find(found.kind, found.key or "")
        if entry is None or entry.remote_id != found.remote_id:
            return None
        return Memory(entry=entry, secret=self.digest_key)

    def entry(self, declared: Declared, kind: Kind) -> Managed:
        """Give what the inventory will hold of a resource."""
        known, intent = self.inventory.find(kind.name, declared.key), self.intents.get((kind.name, declared.key))
        entry = entry_of(declared, kind, self.digest_key, known)
        meant = known is None and declared.protected is None and intent is not None and intent.protected
        return replace(entry, protected=True) if meant else entry

    def noting(self, draft: Draft, declared: Declared, kind: Kind) -> Draft:
        """Give a draft with what the inventory will hold, and what becomes of the protection."""
        known, entry = self.inventory.find(kind.name, declared.key), self.entry(declared, kind)
        before = known is not None and known.protected
        protects = None if entry.protected == before else entry.protected
        if known is not None and draft.overridden:
            entry = replace(entry, overridden={one.path: known.overridden[one.path] for one in draft.overridden})
        return replace(draft, change=replace(draft.change, entry=entry, protects=protects))

    def creating(self, draft: Draft, declared: Declared, kind: Kind) -> Draft:
        """Give the draft of a create with what the inventory will hold, and what speaks against making it now."""
        noted, intent = self.noting(draft, declared, kind), self.intents.get((kind.name, declared.key))
        if intent is None or not self.is_in_doubt(kind, declared.key):
            return noted
        return replace(noted, flaws=(*noted.flaws, create_in_doubt(noted.change.address, intent)))

    def is_in_doubt(self, kind: Kind, key: str) -> bool:
        """Say whether a run that left no ending may have created this, though it does not show yet."""
        intent = self.intents.get((kind.name, key))
        unsent = (kind.name, key) in self.unsent
        return intent is not None and not unsent and is_in_doubt(intent, kind, self.read_at)

    def remote_id(self, removal: Removal) -> str | None:
        """Give the remote id of the object that a `removed:` entry means: its own, else the inventory's."""
        entry = self.inventory.find(removal.kind, removal.key)
        return removal.remote_id or (entry.remote_id if entry is not None else None)

    def is_ours(self, found: Observed) -> bool:
        """Say whether this object is in the inventory, or a run that left no ending set out to make it."""
        if found.key is None:
            return False
        entry = self.inventory.find(found.kind, found.key)
        held = entry is not None and entry.remote_id == found.remote_id
        return held or self.is_made(found.kind, found.key)

    def is_made(self, kind: str, key: str) -> bool:
        """Say whether a run that left no ending set out to create this: where it is live, it is that run's."""
        intent, unsent = self.intents.get((kind, key)), (kind, key) in self.unsent
        return intent is not None and intent.action == Action.CREATE.value and not unsent

    def settled(self, declared: Declared, found: Observed) -> bool:
        """Say whether the inventory has nothing to learn of this object."""
        entry = self.inventory.find(found.kind, declared.key)
        if entry is None:
            return False  # to be adopted, or to be recorded where an earlier run intended it
        settled = entry.remote_id == found.remote_id and declared.protected in (None, entry.protected)
        return settled and declared.members_only == entry.members_only

    def taken_in(self, draft: Draft | None, declared: Declared, found: Observed, kind: Kind) -> Draft | None:
        """Give what comparing a declared resource with its object comes to, adoption included."""
        if self.is_ours(found):
            if draft is not None:
                return self.noting(draft, declared, kind)
            known = self.inventory.find(kind.name, declared.key)
            if known is None or known.remote_id != found.remote_id:
                return self._recovered(declared, found, kind)
            return self._protection(declared, found, kind)
        if self.adopt == "never" or (self.adopt == "identical" and draft is not None):
            return _refused(draft or self._adoption(declared, found, kind), self.adopt)
        if draft is None:
            return self._adoption(declared, found, kind)
        adopting = replace(draft, change=replace(draft.change, adopts=True))
        return self.noting(adopting, declared, kind)

    def _adoption(self, declared: Declared, found: Observed, kind: Kind) -> Draft:
        draft = Draft(
            change=Change(
                address=Address(organization=self.organization, kind=kind.name, key=declared.key),
                action=Action.ADOPT,
                remote_id=found.remote_id,
                precondition=precondition(found, kind),
                adopts=True,
                cause="it is there as declared, and was not ours",
                source=declared.source,
            )
        )
        return self.noting(draft, declared, kind)

    def _recovered(self, declared: Declared, found: Observed, kind: Kind) -> Draft:
        """Record what a run that left no ending made; nothing is written at the vendor."""
        draft = self._adoption(declared, found, kind)
        cause = "an earlier run made it, and was ended before it could record that"
        return replace(draft, change=replace(draft.change, adopts=False, cause=cause))

    def _protection(self, declared: Declared, found: Observed, kind: Kind) -> Draft | None:
        """Record a protection that a document newly gives or takes, or new keys; nothing is written at the vendor."""
        known = self.inventory.find(kind.name, declared.key)
        if declared.protected is not None and (known is None or known.protected != declared.protected):
            cause = PROTECTED_NOW if declared.protected else "it is no longer protected"
        elif known is not None and known.members_only != declared.members_only:
            cause = "its member lists alone are managed from here" if declared.members_only else "all of it is managed"
        elif self._names_anew(declared, found, kind):
            cause = "somebody in its lists goes by another key from now on"
        else:
            return None
        draft = self._adoption(declared, found, kind)
        return replace(draft, change=replace(draft.change, adopts=False, cause=cause))

    def _names_anew(self, declared: Declared, found: Observed, kind: Kind) -> bool:
        """Say whether a member goes by a key that the inventory does not know; all of them are there, as declared."""
        known = self.known(found)
        return any(
            row.get(member.key)
            and not row.get(member.identity)
            and member_key(row, member, self.digest_key) not in known.get(member.section, {})
            for member in kind.members
            for row in declared.members.get(member.section, ())
        )


def ownership_of(
    organization: Organization,
    desired: DesiredState,
    live: LiveState,
    inventory: Inventory | None,
    *,
    read_at: datetime | None = None,
    unsent: Collection[tuple[str, str]] = (),
    focus: Focus | None = None,
    retry_overridden: bool = False,
) -> Ownership:
    """Set the inventory, with the documents' moves carried out, beside both states."""
    desired = entries_within(desired, focus)
    policy = organization.policy
    prune, adopt = policy.get("prune"), policy.get("adopt")
    kinds = [kind.name for kind in organization.vendor.kinds]
    spent = tuple(line.id for line in doubted(desired.allowances))
    empty = Inventory(organization=organization.name, provider="", endpoint="", digest_key_id="", spent=spent)
    moved = carry_moves(inventory or empty, desired, organization.vendor.kinds, organization.digest_key)
    return Ownership(
        organization=organization.name,
        inventory=moved.inventory,
        moves=moved.changes,
        desired=desired,
        live=live,
        prune={name: str(prune.get(name, PRUNE_DEFAULT)) for name in kinds}
        if isinstance(prune, Mapping)
        else dict.fromkeys(kinds, str(prune or PRUNE_DEFAULT)),
        adopt=str(adopt or ADOPT_DEFAULT),
        digest_key=organization.digest_key,
        intents={(one.kind, one.key): one for one in inventory.intents} if inventory else {},
        read_at=read_at,
        unsent=unsent,
        focus=focus,
        retry_overridden=retry_overridden,
    )


def _refused(draft: Draft, policy: str) -> Draft:
    key = draft.change.address.key
    remedies = {
        "identical": "Declare what is live, or write `adopt: always` if what is declared is meant.",
        "never": "Write `adopt: always` if it is to be managed from here; take it out of the documents if not.",
    }
    flaw = Flaw(
        path=(),
        code="adopt-refused",
        summary="an object that is not ours",
        detail=f'"{key}" is live and was never applied from here; the policy is `adopt: {policy}`.',
        remedy=remedies[policy],
    )
    return replace(draft, flaws=(*draft.flaws, flaw))
