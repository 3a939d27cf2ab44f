"""What no document declares any more → what goes, what is forgotten, and what stays all the same and why. Pure.

Premise. Something of ours that nothing declares was taken out of the documents on purpose; nothing else may look like
that. So each row is asked of the inventory, the documents' certificate, the policy and the live state together.

| in the inventory, or intended   | live                        | what follows                                   |
|---------------------------------|-----------------------------|------------------------------------------------|
| an entry                        | with its remote id          | delete, as policy and evidence allow; or left  |
| an intent to create             | under any remote id         | the same: a run set out to make it, and did    |
| an intent to create, never sent | under any remote id         | forget: somebody else made it (`told_creates`) |
| an intent to adopt, no entry    | under any remote id         | forget: it was there before us, and nobody     |
|                                 |                             | knows that we came to take it                  |
| an entry for its lists alone    | with its remote id          | forget; left, where it is protected            |
| an intent to create, in doubt   | proven absent               | nothing: it may still show (`lost_creates`)    |
| any of these                    | proven absent, or another's | forget                                         |
| any of these                    | not read                    | nothing                                        |

It is left, counted and named where the policy is `off` or `listed`, where it is not proven that all documents were
read, and where its document stands there and is ignored (`ignored_documents`). A `removed:` entry speaks for itself
(`removals`), under the same policy `off` and the same evidence.

An object that is somebody else's, whose member lists alone were declared (`Managed.members_only`), is never deleted for
that: neither it nor who is in its lists. A list that a document leaves out is left alone, and a block that goes leaves
all of them out; whoever is to go is taken out of a list that is still declared, `[]` for nobody, and that is applied
first. Rejected: removing the members that came from here. It would be the one case in which a list that nobody
declares is written, and members that others rely on by now would go with a file that was only moved to another tool.

Rejected: deleting what was only meant to be adopted. That it counted as ours would be enough for a change, which the
documents ask for; to delete it, the sole ground would be a run that may never have come to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reconciler.model.address import Address
from reconciler.model.change import Action, Change, Mark, Precondition
from reconciler.model.inventory import Intent, Managed
from reconciler.model.kind import Kind
from reconciler.model.plan import Spared
from reconciler.model.resource import Observed, Removal
from reconciler.model.state import Absent
from reconciler.plan.changes import Draft, destruction
from reconciler.plan.ignored_documents import is_ignored, spared_ignored
from reconciler.plan.ownership import PRUNE_DEFAULT, Ownership

OFF, LISTED, UNPROVEN, FIRST = "off", "listed", "documents-incomplete", "no-inventory"
MEMBERS = "members-only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Abandoned:
    """The drafts of what goes or is forgotten, and what stays though nothing declares it."""

    drafts: tuple[Draft, ...] = ()
    spared: tuple[Spared, ...] = ()


def abandoned(ownership: Ownership, kind: Kind) -> Abandoned:
    """Judge everything of a kind that is ours, or was meant to be, and that no document declares."""
    if ownership.desired.partial:
        return Abandoned()
    reason = pruning_refused(ownership, kind)
    drafts: list[Draft] = []
    keys: list[str] = []
    kept: dict[str, list[str]] = {MEMBERS: [], UNPROVEN: []}
    ignored: dict[str, Managed] = {}
    for key, entry, intent in _undeclared(ownership, kind):
        found = ownership.live.find(kind.name, key)
        if isinstance(found, Observed) and _is_for_its_members(entry, found):
            why = MEMBERS if entry is not None and entry.protected else _unproven(ownership)
            if why:
                kept[why].append(key)
            elif entry is not None and is_ignored(ownership.desired, entry):
                ignored[key] = entry
            else:
                drafts.append(Draft(change=_forgetting(_address(ownership, kind, key), entry, found)))
        elif isinstance(found, Observed) and _is_gone_for(ownership, found, entry):
            if reason:
                keys.append(key)
            elif entry is not None and is_ignored(ownership.desired, entry):
                ignored[key] = entry
            else:
                drafts.append(_pruned(ownership, found, kind, entry, intent))
        elif isinstance(found, Observed) or (isinstance(found, Absent) and not ownership.is_in_doubt(kind, key)):
            drafts.append(Draft(change=_forgetting(_address(ownership, kind, key), entry, found, intent)))
    stays = [one for why, held in ((reason, keys), *kept.items()) for one in spared(ownership, kind, why, held)]
    return Abandoned(drafts=tuple(drafts), spared=(*stays, *spared_ignored(kind.name, ignored)))


def pruning_refused(ownership: Ownership, kind: Kind) -> str:
    """Say what keeps undeclared objects of a kind from being pruned: a policy, or missing evidence; else nothing."""
    word = ownership.prune.get(kind.name, PRUNE_DEFAULT)
    if word == PRUNE_DEFAULT and kind.destroys:
        word = LISTED
    return word if word != PRUNE_DEFAULT else _unproven(ownership)


def removing_refused(ownership: Ownership, kind: Kind) -> str:
    """Say what keeps a `removed:` entry of a kind from being carried out, if anything does."""
    return OFF if ownership.prune.get(kind.name) == OFF else _unproven(ownership)


def spared(ownership: Ownership, kind: Kind, reason: str, keys: Sequence[str]) -> tuple[Spared, ...]:
    """Count and name what stays for a reason; nothing if nothing does."""
    if not keys:
        return ()
    flaw = ownership.desired.certificate.flaw if ownership.desired.certificate else None
    where = str(flaw.where) if flaw is not None and reason == UNPROVEN else ""
    return (Spared(kind=kind.name, reason=reason, count=len(keys), keys=tuple(sorted(keys)), where=where),)


def stripped(entry: Managed | None) -> Managed | None:
    """Give what tells an entry from a later one of the same address, without the values that it holds."""
    return None if entry is None else replace(entry, last_applied={}, members={}, overridden={})


def unmanaged(ownership: Ownership, kind: Kind, count: int | None) -> tuple[Spared, ...]:
    """Say on a first run what might go if it were managed: so many as a listing gave, None where none was made."""
    if pruning_refused(ownership, kind) or count == 0:
        return ()
    return (Spared(kind=kind.name, reason=FIRST, count=count),)


def _unproven(ownership: Ownership) -> str:
    certificate = ownership.desired.certificate
    return "" if certificate is not None and certificate.complete else UNPROVEN


def _undeclared(ownership: Ownership, kind: Kind) -> Iterator[tuple[str, Managed | None, Intent | None]]:
    """Give what the inventory knows of a kind and the documents do not, by key."""
    declared = {one.key for one in ownership.desired.declared if one.kind == kind.name}
    removed = {one.key: one for one in ownership.desired.removals if one.kind == kind.name}
    entries = ownership.inventory.managed.values()
    known = {one.key: one for one in entries if one.kind == kind.name and one.key not in declared}
    intended = [key for name, key in ownership.intents if name == kind.name and key not in declared]
    for key in dict.fromkeys((*known, *intended)):
        meant = key in removed and _is_meant(ownership, removed[key])
        if ownership.looks_at(kind.name, key) and not meant:
            yield key, known.get(key), ownership.intents.get((kind.name, key))


def _is_meant(ownership: Ownership, removal: Removal) -> bool:
    """Say whether the object at an address that a `removed:` entry names is that entry's affair, or may be."""
    found = ownership.live.find(removal.kind, removal.key)
    if not isinstance(found, Observed):
        return False
    return found.remote_id == ownership.remote_id(removal) or ownership.is_ours(found)


def _is_gone_for(ownership: Ownership, found: Observed, entry: Managed | None) -> bool:
    """Say whether deleting this object is what taking it out of the documents means."""
    if entry is not None and entry.remote_id == found.remote_id:
        return True
    return ownership.is_made(found.kind, found.key or "")


def _is_for_its_members(entry: Managed | None, found: Observed) -> bool:
    """Say whether this very object is somebody else's, and ours for its member lists alone."""
    return entry is not None and entry.members_only and entry.remote_id == found.remote_id


def _pruned(ownership: Ownership, found: Observed, kind: Kind, entry: Managed | None, intent: Intent | None) -> Draft:
    address = _address(ownership, kind, found.key or "")
    if entry is not None and entry.remote_id == found.remote_id:
        cause, document = f"no document declares it any more (it was in {entry.document})", entry.document
        judged = stripped(entry)
    else:
        run = intent.run if intent is not None else ""
        cause, document = (
            f"no document declares it any more, and run {run}, which ended early, set out to create it",
            "",
        )
        judged = None
    draft = destruction(found, kind, address, cause, ownership.digest_key)
    marks = tuple(
        _unread(member.section) for member in kind.members if (found.members or {}).get(member.section) is None
    )
    return replace(draft, change=replace(draft.change, document=document, entry=judged, marks=marks))


def _unread(section: str) -> Mark:
    return Mark(code="members-unread", text=f"Its {section} go with it; so many go that they were not read.")


def _forgetting(
    address: Address, entry: Managed | None, found: Observed | Absent, intent: Intent | None = None
) -> Change:
    if isinstance(found, Absent):
        cause = "it is gone at the vendor, and no document declares it"
    elif entry is None and intent is not None and intent.action == Action.CREATE.value:
        cause = "an earlier run set out to create it and never sent that: this is somebody else's, and stays as it is"
    elif entry is None:
        cause = "an earlier run only meant to adopt it, and no document declares it any more: it stays as it is"
    elif entry.members_only and entry.remote_id == found.remote_id:
        cause = "its member lists alone were managed, and no document declares them any more: all stays as it is"
    else:
        cause = "another object has its place at the vendor, which no document declares: that one stays as it is"
    return Change(
        address=address,
        action=Action.FORGET,
        remote_id=entry.remote_id if entry is not None else None,
        precondition=Precondition(digest=None),
        entry=stripped(entry),
        cause=cause,
    )


def _address(ownership: Ownership, kind: Kind, key: str) -> Address:
    return Address(organization=ownership.organization, kind=kind.name, key=key)
