"""One value in the text, and the one that is to stand there → what is written, in the quotes that stand there already.

| it stands there as         | the new text is written                                                               |
|----------------------------|---------------------------------------------------------------------------------------|
| plain                      | plain, where every reader takes it for a text; else in double quotes                  |
| 'single', "double"         | the same; a text that single quotes cannot hold goes into double ones                 |
| `|`, `>` (lines below)     | the same, with the same sign and indentation, where that says it exactly; else double |
| nothing (`key:`)           | plain or in double quotes                                                             |

What is no text (a number, true, null) is written bare wherever it goes. A list or a mapping is written in brackets.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.desired.edit_nodes import BLOCK, Parsed, Scalar, content_end, line_break, line_end, text_end
from reconciler.desired.layout_doubtful import is_doubtful
from reconciler.desired.scalars import resolve_plain
from reconciler.desired.writing import write_quoted, write_scalar
from reconciler.model.resource import Value

_NOT_COMPARED = object()
_FIRST = "-?:,[]{}#&*!|>'\"%@`"
_FLOW = ",[]{}"
_INDENTS = re.compile(r"[|>][-+]?[1-9]|[|>][1-9]")
_UNSAFE = re.compile("[^\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Splice:
    """What stands in a text from `start` to `end`, and what is to stand there."""

    start: int
    end: int
    text: str


def spliced(content: str, splices: list[Splice]) -> str:
    """Put the new parts in; those that begin at one place follow each other as given."""
    parts: list[str] = []
    at = 0
    for splice in sorted(splices, key=lambda one: (one.start, one.end)):
        parts += (content[at : splice.start], splice.text)
        at = splice.end
    return "".join([*parts, content[at:]])


def write_flow(value: Value) -> str:
    """Write a value on one line, as it can stand inside brackets and braces."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{write_flow(name)}: {write_flow(part)}' for name, part in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(write_flow, value))}]"
    if isinstance(value, str) and any(sign in value for sign in _FLOW):
        return write_quoted(value)
    return write_leaf(value)


def write_leaf(value: Value) -> str:
    """Write a scalar where nothing stands yet."""
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else f"{'-' if value < 0 else ''}.inf"
    return write_scalar(value)


def set_scalar(parsed: Parsed, node: Scalar, value: Value) -> Iterator[Splice]:
    """Write another value where a scalar stands that is not empty."""
    if isinstance(value, str) and node.style in BLOCK:
        yield from _block(parsed, node, value)
    elif node.style in BLOCK:
        yield from _without_lines(parsed, node, _bare(value))
    else:
        yield Splice(start=node.start, end=node.end, text=_on_line(node, value))


def value_of(node: Scalar) -> Value:
    """Give the value that a scalar stands for; one with a tag of its own stands for nothing that is compared."""
    if node.tag is not None:
        return _NOT_COMPARED
    return node.text if node.style else resolve_plain(node.text)


def _on_line(node: Scalar, value: Value) -> str:
    if not isinstance(value, str):
        return _bare(value)
    if node.style == "'" and value.isprintable():
        return f"'{value.replace(chr(39), chr(39) * 2)}'"
    return value if not node.style and stays_plain(value, flow=node.flow) else write_quoted(value)


def _bare(value: Value) -> str:
    return write_flow(value) if isinstance(value, Mapping | list | tuple) else write_leaf(value)


def stays_plain(text: str, *, flow: bool) -> bool:
    """Say whether a text can stand without quotes where one stood without."""
    if not text.isprintable() or text != text.strip() or is_doubtful(text):
        return False
    if text[0] in _FIRST or ": " in text or " #" in text or text.endswith(":"):
        return False
    return not flow or not any(sign in text for sign in (*_FLOW, ":"))


def _block(parsed: Parsed, node: Scalar, value: str) -> Iterator[Splice]:
    content = parsed.text.content
    below, end = line_end(content, node.start), content_end(node, content)
    header = content[node.start : text_end(content, node.start)]
    lines = _lines(node.style, header, value)
    first = next((line for line in content[below:end].splitlines() if line.strip()), "")
    if lines is None or not first:
        yield from _without_lines(parsed, node, write_quoted(value))
        return
    indent = first[: len(first) - len(first.lstrip(" "))]
    newline = line_break(content[:below])
    yield Splice(start=below, end=end, text=newline.join(f"{indent}{line}" if line else "" for line in lines))


def _lines(style: str, header: str, value: str) -> list[str] | None:
    """Give the lines that say a text behind this sign, None where none do."""
    sign = header.partition("#")[0].strip()
    if _INDENTS.match(sign) or "+" in sign or value[:1] in ("", " ", "\t", "\n"):
        return None
    body = value if "-" in sign else value.removesuffix("\n")
    if ("-" not in sign and body == value) or body.endswith(("\n", " ")) or _UNSAFE.search(body.replace("\n", "")):
        return None
    if style == ">" and "\n" in body:
        return None
    return body.split("\n")


def _without_lines(parsed: Parsed, node: Scalar, text: str) -> Iterator[Splice]:
    """Write a value in the place of a block scalar's sign, and take its lines away; a comment beside the sign stays."""
    content = parsed.text.content
    sign_end = node.start
    while sign_end < node.end and not content[sign_end].isspace():
        sign_end += 1
    yield Splice(start=node.start, end=sign_end, text=text)
    head, end = text_end(content, node.start), content_end(node, content)
    if end > head:
        yield Splice(start=head, end=end, text="")
