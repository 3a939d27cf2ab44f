"""An address on the command line at which nothing drifted → whether that is so, or why nothing can be said of it. Pure.

| what is named                                                 | answer                                          |
|---------------------------------------------------------------|-------------------------------------------------|
| something declared or managed, a field that its document says | nothing differs                                 |
| something that is live, and neither declared nor managed      | refused: nothing to compare; how to declare it  |
| a field that its document leaves out                          | refused: nothing to compare; where to declare it|
| a field of what came or went as a whole                       | refused: the whole is to be named               |
| anything else                                                 | refused, with what may have been meant          |

A key may have dots in it: the longest address that leads anywhere counts, and what is behind it is a field. What may
have been meant never names a person by their e-mail address.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from reconciler.diff.members import member_key
from reconciler.errors import Problem
from reconciler.model.address import Address, parse_address
from reconciler.model.drift import Drift
from reconciler.model.inventory import Managed
from reconciler.model.kind import Kind, MemberKind
from reconciler.model.resource import Declared, Fields, Observed, Source, Value
from reconciler.plan.build import Part
from reconciler.plan.telling_names import looks_telling, tells
from reconciler.render.words import dotted


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """What an address leads to: its names for fields, what is declared and live there, and whether it is ours."""

    address: Address
    names: tuple[str, ...]
    ours: bool
    declared: Fields | None = None
    live: Fields | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Owner:
    """An object in the three places where it may be known."""

    kind: Kind
    secret: str
    declared: Declared | None
    entry: Managed | None
    live: Observed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """All that may be named: what was read, and what drifted."""

    drift: Drift
    parts: Mapping[str, Part] = field(repr=False)

    def refusal(self, target: str, *, fields: bool) -> Problem | None:
        """Say why nothing can be said at a target at which nothing drifted; None where nothing differs.

        Args:
            target: An address; with `fields`, a field behind it may be named too.
            fields: Whether a field can be chosen by itself.
        """
        found = ((self._spot(head), tail) for head, tail in _splits(target))
        spot, tail = next((one for one in found if one[0] is not None), (None, ""))
        if spot is None and target in self.parts:
            return _organization(target, fields=fields)
        if spot is None:
            return _unknown(target, self._guess(target), fields=fields, compared=self.parts)
        if tail and (not fields or str(spot.address) in self._wholes()):
            return _whole(target, spot.address, fields=fields)
        if tail:
            return _field_refusal(target, tail, spot)
        return None if spot.ours else _undeclared(target)

    def _wholes(self) -> Iterator[str]:
        """Name what came or went as a whole."""
        for one in self.drift.objects:
            if one.label is not None:
                yield str(one.address)
            yield from (str(member.address) for member in one.members if member.label is not None)

    def _spot(self, text: str) -> _Spot | None:
        address = parse_address(text)
        owner = self._owner(address.top) if address is not None else None
        if address is None or owner is None:
            return None
        if address.parent is None:
            return _object_spot(address, owner)
        return _member_spot(address, owner) if address.parent == address.top else None

    def _owner(self, address: Address) -> _Owner | None:
        part = self.parts.get(address.organization)
        kind = part.organization.vendor.kind(address.kind) if part is not None else None
        if part is None or kind is None:
            return None
        place = (address.kind, address.key)
        declared = next((one for one in part.desired.declared if (one.kind, one.key) == place), None)
        entry = part.inventory.find(*place) if part.inventory is not None else None
        found = part.live.find(*place)
        live = found if isinstance(found, Observed) else None
        if declared is None and entry is None and live is None:
            return None
        return _Owner(kind=kind, secret=part.organization.digest_key, declared=declared, entry=entry, live=live)

    def _guess(self, target: str) -> str:
        """Give what may have been meant: another key of that kind, else another address."""
        address = parse_address(target)
        owner = self._owner(address.top) if address is not None and address.parent is not None else None
        known = {str(one) for one in self._objects()}
        if address is not None and owner is not None:
            known |= {str(one) for one in _offered(address.top, owner)}
        head, _, last = target.rpartition("/")
        near = {one.rpartition("/")[2]: one for one in known if one.rpartition("/")[0] == head}
        if not near:
            near, last = {one: one for one in known}, target
        for name, tail in _splits(last):
            close = get_close_matches(name, near, n=1)
            if close:
                return near[close[0]] + (f".{tail}" if tail else "")
        return ""

    def _objects(self) -> Iterator[Address]:
        """Give all objects: what is declared, what is managed, what drifted."""
        yield from (one.address for one in self.drift.objects)
        for organization, part in self.parts.items():
            held = part.inventory.managed.values() if part.inventory else ()
            for one in (*part.desired.declared, *held):
                yield Address(organization=organization, kind=one.kind, key=one.key)


def _object_spot(address: Address, owner: _Owner) -> _Spot:
    declared = owner.declared
    said = {**declared.fields, **dict.fromkeys(declared.members)} if declared is not None else None
    return _Spot(
        address=address,
        names=(*(row.name for row in owner.kind.fields), *(one.section for one in owner.kind.members)),
        ours=declared is not None or owner.entry is not None,
        declared=said,
        live=owner.live.fields if owner.live is not None else None,
        source=declared.source if declared is not None else None,
    )


def _member_spot(address: Address, owner: _Owner) -> _Spot | None:
    kind = next((one for one in owner.kind.members if one.name == address.kind), None)
    if kind is None:
        return None
    declared = {member_key(row, kind, owner.secret): row for row in _declared_rows(owner, kind)}.get(address.key)
    live = {member_key(row, kind, owner.secret): row for row in _live_rows(owner, kind)}.get(address.key)
    ours = declared is not None or address.key in _kept(owner, kind)
    if not ours and live is None:
        return None
    return _Spot(
        address=address,
        names=tuple(row.name for row in kind.fields),
        ours=ours,
        declared=declared,
        live=live,
        source=owner.declared.source if owner.declared is not None else None,
    )


def _declared_rows(owner: _Owner, kind: MemberKind) -> Iterable[Fields]:
    return owner.declared.members.get(kind.section, ()) if owner.declared is not None else ()


def _live_rows(owner: _Owner, kind: MemberKind) -> Iterable[Fields]:
    return (owner.live.members or {}).get(kind.section, ()) if owner.live is not None else ()


def _kept(owner: _Owner, kind: MemberKind) -> frozenset[str]:
    """Give the members that the inventory remembers."""
    if owner.entry is None:
        return frozenset()
    paths = (path.split("/") for path in owner.entry.last_applied if path.startswith(f"{kind.section}/"))
    return frozenset({*owner.entry.members.get(kind.section, {}), *("/".join(path[1:-1]) for path in paths)})


def _offered(owner: Address, found: _Owner) -> Iterator[Address]:
    """Give the members of an object whose keys tell nobody who they are."""
    for kind in found.kind.members:
        keys: dict[str, list[str]] = {key: [] for key in _kept(found, kind)}
        for row in (*_declared_rows(found, kind), *_live_rows(found, kind)):
            personal = [str(row.get(one.name) or "") for one in kind.fields if one.personal]
            keys[member_key(row, kind, found.secret)] = [value for value in personal if value]
        for key, values in keys.items():
            if not (tells(key, values) if values else looks_telling(key)):
                yield owner.member(kind.name, key)


def _field_refusal(target: str, tail: str, spot: _Spot) -> Problem | None:
    name, _, rest = tail.partition(".")
    if name not in spot.names:
        close = get_close_matches(name, spot.names, n=1)
        meant = ".".join((str(spot.address), close[0], *filter(None, [rest]))) if close else ""
        return _unknown(target, meant, fields=True, names=spot.names)
    if spot.declared is None:
        return None
    said, live = set(_paths(spot.declared)), set(_paths(spot.live or {}))
    if tail in said:
        return None
    if tail == name or tail in live:
        return _left_out(target, spot.source)
    close = get_close_matches(tail, {*said, *live}, n=1)
    return _unknown(target, f"{spot.address}.{close[0]}" if close else "", fields=True)


def _paths(fields: Fields) -> Iterator[str]:
    """Name all fields, those inside mappings too."""
    heads: list[tuple[tuple[str, ...], Value]] = [((), fields)]
    while heads:
        path, value = heads.pop()
        if path:
            yield dotted(path)
        if isinstance(value, Mapping):
            heads += [((*path, str(name)), inner) for name, inner in value.items()]


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """Give the ways to read a text as an address and a field behind a dot, the longest address first."""
    yield text, ""
    at = text.rfind(".")
    while at > text.rfind("/"):
        yield text[:at], text[at + 1 :]
        at = text.rfind(".", 0, at)


def _refused(target: str, detail: str, remedy: str, command: str = "") -> Problem:
    return Problem(
        code="drift-unknown",
        summary="nothing to compare at this address",
        where=target,
        detail=detail,
        remedy=remedy,
        command=command,
    )


def _organization(name: str, *, fields: bool) -> Problem:
    command = f"reconciler drift{' accept' if fields else ''} --org {name}"
    return _refused(name, "This is an organization, and no address in it.", "Choose it by its option:", command)


def _unknown(
    target: str, meant: str, *, fields: bool, names: Collection[str] = (), compared: Collection[str] = ()
) -> Problem:
    detail = "No document declares it, and the inventory does not hold it."
    organization, slash, _ = target.partition("/")
    if slash and compared and organization not in compared:
        detail = f"{organization} is not compared here; {', '.join(sorted(compared))} is."
    if names:
        detail = f"There is no such field. There are {', '.join(names)}."
    if meant:
        return _refused(target, detail, f'Did you mean "{meant}"?')
    if not fields and target in ("accept", "show"):
        return _refused(target, detail, "Options come behind the command:", f"reconciler drift {target} …")
    return _refused(target, detail, "See what differs:", "reconciler drift")


def _undeclared(target: str) -> Problem:
    return _refused(
        target,
        "The vendor has it, but no document declares it, so it is left alone.",
        "Declare it in a document, by hand or as a dump spells it; then a plan or `reconciler adopt` takes it in:",
        "reconciler dump",
    )


def _left_out(target: str, source: Source | None) -> Problem:
    place = f"{source.file}:{source.line}" if source is not None else "its document"
    return _refused(
        target,
        "Its document says nothing of this field, and what is left out is left alone.",
        f"Write the field into the item at {place} if it is to be managed.",
    )


def _whole(target: str, address: Address, *, fields: bool) -> Problem:
    if fields:
        detail, command = "It differs as a whole: it came or went.", f"reconciler drift accept {address}"
    else:
        detail, command = "Drift is shown of whole objects and people.", f"reconciler drift {address}"
    return _refused(target, detail, "Name it without a field:", command)
