"""A value in normal shape -> the text that stands for it on a page, as Terraform writes literals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconciler.model.resource import Value
from reconciler.render.words import inert

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"'})


def literal(value: Value, name: str | None = None) -> str:
    """Write a value; an id out of a catalogue with its `name` first: `"Standard" (d-1)`."""
    if name is not None and value is not None:
        return f"{_quoted(name)} ({inert(str(value))})"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Mapping):
        return literal(value["label"]) if labelled(value) else _mapping(value)
    if isinstance(value, Sequence):
        return f"[{', '.join(literal(item) for item in value)}]"
    return inert(str(value))


def labelled(value: Value) -> bool:
    """Say whether this is a choice that is known by its label alone."""
    return isinstance(value, Mapping) and set(value) == {"label"}


def _mapping(value: Mapping[str, Value]) -> str:
    inside = ", ".join(f"{inert(str(key))} = {literal(item)}" for key, item in value.items())
    return f"{{ {inside} }}" if inside else "{}"


def _quoted(text: str) -> str:
    return f'"{inert(text.translate(_ESCAPES))}"'
