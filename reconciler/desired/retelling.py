"""Live objects → items that are read back as these very objects, and what had to be left out for that.

Each item is read and resolved like one of a document, and compared; what is found wrong is taken out, and the rest
tried again until nothing is wrong. Every round takes something out, so it ends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.model.kind import Kind, MemberKind
from reconciler.model.organization import Organization
from reconciler.model.resource import Declared, Fields, Observed, Source, Value
from reconciler.model.state import LiveState, Surroundings

_NOWHERE = Source(file="", line=1, column=1)
_ALTERED = "a document would give it another value"
_NOT_WHOLE = "not everybody in it can be told apart in a document, and a list that lacks somebody would remove them"

Steps = tuple[str | int, ...]
Wrong = tuple[Steps, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What no document can say of an object: all of it (`path` is empty), or the value that `path` leads to.

    `key` is None for an object without external id. Holds no value of a field.
    """

    kind: str
    key: str | None
    remote_id: str
    path: Steps
    reason: str

    def __str__(self) -> str:
        name = f"{self.kind}/{self.key}" if self.key is not None else f"{self.kind} with the remote id {self.remote_id}"
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return f"{name}{' ' if path else ''}{path.lstrip('.')}: {self.reason}"


class Retelling:
    """One organization's live objects, told as documents would; `left_out` grows as items are given."""

    def __init__(self, organization: Organization, live: LiveState) -> None:
        self.left_out: list[LeftOut] = []
        self._settings = organization.settings
        self._live = live
        self._told: dict[str, dict[str, Declared]] = {}

    def items(self, kind: Kind) -> Iterator[tuple[str, Fields]]:
        """Give keys and items of a kind, sorted by key; kinds that others name come first."""
        told = self._told.setdefault(kind.name, {})
        surroundings = self._surroundings()
        misplaced = _misplaced(kind, self._live)
        for key, found in sorted(self._live.objects.get(kind.name, {}).items()):
            spelling = kind.dump(found, surroundings)
            item = {**_spelt(key, kind), **spelling.item}
            for omission in spelling.omissions:
                self._leave_out(found, omission.path, omission.reason)
            for path, reason in misplaced.get(key, ()):
                if _remove(item, path, kind):
                    self._leave_out(found, path, reason)
            if (declared := self._tried(item, found, kind, surroundings)) is not None:
                told[key] = declared
                yield key, item
        for found in sorted(self._live.keyless.get(kind.name, ()), key=lambda one: one.remote_id):
            self._leave_out(found, (), "it has no external id")

    def _tried(
        self, item: dict[str, Value], found: Observed, kind: Kind, surroundings: Surroundings
    ) -> Declared | None:
        """Take out of an item whatever is not read back as it is; None where that leaves nothing of use."""
        while True:
            declared, wrong = self._read_back(item, found, kind, surroundings)
            if declared is not None and not wrong:
                return declared
            for path, reason in wrong[:1]:  # one at a time: taking out one may move the others
                if not _remove(item, path, kind):
                    self._leave_out(found, (), f"{'.'.join(map(str, path)) or 'it'}: {reason}")
                    return None
                self._leave_out(found, _told_path(path, item, kind), reason)

    def _read_back(
        self, item: Fields, found: Observed, kind: Kind, surroundings: Surroundings
    ) -> tuple[Declared | None, Sequence[Wrong]]:
        reading = kind.read(item, self._settings)
        wrong = [(flaw.path, flaw.summary) for flaw in reading.flaws if not flaw.warning]
        if wrong or reading.key is None:
            return None, wrong or [((), _ALTERED)]
        declared = Declared(
            kind=kind.name,
            key=reading.key,
            fields=reading.fields,
            source=_NOWHERE,
            members=reading.members,
            options=reading.options,
            only_add=reading.only_add,
        )
        resolution = kind.resolve(declared, surroundings)
        wrong = [(flaw.path, flaw.summary) for flaw in resolution.flaws]
        return declared, wrong or [*_differences(resolution.declared, found, kind)]

    def _leave_out(self, found: Observed, path: Steps, reason: str) -> None:
        self.left_out.append(
            LeftOut(kind=found.kind, key=found.key, remote_id=found.remote_id, path=path, reason=reason)
        )

    def _surroundings(self) -> Surroundings:
        return Surroundings(
            catalogues=self._live.catalogues, seen={}, listed=True, declared=self._told, settings=self._settings
        )


def _spelt(key: str, kind: Kind) -> Fields:
    return {kind.identity: key} if kind.spell_key is None else kind.spell_key(key)


def _misplaced(kind: Kind, live: LiveState) -> Mapping[str, list[Wrong]]:
    """Find the parents that documents may not name: unknown ones, and those that make a second level."""
    objects = live.objects.get(kind.name, {})
    found: dict[str, list[Wrong]] = {}
    for name in (row.name for row in kind.fields if row.reference == kind.name):
        parents = {key: one.fields.get(name) for key, one in objects.items() if one.fields.get(name) is not None}
        named = set(parents.values())
        for key, parent in parents.items():
            if parent not in objects:
                found.setdefault(key, []).append(((name,), "it was not read"))
            elif parent in parents or key in named:
                found.setdefault(key, []).append(((name,), "documents know one level of parents"))
    return found


def _differences(declared: Declared, found: Observed, kind: Kind) -> Iterator[Wrong]:
    for path in _unequal(declared.fields, found.fields):
        yield path, _ALTERED
    for member in kind.members:
        rows, live = declared.members.get(member.section), (found.members or {}).get(member.section)
        if rows is not None and live is not None:
            yield from _row_differences(rows, live, member)


def _row_differences(rows: Sequence[Fields], live: Sequence[Fields], member: MemberKind) -> Iterator[Wrong]:
    naturals = [str(row[member.natural]).strip().casefold() for row in live if row.get(member.natural)]
    if len(rows) != len(live) or len(set(naturals)) != len(naturals):
        yield (member.section,), _NOT_WHOLE
        return
    find = _Finder(live, member)
    for index, row in enumerate(rows):
        one = find(row)
        if one is None:
            yield (member.section,), _NOT_WHOLE
            return
        said = {name: value for name, value in row.items() if name != member.key}
        for path in _unequal(said, one):
            yield (member.section, index, *path), _ALTERED


class _Finder:
    """Finds whom a told member means among the live ones: by identity, natural key, or a name that one alone has."""

    def __init__(self, live: Sequence[Fields], member: MemberKind) -> None:
        self._member = member
        by_hand = [row for row in live if not row.get(member.identity)]
        self._known = {row[member.identity]: row for row in live if row.get(member.identity)}
        self._natural = {row.get(member.natural): row for row in by_hand}
        self._names = Counter(str(row.get(member.second)) for row in live)
        self._second = {row.get(member.second): row for row in by_hand if not row.get(member.natural)}

    def __call__(self, row: Fields) -> Fields | None:
        member = self._member
        if member.identity in row:
            return self._known.get(row[member.identity])
        if not member.second or row.get(member.natural):
            return self._natural.get(row.get(member.natural))
        return self._second.get(row.get(member.second)) if self._names[str(row.get(member.second))] == 1 else None


def _unequal(declared: Fields, live: Fields, path: Steps = ()) -> Iterator[Steps]:
    for name, value in declared.items():
        other = live.get(name)
        if isinstance(value, Mapping) and isinstance(other, Mapping):
            yield from _unequal(value, other, (*path, name))
        elif value != other and not (value in (None, "") and other in (None, "")):
            yield (*path, name)


def _remove(item: dict[str, Value], path: Steps, kind: Kind) -> bool:
    """Take a value out of an item, as much around it as cannot stand without it; False where that is the item."""
    member = next((row for row in kind.members if path[:1] == (row.section,)), None)
    if member is not None:
        return _remove_of_member(item, path, member)
    if not path or path[0] == kind.identity or path[0] not in item:
        return False
    _remove_inner(item, path)
    return True


def _remove_of_member(item: dict[str, Value], path: Steps, member: MemberKind) -> bool:
    """Take a field out of a member who is known without it; else the whole list."""
    rows = item.get(member.section)
    match path, rows:
        case (_, int(index), str(name)), list() if name not in (member.identity, member.key):
            row, known = rows[index], member.identity or member.natural
            if isinstance(row, dict) and known in row and name in row and name != known:
                rows[index] = {key: value for key, value in row.items() if key != name}
                return True
    return item.pop(member.section, None) is not None


def _remove_inner(values: dict[str, Value], path: Steps) -> None:
    """Remove the deepest key of the path that is there, and mappings that are empty then; lists go whole."""
    name, inner = str(path[0]), values.get(str(path[0]))
    if len(path) > 1 and isinstance(inner, dict) and path[1] in inner:
        values[name] = inner = dict(inner)
        _remove_inner(inner, path[1:])
        if inner:
            return
    del values[name]


def _told_path(path: Steps, item: Fields, kind: Kind) -> Steps:
    """Name the whole list where it is what went."""
    gone = any(path[:1] == (member.section,) and member.section not in item for member in kind.members)
    return path[:1] if gone else path
