"""What was taken over → the patch of the files, as `diff -u` words it; masked, unless personal values are wanted.

Masked, tags stand where personal values stand in the parsed text, whatever their quotes or lines
(`accepted_people`): a text that is looked for as it is would not be found in another spelling, and a short one would be
found where it says something else. There is no context then, in which anybody may stand. What a comment says nobody can
know, so none is shown. A name of an anchor that holds a personal value is hidden where it is given and where it is
used.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cli.accepted_people import People
from reconciler.desired.edit_nodes import BLOCK, Alias, Node, Scalar, content_end, parse, text_end, walk
from reconciler.desired.edit_scalars import Splice, spliced
from reconciler.desired.text import Text, decode
from reconciler.model.masking import Tagger
from reconciler.plan.build import Part

if TYPE_CHECKING:
    from reconciler.cli.accepting import Accepted

_COMMENT = re.compile(r"#[^\r\n]*")
_LEFT_OUT = "# …"
_TOLD = 3  # characters from which a personal value is known again inside a name


def patch_of(found: Accepted, *, personal: bool) -> Iterator[str]:
    """Word the difference of all files, line by line."""
    tagger = Tagger(keys=found.taken.tags)
    for name, (before, after) in found.files.items():
        sides = [one.decode() for one in (before, after)]
        if not personal:
            owner = next(part for part in found.parts.values() if _holds(part, name))
            sides = _masked([_text_of(one, name) for one in (before, after)], owner, tagger)
        old, new = (side.splitlines(keepends=True) for side in sides)
        for line in difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", n=3 if personal else 0):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _holds(part: Part, name: str) -> bool:
    return Path(name).is_relative_to(part.organization.documents)


def _text_of(raw: bytes, name: str) -> Text:
    text = decode(raw, name)
    if not isinstance(text, Text):
        raise TypeError("A file that was edited is no text. This is a bug in reconciler.")
    return text


def _masked(sides: Sequence[Text], owner: Part, tagger: Tagger) -> list[str]:
    """Hide people on both sides; a value that is personal on one of them is so on the other."""
    tops = [parse(text).documents for text in sides]
    people = [People.of(owner.organization.vendor.kinds, side) for side in tops]
    values = frozenset().union(*(one.values for one in people))
    return [
        spliced(text.content, list(_splices(text.content, side, found.hidden(side, values), values, owner, tagger)))
        for text, side, found in zip(sides, tops, people, strict=True)
    ]


def _splices(
    content: str, side: Sequence[Node], hidden: Sequence[Scalar], values: Collection[str], owner: Part, tagger: Tagger
) -> Iterator[Splice]:
    name, gone = owner.organization.name, {id(node) for node in hidden}
    told = [text for text in values if len(text) >= _TOLD]
    for value in hidden:
        yield Splice(start=value.start, end=content_end(value, content), text=tagger.name(name, value.text))
    nodes = [node for top in side for node in walk(top)]
    for node in nodes:
        if node.anchor and id(node) not in gone and any(text in node.anchor.casefold() for text in told):
            start = content.index(node.anchor, node.start)
            yield Splice(start=start, end=start + len(node.anchor), text="(personal)")
    yield from _comments(content, [node for node in nodes if isinstance(node, Scalar | Alias)], gone)


def _comments(content: str, leaves: Sequence[Node], gone: Collection[int]) -> Iterator[Splice]:
    """Leave out comments; they stand between the values, and behind the sign of a text in lines."""
    at = 0
    spans = [_span(node, content, gone) for node in leaves]
    for start, end in [*spans, (len(content), len(content))]:
        for comment in _COMMENT.finditer(content, at, max(at, start)):
            yield Splice(start=comment.start(), end=comment.end(), text=_LEFT_OUT)
        at = max(at, end)


def _span(node: Node, content: str, gone: Collection[int]) -> tuple[int, int]:
    """Say where a value stands that has no comment in it."""
    end = content_end(node, content)
    if isinstance(node, Scalar) and node.style in BLOCK and id(node) not in gone:
        return min(text_end(content, node.start), end), end
    return node.start, end
