"""Paths into one file → the places of their values and keys, by parsing the file a second time.

Called for problems and for changes that are shown, never for the bulk (`yaml` says why). All paths into a file are
looked up together: one pass keeps the positions inside the wanted items and inside anchored values, and walks past
everything else. A path that ends where nothing stands (a missing key) leads to the closest thing above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from yaml.error import YAMLError
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from reconciler.desired.events import open_events, place_of
from reconciler.desired.text import Text, read_text
from reconciler.errors import Place
from reconciler.model.resource import Source

Steps = tuple[str | int, ...]
Target = tuple[int, Steps]
"""A document's number in its file, and the path from its top: section, index, keys."""

_ITEM = 2  # steps from the top of a document to an item


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a value stands, where its key stands, and the text of a plain scalar as it was written.

    `found` is False if the path goes on where nothing stands; the places are those of the closest thing above.
    """

    value: Place
    key: Place
    plain: str | None = None
    found: bool = True


@dataclass(slots=True, kw_only=True)
class _Node:
    place: Place
    key: Place
    plain: str | None = None
    children: dict[str | int, _Node] = field(default_factory=dict)
    merged: list[_Node] = field(default_factory=list)

    def child(self, step: str | int) -> _Node | None:
        """Go one step down, if there is anything."""
        found = self.children.get(step)
        if found is not None:
            return found
        for source in self.merged:
            found = source.child(step)
            if found is not None:
                return found
        return None


def find_spots(text: Text, wanted: Iterable[Target]) -> Mapping[Target, Spot]:
    """Find these paths in a text; those in a document that cannot be read any more are left out."""
    targets = list(wanted)
    locator = _Locator(text, frozenset((document, steps[:_ITEM]) for document, steps in targets))
    roots = locator.locate()
    return {(number, steps): _descend(roots[number], steps) for number, steps in targets if number in roots}


def find_places(root: Path, wanted: Iterable[tuple[Source, Steps]]) -> Mapping[tuple[Source, Steps], Spot]:
    """Find values inside declared items; `root` is the folder that holds `reconciler.yaml`.

    Where the file cannot be read any more, the item's own place stands for everything in it.
    """
    files: dict[str, list[tuple[Source, Steps]]] = {}
    for source, steps in wanted:
        files.setdefault(source.file, []).append((source, steps))
    return {pair: spot for file, pairs in files.items() for pair, spot in _places_in(root, file, pairs)}


def _places_in(root: Path, file: str, pairs: list[tuple[Source, Steps]]) -> Iterator[tuple[tuple[Source, Steps], Spot]]:
    text = read_text(root / file, file)
    targets = [(source.document, (*source.path, *steps)) for source, steps in pairs]
    spots = find_spots(text, targets) if isinstance(text, Text) else {}
    for (source, steps), target in zip(pairs, targets, strict=True):
        place = Place(path=file, line=source.line, column=source.column)
        yield (source, steps), spots.get(target) or Spot(value=place, key=place, found=False)


def _descend(root: _Node, steps: Steps) -> Spot:
    node = root
    for step in steps:
        below = node.child(step)
        if below is None:
            return Spot(value=node.place, key=node.key, found=False)
        node = below
    return Spot(value=node.place, key=node.key, plain=node.plain)


class _Locator:
    """One pass over the events of a file. Nodes are hung into the tree before they are filled: an error keeps them."""

    def __init__(self, text: Text, wanted: frozenset[Target]) -> None:
        self._text = text
        self._next = open_events(text)
        self._wanted = wanted
        self._roots: dict[int, _Node] = {}
        self._anchors: dict[str, _Node] = {}

    def locate(self) -> Mapping[int, _Node]:
        """Give the tree of places of each document, by its number."""
        with suppress(YAMLError):  # told by who read the values; what stands before it has its place
            self._locate_documents()
        return self._roots

    def _locate_documents(self) -> None:
        event = self._next()
        while event is not None:
            if isinstance(event, DocumentStartEvent):
                number = len(self._roots)
                self._anchors.clear()
                event = self._next()
                if event is not None:
                    node = self._roots[number] = self._node(event)
                    self._fill(node, event, (number, ()))
            event = self._next()

    def _node(self, event: Event, key: Place | None = None) -> _Node:
        place = place_of(event, self._text)
        plain = event.value if isinstance(event, ScalarEvent) and not event.style and event.tag is None else None
        return _Node(place=place, key=key or place, plain=plain)

    def _fill(self, node: _Node, event: Event, at: Target | None) -> None:
        """Take the events of a value; `at` is its path as long as it decides what is wanted, None below."""
        if isinstance(event, NodeEvent) and event.anchor:
            if isinstance(event, AliasEvent):
                self._follow(node, event.anchor)
                return
            self._anchors[event.anchor] = node
            at = None
        if not isinstance(event, CollectionStartEvent):
            return
        if at is not None and len(at[1]) == _ITEM and at not in self._wanted:
            self._pass_by()
        elif isinstance(event, MappingStartEvent):
            self._fill_mapping(node, at)
        else:
            self._fill_sequence(node, at)

    def _follow(self, node: _Node, anchor: str) -> None:
        target = self._anchors.get(anchor)
        if target is not None:
            node.plain, node.children, node.merged = target.plain, target.children, target.merged

    def _fill_mapping(self, node: _Node, at: Target | None) -> None:
        while (key := self._next()) is not None and not isinstance(key, CollectionEndEvent):
            name = self._key(key)
            event = self._next()
            if event is None:
                return
            child = self._node(event, place_of(key, self._text))
            if name is not None:
                node.children.setdefault(name, child)
            self._fill(child, event, _below(at, name or ""))
            if name == "<<":
                node.merged.extend(child.children.values() if not isinstance(event, AliasEvent) else [child])
                node.children.pop("<<", None)

    def _fill_sequence(self, node: _Node, at: Target | None) -> None:
        index = 0
        while (event := self._next()) is not None and not isinstance(event, CollectionEndEvent):
            child = node.children[index] = self._node(event)
            self._fill(child, event, _below(at, index))
            index += 1

    def _key(self, event: Event) -> str | None:
        node = self._node(event)
        self._fill(node, event, None)
        return event.value if isinstance(event, ScalarEvent) else node.plain

    def _pass_by(self) -> None:
        depth = 1
        while depth and (event := self._next()) is not None:
            if isinstance(event, NodeEvent) and event.anchor and not isinstance(event, AliasEvent):
                self._fill(self._node(event), event, None)
            elif isinstance(event, CollectionStartEvent):
                depth += 1
            elif isinstance(event, CollectionEndEvent):
                depth -= 1


def _below(at: Target | None, step: str | int) -> Target | None:
    return None if at is None or len(at[1]) >= _ITEM else (at[0], (*at[1], step))
