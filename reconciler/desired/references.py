"""Parents that are declared: one level, no resource its own parent, no circle.

A parent that no document declares may exist at the vendor, and a declared one may have a live parent that no document
mentions: both are judged while planning, where the live state is known. Every chain is followed once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reconciler.desired.flaws import Finding
from reconciler.model.kind import Flaw, Kind
from reconciler.model.resource import Declared


def judge_parents(kind: Kind, declared: Mapping[str, Declared]) -> Iterator[Finding]:
    """Find what is wrong with the parents of one kind, as far as documents say it."""
    for name in (field.name for field in kind.fields if field.reference == kind.name):
        parents = {key: parent for key, row in declared.items() if isinstance(parent := row.fields.get(name), str)}
        for key, parent in parents.items():
            flaw = _judge(key, parent, parents, kind, name)
            if flaw is not None:
                yield Finding(source=declared[key].source, flaw=flaw)


def _judge(key: str, parent: str, parents: Mapping[str, str], kind: Kind, name: str) -> Flaw | None:
    title = kind.title.lower()
    if parent == key:
        return Flaw(
            path=(name,),
            code="parent-self",
            summary="a resource that is its own parent",
            detail=f'The {title} "{key}" names itself as its parent.',
            remedy="Name another parent, or remove the key.",
        )
    if parent not in parents or parents[parent] == parent:  # the latter is told at the parent
        return None
    root = _root(parent, parents)
    if root is None:
        return Flaw(
            path=(name,),
            code="parent-cycle",
            summary="parents that go in a circle",
            detail=f'Following the parents of the {title} "{key}" never ends.',
            remedy="Remove the parent of one of them.",
        )
    return Flaw(
        path=(name,),
        code="parent-nested",
        summary="a parent that has a parent",
        detail=f'The {title} "{key}" names the parent "{parent}", whose own parent is "{parents[parent]}".',
        why="There is one level of parents only.",
        remedy=f'Name the root ancestor instead: "{root}".',
    )


def _root(key: str, parents: Mapping[str, str]) -> str | None:
    """Follow parents to the end; None if there is none."""
    met = {key}
    while key in parents:
        key = parents[key]
        if key in met:
            return None
        met.add(key)
    return key
