"""The guards: each looks at all drafted changes of one organization and says what it will not let through.

Ceilings count and share; shares are taken of the inventory, not of the scope, so that a plan of one file cannot pass
for a small one. A guard refuses and never mends: it blocks changes, with a code, a reason and the override to type.

| guard                | blocks                         | when                                                        |
|----------------------|--------------------------------|-------------------------------------------------------------|
| organization-changed | everything                     | other endpoint or vendor, or most of 20 ids do not answer   |
| live-shrank          | everything of the kind         | a fifth of what the last complete listing gave is missing   |
| desired-empty        | deletes                        | nothing is declared of a kind where objects are managed     |
| delete-ceiling       | deletes, and lists that remove | more than max(3, min(10 %, 50))                             |
| update-ceiling       | updates                        | more than 30 % of ten or more                               |
| protected            | the delete                     | the inventory remembers `protected: true`                   |
| not-empty            | the delete                     | the vendor's own figures say that it is not empty           |
| child-of-deleted     | the delete                     | something that stays has it for its parent                  |
| recreated-twin       | the delete and the create      | one goes and one comes that look like the same              |
| list-emptied         | the list                       | somebody was there, and nobody will be                      |
| main-removed         | the list                       | the main member goes and nobody takes the place             |
| adopt-removes        | the list                       | the object is only now being adopted                        |
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.errors import Problem
from reconciler.model.change import Action, Change, MemberAction, MemberChange
from reconciler.model.inventory import Inventory, Managed
from reconciler.model.kind import Kind
from reconciler.model.resource import Declared, Observed
from reconciler.model.state import LiveState
from reconciler.plan.overrides import DELETES, UPDATES, Refusal

SAMPLE = 20
FEW = 3  # one or two that were made anew are no evidence of another organization
SHRUNK = 0.8
_WRITES = (Action.UPDATE, Action.REPLACE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All that the guards of one organization look at."""

    organization: str
    endpoint: str
    provider: str
    inventory: Inventory
    kinds: Mapping[str, Kind]
    declared: Mapping[str, Mapping[str, Declared]]
    live: LiveState
    changes: Sequence[Change]

    def of(self, kind: str, *actions: Action) -> list[Change]:
        """Give the changes of a kind with one of these actions."""
        return [change for change in self.changes if change.address.kind == kind and change.action in actions]

    def managed(self, kind: str) -> int:
        """Count what is managed of a kind."""
        return sum(1 for entry in self.inventory.managed.values() if entry.kind == kind)


def refusals(scene: Scene) -> Iterator[Refusal]:
    """Let every guard speak, the broadest first."""
    yield from _organization_changed(scene)
    for name, kind in scene.kinds.items():
        yield from _live_shrank(scene, name)
        yield from _desired_empty(scene, name)
        yield from _delete_ceiling(scene, name, scene.of(name, Action.DELETE), scene.managed(name))
        yield from _update_ceiling(scene, name)
        for change in scene.of(name, Action.DELETE):
            yield from _protected(scene, change)
            yield from _not_empty(scene, change, kind)
        yield from _children(scene, kind)
        yield from _twins(scene, kind)
        yield from _member_ceilings(scene, kind)
    for change in scene.changes:
        yield from _lists(change, scene.kinds[change.address.kind])


def _refusal(
    guard: str, kind: str, changes: Iterable[Change], where: str, texts: tuple[str, str, str], count: int | None = None
) -> Refusal:
    summary, detail, override = texts
    problem = Problem(
        code=guard,
        summary=summary,
        where=where,
        detail=detail,
        remedy="If that is meant, allow it for this run:",
        command=f"reconciler plan {override}",
    )
    addresses = tuple(change.address for change in changes)
    return Refusal(guard=guard, kind=kind, addresses=addresses, problem=problem, count=count)


def _organization_changed(scene: Scene) -> Iterator[Refusal]:
    inventory = scene.inventory
    if not inventory.managed:
        return
    detail = ""
    if (inventory.provider, inventory.endpoint) != (scene.provider, scene.endpoint):
        detail = f"The inventory is of {inventory.provider} at {inventory.endpoint}, not of {scene.provider} here."
    else:
        step = max(1, len(inventory.managed) // SAMPLE)
        sample = sorted(inventory.managed.values(), key=lambda entry: entry.name)[::step][:SAMPLE]
        strangers = sum(not _answers(scene.live, entry) for entry in sample)
        if strangers >= FEW and strangers * 2 > len(sample):
            detail = f"Of {len(sample)} managed objects {strangers} do not answer under their external ids any more."
    if detail:
        for name in scene.kinds:
            changes = [change for change in scene.changes if change.address.kind == name]
            texts = ("another organization behind the same name", detail, f"--allow organization-changed={name}")
            if changes:
                yield _refusal("organization-changed", name, changes, scene.organization, texts)


def _answers(live: LiveState, entry: Managed) -> bool:
    found = live.find(entry.kind, entry.key)
    return isinstance(found, Observed) and found.remote_id == entry.remote_id


def _live_shrank(scene: Scene, kind: str) -> Iterator[Refusal]:
    before = scene.inventory.sizes.get(kind, 0)
    rows = next((one.rows for one in scene.live.certificates if one.kind == kind and one.complete), None)
    changes = [change for change in scene.changes if change.address.kind == kind]
    if rows is None or not changes or rows >= before * SHRUNK:
        return
    detail = f"The last complete listing gave {before} {kind} objects, this one {rows}."
    texts = ("the live state shrank", detail, f"--allow live-shrank={kind}")
    yield _refusal("live-shrank", kind, changes, scene.organization, texts)


def _desired_empty(scene: Scene, kind: str) -> Iterator[Refusal]:
    deletes = scene.of(kind, Action.DELETE)
    if deletes and not scene.declared.get(kind) and len(deletes) > 1:
        detail = f"No document declares any {kind}, and {scene.managed(kind)} are managed."
        texts = ("nothing is declared any more", detail, f"--allow desired-empty={kind}")
        yield _refusal("desired-empty", kind, deletes, scene.organization, texts)


def _delete_ceiling(
    scene: Scene, kind: str, deletes: Sequence[Change], managed: int, count: int = -1
) -> Iterator[Refusal]:
    number = len(deletes) if count < 0 else count
    ceiling = max(3, min(managed // 10, 50))
    if number <= ceiling:
        return
    share = f" ({number * 100 // managed} %)" if managed else ""
    detail = f"The plan deletes {number} of {managed} managed {kind} objects{share}; the ceiling is {ceiling}."
    texts = ("too many deletes", detail, f"--allow-delete {kind}={number}")
    yield _refusal(DELETES, kind, deletes, scene.organization, texts, number)


def _update_ceiling(scene: Scene, kind: str) -> Iterator[Refusal]:
    updates, managed = [one for one in scene.of(kind, *_WRITES) if not one.adopts], scene.managed(kind)
    if managed < 10 or len(updates) * 10 <= managed * 3:
        return
    detail = f"The plan changes {len(updates)} of {managed} managed {kind} objects; the ceiling is 30 %."
    texts = ("too many updates", detail, f"--allow-update {kind}={len(updates)}")
    yield _refusal(UPDATES, kind, updates, scene.organization, texts, len(updates))


def _protected(scene: Scene, change: Change) -> Iterator[Refusal]:
    entry = scene.inventory.find(change.address.kind, change.address.key)
    if entry is not None and entry.protected:
        detail = f"It was declared with `protected: true` in {entry.document}, and that was never taken back."
        yield _one("protected", change, "a protected object would be deleted", detail)


def _not_empty(scene: Scene, change: Change, kind: Kind) -> Iterator[Refusal]:
    found = scene.live.find(kind.name, change.address.key)
    holding = [name for name in kind.guards if isinstance(found, Observed) and found.facts.get(name)]
    if holding:
        detail = f"The vendor deletes empty ones only, and {', '.join(holding)} of this one is not 0."
        yield _one("not-empty", change, "it is not empty", detail)


def _children(scene: Scene, kind: Kind) -> Iterator[Refusal]:
    deletes = {change.address.key: change for change in scene.of(kind.name, Action.DELETE)}
    names = [field.name for field in kind.fields if field.reference == kind.name]
    if not deletes or not names:
        return
    leaving = defaultdict(set)
    for change in scene.of(kind.name, *_WRITES):
        for row in change.fields:
            leaving[change.address.key].add(row.path[0])
    for key, found in scene.live.objects.get(kind.name, {}).items():
        for name in names:
            parent = deletes.get(str(found.fields.get(name)))
            if parent is not None and key not in deletes and name not in leaving[key]:
                detail = f'"{key}" stays, and has it for its {name}.'
                yield _one("child-of-deleted", parent, "something that stays belongs to it", detail)


def _twins(scene: Scene, kind: Kind) -> Iterator[Refusal]:
    deletes, creates = scene.of(kind.name, Action.DELETE), scene.of(kind.name, Action.CREATE)
    marks: dict[str, Change] = {}
    for change in deletes if creates else ():
        found = scene.live.find(kind.name, change.address.key)
        if isinstance(found, Observed):
            marks.update(dict.fromkeys(kind.twins(found.fields, found.members), change))
    for change in creates if marks else ():
        declared = scene.declared[kind.name][change.address.key]
        gone = next((marks[mark] for mark in kind.twins(declared.fields, declared.members) if mark in marks), None)
        if gone is not None:
            detail = f'"{gone.address.key}" goes and "{change.address.key}" comes, and they look like one and the same.'
            for one in (gone, change):
                yield _one("recreated-twin", one, "one goes and its like comes", detail)


def _member_ceilings(scene: Scene, kind: Kind) -> Iterator[Refusal]:
    for member in kind.members:
        counts = {
            change.address: sum(one.section == member.section for one in change.touched(MemberAction.REMOVE))
            for change in scene.of(kind.name, *_WRITES)
        }
        removing = [change for change in scene.of(kind.name, *_WRITES) if counts[change.address]]
        managed = sum(len(entry.members.get(member.section, ())) for entry in scene.inventory.managed.values())
        yield from _delete_ceiling(scene, member.name, removing, managed, sum(counts.values()))


def _lists(change: Change, kind: Kind) -> Iterator[Refusal]:
    if change.action not in _WRITES:
        return  # whoever goes with a deleted object is the delete's concern
    for member in kind.members:
        rows = [one for one in change.members if one.section == member.section]
        removed = [one for one in rows if one.action is MemberAction.REMOVE]
        if not removed:
            continue
        if change.adopts:
            names = ", ".join(one.address.key for one in removed)
            detail = f"It is only now being adopted, and its {member.section} {names} are in no document."
            yield _one("adopt-removes", change, "an adoption would remove somebody", detail)
        elif len(removed) == len(rows):
            yield _one("list-emptied", change, "a list would be left empty", f"All {len(removed)} {member.section} go.")
        elif member.exclusive and _leaderless(rows, removed, member.exclusive):
            detail = f"The {member.name} with `{member.exclusive}: true` goes, and nobody takes the place."
            yield _one("main-removed", change, "the main one would be removed", detail)


def _leaderless(rows: Sequence[MemberChange], removed: Sequence[MemberChange], flag: str) -> bool:
    goes = any(_carries(one, flag, before=True) for one in removed)
    return goes and not any(_carries(one, flag, before=False) for one in rows)


def _carries(member: MemberChange, flag: str, *, before: bool) -> bool:
    return any(row.path == (flag,) and (row.before if before else row.after) is True for row in member.fields)


def _one(guard: str, change: Change, summary: str, detail: str) -> Refusal:
    address = change.address
    texts = (summary, detail, f"--allow {guard}={address}")
    return _refusal(guard, address.kind, [change], str(address), texts)
