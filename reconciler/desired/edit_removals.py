"""A list in the text, and the indexes of items that are to go → what is taken out.

An item in lines goes with the lines from its dash to the end of its last value. Comments on those lines go with it;
a comment on a line of its own before the dash, or behind the last value, stays where it is: it may be about the list.
An item in brackets goes with its comma; one that has its lines for itself, with those lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reconciler.desired import edit_problems as problem
from reconciler.desired.edit_nodes import (
    Entries,
    Items,
    Node,
    Parsed,
    content_end,
    line_break,
    line_end,
    line_start,
    text_end,
)
from reconciler.desired.edit_scalars import Splice


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """Items of a list that are to go, and the nodes above the list."""

    above: Sequence[Node]
    holder: Node
    indexes: frozenset[int]


def remove_items(parsed: Parsed, removed: Removed) -> Iterator[Splice]:
    """Take items out of a list."""
    holder = removed.holder
    if not isinstance(holder, Items):
        raise problem.unfit(parsed.text, holder, "This is no list, and only items of lists can be taken out.")
    gone = [item for index, item in enumerate(holder.items) if index in removed.indexes]
    if holder.flow:
        yield from _from_brackets(parsed, holder, gone)
        return
    if len(gone) == len(holder.items):
        yield _none_left(parsed, removed)
    for item in gone:
        yield _lines_of(parsed, holder, item)


def _lines_of(parsed: Parsed, holder: Items, item: Node) -> Splice:
    content = parsed.text.content
    dash = parsed.signs.dash_before(item)
    start = line_start(content, dash)
    if content[start:dash].strip():
        raise problem.unfit(parsed.text, item, "The item begins on the line of something else.")
    end = line_end(content, max(content_end(item, content), dash))
    if end == len(content) and not content.endswith("\n") and start > 0:
        return Splice(start=_before_break(content, start), end=end, text="")  # still no final newline
    del holder
    return Splice(start=start, end=end, text="")


def _before_break(content: str, start: int) -> int:
    return start - len(line_break(content[line_start(content, start - 1) : start]))


def _none_left(parsed: Parsed, removed: Removed) -> Splice:
    """Say behind the key that the list is empty."""
    above = removed.above[-1] if removed.above else None
    if not isinstance(above, Entries):
        raise problem.unfit(parsed.text, removed.holder, "The list has no key of its own.")
    key = next(key for key, value in above.entries if value is removed.holder)
    colon = parsed.signs.colon_between(key.end, removed.holder.start)
    if colon is None:
        raise problem.unfit(parsed.text, removed.holder, "The list has no key of its own.")
    return Splice(start=colon + 1, end=colon + 1, text=" []")


def _from_brackets(parsed: Parsed, holder: Items, gone: Sequence[Node]) -> Iterator[Splice]:
    regions = [_own_lines(parsed, holder, item) for item in gone]
    if all(region is not None for region in regions):
        yield from (region for region in regions if region is not None)
        return
    content, items = parsed.text.content, holder.items
    suffix = len(items)
    while suffix and items[suffix - 1] in gone:
        suffix -= 1
    for item in gone:
        if items.index(item) >= suffix:
            break
        comma = parsed.signs.comma_between(item.end, holder.end)
        end = (comma if comma is not None else item.end) + 1
        while content[end : end + 1] == " ":
            end += 1
        yield _careful(parsed, item, Splice(start=item.start, end=end, text=""))
    if suffix < len(items):
        trailing = parsed.signs.comma_between(items[-1].end, holder.end)
        before = parsed.signs.comma_between(items[suffix - 1].end, holder.end) if suffix else None
        start = items[suffix].start if before is None else before
        end = items[-1].end if trailing is None or before is not None else trailing + 1
        yield _careful(parsed, items[suffix], Splice(start=start, end=end, text=""))


def _own_lines(parsed: Parsed, holder: Items, item: Node) -> Splice | None:
    """Give the lines that an item in brackets has for itself, None where it shares one."""
    content = parsed.text.content
    start = line_start(content, item.start)
    comma = parsed.signs.comma_between(item.end, holder.end)
    behind = item.end if comma is None or content[item.end : comma].strip() else comma + 1
    rest = content[behind : text_end(content, behind)].strip()
    if content[start : item.start].strip() or (rest and not rest.startswith("#")) or start <= holder.start:
        return None
    return Splice(start=start, end=line_end(content, behind), text="")


def _careful(parsed: Parsed, item: Node, splice: Splice) -> Splice:
    """Refuse to take out a comment that stands between items on shared lines."""
    content = parsed.text.content
    if "\n" in content[splice.start : splice.end] and "#" in content[splice.start : splice.end]:
        raise problem.unfit(parsed.text, item, "A comment stands between this item and its neighbours.")
    return splice
