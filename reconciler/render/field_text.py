"""Field changes -> aligned rows `~ name = "old" -> "new"`. A mapping that comes or goes whole is shown part by part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from unicodedata import normalize

from reconciler.model.change import FieldChange
from reconciler.model.resource import Value
from reconciler.render.literals import labelled, literal
from reconciler.render.paint import Paint
from reconciler.render.symbols import Symbol, of_field
from reconciler.render.words import dotted


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One field as it is shown: its symbol, its name, and what it was and will be."""

    symbol: Symbol
    name: str
    text: str


def field_rows(fields: Iterable[FieldChange]) -> list[Row]:
    """Turn field changes into rows, in their order; what is nothing before and after is not shown."""
    return [_row(part) for part in shown_parts(fields)]


def shown_parts(fields: Iterable[FieldChange]) -> Iterator[FieldChange]:
    """Give what is shown of field changes, one for each row."""
    return (part for field in fields for part in _parts(field) if (part.before, part.after) != (None, None))


def field_lines(rows: list[Row], indent: str, paint: Paint) -> Iterator[str]:
    """Lay rows out below each other, names aligned."""
    width = max((len(row.name) for row in rows), default=0)
    for row in rows:
        yield f"{indent}{row.symbol.painted(paint)} {row.name:<{width}} = {row.text}"


def _row(field: FieldChange) -> Row:
    symbol = of_field(field)
    before, after = literal(field.before, field.before_name), literal(field.after, field.after_name)
    text = after if field.before is None else f"{before} -> {after}"
    if looks_equal(field.before, field.after):
        text += " (the same letters, composed otherwise)"
    return Row(symbol=symbol, name=dotted(field.path), text=text)


def looks_equal(before: Value, after: Value) -> bool:
    """Say whether two texts differ in nothing that can be seen: `é` is one character, or an `e` with an accent."""
    if not isinstance(before, str) or not isinstance(after, str) or before == after:
        return False
    return normalize("NFC", before) == normalize("NFC", after)


def _parts(field: FieldChange) -> Iterator[FieldChange]:
    """Take a mapping that comes or goes whole apart; everything else stays one."""
    whole = field.after if field.before is None else field.before
    other = field.before if field.before is None else field.after
    if other is not None or not isinstance(whole, Mapping) or not whole or labelled(whole):
        yield field
        return
    for key, value in whole.items():
        yield from _parts(_part(field, str(key), value))


def _part(field: FieldChange, key: str, value: Value) -> FieldChange:
    comes = field.before is None
    return FieldChange(
        path=(*field.path, key),
        before=None if comes else value,
        after=value if comes else None,
        personal=field.personal,
    )
