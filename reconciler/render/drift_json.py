"""What drifted -> JSON: `resource_drift` as Terraform's plan representation has it, with labels and places beside.

Terraform compares what it last knew with what is there, so `before` is what was last applied, where that is known, and
`after` is what is live; `declared` is ours. Of a personal field only a digest of what was applied is kept: then
`before` is known only where it is what is declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from reconciler.errors import Problem
from reconciler.model.address import Address
from reconciler.model.change import MemberAction
from reconciler.model.drift import Drift, FieldDrift, Label, MemberDrift, ObjectDrift
from reconciler.render.change_json import Json, nested, plain
from reconciler.render.drift_words import ADVICE
from reconciler.render.problems import problems_json
from reconciler.render.words import json_line

FORMAT_VERSION = "1.2"
_VERBS = {MemberAction.ADD: "create", MemberAction.REMOVE: "delete"}


def drift_json(drift: Drift, at: datetime, code: int) -> str:
    """Write it as one line of JSON, stamped with this time; `code` is how the command ends."""
    return json_line(drift_object(drift, at, code))


def no_drift_json(problems: Iterable[Problem], at: datetime) -> str:
    """Write on one line why nothing can be said of drift."""
    told: Json = {
        "format_version": FORMAT_VERSION,
        "timestamp": at.isoformat(timespec="seconds"),
        "complete": False,
        "errored": True,
        "problems": problems_json(problems),
    }
    return json_line(told)


def drift_object(drift: Drift, at: datetime, code: int) -> Json:
    """Give it as one JSON object."""
    return {
        "format_version": FORMAT_VERSION,
        "timestamp": at.isoformat(timespec="seconds"),
        "scope": list(drift.scope),
        "complete": drift.complete,
        "errored": not drift.complete,
        "drifted": drift.drifted,
        "exit_code": code,
        "counts": {label.value: number for label, number in drift.counts.items()},
        "resource_drift": list(resource_drift(drift.objects, drift.providers)),
        "unmanaged": [
            {
                "organization": one.organization,
                "kind": one.kind,
                "count": one.count,
                "keys": list(one.keys),
                "nameless": one.nameless,
            }
            for one in drift.unmanaged
        ],
        "without_inventory": list(drift.without),
        "advice": {label.value: ADVICE[label] for label in drift.counts},
        "problems": problems_json(drift.told),
    }


def resource_drift(objects: Iterable[ObjectDrift], providers: Mapping[str, str]) -> Iterator[Json]:
    """Give the entry of every object that differs, each with those of its members behind it.

    `providers` say which vendor each organization is at.
    """
    for one in objects:
        provider = providers.get(one.address.organization, "")
        yield _object(one, provider)
        for member in one.members:
            yield _member(member, provider)


def _object(one: ObjectDrift, provider: str) -> Json:
    source = one.source
    verb = "delete" if one.label is Label.GONE else "update" if one.fields else "no-op"
    return {
        **_entry(one.address, provider, verb, one.fields),
        "label": one.label.value if one.label else None,
        "labels": sorted({label.value for label in one.labels}),
        "drifted": one.drifted,
        "reason": one.reason,
        "remote_id": one.remote_id,
        "source": {"file": source.file, "line": source.line, "column": source.column} if source else None,
        "document": one.document,
        "fields": [_field(field) for field in one.fields],
    }


def _member(one: MemberDrift, provider: str) -> Json:
    return {
        **_entry(one.address, provider, _VERBS.get(one.action, "update"), one.fields),
        "label": one.label.value if one.label else None,
        "labels": sorted({label.value for label in one.labels}),
        "section": one.section,
        "parent": str(one.address.parent) if one.address.parent else None,
        "fields": [_field(field) for field in one.fields],
    }


def _entry(address: Address, provider: str, verb: str, fields: Iterable[FieldDrift]) -> Json:
    rows = tuple(fields)
    personal = nested((row.change.path, True) for row in rows if row.change.personal)
    return {
        "address": str(address),
        "mode": "managed",
        "type": address.kind,
        "name": address.key,
        "provider_name": provider,
        "organization": address.organization,
        "change": {
            "actions": [verb],
            "before": None
            if verb == "create"
            else nested((row.change.path, plain(row.sent)) for row in rows if row.sent_known),
            "after": None if verb == "delete" else nested((row.change.path, plain(row.change.before)) for row in rows),
            "after_unknown": {},
            "before_sensitive": False if verb == "create" else personal,
            "after_sensitive": False if verb == "delete" else personal,
        },
    }


def _field(row: FieldDrift) -> Json:
    change = row.change
    names: Json = {}
    if change.before_name is not None or change.after_name is not None:
        names = {"live_name": change.before_name, "declared_name": change.after_name}
    return {
        "path": list(change.path),
        "label": row.label.value,
        "live": plain(change.before),
        "declared": plain(change.after),
        **({"applied": plain(row.sent)} if row.sent_known else {}),
        "personal": change.personal,
        **names,
    }
