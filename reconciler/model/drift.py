"""What was found of drift, as data: what differs between documents and vendor, and whose doing that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from reconciler.errors import Problem
from reconciler.model.address import Address
from reconciler.model.change import FieldChange, MemberAction
from reconciler.model.resource import Fields, Source, Value


class Label(StrEnum):
    """Whose doing a difference is; `diff.drift` says when it is which."""

    LIVE = "live changed"
    BOTH = "both"
    GONE = "gone"
    UNKNOWN = "unknown"
    CONFIG = "config changed"
    NEVER = "never managed"
    OVERRIDDEN = "overridden"


DRIFTED = frozenset({Label.LIVE, Label.BOTH, Label.GONE, Label.UNKNOWN})
"""What counts as drift. The others are a plan that nobody applied yet, and what the vendor insists on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDrift:
    """One field that differs. `change` has what is live as `before`, and what is declared as `after`.

    `sent` is what was last applied, where `sent_known`; of a personal field only a digest of that is kept, so it is
    known there only where it is what is declared now.
    """

    label: Label
    change: FieldChange
    sent: Value = None
    sent_known: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberDrift:
    """One member that differs: it came (`add`), went (`remove`) or has other fields (`change`) at the vendor.

    `label` is None where the fields have labels of their own. `path` leads to the member inside the declared item;
    `live` is the vendor's row, for whoever writes it into a document, and is never shown.
    """

    address: Address
    section: str
    action: MemberAction
    label: Label | None = None
    fields: tuple[FieldDrift, ...] = ()
    path: tuple[str | int, ...] = ()
    live: Fields | None = field(default=None, repr=False)

    @property
    def labels(self) -> tuple[Label, ...]:
        """All labels of it."""
        return (self.label,) if self.label is not None else tuple(one.label for one in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectDrift:
    """One resource that differs. `label` is of all of it, and None where fields and members have their own."""

    address: Address
    label: Label | None = None
    reason: str = ""
    remote_id: str | None = None
    source: Source | None = None
    document: str = ""
    fields: tuple[FieldDrift, ...] = ()
    members: tuple[MemberDrift, ...] = ()

    @property
    def labels(self) -> tuple[Label, ...]:
        """All labels of it, one for each difference."""
        own = (self.label,) if self.label is not None else ()
        return (*own, *(one.label for one in self.fields), *(label for one in self.members for label in one.labels))

    @property
    def drifted(self) -> bool:
        """Say whether something of it counts as drift."""
        return not DRIFTED.isdisjoint(self.labels)

    @property
    def alone(self) -> ObjectDrift:
        """The same without what differs and is no drift."""
        members = (
            replace(one, fields=one.fields if one.label else _drifted(one.fields))
            for one in self.members
            if not DRIFTED.isdisjoint(one.labels)
        )
        return replace(self, fields=_drifted(self.fields), members=tuple(members))


def _drifted(fields: tuple[FieldDrift, ...]) -> tuple[FieldDrift, ...]:
    return tuple(one for one in fields if one.label in DRIFTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmanaged:
    """Objects of one kind that no document declares and that are not ours, where a listing was made.

    `nameless` counts, of them, those without an external id; the others have `keys`, sorted.
    """

    organization: str
    kind: str
    keys: tuple[str, ...] = ()
    nameless: int = 0

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.keys) + self.nameless


AT_WORK = "run-at-work"
"""The code of a problem that says: all was read, while another run may have been writing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """All that differs at the organizations in `scope`, by address.

    `providers` say which vendor each is at, `tags` what keys the tags of its personal values. `without` names those
    that have no inventory. With `problems` it is not complete; `warnings` say what else is to be known of it.
    """

    scope: tuple[str, ...]
    objects: tuple[ObjectDrift, ...] = ()
    unmanaged: tuple[Unmanaged, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    without: tuple[str, ...] = ()
    providers: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def told(self) -> tuple[Problem, ...]:
        """Everything that there is to say beside what differs."""
        return (*self.problems, *self.warnings)

    @property
    def complete(self) -> bool:
        """Say whether all could be read, and while no other run was at work."""
        return not self.problems

    def silenced(self, disturbed: Iterable[Problem]) -> Drift:
        """Conclude nothing of the organizations that these problems are about."""
        problems = tuple(disturbed)
        names = {one.where for one in problems}
        return replace(
            self,
            objects=tuple(one for one in self.objects if one.address.organization not in names),
            unmanaged=tuple(one for one in self.unmanaged if one.organization not in names),
            problems=(*self.problems, *problems),
        )

    @property
    def drifted(self) -> bool:
        """Say whether anything counts as drift. The one place that decides it."""
        return any(one.drifted for one in self.objects)

    @property
    def counts(self) -> Mapping[Label, int]:
        """Count differences by label, in the order of the labels."""
        found: Counter[Label] = Counter(self._labels())
        return {label: found[label] for label in Label if found[label]}

    def _labels(self) -> Iterator[Label]:
        for one in self.objects:
            yield from one.labels
