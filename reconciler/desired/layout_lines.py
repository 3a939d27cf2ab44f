"""A parsed text → how far each of its lines is to be indented, and which lines are nobody's to shorten.

A mapping below a key, and a list below a key, stand two columns in; what stands behind a dash, two columns behind it.
Lines that go on with what a line before began (brackets, quotes, a long plain text) move as that line moves. A comment
on a line of its own stands with what follows it if it stood at its column, else with whatever stood at its column
before it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from reconciler.desired.edit_nodes import BLOCK, Entries, Items, Node, Parsed, Scalar, content_end, line_start, walk
from reconciler.desired.text import Text

_STEP = 2
_MARKER = re.compile(r"(---|\.\.\.)([ \t]|$)|%")
_INDICATED = re.compile(r"[|>][-+]?[1-9]")

Columns = tuple[tuple[int, int], ...]
"""Columns at which collections stand, outermost first: as they are, and as they are to be."""


class Unusual(Exception):
    """Something that this does not lay out, such as a key behind a question mark, and the line and column of it."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__(line, column)
        self.line = line
        self.column = column


@dataclass(slots=True, kw_only=True)
class Lines:
    """What is to become of each line: its indentation, where it changes; `held` lines keep their ends and stay."""

    indents: dict[int, int] = field(default_factory=dict)
    held: set[int] = field(default_factory=set)


def find_lines(parsed: Parsed) -> Lines:
    """Find the indentation of every line.

    Raises:
        Unusual: something in the text is not laid out by this.
    """
    finder = _Finder(parsed.text)
    for document in parsed.documents:
        finder.take(parsed, document, 0, ())
    for document in parsed.documents:
        finder.go_on(document)
    finder.place_comments()
    return finder.lines


class _Finder:
    """One walk over the nodes; what a line begins with is known first, then what goes on in the lines below."""

    def __init__(self, text: Text) -> None:
        self.lines = Lines()
        self._content = text.content
        self._rows = text.content.split("\n")
        self._starts = [0]
        for row in self._rows:
            self._starts.append(self._starts[-1] + len(row) + 1)
        self._chains: dict[int, Columns] = {}
        self._texts: dict[int, tuple[int, int]] = {}

    def take(self, parsed: Parsed, node: Node, target: int, above: Columns) -> None:
        """Place what a collection in lines holds; `target` is the column that it is to have."""
        if isinstance(node, Entries) and not node.flow:
            column = node.entries[0][0].start - line_start(self._content, node.entries[0][0].start)
            chain = (*above, (column, target))
            for key, value in node.entries:
                self._begin(key.start, chain, parsed)
                self._value(parsed, value, chain)
        elif isinstance(node, Items) and not node.flow:
            for item in node.items:
                dash = parsed.signs.dash_before(item)
                chain = (*above, (dash - line_start(self._content, dash), target))
                self._begin(dash, chain, parsed)
                self._value(parsed, item, chain)
        elif not above:
            self._value(parsed, node, ((-_STEP, -_STEP),))

    def go_on(self, top: Node) -> None:
        """Move the lines that go on with what a line before began."""
        for node in walk(top):
            if isinstance(node, Scalar) and node.style in BLOCK:
                self._move_block(node)
        self._go_on(top)

    def place_comments(self) -> None:
        """Place the comments that have a line for themselves."""
        known = sorted(self._chains)
        for number, row in enumerate(self._rows):
            bare = row.strip()
            if not bare or number in self.lines.indents or number in self.lines.held or _MARKER.match(row):
                continue
            if not bare.startswith("#"):
                raise Unusual(number + 1, row.index(bare) + 1)
            at = bisect_left(known, number)
            before = self._chains[known[at - 1]] if at else ()
            behind = self._chains[known[at]] if at < len(known) else ()
            self.lines.indents[number] = _beside(len(row) - len(row.lstrip()), before, self._first(behind, known, at))

    def _first(self, chain: Columns, known: Sequence[int], at: int) -> tuple[int, int] | None:
        """Give the column that a line begins at, as it is and as it is to be."""
        if not chain:
            return None
        row = self._rows[known[at]]
        return len(row) - len(row.lstrip()), self.lines.indents[known[at]]

    def _row(self, at: int) -> int:
        return bisect_left(self._starts, at + 1) - 1

    def _begin(self, at: int, chain: Columns, parsed: Parsed) -> None:
        """Note the line that begins with this key or dash; one that does not begin a line stands behind a dash."""
        number = self._row(at)
        before = self._content[self._starts[number] : at]
        if not before.strip():
            self.lines.indents.setdefault(number, chain[-1][1])
        elif before.strip(" \t-") or not self._behind_dash(at, parsed):
            raise Unusual(number + 1, len(before) - len(before.lstrip(" \t-")) + 1)
        self._chains[number] = chain

    def _behind_dash(self, at: int, parsed: Parsed) -> bool:
        dash = parsed.signs.dashes[bisect_left(parsed.signs.dashes, at) - 1] if parsed.signs.dashes else -1
        return 0 <= dash < at and not self._content[dash + 1 : at].strip()

    def _value(self, parsed: Parsed, value: Node, chain: Columns) -> None:
        if isinstance(value, Entries | Items) and not value.flow:
            self.take(parsed, value, chain[-1][1] + _STEP, chain)
            return
        number = self._row(value.start)
        if value.end > value.start and not self._content[self._starts[number] : value.start].strip():
            self.lines.indents.setdefault(number, chain[-1][1] + _STEP)
            self._chains[number] = chain
        if isinstance(value, Scalar) and value.style in BLOCK:
            self._texts[value.start] = chain[-1]

    def _go_on(self, node: Node) -> None:
        if isinstance(node, Entries) and not node.flow:
            for key, value in node.entries:
                self._go_on(key)
                self._go_on(value)
        elif isinstance(node, Items) and not node.flow:
            for item in node.items:
                self._go_on(item)
        elif not (isinstance(node, Scalar) and node.style in BLOCK):
            self._shift(node)

    def _shift(self, node: Node) -> None:
        first, last = self._row(node.start), self._row(max(node.start, node.end - 1))
        begun = len(self._rows[first]) - len(self._rows[first].lstrip(" "))
        shift = self.lines.indents.get(first, begun) - begun
        for number in range(first + 1, last + 1):
            row = self._rows[number]
            if row.strip():
                self.lines.indents[number] = max(0, len(row) - len(row.lstrip(" ")) + shift)
        for inner in walk(node):
            if isinstance(inner, Scalar):
                self.lines.held.update(range(self._row(inner.start), self._row(max(inner.start, inner.end - 1))))

    def _move_block(self, node: Scalar) -> None:
        end = content_end(node, self._content)
        first, last = self._row(node.start) + 1, self._row(max(end - 1, node.start))
        rows = [number for number in range(first, last + 1) if self._rows[number].strip()]
        keeps = "+" in self._rows[first - 1].partition("#")[0] if first else False
        self.lines.held.update(range(first, (self._row(node.end - 1) if keeps else last) + 1))
        if not rows or node.start not in self._texts:
            return
        old, new = self._texts[node.start]
        row = self._rows[rows[0]]
        indent = len(row) - len(row.lstrip(" "))
        indicated = _INDICATED.match(self._content, node.end if node.end < node.start else self._sign(node))
        shift = new - old if indicated else new + _STEP - indent
        for number in rows:
            row = self._rows[number]
            self.lines.indents[number] = max(0, len(row) - len(row.lstrip(" ")) + shift)

    def _sign(self, node: Scalar) -> int:
        """Give the place of a block scalar's sign, behind its anchor and tag."""
        row = self._content[node.start : self._starts[self._row(node.start) + 1]].partition("#")[0].rstrip()
        return node.start + max(row.rfind("|"), row.rfind(">"))


def _beside(column: int, before: Columns, behind: tuple[int, int] | None) -> int:
    """Say where a comment goes that stands at this column, between two lines that begin something."""
    if behind is not None and behind[0] == column:
        return behind[1]
    exactly = [new for old, new in before if old == column]
    if exactly:
        return exactly[0]
    fitting = [new for old, new in before if old < column]
    if fitting and (behind is None or column > behind[0]):
        return fitting[-1]
    return behind[1] if behind is not None else 0
