"""Comparing fields: the declared side is walked, the live side is looked up; what is not declared is not ours.

Nearly every pair of a real organization is equal, so `agree` decides that first and allocates nothing. Only a pair
that differs is taken apart by `field_changes`. There, single values are compared one by one, and DeepDiff is called
for fields that nest (a `Field.depth` above 1), where finding the changed paths is its trade. It costs about 0.3 ms a
call: on every pair it would be slower than the rest of a plan together. It yields its findings in an order that
varies with the hash seed, so they are sorted by path as they enter.

"Nothing there" has two spellings on the wire, null and the empty string (fact sheet §7, "null vs empty"); they are
equal here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reconciler.model.change import FieldChange
from reconciler.model.kind import Field
from reconciler.model.resource import Fields, Value


def agree(declared: Fields, live: Fields) -> bool:
    """Say whether every declared value stands live, walking mappings by their declared keys."""
    if declared.items() <= live.items():  # one step inside the interpreter; most mappings end here
        return True
    for name, wanted in declared.items():
        found = live.get(name)
        if wanted != found and not _stands(wanted, found):
            return False
    return True


def _stands(wanted: Value, found: Value) -> bool:
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        return agree(wanted, found)
    return wanted == found or (is_nothing(wanted) and is_nothing(found))


def is_nothing(value: Value) -> bool:
    """Say whether a value means that nothing is there: None or the empty string."""
    return value is None or value == ""


def field_changes(declared: Fields, live: Fields, rows: Sequence[Field]) -> tuple[FieldChange, ...]:
    """Give the paths at which the live side differs from the declared one, in the order of `rows`, then by path."""
    return tuple(
        change
        for row in rows
        if row.name in declared
        for change in _value_changes(row, (row.name,), declared[row.name], live.get(row.name), row.depth)
    )


def count_equal(declared: Fields, live: Fields, rows: Sequence[Field]) -> int:
    """Count the declared values that already stand live, each leaf of a mapping on its own."""
    leaves = sum(1 for row in rows if row.name in declared for _ in _leaves(declared[row.name], row.depth))
    return leaves - len(field_changes(declared, live, rows))


def _leaves(value: Value, depth: int) -> Iterator[Value]:
    if depth and isinstance(value, Mapping):
        for inner in value.values():
            yield from _leaves(inner, depth - 1)
    else:
        yield value


def _value_changes(row: Field, path: tuple[str, ...], wanted: Value, found: Value, depth: int) -> Iterator[FieldChange]:
    if depth > 1 and isinstance(wanted, Mapping):
        yield from _deep_changes(row, path, wanted, found if isinstance(found, Mapping) else {})
    elif depth and isinstance(wanted, Mapping):
        inner = found if isinstance(found, Mapping) else {}
        for name in sorted(wanted):
            yield from _value_changes(row, (*path, name), wanted[name], inner.get(name), depth - 1)
    elif not _stands(wanted, found):
        yield FieldChange(path=path, before=found, after=wanted, personal=row.personal)


def _deep_changes(row: Field, path: tuple[str, ...], wanted: Fields, found: Fields) -> Iterator[FieldChange]:
    from deepdiff import DeepDiff  # a tenth of a second to import, and most plans never get here

    differences = DeepDiff(_projected(found, wanted), dict(wanted), view="tree", ignore_order=False)
    paths = {
        _mapping_path(level.path(output_format="list"), wanted) for levels in differences.values() for level in levels
    }
    for inner in sorted(paths):
        before, after = _at(found, inner), _at(wanted, inner)
        if not (is_nothing(before) and is_nothing(after)):
            yield FieldChange(path=(*path, *inner), before=before, after=after, personal=row.personal)


def _projected(found: Fields, wanted: Fields) -> dict[str, Value]:
    """Cut the live side down to the declared keys, level by level, so that no undeclared value is a difference."""
    cut: dict[str, Value] = {}
    for name, inner in wanted.items():
        if name not in found:
            continue
        value = found[name]
        if isinstance(inner, Mapping) and isinstance(value, Mapping):
            value = _projected(value, inner)
        cut[name] = value
    return cut


def _mapping_path(path: Sequence[str | int], wanted: Fields) -> tuple[str, ...]:
    """Shorten a path at the first list: lists are compared, shown and written whole."""
    names: list[str] = []
    value: Value = wanted
    for part in path:
        if not isinstance(value, Mapping):
            break
        names.append(str(part))
        value = value.get(part) if isinstance(part, str) else None
    return tuple(names)


def _at(value: Value, path: Sequence[str]) -> Value:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
