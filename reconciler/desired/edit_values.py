"""What the values of a document will be: the tree that an edited text is held against."""

from __future__ import annotations

import math
from collections.abc import Iterable

from reconciler.model.resource import Value

Steps = tuple[str | int, ...]


def value_at(tree: Value, path: Steps) -> Value:
    """Go down a path; None where it ends early."""
    for step in path:
        if isinstance(tree, dict) and isinstance(step, str):
            tree = tree.get(step)
        elif isinstance(tree, list) and isinstance(step, int) and step < len(tree):
            tree = tree[step]
        else:
            return None
    return tree


def put_in(tree: Value, path: Steps, value: Value) -> Value:
    """Give the tree with another value at a path; what is shared inside it (aliases) is not touched."""
    if not path:
        return value
    step, *rest = path
    if isinstance(step, int):
        if not isinstance(tree, list):
            return tree
        return [put_in(part, tuple(rest), value) if at == step else part for at, part in enumerate(tree)]
    held = tree if isinstance(tree, dict) else {}
    return {**held, step: put_in(held.get(step), tuple(rest), value)}


def taken_out(tree: Value, paths: Iterable[Steps]) -> Value:
    """Give the tree without the items at these paths."""
    paths = list(paths)
    gone = {path[0] for path in paths if len(path) == 1}
    below: dict[str | int, list[Steps]] = {}
    for path in paths:
        if len(path) > 1:
            below.setdefault(path[0], []).append(path[1:])
    if isinstance(tree, list):
        return [taken_out(part, below.get(at, ())) for at, part in enumerate(tree) if at not in gone]
    if isinstance(tree, dict):
        return {name: taken_out(part, below.get(name, ())) if name in below else part for name, part in tree.items()}
    return tree


def same(one: Value, other: Value) -> bool:
    """Say whether two values are the same to the last detail: 1, 1.0 and true are three."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return type(one) is type(other) and one == other
