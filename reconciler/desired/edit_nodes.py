"""The text of one file → its nodes with the span of each: where a value begins and ends, and where its signs stand.

Values are read elsewhere (`yaml`); this is for whoever writes into a file, between what stands there. The events of the
parser say what is a value and what belongs to what, its tokens say where dashes, commas and colons are. Both count in
characters of the text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

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
from yaml.tokens import BlockEntryToken, FlowEntryToken, Token, ValueToken

from reconciler.desired.events import NextEvent, open_events, open_tokens
from reconciler.desired.text import Text

BLOCK = ("|", ">")
MERGE = "<<"


@dataclass(slots=True, kw_only=True)
class Node:
    """A value in the text: `start` and `end` as the parser marks them, anchor and tag included.

    `style` is that of a scalar: "" (plain), a quote, or the sign of a block scalar. `flow` says that the value is a
    collection in brackets or braces, or stands inside one. `column` is that of `start` in its line.
    """

    start: int
    end: int
    column: int
    line: int
    flow: bool = False
    anchor: str | None = None
    tag: str | None = None


@dataclass(slots=True, kw_only=True)
class Scalar(Node):
    """A single value, by its text."""

    text: str
    style: str


@dataclass(slots=True, kw_only=True)
class Alias(Node):
    """A name that stands for a value written elsewhere."""


@dataclass(slots=True, kw_only=True)
class Items(Node):
    """A list: its items."""

    items: list[Node] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Entries(Node):
    """A mapping: its keys and values, in the order of the text."""

    entries: list[tuple[Node, Node]] = field(default_factory=list)

    def find(self, key: str) -> tuple[Node, Node] | None:
        """Look an entry up by its key."""
        found = (entry for entry in self.entries if isinstance(entry[0], Scalar) and entry[0].text == key)
        return next(found, None)

    @property
    def merges(self) -> bool:
        """Whether some of its values come from another mapping."""
        return any(isinstance(key, Scalar) and key.text == MERGE and not key.style for key, _ in self.entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """Where the dashes of lists, the commas and the colons stand, each in order."""

    dashes: tuple[int, ...]
    commas: tuple[int, ...]
    colons: tuple[int, ...]

    def dash_before(self, node: Node) -> int:
        """Give the dash that an item of a list in lines stands behind."""
        return self.dashes[bisect_left(self.dashes, node.start) - 1]

    def comma_between(self, start: int, end: int) -> int | None:
        """Give the first comma between two places, where there is one."""
        return _first_between(self.commas, start, end)

    def colon_between(self, start: int, end: int) -> int | None:
        """Give the first colon between two places, where there is one."""
        return _first_between(self.colons, start, end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A text, the nodes at the top of its documents, and the signs between them."""

    text: Text
    documents: tuple[Node, ...]
    signs: Signs


def parse(text: Text) -> Parsed:
    """Find the nodes of a text.

    Raises:
        YAMLError: the text is not YAML; `events.explain` makes a problem of it.
    """
    following = open_events(text)
    documents: list[Node] = []
    while (event := following()) is not None:
        if isinstance(event, DocumentStartEvent):
            documents.append(_node(following(), following))
    return Parsed(text=text, documents=tuple(documents), signs=_signs(text))


def walk(node: Node) -> Iterator[Node]:
    """Give a node and all below it, keys included, in the order of the text."""
    yield node
    if isinstance(node, Entries):
        for key, value in node.entries:
            yield from walk(key)
            yield from walk(value)
    elif isinstance(node, Items):
        for item in node.items:
            yield from walk(item)


def content_end(node: Node, content: str) -> int:
    """Give the place behind the last sign of a node; block collections end with their last value."""
    if isinstance(node, Scalar) and node.style in BLOCK:
        body = content[node.start : node.end].rstrip(" ")
        keeps = "+" in body.partition("\n")[0].partition("#")[0]
        body = body.removesuffix("\n").removesuffix("\r") if keeps else body.rstrip()
        return node.start + len(body)
    if isinstance(node, Entries) and not node.flow:
        key, value = node.entries[-1]
        return max(content_end(key, content), content_end(value, content))
    if isinstance(node, Items) and not node.flow:
        return content_end(node.items[-1], content)
    return node.end


def is_bare(node: Node, content: str) -> bool:
    """Say whether a mapping is a single pair in the brackets of a list, as in `[a: 1, b]`: without braces."""
    if not isinstance(node, Entries) or not node.flow or not node.entries:
        return False
    return "{" not in content[node.start : node.entries[0][0].start]


def line_start(content: str, at: int) -> int:
    """Give the first place of the line that a place is in."""
    return content.rfind("\n", 0, at) + 1


def line_end(content: str, at: int) -> int:
    """Give the place behind the line break of the line that a place is in, or the end of the text."""
    found = content.find("\n", at)
    return len(content) if found < 0 else found + 1


def text_end(content: str, at: int) -> int:
    """Give the place before the line break of the line that a place is in."""
    end = line_end(content, at)
    return end - len(line_break(content[at:end]))


def line_break(line: str) -> str:
    """Give the line break that a line ends with, if it ends with any."""
    return "\r\n" if line.endswith("\r\n") else "\n" if line.endswith("\n") else ""


def newline_of(content: str) -> str:
    """Give the line break that a text uses: that of its first line."""
    return line_break(content[: line_end(content, 0)]) or "\n"


def _node(event: Event | None, following: NextEvent, flow: bool = False) -> Node:
    if event is None or not isinstance(event, NodeEvent):
        raise TypeError("A value starts with an alias, a scalar or a collection. This is a bug in reconciler.")
    start, end = event.start_mark, event.end_mark
    first, last = (start.index, end.index) if start is not None and end is not None else (0, 0)
    line, column = (start.line, start.column) if start is not None else (0, 0)
    if isinstance(event, AliasEvent):
        return Alias(start=first, end=last, line=line, column=column, flow=flow, anchor=event.anchor)
    if isinstance(event, ScalarEvent):
        return Scalar(
            start=first,
            end=last,
            line=line,
            column=column,
            flow=flow,
            anchor=event.anchor,
            tag=event.tag,
            text=event.value,
            style=event.style or "",
        )
    inside = flow or (isinstance(event, CollectionStartEvent) and bool(event.flow_style))
    kind = Entries if isinstance(event, MappingStartEvent) else Items
    tag = event.tag if isinstance(event, CollectionStartEvent) else None
    built = kind(start=first, end=last, line=line, column=column, flow=inside, anchor=event.anchor, tag=tag)
    built.end = _fill(built, following, inside)
    return built


def _fill(built: Entries | Items, following: NextEvent, flow: bool) -> int:
    """Take the members of a collection; give the place where it ends."""
    while (event := following()) is not None and not isinstance(event, CollectionEndEvent):
        member = _node(event, following, flow)
        if isinstance(built, Items):
            built.items.append(member)
        else:
            built.entries.append((member, _node(following(), following, flow)))
    mark = event.end_mark if event is not None else None
    return mark.index if mark is not None else built.end


def _signs(text: Text) -> Signs:
    found: dict[type[Token], list[int]] = {BlockEntryToken: [], FlowEntryToken: [], ValueToken: []}
    following = open_tokens(text)
    while (token := following()) is not None:
        places = found.get(type(token))
        if places is not None and token.start_mark is not None:
            places.append(token.start_mark.index)
    dashes, commas, colons = (tuple(places) for places in found.values())
    return Signs(dashes=dashes, commas=commas, colons=colons)


def _first_between(places: tuple[int, ...], start: int, end: int) -> int | None:
    at = bisect_left(places, start)
    return places[at] if at < len(places) and places[at] < end else None
