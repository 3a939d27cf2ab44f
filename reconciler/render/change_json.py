"""One change -> entries of `resource_changes` as Terraform writes them, with our own keys beside.

A replaced list gives one entry for its owner and one for every member that comes, changes or goes: a policy that
counts or forbids `delete` sees a removed contact as what it is. `before` and `after` hold the fields that change;
`names`, by the same paths, what people call the ids in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconciler.model.address import Address
from reconciler.model.change import Action, Blocked, Change, FieldChange, Mark, MemberAction, MemberChange
from reconciler.model.resource import Value
from reconciler.render.problems import problem_json

Json = dict[str, Value]

_VERBS = {
    Action.CREATE: "create",
    Action.UPDATE: "update",
    Action.REPLACE: "update",
    Action.DELETE: "delete",
    Action.FORGET: "forget",
}
_MEMBER_VERBS = {MemberAction.ADD: "create", MemberAction.CHANGE: "update", MemberAction.REMOVE: "delete"}


def resource_changes(change: Change, provider: str) -> Iterator[Json]:
    """Give the entry of a change, then those of its touched members."""
    yield change_json(change, provider)
    for member in change.members:
        if member.action is not MemberAction.KEEP:
            yield _member_entry(member, provider)


def blocked_json(blocked: Blocked, provider: str) -> Json:
    """Give a refused change: what it would have been, the problem, and what else speaks against it."""
    others = [problem_json(problem) for problem in blocked.others]
    return {**change_json(blocked.change, provider), "problem": problem_json(blocked.problem), "others": others}


def change_json(change: Change, provider: str) -> Json:
    """Give the entry of one change alone."""
    verb = _VERBS.get(change.action, "update" if change.fields else "no-op")
    values = _values(verb, change.remote_id, change.fields)
    names = nested((row.path, _names(row)) for row in change.fields if row.before_name or row.after_name)
    if change.adopts:
        values["importing"] = {"id": change.remote_id}
    former: Json = {"previous_address": str(change.former)} if change.former else {}
    return {
        **_entry(change.address, provider, values),
        **former,
        "action": change.action.value,
        "adopts": change.adopts,
        "protects": change.protects,
        "remote_id": change.remote_id,
        "names": names,
        "source": _source(change),
        "cause": change.cause,
        "document": change.document,
        "takes": dict(sorted(change.takes.items())),
        "precondition": {
            "digest": change.precondition.digest,
            "sections": list(change.precondition.sections),
            "facts": change.precondition.facts,
        },
        "depends_on": [str(address) for address in change.depends_on],
        "only_add": sorted(change.only_add),
        "unchanged": change.unchanged,
        "members": [_member_summary(member) for member in change.members],
        "marks": [_mark(mark) for mark in change.marks],
    }


def plain(value: Value) -> Value:
    """Give a value as the lists and dicts that a JSON encoder knows."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in value]
    return value


def _entry(address: Address, provider: str, change: Json) -> Json:
    return {
        "address": str(address),
        "mode": "managed",
        "type": address.kind,
        "name": address.key,
        "provider_name": provider,
        "organization": address.organization,
        "change": change,
    }


def _values(verb: str, remote_id: str | None, fields: Iterable[FieldChange]) -> Json:
    """Lay fields out as Terraform's `change` object; `id` is the vendor's, unknown until it is created."""
    rows = tuple(fields)
    new, gone = verb == "create", verb == "delete"
    identity: Json = {"id": remote_id} if remote_id is not None else {}
    personal = nested((row.path, True) for row in rows if row.personal)
    return {
        "actions": [verb],
        "before": None if new else {**identity, **nested((row.path, plain(row.before)) for row in rows)},
        "after": None if gone else {**identity, **nested((row.path, plain(row.after)) for row in rows)},
        "after_unknown": {"id": True} if new else {},
        "before_sensitive": False if new else personal,
        "after_sensitive": False if gone else personal,
    }


def nested(items: Iterable[tuple[Sequence[str], Value]]) -> Json:
    """Put values at their paths into one object of objects."""
    root: Json = {}
    for path, value in items:
        place = root
        for part in path[:-1]:
            inner = place.setdefault(part, {})
            place = inner if isinstance(inner, dict) else place
        place[path[-1]] = value
    return root


def _names(row: FieldChange) -> Json:
    return {"before": row.before_name, "after": row.after_name}


def _member_entry(member: MemberChange, provider: str) -> Json:
    entry = _entry(member.address, provider, _values(_MEMBER_VERBS[member.action], member.remote_id, member.fields))
    return {
        **entry,
        "action": member.action.value,
        "remote_id": member.remote_id,
        "parent": str(member.address.parent),
        "elsewhere": str(member.elsewhere) if member.elsewhere else None,
        "note": member.note,
    }


def _member_summary(member: MemberChange) -> Json:
    return {
        "address": str(member.address),
        "section": member.section,
        "action": member.action.value,
        "remote_id": member.remote_id,
    }


def _mark(mark: Mark) -> Json:
    return {"code": mark.code, "text": mark.text, "path": list(mark.path)}


def _source(change: Change) -> Json | None:
    source = change.source
    return {"file": source.file, "line": source.line, "column": source.column} if source else None
