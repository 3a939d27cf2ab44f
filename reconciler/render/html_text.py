"""Text of a user -> HTML in which it is text and nothing else, in an element as in an attribute.

No user text stands anywhere else: none in the script, none in the styles, none in the address of a link.

| the text has                            | on the page                                                          |
|-----------------------------------------|----------------------------------------------------------------------|
| `<`, `>`, `&`, quotes                   | are entities                                                         |
| what does not print, or turns text round| is escaped (`render.words.inert`), as everywhere else                |
| very many letters                       | are wrapped, and all there                                           |
| what differs from its other side        | is marked there, where enough is the same for that to help a reader  |
"""

from __future__ import annotations

import re
from html import escape
from itertools import takewhile

from reconciler.model.address import Address
from reconciler.model.change import FieldChange
from reconciler.model.resource import Value
from reconciler.render.field_text import looks_equal
from reconciler.render.literals import literal
from reconciler.render.words import inert

_MASKED = re.compile(r"\(personal(?: [0-9a-f]+)?\)")
_SAME_LEAST = 0.4
"""The share of a text that must be the same on both sides for the rest to be marked."""
NOTHING = '<span class="none">–</span>'


def shown(text: str) -> str:
    """Write a text, in an element or between the quotes of an attribute."""
    return escape(inert(text))


def address_html(address: Address) -> str:
    """Write an address, its last part so that it is found at a glance."""
    whole, key = str(address), str(address).rpartition("/")[2]
    return f"{shown(whole[: len(whole) - len(key)])}<b>{shown(key)}</b>"


def sides(field: FieldChange) -> tuple[str, str]:
    """Write what a field was and will be; what is nothing there is a dash where the other side is something."""
    before, after = _value(field.before, field.before_name, field), _value(field.after, field.after_name, field)
    old, new = field.before, field.after
    if isinstance(old, str) and isinstance(new, str) and not (field.personal or field.before_name or field.after_name):
        before, after = _contrasted(literal(old), literal(new))
        if looks_equal(old, new):
            after += '<span class="aside">the same letters, composed otherwise</span>'
    return before, after


def _value(value: Value, name: str | None, field: FieldChange) -> str:
    if value is None:
        return NOTHING
    if field.personal and isinstance(value, str) and _MASKED.fullmatch(value):
        return f'<span class="tag" title="A personal value, masked. Equal values have equal tags.">{value[1:-1]}</span>'
    return escape(literal(value, name))


def _contrasted(before: str, after: str) -> tuple[str, str]:
    """Mark in two texts what is not the same in both."""
    start = _same(before, after)
    end = min(_same(before[::-1], after[::-1]), min(len(before), len(after)) - start)
    if start + end - len('""') < _SAME_LEAST * max(len(before), len(after)):
        return escape(before), escape(after)
    return _marked(before, start, end, "del"), _marked(after, start, end, "ins")


def _same(before: str, after: str) -> int:
    """Count the letters that two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))


def _marked(text: str, start: int, end: int, element: str) -> str:
    stop = len(text) - end
    middle = f"<{element}>{escape(text[start:stop])}</{element}>" if stop > start else ""
    return f"{escape(text[:start])}{middle}{escape(text[stop:])}"
