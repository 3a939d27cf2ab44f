"""What an entry goes on with of what it held: what counts as last applied, and what the vendor made of it. Pure.

Premise. Drift tells a person's edit from a pending change by what was last applied, and from the vendor's own doing by
what it made of that. So an entry that remembers too much, or too long, hides somebody's edit, and nobody looks. It may
hold at a path what a run sent there or saw there as declared, and nothing else; and an answer is remembered only
beside the very value that it was an answer to, of the same object, while no look has shown another value.

A saved plan knows what stood as declared when it was made. What others recorded since is newer:

| the inventory, since the plan was made | stood in unchanged objects     | stood in an object that it changes         |
|----------------------------------------|--------------------------------|--------------------------------------------|
| was not written                        | counts as applied              | counts as applied                          |
| was written by others                  | is as they left it             | is as they left it                         |
| was written since this plan was begun  | was recorded when it was begun | counts as applied where the look at the    |
|                                        |                                | end shows it, else it is as it was         |

So such a change records what it names: the fields and members that it writes, or finds written. The file, the
protection and who is in which list are the newer ones too, but for what it gives, ends, adds or removes itself.

| an answer of the vendor's, of an object | the look shows it still | another value | nobody looked                    |
|-----------------------------------------|-------------------------|---------------|----------------------------------|
| that was sent the same as it is told now | stays                  | is forgotten  | stays, but where the change      |
|                                         |                         |               | names the field                  |
| that was sent, or declared, otherwise   | is forgotten            | is forgotten  | is forgotten                     |
| of another remote id                    | is forgotten            | is forgotten  | is forgotten                     |

To forget an answer costs one write that may be in vain. What came and went between two applies nobody saw: whoever
sets a value by hand to what the vendor once made of the same, unseen in between, is taken for the vendor.

Rejected: to refuse every saved plan that others came after. Reviewed plans of parts are applied in any order, and what
each of them writes is judged by the object itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from reconciler.diff.remembered import Memory, is_same, remembered
from reconciler.model.change import Change, MemberAction
from reconciler.model.inventory import Managed
from reconciler.model.kind import Field, Kind
from reconciler.model.resource import Fields, Observed, Value


def laid_over(known: Managed, entry: Managed, change: Change, shown: Mapping[str, Value]) -> Managed:
    """Give what an entry holds once a change stands whose plan was made before the entry was written last.

    Args:
        known: The entry as it is.
        entry: What the plan makes of it.
        change: What is done.
        shown: What the run has seen and may count as applied, by path.
    """
    named = _Named.by(change, known)
    kept = {path: value for path, value in known.last_applied.items() if not named.has(path)}
    given = {
        path: value
        for path, value in entry.last_applied.items()
        if named.has(path) or (path in shown and is_same(shown[path], value))
    }
    emptied = {name: entry.members[name] for name in named.sections if name in entry.members}
    whole = replace(
        known,
        protected=known.protected if change.protects is None else entry.protected,
        last_applied={**kept, **given},
        members={**known.members, **{name: ids for name, ids in emptied.items() if not ids}},
        overridden={path: value for path, value in entry.overridden.items() if path in known.overridden},
    )
    same = (whole.last_applied, whole.members_only) == (entry.last_applied, entry.members_only)
    return replace(whole, fingerprint=entry.fingerprint if same else "")


def standing_answers(
    known: Managed | None, whole: Managed, change: Change, found: Observed | None, kind: Kind, secret: str
) -> Fields:
    """Give what of the vendor's answers in an entry still holds.

    Args:
        known: The entry as it was.
        whole: The entry as it will be, with the answers that are to be judged.
        change: What is done.
        found: The object as seen last, if it was.
        kind: The object's.
        secret: The key of the digests.
    """
    if not whole.overridden or (known is not None and known.remote_id != whole.remote_id):
        return {}
    before, after = (Memory(entry=one, secret=secret) for one in (known or whole, whole))
    same = {path: value for path, value in whole.overridden.items() if before.sent(path) == after.sent(path)}
    if found is None:
        named = _Named.by(change, known)
        return {path: value for path, value in same.items() if not named.has(path)}
    seen = values_at(same, found, whole, kind, secret)
    return {path: value for path, value in same.items() if path not in seen or is_same(value, seen[path])}


def values_at(paths: Collection[str], found: Observed, entry: Managed, kind: Kind, secret: str) -> Fields:
    """Give what an object has at paths, in the shape in which values are remembered; what was not read is left out."""
    return {
        path: remembered(value, secret, personal=row.personal)
        for path, row, value in _looked(paths, found, entry, kind)
    }


def _looked(paths: Collection[str], found: Observed, entry: Managed, kind: Kind) -> Iterator[tuple[str, Field, Value]]:
    rows = {
        f"{member.section}/": {
            str(row.get(member.remote)): row for row in (found.members or {}).get(member.section, ())
        }
        for member in kind.members
    }
    lists = {f"{member.section}/": member for member in kind.members}
    for path in paths:
        head, key, name = _parts(path)
        if head in lists:
            remote_id = entry.members.get(lists[head].section, {}).get(key)
            person, field = rows[head].get(remote_id or ""), lists[head].field(name.partition(".")[0])
            if person is not None and field is not None:
                yield path, field, _within(person, name)
        elif (field := kind.field(path.partition(".")[0])) is not None:
            yield path, field, _within(found.fields, path)


def _parts(path: str) -> tuple[str, str, str]:
    """Part the path of a member's field into section, key and name; where it is an object's own, the first is no such.

    External ids may hold a stroke, names of fields do not.
    """
    section, stroke, rest = path.partition("/")
    key, _, name = rest.rpartition("/")
    return f"{section}{stroke}", key, name


def _within(value: Value, path: str) -> Value:
    """Give the value at a dotted path; the names in a mapping may hold dots of their own."""
    if not isinstance(value, Mapping):
        return None
    if path in value:
        return value[path]
    for name, inner in value.items():
        if path.startswith(f"{name}."):
            return _within(inner, path.removeprefix(f"{name}."))
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """The paths that a change is about: single ones, and `people` who come, go or were not known, as a whole."""

    paths: frozenset[str]
    people: frozenset[str]
    sections: frozenset[str]

    @classmethod
    def by(cls, change: Change, known: Managed | None) -> _Named:
        """Give those of a change."""
        paths, people, sections = {".".join(row.path) for row in change.fields}, set(), set()
        held = {_head(path) for path in known.last_applied} if known is not None else set()
        for member in change.members:
            if member.action is MemberAction.KEEP:
                continue
            head = f"{member.section}/{member.address.key}/"
            sections.add(member.section)
            if member.action is MemberAction.CHANGE and head in held:
                paths.update(f"{head}{'.'.join(row.path)}" for row in member.fields)
            else:
                people.add(head)
        return cls(paths=frozenset(paths), people=frozenset(people), sections=frozenset(sections))

    def has(self, path: str) -> bool:
        """Say whether a path is named, or a part or the whole of one that is."""
        if path in self.paths or _head(path) in self.people:
            return True
        return any(path.startswith(f"{one}.") or one.startswith(f"{path}.") for one in self.paths if "." in path + one)


def _head(path: str) -> str:
    return f"{path.rpartition('/')[0]}/"
