"""The nodes of documents → which of them hold personal values. Pure.

| where a value stands                                         | is it personal                                        |
|--------------------------------------------------------------|-------------------------------------------------------|
| a personal field of an item, or one that names a person      | yes                                                   |
| another field of an item                                     | no; but where it has an anchor, as any other value    |
| a personal field of somebody on a list, or one beside a list | yes                                                   |
| another field of somebody                                    | where it holds an e-mail address or a personal value  |
| what an alias or a merge key brings to such a place          | as if it were written there                           |
| anywhere else                                                | where it has the name of a personal field, holds an   |
|                                                              | e-mail address, or is equal to a personal value       |

What a customer is called is no person's, though somebody on its list may be called so too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

from reconciler.desired.edit_nodes import MERGE, Alias, Entries, Items, Node, Scalar, walk
from reconciler.model.kind import Field, Kind
from reconciler.plan.telling_names import EMAIL

_TOLD = 3  # characters from which a personal value is known again inside another one


@dataclass(slots=True, kw_only=True)
class People:
    """What is personal in the documents of one file: `found` by the tables, and what is `open` by them.

    `items` and `members` name what is personal, by the section of an item and of a list; `loose` is all of that.
    """

    items: Mapping[str, Collection[str]]
    members: Mapping[str, Collection[str]]
    loose: Collection[str]
    _anchors: dict[str, list[Node]] = field(default_factory=dict)
    _found: dict[int, Scalar] = field(default_factory=dict)
    _open: set[int] = field(default_factory=set)
    _seen: set[tuple[int, int]] = field(default_factory=set)

    @classmethod
    def of(cls, kinds: Iterable[Kind], documents: Sequence[Node]) -> People:
        """Go through documents by a vendor's table."""
        kinds = tuple(kinds)
        items = {kind.section: _personal(kind.fields) for kind in kinds}
        members: dict[str, Collection[str]] = {}
        for one in (one for kind in kinds for one in kind.members):
            for section in (one.section, *(section for _, section in one.places)):
                members[section] = frozenset({*members.get(section, ()), *_personal(one.fields)})
        made = cls(items=items, members=members, loose=frozenset().union(*items.values(), *members.values()))
        for top in documents:
            made._top(top)
        return made

    @property
    def values(self) -> frozenset[str]:
        """Give the values that are personal, without regard to capitals."""
        return frozenset(value for one in self._found.values() if (value := _folded(one)))

    def hidden(self, documents: Sequence[Node], values: Collection[str]) -> list[Scalar]:
        """Give all that is to be hidden, where these values are personal."""
        found = dict(self._found)
        for node in (node for top in documents for node in walk(top) if _is_value(node)):
            is_open = id(node) in self._open
            equal = _folded(node) in values and (not is_open or node.anchor is not None)
            if equal or (not is_open and EMAIL.search(node.text)):
                found[id(node)] = node
        return [*found.values()]

    def _top(self, top: Node) -> None:
        self._anchors = {}
        for node in walk(top):
            if node.anchor and not isinstance(node, Alias):
                self._anchors.setdefault(node.anchor, []).append(node)
        for key, value in top.entries if isinstance(top, Entries) else ():
            section = _text(key)
            self._open.add(id(key))
            for item in self._meant(value):
                if section in self.items and isinstance(item, Items):
                    for one in item.items:
                        self._item(one, self.items[section])
                else:
                    self._loose(value, section)

    def _meant(self, node: Node) -> Sequence[Node]:
        """Give what a node stands for; an alias for whatever has its name."""
        return self._anchors.get(node.anchor or "", ()) if isinstance(node, Alias) else (node,)

    def _merged(self, node: Node) -> Iterator[Node]:
        for one in self._meant(node):
            yield from one.items if isinstance(one, Items) else (one,)

    def _new(self, node: Node, names: Collection[str]) -> bool:
        """Say whether a node was not looked at so before; what stands in several places is looked at once."""
        before = len(self._seen)
        self._seen.add((id(node), id(names)))
        return len(self._seen) > before

    def _item(self, node: Node, names: Collection[str]) -> None:
        for item in self._meant(node):
            for key, value in item.entries if isinstance(item, Entries) and self._new(item, names) else ():
                name = _text(key)
                self._open.add(id(key))
                if name in names:
                    self._hide(value)
                elif name in self.members:
                    self._list(value, self.members[name])
                elif name == MERGE:
                    for one in self._merged(value):
                        self._item(one, names)
                else:
                    self._open.update(id(one) for one in walk(value))

    def _list(self, node: Node, names: Collection[str]) -> None:
        for holder in self._meant(node):
            for one in holder.items if isinstance(holder, Items) else (holder,):
                self._member(one, names)

    def _member(self, node: Node, names: Collection[str]) -> None:
        for one in self._meant(node):
            if not isinstance(one, Entries):
                self._hide(one)
            elif self._new(one, names):
                self._fields(one, names)

    def _fields(self, member: Entries, names: Collection[str]) -> None:
        own = [value for key, value in member.entries if _text(key) in names]
        for value in own:
            self._hide(value)
        told = [text for value in own for one in self._scalars(value) if len(text := _folded(one)) >= _TOLD]
        for key, value in member.entries:
            self._open.add(id(key))
            if _text(key) == MERGE:
                for one in self._merged(value):
                    self._member(one, names)
            elif _text(key) not in names:
                for one in self._scalars(value):
                    if "@" in one.text or any(text in one.text.casefold() for text in told):
                        self._found[id(one)] = one

    def _loose(self, node: Node, name: str) -> None:
        if name in self.loose:
            self._hide(node)
        elif isinstance(node, Items):
            for item in node.items:
                self._loose(item, "")
        elif isinstance(node, Entries):
            for key, value in node.entries:
                self._loose(value, _text(key))

    def _hide(self, node: Node) -> None:
        self._found.update((id(one), one) for one in self._scalars(node))

    def _scalars(self, node: Node) -> Iterator[Scalar]:
        for one in walk(node):
            if isinstance(one, Alias):
                yield from (inner for meant in self._meant(one) for inner in walk(meant) if _is_value(inner))
            elif _is_value(one):
                yield one


def _is_value(node: Node) -> TypeGuard[Scalar]:
    return isinstance(node, Scalar) and bool(node.text)


def _folded(node: Scalar) -> str:
    return node.text.strip().casefold()


def _text(key: Node) -> str:
    return key.text if isinstance(key, Scalar) else ""


def _personal(fields: Iterable[Field]) -> frozenset[str]:
    return frozenset(field.name for field in fields if field.personal or field.names_person)
