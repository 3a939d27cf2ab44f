"""JSON as the sandbox holds it: the types, the conversions, and the complaint about wrong use of the sandbox.

What the vendor would answer to a wrong request is a `RefusalError` (see `wire`), never a `SandboxMisuse`.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TypeAlias

import orjson
from pydantic import JsonValue, ValidationError

from reconciler.errors import Problem, UsageInvalid

Json: TypeAlias = JsonValue
JsonObject: TypeAlias = dict[str, Json]


class SandboxMisuse(UsageInvalid):
    """The person who drives the sandbox asked for something that it does not have; the message says what."""

    def __init__(self, message: str) -> None:
        super().__init__(
            Problem(where="sandbox", code="sandbox-misuse", summary="the sandbox cannot do that", detail=message)
        )


def encode(value: Json) -> bytes:
    """Write JSON as compact UTF-8 bytes."""
    return orjson.dumps(value)


def decode(text: bytes | str) -> Json:
    """Read JSON; raise ValueError when it is not JSON."""
    value: Json = orjson.loads(text)
    return value


def decode_object(text: bytes | str) -> JsonObject:
    """Read a JSON object; raise ValueError when it is anything else."""
    value = decode(text)
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def text_or_none(value: Json) -> str | None:
    """Return a string as it is and everything else as None."""
    return value if isinstance(value, str) else None


def whole_number(value: Json) -> int:
    """Return a whole number as it is and everything else as 0."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def objects(value: Json) -> list[JsonObject]:
    """Return the objects in a list; an absent list (None) is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise SandboxMisuse("a list is expected")
    rows = [entry for entry in value if isinstance(entry, dict)]
    if len(rows) != len(value):
        raise SandboxMisuse("a list of objects is expected")
    return rows


def texts(value: Json) -> list[str]:
    """Return the strings in a list; an absent list (None) is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise SandboxMisuse("a list is expected")
    found = [entry for entry in value if isinstance(entry, str)]
    if len(found) != len(value):
        raise SandboxMisuse("a list of strings is expected")
    return found


def refuse_unknown(names: Mapping[str, Json], known: tuple[str, ...], what: str) -> None:
    """Raise SandboxMisuse for the first name that is not a known one."""
    for name in names:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"it has {', '.join(sorted(known))}"
            raise SandboxMisuse(f"{what} has no {name!r}; {hint}")


_WANTED = {
    "bool_type": "to be true or false",
    "int_type": "to be a whole number",
    "float_type": "to be a number",
    "string_type": "to be a text",
    "tuple_type": "to be a list",
    "dict_type": "to be an object",
    "greater_than": "to be more than {gt}",
    "greater_than_equal": "to be {ge} or more",
    "missing": "needed",
    "literal_error": "to be one of {expected}",
}


def told(error: ValidationError) -> str:
    """Return what pydantic found wrong in words, one clause a field; the value is not repeated."""
    return "; ".join(
        f"{'.'.join(map(str, flaw['loc']))} is "
        f"{_WANTED.get(flaw['type'], 'to be another sort of value').format_map(flaw.get('ctx', {}))}"
        for flaw in error.errors()
    )
