"""The text of one file → the items of its documents, one at a time, and the problems of everything around them.

A file holds any number of documents. A document is a mapping of sections (`customers:`), a section is a list of items,
an item is a mapping. Items are handed on as they are read, so that no file is ever in memory as a tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from yaml.error import YAMLError
from yaml.events import (
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    SequenceStartEvent,
)

from reconciler.desired.events import NextEvent, explain, open_events
from reconciler.desired.item import Item
from reconciler.desired.lines import Unusual, read_lines
from reconciler.desired.text import Text
from reconciler.desired.wording import suggest
from reconciler.desired.yaml import Builder
from reconciler.desired.yaml_problems import duplicate_key, key_not_string
from reconciler.errors import Place, Problem
from reconciler.model.resource import Source, Value


def read_tree(text: Text) -> tuple[list[Value], list[Problem]]:
    """Read every document of a text whole, and the problems of its YAML."""
    following = open_events(text)
    builder = Builder(text, following)
    documents: list[Value] = []
    try:
        documents.extend(builder.build(event) for event in _documents(following, builder))
    except YAMLError as error:
        builder.problems.append(explain(error, text))
    return documents, builder.problems


def read_items(text: Text, sections: Iterable[str], problems: list[Problem]) -> Iterator[Item]:
    """Read the items of a text; problems are added to `problems` as they are met.

    A syntax error ends the file; items before it are still given. Plain lines are read without the parser (`lines`);
    where they end, it reads the file from the start, and the items that were given already are left out.
    """
    sections = tuple(sections)
    given = 0
    try:
        for item in read_lines(text, sections):
            given += 1
            yield item
    except Unusual:
        yield from islice(parse_items(text, sections, problems), given, None)


def parse_items(text: Text, sections: Iterable[str], problems: list[Problem]) -> Iterator[Item]:
    """Read the items of a text by the parser, whatever it looks like."""
    following = open_events(text)
    reader = _Reader(text, following, Builder(text, following), tuple(sections))
    try:
        for number, event in enumerate(_documents(following, reader.builder)):
            yield from reader.document(number, event)
    except YAMLError as error:
        problems.append(explain(error, text))
    finally:
        problems.extend(reader.builder.problems)


def _documents(following: NextEvent, builder: Builder) -> Iterator[Event]:
    """Give the first event of every document; the caller uses up the rest before asking on."""
    while (event := following()) is not None:
        if isinstance(event, DocumentStartEvent):
            builder.start_document()
            first = following()
            if first is not None:
                yield first


class _Reader:
    """Walks the two upper levels of documents by events, and has the builder build what is below."""

    def __init__(self, text: Text, following: NextEvent, builder: Builder, sections: tuple[str, ...]) -> None:
        self.builder = builder
        self._text = text
        self._next = following
        self._sections = sections

    def document(self, number: int, event: Event) -> Iterator[Item]:
        """Give the items of a document that begins with this event."""
        if not isinstance(event, MappingStartEvent):
            if self.builder.build(event) is not None:  # an empty document is fine
                self._add(_document_not_mapping(self.builder.place(event), self._sections))
            return
        self.builder.begin(event)
        seen: set[str] = set()
        while (key := self._next()) is not None and not isinstance(key, CollectionEndEvent):
            name = self._section(key, seen)
            value = self._next()
            if value is None:
                return
            if name is None:
                self.builder.build(value)
            else:
                yield from self._items(name, number, value)

    def _section(self, key: Event, seen: set[str]) -> str | None:
        name, place = self.builder.build(key), self.builder.place(key)
        if not isinstance(name, str):
            self._add(key_not_string(place, key))
        elif name in seen:
            self._add(duplicate_key(place, name))
        elif name not in self._sections:
            self._add(_section_unknown(place, name, self._sections))
        else:
            seen.add(name)
            return name
        return None

    def _items(self, section: str, number: int, event: Event) -> Iterator[Item]:
        self.builder.whole = True
        if not isinstance(event, SequenceStartEvent):
            values, place = self.builder.build(event), self.builder.place(event)
            if isinstance(values, list):  # an alias of a list
                for index, value in enumerate(values):
                    yield from self._item(section, value, _source(place, number, (section, index)))
            elif self.builder.whole:
                self._add(_section_not_list(place, section))
            return
        self.builder.begin(event)
        kept: list[Value] = []
        index = -1
        while (first := self._next()) is not None and not isinstance(first, CollectionEndEvent):
            index += 1
            value, place = self.builder.build(first), self.builder.place(first)
            if event.anchor:
                kept.append(value)
            yield from self._item(section, value, _source(place, number, (section, index)))
        self.builder.finish(event, kept)

    def _item(self, section: str, value: Value, source: Source) -> Iterator[Item]:
        if not self.builder.whole:
            self.builder.whole = True  # what is wrong was said; judging the rest of it would only add noise
        elif isinstance(value, dict):
            yield Item(section=section, fields=value, source=source)
        else:
            place = Place(path=source.file, line=source.line, column=source.column)
            self._add(_item_not_mapping(place, section))

    def _add(self, problem: Problem) -> None:
        self.builder.problems.append(problem)


def _source(place: Place, document: int, path: tuple[str | int, ...]) -> Source:
    return Source(file=place.path, line=place.line, column=place.column, document=document, path=path)


def _document_not_mapping(where: Place, sections: tuple[str, ...]) -> Problem:
    return Problem(
        code="document-not-mapping",
        summary="a document that is no mapping of sections",
        where=where,
        remedy=f"Begin the document with a section: {', '.join(f'{section}:' for section in sections)}.",
    )


def _section_unknown(where: Place, name: str, sections: tuple[str, ...]) -> Problem:
    return Problem(
        code="section-unknown",
        summary="unknown section",
        where=where,
        detail=f'Nothing is known by the section "{name}".',
        remedy=suggest(name, sections, "The sections are"),
    )


def _section_not_list(where: Place, section: str) -> Problem:
    return Problem(
        code="section-not-list",
        summary="a section that is no list",
        where=where,
        detail=f'The section "{section}" holds a list of items.',
        remedy="Put a dash before each item, or remove the section.",
    )


def _item_not_mapping(where: Place, section: str) -> Problem:
    return Problem(
        code="item-not-mapping",
        summary="an item that is no mapping",
        where=where,
        detail=f'An item of "{section}" is a mapping of keys and values.',
        remedy="Write key: value pairs, or remove the item.",
    )
