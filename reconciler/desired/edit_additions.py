"""A mapping or a list in the text, and what is to be added to it → what is written, as its neighbours are.

In lines, what is added stands below the last value, at the column of its neighbours; a comment below that value which
is indented more than they are belongs to it, and stays above. In brackets and braces it stands behind the last value,
on a line of its own where that one has one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.desired import edit_problems as problem
from reconciler.desired.edit_nodes import (
    Entries,
    Items,
    Node,
    Parsed,
    Scalar,
    content_end,
    is_bare,
    line_break,
    line_end,
    line_start,
    newline_of,
    text_end,
)
from reconciler.desired.edit_scalars import Splice, write_flow, write_leaf
from reconciler.desired.writing import write_entry, write_field
from reconciler.model.resource import Value

_STEP = "  "


def set_empty(parsed: Parsed, holder: Node | None, node: Node, value: Value) -> Splice:
    """Write a value where nothing stands: behind the colon or dash, or behind a key without a colon."""
    collection = isinstance(value, dict | list | tuple) or node.flow
    return _put_behind(parsed, holder, node, write_flow(value) if collection else write_leaf(value))


def add_keys(parsed: Parsed, nodes: Sequence[Node], keys: Sequence[tuple[str, Value]]) -> Iterator[Splice]:
    """Add keys to the mapping that the last of these nodes is; it may be nothing so far."""
    holder = nodes[-1]
    if isinstance(holder, Entries) and not holder.flow:
        lines = [line for name, value in keys for line in write_field(name, value)]
        yield _lines_below(parsed, holder, holder.entries[0][0].column, lines)
    elif isinstance(holder, Entries) and holder.entries:
        parts = [f"{write_flow(name)}: {write_flow(value)}" for name, value in keys]
        yield from _in_braces(parsed, holder, [value for _, value in holder.entries], parts)
    else:
        lines = [line for name, value in keys for line in write_field(name, value)]
        flow = f"{{{', '.join(f'{write_flow(name)}: {write_flow(value)}' for name, value in keys)}}}"
        yield from _begin(parsed, nodes, lines, flow)


def add_items(parsed: Parsed, nodes: Sequence[Node], items: Sequence[Value]) -> Iterator[Splice]:
    """Add items to the list that the last of these nodes is; it may be empty, or nothing so far."""
    holder = nodes[-1]
    flow = [write_flow(item) for item in items]
    lines = [line for item in items for line in write_entry(item)]
    if isinstance(holder, Items) and not holder.flow:
        if isinstance(holder.items[-1], Entries | Items) and holder.items[-1].flow:
            lines = [f"- {text}" for text in flow]
        dash = parsed.signs.dash_before(holder.items[0])
        yield _lines_below(parsed, holder, dash - line_start(parsed.text.content, dash), lines)
    elif isinstance(holder, Items) and holder.items:
        yield from _in_braces(parsed, holder, holder.items, flow)
    else:
        yield from _begin(parsed, nodes, lines, f"[{', '.join(flow)}]")


def _lines_below(parsed: Parsed, holder: Node, column: int, lines: Sequence[str]) -> Splice:
    content = parsed.text.content
    at = line_end(content, max(content_end(holder, content), holder.start))
    while content[at : line_end(content, at)].lstrip(" ").startswith("#"):
        if len(content[at:]) - len(content[at:].lstrip(" ")) <= column:
            break
        at = line_end(content, at)
    return _lines_at(content, at, [" " * column + line for line in lines])


def _lines_at(content: str, at: int, lines: Sequence[str]) -> Splice:
    """Put lines at the beginning of a line, or behind a last line that has no break."""
    newline = newline_of(content)
    if line_break(content[max(0, at - len(newline)) : at]):
        return Splice(start=at, end=at, text="".join(f"{line}{newline}" for line in lines))
    return Splice(start=at, end=at, text="".join(f"{newline}{line}" for line in lines))


def _begin(parsed: Parsed, nodes: Sequence[Node], lines: Sequence[str], flow: str) -> Iterator[Splice]:
    """Write the first members of a collection that is empty, or nothing so far, below its key if that has its line."""
    content = parsed.text.content
    holder, above = nodes[-1], nodes[-2] if len(nodes) > 1 else None
    nothing = isinstance(holder, Scalar) and not holder.style and holder.text in ("", "~", "null", "Null", "NULL")
    if not nothing and not isinstance(holder, Items | Entries):
        raise problem.unfit(parsed.text, holder, "A single value stands here, to which nothing can be added.")
    written = content[holder.start : holder.end]
    below = isinstance(above, Entries) and not above.flow and "\n" not in written
    if not below or not isinstance(above, Entries):
        yield (
            Splice(start=holder.start, end=holder.end, text=flow)
            if written
            else _put_behind(parsed, above, holder, flow)
        )
        return
    key = next(key for key, value in above.entries if value is holder)
    column = above.entries[0][0].column
    if written:
        before = len(content[: holder.start].rstrip(" "))
        yield Splice(start=before, end=holder.end, text="")
    at = line_end(content, max(holder.end if written else key.end, key.end))
    yield _lines_at(content, at, [" " * column + _STEP + line for line in lines])


def _put_behind(parsed: Parsed, holder: Node | None, node: Node, text: str) -> Splice:
    """Put a value where none is written: behind the colon of its key, the dash, or wherever the parser sees it."""
    content = parsed.text.content
    at, before = node.start, " "
    if isinstance(holder, Entries):
        key = next(key for key, value in holder.entries if value is node)
        colon = parsed.signs.colon_between(key.end, max(node.start, key.end) + 1)
        at, before = (key.end, ": ") if colon is None else (colon + 1, " ")
    elif holder is None or holder.flow:
        before = ""
    after = " " if content[at : at + 1].strip() not in ("", ",", "}", "]") else ""
    return Splice(start=at, end=at, text=f"{before}{text}{after}")


def _in_braces(parsed: Parsed, holder: Node, members: Sequence[Node], parts: Sequence[str]) -> Iterator[Splice]:
    """Add parts behind the last member; on lines of their own where that one stands on one."""
    content = parsed.text.content
    if is_bare(holder, content):
        raise problem.unfit(parsed.text, holder, "This pair stands in the brackets of a list, without braces.")
    if not members:
        inside = content.index("{" if isinstance(holder, Entries) else "[", holder.start) + 1
        yield Splice(start=inside, end=inside, text=", ".join(parts))
        return
    last, end = members[-1], max(members[-1].end, members[-1].start)
    if last.start == last.end:
        raise problem.unfit(parsed.text, last, "Nothing is written behind the last key here.")
    comma = parsed.signs.comma_between(end, holder.end)
    begin = line_start(content, _first_of(holder, last).start)
    lead = content[begin : _first_of(holder, last).start]
    if lead.strip() or begin <= holder.start:
        if comma is None:
            yield Splice(start=end, end=end, text="".join(f", {part}" for part in parts))
        else:
            yield Splice(start=comma + 1, end=comma + 1, text="".join(f" {part}," for part in parts))
        return
    newline = newline_of(content)
    closing = text_end(content, end if comma is None else comma)
    if closing >= holder.end - 1:
        yield Splice(start=end, end=end, text="".join(f",{newline}{lead}{part}" for part in parts))
    elif comma is None:
        yield Splice(start=end, end=end, text=",")
        yield Splice(start=closing, end=closing, text=f",{newline}".join(["", *[lead + part for part in parts]])[1:])
    else:
        yield Splice(start=closing, end=closing, text="".join(f"{newline}{lead}{part}," for part in parts))


def _first_of(holder: Node, member: Node) -> Node:
    """Give the key of a value in braces; an item stands for itself."""
    if isinstance(holder, Entries):
        return next(key for key, value in holder.entries if value is member)
    return member
