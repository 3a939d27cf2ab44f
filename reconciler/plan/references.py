"""What resources name, judged on the state after the plan: it will exist, and no parent will have a parent.

The vendor knows one level only and answers 400 to more (guide, "Parent-child relation"). The documents alone cannot
tell: a parent may be live and undeclared, may have a parent of its own there, may be what a `removed:` entry deletes,
and a resource that is given a parent may itself have live children. What could not be read is not held against
anybody: the plan is incomplete then anyway.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from reconciler.model.kind import Field, Flaw, Kind
from reconciler.model.resource import Declared, Observed
from reconciler.model.state import Absent, LiveState
from reconciler.model.wording import identity_word

_CANDIDATES_MOST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Hierarchy:
    """One self-referring field of a kind, over what is declared and what is live."""

    kind: Kind
    field: Field
    declared: Mapping[str, Declared]
    live: LiveState

    def after(self, key: str) -> str | None:
        """Give the parent that a resource will have once the plan is applied."""
        resource = self.declared.get(key)
        if resource is not None and self.field.name in resource.fields:
            return _text(resource.fields[self.field.name])
        found = self.live.find(self.kind.name, key)
        return _text(found.fields.get(self.field.name)) if isinstance(found, Observed) else None

    def exists(self, key: str) -> bool:
        """Say whether a resource will exist, or at least may: only proven absence says no."""
        return key in self.declared or not isinstance(self.live.find(self.kind.name, key), Absent)

    def root(self, key: str) -> str:
        """Walk up to the ancestor that has no parent; stops at a cycle."""
        seen = {key}
        parent = self.after(key)
        while parent is not None and parent not in seen:
            seen.add(parent)
            key, parent = parent, self.after(parent)
        return key

    def children(self) -> Mapping[str, list[str]]:
        """Index the children that will be, by parent."""
        children: dict[str, list[str]] = defaultdict(list)
        for key in {**self.live.objects.get(self.kind.name, {}), **self.declared}:
            parent = self.after(key)
            if parent is not None:
                children[parent].append(key)
        return children


def removed_reference_flaws(
    kind: Kind, declared: Mapping[str, Declared], going: Set[tuple[str, str]]
) -> Iterator[tuple[Declared, Flaw]]:
    """Find every name of something that this very plan removes (`going`, by kind and key)."""
    for resource in declared.values() if going else ():
        for field in kind.fields:
            value = resource.fields.get(field.name)
            if field.reference and (field.reference, str(value)) in going:
                yield resource, _removed((field.name,), field.reference, str(value))
            for key in value if field.keys_reference and isinstance(value, Mapping) else ():
                if (field.keys_reference, key) in going:
                    yield resource, _removed((field.name, key), str(field.keys_reference), key)


def reference_flaws(kind: Kind, declared: Mapping[str, Declared], live: LiveState) -> Iterator[tuple[Declared, Flaw]]:
    """Find every declared parent that will not exist, or that leads to a second level."""
    for field in kind.fields:
        if field.reference != kind.name:
            continue
        naming = [resource for resource in declared.values() if resource.fields.get(field.name) is not None]
        if naming:
            hierarchy = Hierarchy(kind=kind, field=field, declared=declared, live=live)
            yield from _hierarchy_flaws(hierarchy, naming)


def _hierarchy_flaws(hierarchy: Hierarchy, naming: Sequence[Declared]) -> Iterator[tuple[Declared, Flaw]]:
    children = hierarchy.children()
    for resource in naming:
        parent = str(resource.fields[hierarchy.field.name])
        if not hierarchy.exists(parent):
            yield resource, _unknown(hierarchy, resource.key, parent)
        elif hierarchy.after(parent) is not None:
            yield resource, _nested(hierarchy, resource.key, parent)
        elif children.get(resource.key):
            yield resource, _has_children(hierarchy, resource.key, parent, children[resource.key])


def _removed(path: tuple[str | int, ...], kind: str, key: str) -> Flaw:
    return Flaw(
        path=path,
        code="reference-removed",
        summary="a reference to what is being removed",
        detail=f'It names the {kind} "{key}", which a `removed:` entry deletes.',
        remedy="Name another, or drop one of the two.",
        on_key=len(path) > 1,
    )


def _unknown(hierarchy: Hierarchy, key: str, parent: str) -> Flaw:
    title, name = hierarchy.kind.title, hierarchy.field.name
    known = [*hierarchy.declared, *hierarchy.live.objects.get(hierarchy.kind.name, {})][:_CANDIDATES_MOST]
    close = difflib.get_close_matches(parent, [one for one in known if one != key], n=1)
    return Flaw(
        path=(name,),
        code=f"{name}-unknown",
        summary=f"unknown {name}",
        detail=f'{title} "{key}" names the {name} "{parent}", which no document declares and the vendor does not know.',
        remedy=f'Did you mean "{close[0]}"?'
        if close
        else f"Declare the {name}, or correct its {identity_word(hierarchy.kind)}.",
    )


def _nested(hierarchy: Hierarchy, key: str, parent: str) -> Flaw:
    title, name = hierarchy.kind.title, hierarchy.field.name
    return Flaw(
        path=(name,),
        code=f"{name}-nested",
        summary=f"a {name} has a {name}",
        detail=f'{title} "{key}" names the {name} "{parent}", which itself belongs to "{hierarchy.after(parent)}".',
        why="The vendor knows a single level.",
        remedy=f'Name the root ancestor instead: "{hierarchy.root(parent)}".',
    )


def _has_children(hierarchy: Hierarchy, key: str, parent: str, children: Sequence[str]) -> Flaw:
    title, name = hierarchy.kind.title, hierarchy.field.name
    return Flaw(
        path=(name,),
        code=f"{name}-nested",
        summary=f"a {name} has a {name}",
        detail=f'{title} "{key}" gets the {name} "{parent}" and is itself the {name} of "{min(children)}".',
        why="The vendor knows a single level.",
        remedy=f'Give "{min(children)}" the root ancestor instead: "{hierarchy.root(parent)}".',
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
