"""Documents in their plainest form → items, line by line, by one regular expression and without the parser.

Premise. What programs export, and most of what people write, is block style: one key a line, its value on the same
line, plain or in quotes. libyaml makes two events and more of such a line, a Python object each, and they are half
the cost of a plan that changes nothing; one match makes all of it. So items are read by lines as long as every line is
one of these, and fits where it stands:

| a line                      | what it must do                                                    |
|-----------------------------|--------------------------------------------------------------------|
| nothing, or a comment       |                                                                    |
| `key:`, `key: value`        | be a new key of an open mapping, or begin that of the `key:` above |
| `- key:`, `- key: value`    | stand in an open list, or begin that of the `key:` above           |

A plain value begins with a letter or digit and holds neither colon nor number sign; one in quotes holds no escape and
no quote of its own sort; `[]` is the empty list. Such lines mean the same to every YAML reader.

At the first line that is anything else `Unusual` is raised, and the file is left to the parser, which alone judges odd
YAML and words its problems. Properties hold what is read here to what the parser reads, places included.

Rejected: to go on with the parser in the middle of a file (it would count lines from there, and know no anchors), and
to read more than this here: a second full YAML reader would have to be as right as the first.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from reconciler.desired.item import Item
from reconciler.desired.scalars import AMBIGUOUS, resolve_plain
from reconciler.desired.text import Text
from reconciler.model.resource import Source, Value

_ITEM = 3  # open collections at an item: the document, the list of a section, the item
_DEEPEST = 40  # documents have about six, and the parser gives up at 60

_BEYOND_ASCII = r"\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"  # what may stand in a line
_PLAIN = rf'[^\W_][ -"$-9;-~{_BEYOND_ASCII}]*+(?<! )|\[\]'  # no number sign, no colon, no space at the end
_DOUBLE = rf'"([ !#-\[\]-~{_BEYOND_ASCII}]*+)"'
_SINGLE = rf"'([ -&(-~{_BEYOND_ASCII}]*+)'"
_LINE = re.compile(
    r"(?:( *+(?:- )?+)([A-Za-z]\w{0,99}+):"  # a dash, perhaps, and a key
    rf"(?: (?:({_PLAIN})|{_DOUBLE}|{_SINGLE}))?+"
    rf"| *+(?:#[ -~{_BEYOND_ASCII}]*+)?+)\n"  # nothing, or a comment
    r"|([^\n]*\n|[^\n]+)"  # any other line
)
_LOOKED_AT = AMBIGUOUS | {"["}


class Unusual(Exception):
    """A line that only the parser can judge."""


def read_lines(text: Text, sections: Container[str]) -> Iterator[Item]:
    """Read items as long as every line is plain.

    Raises:
        Unusual: a line is not; the items given so far are as the parser would give them.
    """
    nest, keys = _Nest(), _Keys()
    mapping, level = nest.top, ""  # what is open, and how far its keys are indented
    above: str | None = ""  # the key of a line `key:`, whose value may begin at this one; none is above the first
    item: Item | None = None
    section, index = "", -1
    for number, found in enumerate(_LINE.finditer(text.content), 1):
        lead, key, plain, double, single, other = found.groups()
        if key is None:
            if other is not None:
                raise Unusual
            continue
        if lead != level or above is not None:
            dashed = lead[-2:] == "- "
            mapping, depth = nest.enter(len(lead), above or None, dashed)
            level = " " * len(lead)
            if item is not None and (depth < _ITEM or (dashed and depth == _ITEM)):
                yield item
                item = None
            if depth == 1:
                if key not in sections or plain or double is not None or single is not None:
                    raise Unusual
                section, index = key, -1
            elif dashed and depth == _ITEM:
                index += 1
                source = Source(file=text.file, line=number, column=len(lead) + 1, path=(section, index))
                item = Item(section=section, fields=mapping, source=source)
            above = None
        name = keys[key]
        if name in mapping:
            raise Unusual
        if plain is not None:
            mapping[name] = plain if plain[0] not in _LOOKED_AT else _resolved(plain)
        elif double is not None:
            mapping[name] = double
        elif single is not None:
            mapping[name] = single
        else:
            mapping[name], above = None, name
    if above and mapping is nest.top:
        raise Unusual  # a section without a list
    if item is not None:
        yield item


class _Keys(dict[str, str]):
    """The keys met so far, each once in memory."""

    def __missing__(self, key: str) -> str:
        if not isinstance(resolve_plain(key), str):
            raise Unusual
        self[key] = key
        return key


def _resolved(plain: str) -> Value:
    return [] if plain == "[]" else resolve_plain(plain)


class _Nest:
    """The collections that are open at a line, outermost first, and the columns at which their entries stand."""

    __slots__ = ("_open", "columns", "top")

    def __init__(self) -> None:
        self.top: dict[str, Value] = {}
        self._open: list[dict[str, Value] | list[Value]] = [self.top]
        self.columns = [0]

    def enter(self, column: int, above: str | None, dashed: bool) -> tuple[dict[str, Value], int]:
        """Open what a line opens, close what it closes; give the mapping that it goes into, and how many are open.

        Args:
            column: where the key of the line stands.
            above: the key of the line above, where that had no value.
            dashed: whether a dash stands before the key.

        Raises:
            Unusual: the line fits nowhere.
        """
        columns, opened = self.columns, self._open
        at = column - len("- ") if dashed else column
        if above is not None and (at > columns[-1] or (dashed and at == columns[-1])):
            self._begin_below(above, at, dashed)
        elif above is not None and opened[-1] is self.top:
            raise Unusual  # a section without a list
        else:
            while columns[-1] > at:
                columns.pop()
                opened.pop()
            if not dashed and columns[-1] == at and isinstance(opened[-1], list):
                columns.pop()  # the key of a list may stand at the list's own column
                opened.pop()
            if columns[-1] != at:
                raise Unusual
        innermost = opened[-1]
        if isinstance(innermost, dict) is dashed:
            raise Unusual
        mapping = innermost if isinstance(innermost, dict) else self._begin_entry(innermost, column)
        return mapping, len(opened)

    def _begin_entry(self, entries: list[Value], column: int) -> dict[str, Value]:
        mapping: dict[str, Value] = {}
        if len(self._open) == _ITEM - 1:
            entries.clear()  # items are given one by one; nobody wants the list of all of them
        entries.append(mapping)
        self._push(column, mapping)
        return mapping

    def _begin_below(self, key: str, column: int, dashed: bool) -> None:
        begun: dict[str, Value] | list[Value] = [] if dashed else {}
        holder = self._open[-1]
        if isinstance(holder, list) or (holder is self.top and not dashed):
            raise Unusual
        holder[key] = begun
        self._push(column, begun)

    def _push(self, column: int, begun: dict[str, Value] | list[Value]) -> None:
        if len(self._open) == _DEEPEST:
            raise Unusual
        self._open.append(begun)
        self.columns.append(column)
