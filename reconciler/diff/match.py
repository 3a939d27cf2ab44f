"""Pairing resources with objects: by external id alone, within one organization."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reconciler.model.resource import Declared, Observed
from reconciler.model.state import Absent, LiveState, Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A declared resource with what is known of its object: the object, its proven absence, or that neither is."""

    declared: Declared
    found: Observed | Absent | Unread


def match(declared: Iterable[Declared], live: LiveState) -> Iterator[Pair]:
    """Pair each declared resource with its object, in the order given."""
    for resource in declared:
        yield Pair(declared=resource, found=live.find(resource.kind, resource.key))
