"""Is this plan still true? One digest says what a change was judged against, at planning and again before writing.

It covers what the tool could overwrite: the writable fields, and the member lists that the change touches, whole.
For deletes it covers the read-only facts as well, because an object that has got a balance since must not go.
"Nothing there" reads the same however the vendor spells it, and rows are sorted: their order means nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from reconciler.diff.compare import is_nothing
from reconciler.model.change import Precondition
from reconciler.model.kind import Kind, MemberKind
from reconciler.model.resource import Fields, Observed, Value


def precondition(
    found: Observed | None, kind: Kind, sections: Sequence[str] = (), *, facts: bool = False
) -> Precondition:
    """State what a change relies on: this object as it is, with these lists, or its absence."""
    digest = None if found is None else judged_digest(found, kind, sections, facts=facts)
    return Precondition(digest=digest, sections=tuple(sections), facts=facts)


def holds(condition: Precondition, fresh: Observed | None, kind: Kind) -> bool:
    """Say whether the object, read just now, still is what the plan judged."""
    if fresh is None or condition.digest is None:
        return fresh is None and condition.digest is None
    return judged_digest(fresh, kind, condition.sections, facts=condition.facts) == condition.digest


def judged_digest(found: Observed, kind: Kind, sections: Sequence[str], *, facts: bool) -> str:
    """Digest what a change could overwrite: SHA-256 over canonical JSON, 64 hex digits."""
    judged = {
        "remote id": found.remote_id,
        "fields": {row.name: plain(found.fields.get(row.name)) for row in kind.fields},
        "members": {section: _rows(found, kind.member(section)) for section in sections},
        "facts": {name: found.facts.get(name) for name in kind.guards} if facts else None,
    }
    return canonical_digest(judged)


def canonical_digest(value: Value) -> str:
    """Digest a JSON-like value, independent of the order of its keys."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_jsonable)
    return hashlib.sha256(text.encode()).hexdigest()


def _rows(found: Observed, kind: MemberKind) -> Value:
    rows = (found.members or {}).get(kind.section)
    if rows is None:
        return None
    names = (kind.remote, *(row.name for row in kind.fields))
    listed = [{name: plain(row.get(name)) for name in names} for row in rows]
    return sorted(listed, key=lambda row: str(row[kind.remote]))


def plain(value: Value) -> Value:
    """Spell "nothing there" one way: None, left out of mappings."""
    if value is None or isinstance(value, str):  # most values, and a Mapping is slow to be told from them
        return value or None
    if isinstance(value, Mapping):
        kept: Fields = {name: plain(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner is not None}
    return None if is_nothing(value) else value


def _jsonable(value: Value) -> Value:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError(f"{type(value).__name__} is not a value of a field. This is a bug in reconciler.")
