"""One entry of a section, before anybody has judged what it says."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.model.resource import Source, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a section and where it stands."""

    section: str
    fields: dict[str, Value]
    source: Source
