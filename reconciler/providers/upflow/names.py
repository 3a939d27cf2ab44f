"""Finding what a document names: catalogues and definitions by every way to spell them, each index built once a run.

`resolve` is called for each customer with the same catalogues, so an index is remembered for the very tuple or mapping
that it was built from (compared by identity, and held, so that the identity stays its own). A value that is equal but
another object only costs a second build: the memory can never be wrong, and callers stay pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from reconciler.model.resource import Declared, Value
from reconciler.model.state import Entry, Surroundings

Key = TypeVar("Key")
Index = TypeVar("Index")

_MOST_REMEMBERED = 64  # organizations in one run, with two or three catalogues each, and some to spare


class Remembered(Generic[Key, Index]):
    """A function of one long-lived value, whose results are remembered by the identity of that value."""

    def __init__(self, build: Callable[[Key], Index]) -> None:
        self._build = build
        self._results: dict[int, tuple[Key, Index]] = {}

    def __call__(self, key: Key) -> Index:
        """Give the result for this very value."""
        found = self._results.get(id(key))
        if found is not None and found[0] is key:
            return found[1]
        if len(self._results) >= _MOST_REMEMBERED:
            self._results.clear()
        result = self._build(key)
        self._results[id(key)] = (key, result)
        return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A custom field that documents may give values for. `live` is False where it is only declared."""

    external_id: str
    data_type: str | None
    entity_type: str | None
    options: frozenset[str] = frozenset()
    live: bool = True


Spellings = Mapping[str, tuple[str, ...]]
"""Distinct ids by every spelling that may stand for them."""


def _spellings(pairs: Iterable[tuple[str, str]]) -> Spellings:
    found: dict[str, dict[str, None]] = {}
    for spelling, identifier in pairs:
        found.setdefault(spelling, {})[identifier] = None
    return {spelling: tuple(sorted(ids)) for spelling, ids in found.items()}


def _plan_spellings(entries: tuple[Entry, ...]) -> Spellings:
    return _spellings((spelling, entry.id) for entry in entries for spelling in (entry.id, entry.name) if spelling)


def _user_spellings(entries: tuple[Entry, ...]) -> Spellings:
    ids = ((entry.id, entry.id) for entry in entries)
    emails = ((alias.casefold(), entry.id) for entry in entries for alias in entry.aliases if alias)
    return _spellings((*ids, *emails))


def _live_definitions(entries: tuple[Entry, ...]) -> Mapping[str, tuple[Definition, ...]]:
    found: dict[str, tuple[Definition, ...]] = {}
    for entry in entries:
        external_id = text(entry.fields.get("externalId"))
        if external_id is not None:
            definition = Definition(
                external_id=external_id,
                data_type=text(entry.fields.get("dataType")),
                entity_type=text(entry.fields.get("entityType")),
                options=labels(entry.fields.get("options")),
            )
            found[external_id] = (*found.get(external_id, ()), definition)
    return found


def _declared_definitions(declared: Mapping[str, Declared]) -> Mapping[str, Definition]:
    return {
        key: Definition(
            external_id=key,
            data_type=text(resource.fields.get("dataType")),
            entity_type=text(resource.fields.get("entityType")),
            live=False,
        )
        for key, resource in declared.items()
    }


def labels(value: Value) -> frozenset[str]:
    """Give the labels in a SELECT or MULTI_SELECT value, or in a list of options, however they are wrapped."""
    if isinstance(value, dict):
        value = value.get("label")
    if isinstance(value, str):
        return frozenset((value,)) if value else frozenset()
    if isinstance(value, list | tuple):
        return frozenset().union(*map(labels, value))
    return frozenset()


def text(value: Value) -> str | None:
    """Give a string that is not empty; None for anything else."""
    return value if isinstance(value, str) and value else None


plan_spellings = Remembered(_plan_spellings)
user_spellings = Remembered(_user_spellings)
live_definitions = Remembered(_live_definitions)
declared_definitions = Remembered(_declared_definitions)

_NO_DECLARED: Mapping[str, Declared] = {}


def definitions_of(name: str, surroundings: Surroundings) -> tuple[Definition, ...]:
    """Find the definitions with an external id: the live ones, or without any the declared one."""
    live = live_definitions(surroundings.catalogues.get("customField", ())).get(name)
    if live:
        return live
    declared = declared_definitions(surroundings.declared.get("customField", _NO_DECLARED)).get(name)
    return (declared,) if declared else ()


def definition_names(surroundings: Surroundings) -> list[str]:
    """Give the external ids of all definitions, live or declared, that customers can have values for."""
    live = live_definitions(surroundings.catalogues.get("customField", ()))
    declared = declared_definitions(surroundings.declared.get("customField", _NO_DECLARED))
    every = [*(definition for found in live.values() for definition in found), *declared.values()]
    return sorted({found.external_id for found in every if found.entity_type in (None, "CUSTOMER")})
