"""Settings of a sandbox organization as any vendor has them: a frozen dataclass of knobs, each with its alternatives.

A knob is what nobody outside the vendor knows, at the default that the fact sheet proposes. `flips` yields every
alternative of every knob, one at a time, so that a suite can show that the client holds whatever the vendor does.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Self, TypeVar

from pydantic import TypeAdapter, ValidationError

from reconciler.sandbox.values import Json, JsonObject, SandboxMisuse, encode, refuse_unknown, told

Alternative = str | int | float | bool


def alternatives(*values: Alternative) -> dict[str, tuple[Alternative, ...]]:
    """Note the other values that a knob may have beside its default."""
    return {"alternatives": values}


@dataclass(frozen=True, slots=True, kw_only=True)
class Knobs:
    """How one organization of the sandbox answers where the documents are silent."""

    def flips(self) -> Iterator[tuple[str, Self]]:
        """Yield every knob at every alternative, one at a time, named `knob=value`."""
        for knob in fields(self):
            for value in knob.metadata.get("alternatives", ()):
                yield f"{knob.name}={value}", dataclasses.replace(self, **{knob.name: value})

    def to_json(self) -> JsonObject:
        """Return the settings as a JSON object, every knob spelled out."""
        return {knob.name: getattr(self, knob.name) for knob in fields(self)}

    def to_text(self) -> str:
        """Write the settings as the store keeps them."""
        return encode(self.to_json()).decode()


_Some = TypeVar("_Some", bound=Knobs)


def read_knobs(reader: TypeAdapter[_Some], known: tuple[str, ...], values: Mapping[str, Json]) -> _Some:
    """Build settings from a JSON object; raise SandboxMisuse for a knob or a value there is not."""
    refuse_unknown(values, known, "the sandbox's settings")
    try:
        return reader.validate_json(encode(dict(values)), strict=True)
    except ValidationError as error:
        raise SandboxMisuse(f"the sandbox's settings: {told(error)}") from None


def knob_names(sort: type[Knobs]) -> tuple[str, ...]:
    """Return the names of all knobs of one vendor."""
    return tuple(knob.name for knob in fields(sort))
