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
        roots = _roots(parents)
        for key, parent in parents.items():
            flaw = _judge(key, parents, roots.get(parent), kind, name)
            if flaw is not None:
                yield Finding(source=declared[key].source, flaw=flaw)


def _judge(key: str, parents: Mapping[str, str], root: str | None, kind: Kind, name: str) -> Flaw | None:
    title, parent = kind.title.lower(), parents[key]
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


def _roots(parents: Mapping[str, str]) -> Mapping[str, str | None]:
    """Give the end of every chain of parents, None for chains that run into a circle."""
    roots: dict[str, str | None] = {}
    for start in parents:
        chain: dict[str, None] = {}
        key = start
        while key in parents and key not in roots and key not in chain:
            chain[key] = None
            key = parents[key]
        end = None if key in chain else roots.get(key, key)
        roots.update(dict.fromkeys(chain, end))
    return roots
