"""What a document model finds wrong, as flaws that a person can act on; shared by every vendor.

An item of a document enters; it leaves validated, as a plain dict that lacks the fields which were left out, or as
flaws, all of them. Flaws name paths and say what is wanted. They never repeat a value, because it may be somebody's
name; a key is repeated where it looks like one.

| pydantic says                  | flaw                 | pydantic says                | flaw            |
|--------------------------------|----------------------|------------------------------|-----------------|
| anything, and the value is null| `null-not-clearable` | pattern, format `email`      | `email-invalid` |
| missing                        | `field-missing`      | pattern, otherwise           | `value-invalid` |
| extra key, key not a string    | `key-unknown`        | too short                    | `value-empty`   |
| not a string                   | `string-expected`    | not one of the literals      | `value-unknown` |
| anything else                  | `type-wrong`         | `SAYING`, `SAYING_OR_EMPTY`  | `value-empty`   |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from pydantic import TypeAdapter, ValidationError

from reconciler.model.kind import Flaw
from reconciler.model.resource import Value
from reconciler.providers.suggestions import did_you_mean

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Document = TypeVar("Document")
Path: TypeAlias = tuple[str | int, ...]
Schema: TypeAlias = Mapping[str, Value]

_WANTED = {"dict_type": "a mapping", "list_type": "a list", "bool_type": "true or false", "int_type": "a whole number"}
_LONGEST_KEY = 60

SAYING = r"\S"
"""The pattern of a text that cannot be cleared: a text of blanks alone says no more than an empty one."""
SAYING_OR_EMPTY = r"^$|\S"
"""The pattern of a text that "" clears: whether blanks alone would clear it is a vendor's guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentModel(Generic[Document]):
    """What a document may say of one thing.

    `nulls` has remedies for fields in which null is refused, by path without indices, where there is a better one
    than "leave it out".
    """

    adapter: TypeAdapter[Document]
    nulls: Mapping[tuple[str, ...], str] = field(default_factory=dict)

    def check(self, item: Value) -> tuple[Document | None, tuple[Flaw, ...]]:
        """Validate one item: the document, or None and every flaw it has."""
        try:
            document: Document = self.adapter.validator.validate_python(item)  # past the adapter's keywords
        except ValidationError as error:
            schema, details = self.schema(), error.errors(include_url=False)
            return None, tuple(dict.fromkeys(_flaw(found, schema, self.nulls) for found in details))
        return document, ()

    def schema(self) -> Schema:
        """Give the JSON Schema, self-contained, so that it can be put inside another."""
        return _schema_of(self.adapter)


def spell(path: Path) -> str:
    """Write a path as a person would: `contacts[0].email`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{_shown(part)}"
    return text.lstrip(".") or "this item"


def describe(value: Value) -> str:
    """Say what sort of value stands there, without the value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "a mapping" if isinstance(value, Mapping) else "a list"


def string_expected(path: Path, value: Value) -> Flaw:
    """Refuse what is no string; an unquoted number has already lost its zeros and its plus sign."""
    scalar = isinstance(value, bool | int | float)
    return Flaw(
        path=path,
        code="string-expected",
        summary="a text is expected",
        detail=f"{spell(path)} is a text, and here stands {describe(value)}.",
        why="A number without quotes loses its leading zeros and its plus sign when it is read." if scalar else "",
        remedy="Put the value in quotes." if scalar else "Write one text.",
    )


def type_wrong(path: Path, wanted: str, value: Value, remedy: str = "") -> Flaw:
    """Refuse a value of another sort than the wanted one."""
    return Flaw(
        path=path,
        code="type-wrong",
        summary="a value of the wrong type",
        detail=f"{spell(path)} wants {wanted}, and here stands {describe(value)}.",
        remedy=remedy or f"Write {wanted}.",
    )


def null_not_clearable(path: Path, remedy: str = "") -> Flaw:
    """Refuse null where the vendor has no way to clear."""
    return Flaw(
        path=path,
        code="null-not-clearable",
        summary="null where nothing can be cleared",
        detail=f"{spell(path)} is null, which would mean to clear it, and there is no way to do that.",
        remedy=remedy or "Leave the key out to leave the value alone, or write one.",
    )


def value_empty(path: Path) -> Flaw:
    """Refuse "", or blanks alone, where a text must say something."""
    return Flaw(
        path=path,
        code="value-empty",
        summary="an empty text",
        detail=f"{spell(path)} cannot be empty.",
        remedy="Write a value, or leave the key out to leave it alone.",
    )


def value_blank(path: Path) -> Flaw:
    """Refuse blanks alone where "" or null would clear."""
    return Flaw(
        path=path,
        code="value-empty",
        summary="an empty text",
        detail=f"{spell(path)} has nothing but blanks.",
        remedy="Write null to clear it, or a value; or leave the key out to leave it alone.",
    )


def _flaw(found: ErrorDetails, schema: Schema, nulls: Mapping[tuple[str, ...], str]) -> Flaw:
    sort, value = found["type"], found["input"]
    path = tuple(part for part in found["loc"] if not _is_tag(part))
    if sort == "missing":
        return _missing(path)
    if sort == "extra_forbidden" or sort == "invalid_key":
        return _unknown_key(path, _keys(_at(schema, path[:-1])))
    if value is None and path and isinstance(path[-1], str):
        needed = "Write a value; it cannot be left out." if _is_needed(schema, path) else ""
        return null_not_clearable(path, nulls.get(tuple(part for part in path if isinstance(part, str)), needed))
    if path and path[-1] == "[key]":  # a key of a free mapping, not of a model
        return replace(string_expected(path[:-1], value), on_key=True)
    if sort == "string_type":
        return string_expected(path, value)
    pattern = found.get("ctx", {}).get("pattern")
    if sort == "string_too_short" or pattern == SAYING:
        return value_empty(path)
    if pattern == SAYING_OR_EMPTY:
        return value_blank(path)
    if sort == "string_pattern_mismatch":
        return _mismatch(path, value, _at(schema, path))
    if sort == "literal_error":
        return _unknown_value(path, value, _at(schema, path))
    return type_wrong(path, _WANTED.get(sort, "another sort of value"), value)


def _is_tag(part: str | int) -> bool:
    """Say whether pydantic put this part in to name the branch of a union; our tags stand in angle brackets."""
    return isinstance(part, str) and part.startswith("<") and part.endswith(">")


def _missing(path: Path) -> Flaw:
    return Flaw(
        path=path[:-1],
        code="field-missing",
        summary="a field is missing",
        detail=f"{spell(path)} is required.",
        remedy=f"Add the key {path[-1]}.",
    )


def _unknown_key(path: Path, keys: tuple[str, ...]) -> Flaw:
    last = path[-1] if path else ""
    return Flaw(
        path=path,
        code="key-unknown",
        summary="unknown key",
        detail=f"Nothing is known by the key {spell(path)}.",
        remedy=did_you_mean(str(last), keys) or f"The keys here are {', '.join(keys)}.",
        on_key=True,
    )


def _mismatch(path: Path, value: Value, node: Schema) -> Flaw:
    if node.get("format") == "email":
        return Flaw(
            path=path,
            code="email-invalid",
            summary="a broken e-mail address",
            detail=f"{spell(path)} is no e-mail address that the vendor takes.",
            remedy="Before the @ write letters, digits and + _ ' . - only, after it a domain with a dot; "
            "no dot first, last or twice in a row.",
        )
    examples = " or ".join(str(example) for example in _list(node.get("examples")))
    wanted = f"as in {examples}." if examples else f"so that it matches {node.get('pattern', '')}"
    return Flaw(
        path=path,
        code="value-invalid",
        summary="a value of the wrong form",
        detail=f"{spell(path)} does not have the form that it must have. {node.get('description', '')}".rstrip(),
        remedy=_capitals_meant(value, node) or f"Write it {wanted}",
    )


def _capitals_meant(value: Value, node: Schema) -> str:
    """Ask for a documented value that was written in small letters; give "" if it is none."""
    examples = [str(example) for example in _list(node.get("examples"))]
    return f'Did you mean "{value.upper()}"?' if isinstance(value, str) and value.upper() in examples else ""


def _unknown_value(path: Path, value: Value, node: Schema) -> Flaw:
    choices = [str(choice) for choice in _list(node.get("enum") or [node.get("const", "")])]
    return Flaw(
        path=path,
        code="value-unknown",
        summary="unknown value",
        detail=f"{spell(path)} is one of {', '.join(choices)}.",
        remedy=(did_you_mean(value, choices) if isinstance(value, str) else "") or "Write one of them.",
    )


def _shown(key: str) -> str:
    """Give a key as it is if it looks like one; what holds an @ or a space may be personal."""
    plain = key.replace("-", "").replace("_", "").replace(".", "")
    return key if plain.isalnum() and plain.isascii() and len(key) <= _LONGEST_KEY else "…"


@lru_cache(maxsize=64)
def _schema_of(adapter: TypeAdapter[Document]) -> Schema:
    schema = adapter.json_schema()
    definitions = schema.pop("$defs", {})
    inlined = _inlined(schema, definitions)
    return inlined if isinstance(inlined, dict) else {}


def _inlined(node: Value, definitions: Schema) -> Value:
    """Put definitions in the place of the references to them; no model of ours is recursive."""
    if isinstance(node, list):
        return [_inlined(part, definitions) for part in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("$ref")
    rest = {name: _inlined(part, definitions) for name, part in node.items() if name != "$ref"}
    if not isinstance(reference, str):
        return rest
    target = _inlined(definitions[reference.rpartition("/")[2]], definitions)
    return {**target, **rest} if isinstance(target, dict) else target


def _at(schema: Schema, path: Path) -> Schema:
    node: Schema = schema
    for part in path:
        node = next((child for branch in _branches(node) if (child := _child(branch, part))), {})
    return node


def _branches(node: Schema) -> list[Schema]:
    others = [*_list(node.get("anyOf")), *_list(node.get("oneOf"))]
    return [node, *(branch for branch in others if isinstance(branch, dict))]


def _child(branch: Schema, part: str | int) -> Schema:
    if isinstance(part, int):
        return _mapping(branch.get("items"))
    return _mapping(_mapping(branch.get("properties")).get(part)) or _mapping(branch.get("additionalProperties"))


def _is_needed(schema: Schema, path: Path) -> bool:
    """Say whether a mapping without this key would be refused, so that leaving it out is no remedy."""
    return any(path[-1] in _list(branch.get("required")) for branch in _branches(_at(schema, path[:-1])))


def _keys(node: Schema) -> tuple[str, ...]:
    return tuple(key for branch in _branches(node) for key in _mapping(branch.get("properties")))


def _mapping(value: Value) -> Schema:
    return value if isinstance(value, dict) else {}


def _list(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []
