"""The entries of an inventory as text: what planning asks of each of them at once, the rest when it is asked for.

An entry is one line, or two: first what tells whose object it is, then what was last applied to it and who is in its
lists. The second is five times as long, and a plan needs it of the few that it changes:

    {"applied_at":…,"document":…,"key":"C-001","kind":"customer","remote_id":…,"run":…,
    "fingerprint":…,"last_applied":{…},"members":{…},"overridden":{…}},      what is as by default is left out

So the second line is kept as it stands (`Deferred`), decoded when somebody looks, and written back as it was where
nobody changed it. No line ends inside a value, where JSON writes a line end in another way. The fingerprint, if there
is one, comes first and has no signs that JSON would write otherwise: a plan asks for it, and it is cut off.

Rejected: decoding everything. At 10,000 customers that took a sixth of a plan and half as much memory again.
"""

from __future__ import annotations

import copy
import functools
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeGuard, TypeVar

import orjson
from pydantic import TypeAdapter, ValidationError

from reconciler.model.inventory import Managed
from reconciler.model.resource import Fields, Value
from reconciler.plan.canonical import canonical
from reconciler.store import inventory_problems as problems

Part = TypeVar("Part")

CHUNK = 256
"""How many entries stand in a chunk, on average."""

_WORDS, _TEXTS = 6, {str}  # in every first line
_PARTS = 3  # of a second line
_PRINT = b'"fingerprint":"'
_LONG = len(_PRINT)
_AT_ONCE = 1 << 20  # bytes that are cut into lines at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class _Second:
    """What stands in the second line of an entry."""

    last_applied: Fields = field(default_factory=dict)
    members: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    overridden: Fields = field(default_factory=dict)


class Deferred(Mapping[str, Part]):
    """One part of a second line, decoded when it is first looked at. A deep copy is a plain dictionary."""

    __slots__ = ("_decode", "_found", "line")

    def __init__(self, line: bytes, decode: Callable[[bytes], Mapping[str, Part]]) -> None:
        self.line = line
        self._decode = decode
        self._found: Mapping[str, Part] | None = None

    def __getitem__(self, name: str) -> Part:
        return self._decoded()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._decoded())

    def __len__(self) -> int:
        return len(self._decoded())

    def __repr__(self) -> str:
        return repr(self._decoded())

    def __deepcopy__(self, memo: dict[int, object]) -> dict[str, Part]:
        return copy.deepcopy(dict(self._decoded()), memo)

    def _decoded(self) -> Mapping[str, Part]:
        if self._found is None:
            self._found = self._decode(self.line)
        return self._found


def entry_chunks(managed: Mapping[str, Managed]) -> Iterator[bytes]:
    """Give the text of all entries, sorted by name, in pieces that end after an entry.

    Where a piece ends follows from the name after it alone, so that an entry that comes, changes or goes leaves all
    pieces but its own as they were.
    """
    entries: list[bytes] = []
    for name in sorted(managed):
        if entries and zlib.crc32(name.encode()) % CHUNK == 0:
            yield b",\n".join(entries) + b",\n"
            entries = []
        entries.append(_entry_text(managed[name]))
    if entries:
        yield b",\n".join(entries) + b"\n"


def read_entries(content: bytes, start: int, end: int, organization: str) -> dict[str, Managed]:
    """Read the entries in a part of a text.

    Raises:
        ReconcilerError: `inventory-unreadable`; for what stands in a second line, when it is first looked at.
    """
    applied = functools.partial(_last_applied, organization)
    members = functools.partial(_members, organization)
    overridden = functools.partial(_overridden, organization)
    managed: dict[str, Managed] = {}
    words: dict[str, str] = {}  # most entries share document, run and time
    lines = _lines(content, start, end)
    try:
        for line in lines:
            alone = line.endswith((b"}", b"},"))
            head: Value = orjson.loads(line.removesuffix(b",") if alone else line.removesuffix(b",") + b"}")
            if alone:
                entry = _entry(head, words, {}, {}, {}, "")
            else:
                fingerprint, second = _cut(next(lines).removesuffix(b",").removesuffix(b"}"))
                parts = Deferred(second, applied), Deferred(second, members), Deferred(second, overridden)
                entry = _entry(head, words, *parts, fingerprint)
            name = entry.name
            if name in managed:
                raise problems.unreadable(organization, "It names the same address twice.")
            managed[name] = entry
    except (ValueError, TypeError, KeyError, StopIteration):
        place = f"managed.{len(managed)}"
        raise problems.unreadable(organization, f"It is not as an inventory is built, at {place}.") from None
    return managed


def _entry_text(entry: Managed) -> bytes:
    head: dict[str, Value] = {
        "kind": entry.kind,
        "key": entry.key,
        "remote_id": entry.remote_id,
        "document": entry.document,
        "applied_at": entry.applied_at,
        "run": entry.run,
    }
    if entry.protected:
        head["protected"] = True
    if entry.members_only:
        head["members_only"] = True
    first, second = canonical(head), _second_line(entry)
    return b"%s,\n%s}" % (first[:-1], second) if second else first


def _second_line(entry: Managed) -> bytes:
    rest = _rest(entry)
    if not entry.fingerprint:
        return rest
    return b'%s%s"%s%s' % (_PRINT, entry.fingerprint.encode(), b"," if rest else b"", rest)


def _cut(line: bytes) -> tuple[str, bytes]:
    """Give the fingerprint at the beginning of a second line, and what follows it."""
    if not line.startswith(_PRINT):
        return "", line
    end = line.index(b'"', _LONG)
    return line[_LONG:end].decode(), line[end + 2 :]


def _rest(entry: Managed) -> bytes:
    applied, members, overridden = entry.last_applied, entry.members, entry.overridden
    parts = [part.line for part in (applied, members, overridden) if isinstance(part, Deferred)]
    if len(parts) == _PARTS and parts[0] is parts[1] is parts[2]:
        return parts[0]
    tree: dict[str, Value] = {}
    if applied:
        tree["last_applied"] = applied
    if members:
        tree["members"] = members
    if overridden:
        tree["overridden"] = overridden
    return canonical(tree)[1:-1]


def _entry(
    head: Value,
    words: dict[str, str],
    last_applied: Fields,
    members: Mapping[str, Mapping[str, str]],
    overridden: Fields,
    fingerprint: str,
) -> Managed:
    protected = isinstance(head, dict) and head.pop("protected", False)
    members_only = isinstance(head, dict) and head.pop("members_only", False)
    if not _is_first_line(head) or not (isinstance(protected, bool) and isinstance(members_only, bool)):
        raise TypeError
    shared = words.setdefault
    kind, document, applied_at, run = head["kind"], head["document"], head["applied_at"], head["run"]
    return Managed(
        kind=shared(kind, kind),
        key=head["key"],
        remote_id=head["remote_id"],
        document=shared(document, document),
        applied_at=shared(applied_at, applied_at),
        run=shared(run, run),
        protected=protected,
        members_only=members_only,
        last_applied=last_applied,
        members=members,
        overridden=overridden,
        fingerprint=fingerprint,
    )


def _is_first_line(head: Value) -> TypeGuard[dict[str, str]]:
    """Say whether all that must be there is, and nothing else, lest it be lost unseen when it is written again."""
    return isinstance(head, dict) and len(head) == _WORDS and set(map(type, head.values())) == _TEXTS


def _lines(content: bytes, start: int, end: int) -> Iterator[bytes]:
    while start < end:
        stop = content.find(b"\n", min(start + _AT_ONCE, end), end)
        stop = end if stop < 0 else stop
        yield from content[start:stop].split(b"\n")
        start = stop + 1


def _last_applied(organization: str, line: bytes) -> Fields:
    return _decoded(organization, line).last_applied


def _members(organization: str, line: bytes) -> Mapping[str, Mapping[str, str]]:
    return _decoded(organization, line).members


def _overridden(organization: str, line: bytes) -> Fields:
    return _decoded(organization, line).overridden


def _decoded(organization: str, line: bytes) -> _Second:
    try:
        return _adapter().validate_json(b"{%s}" % line, strict=True)
    except ValidationError:  # not shown and not chained: it quotes values
        raise problems.unreadable(organization, "It is not as an inventory is built, in an entry.") from None


@functools.cache
def _adapter() -> TypeAdapter[_Second]:
    return TypeAdapter(_Second)
