"""A parsed text → what changes within its lines: one space behind a dash, a colon, a comma, none before; and quotes.

Where a line breaks, and what stands in quotes, in comments and in lines of text is not touched. Comments keep their
distance, which people align by.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.desired.edit_nodes import MERGE, Entries, Items, Node, Parsed, Scalar, is_bare, walk
from reconciler.desired.edit_scalars import Splice
from reconciler.desired.layout_doubtful import is_doubtful, looks_like_number
from reconciler.desired.scalars import resolve_plain
from reconciler.desired.writing import write_quoted

_CLOSING = "]}"
_BLANK = " \t"


def find_gaps(parsed: Parsed) -> list[Splice]:
    """Give everything that changes within lines."""
    splices = {(one.start, one.end): one for document in parsed.documents for one in _gaps(parsed, document)}
    quotes = (one for document in parsed.documents for one in _quotes(parsed.text.content, document))
    return [*splices.values(), *quotes]


def _gaps(parsed: Parsed, top: Node) -> Iterator[Splice]:
    content = parsed.text.content
    for node in walk(top):
        if isinstance(node, Entries):
            for key, value in node.entries:
                colon = parsed.signs.colon_between(key.end, max(value.start, key.end) + 1)
                if colon is not None:
                    yield from _before(content, colon, "")
                    yield from _behind(content, colon + 1, value)
        elif isinstance(node, Items) and not node.flow:
            for item in node.items:
                yield from _behind(content, parsed.signs.dash_before(item) + 1, item)
        if isinstance(node, Entries | Items) and node.flow and not is_bare(node, content):
            yield from _in_brackets(parsed, node)


def _behind(content: str, at: int, value: Node) -> Iterator[Splice]:
    """Put one space between a sign and the value behind it on its line."""
    if value.end > value.start and not content[at : value.start].strip(_BLANK):
        yield Splice(start=at, end=value.start, text=" ")


def _before(content: str, at: int, text: str) -> Iterator[Splice]:
    """Set what blank stands before a sign, unless that is the indentation of its line."""
    start = at
    while start and content[start - 1] in _BLANK:
        start -= 1
    if start < at and content[start - 1 : start] not in ("\n", ""):
        yield Splice(start=start, end=at, text=text)


def _in_brackets(parsed: Parsed, node: Entries | Items) -> Iterator[Splice]:
    content = parsed.text.content
    members = [entry[0] for entry in node.entries] if isinstance(node, Entries) else node.items
    if members:
        opened = content.rindex("{" if isinstance(node, Entries) else "[", node.start, members[0].start) + 1
        if not content[opened : members[0].start].strip(_BLANK) and members[0].start > opened:
            yield Splice(start=opened, end=members[0].start, text="")
    closed = node.end - 1
    yield from _before(content, closed, " " if _empty_before(parsed, closed) else "")
    for member, following in zip(members, [*members[1:], None], strict=False):
        end = _end_of(node, member)
        comma = parsed.signs.comma_between(end, closed if following is None else following.start)
        if comma is None:
            continue
        yield from _before(content, comma, " " if _empty_before(parsed, comma) else "")
        if following is not None and not content[comma + 1 : following.start].strip(_BLANK):
            yield Splice(start=comma + 1, end=following.start, text=" ")


def _end_of(node: Entries | Items, member: Node) -> int:
    if isinstance(node, Entries):
        return max(member.end, next(value.end for key, value in node.entries if key is member))
    return member.end


def _empty_before(parsed: Parsed, at: int) -> bool:
    """Say whether a colon stands before a sign, with nothing between."""
    before = len(parsed.text.content[:at].rstrip(_BLANK)) - 1
    return parsed.signs.colon_between(before, before + 1) is not None


def _quotes(content: str, top: Node) -> Iterator[Splice]:
    """Quote plain texts that some reader, or some person, takes for something else."""
    for node in walk(top):
        if not isinstance(node, Scalar) or node.style or node.tag is not None or node.text == MERGE:
            continue
        start = node.end - len(node.text)  # behind an anchor
        doubtful = isinstance(resolve_plain(node.text), str) and (
            is_doubtful(node.text) or looks_like_number(node.text)
        )
        if doubtful and content[start : node.end] == node.text:
            yield quoted(node)


def quoted(node: Scalar) -> Splice:
    """Put a plain text of one line into quotes; an anchor before it stays."""
    return Splice(start=node.end - len(node.text), end=node.end, text=write_quoted(node.text))
