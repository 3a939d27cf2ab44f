"""Journals -> JSON objects. Personal values are left out, as null, unless they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields

from reconciler.model.journal import Entry, Opening, Run
from reconciler.model.kind import Field, Kind
from reconciler.model.resource import Fields, Observed, Value
from reconciler.plan.masked_keys import Keys
from reconciler.render.journal_text import learn_members, organization_of, value_shown

Json = dict[str, Value]


def run_json(run: Run) -> Json:
    """Give a run without its changes."""
    left = run.settled[-1].left if run.settled else run.closed.open if run.closed is not None else None
    return {
        "type": "run",
        **asdict(run.opening),
        "ended": None if run.closed is None else run.closed.at,
        "exit_code": None if run.closed is None else run.closed.code,
        "sums": {} if run.closed is None else dict(run.closed.sums),
        "open": left,
        "settled": [asdict(one) for one in run.settled],
    }


def unbegun_json(run: str) -> Json:
    """Give a run that wrote nothing down: it has the keys of every run, and its id is all that is known."""
    known: Json = {"type": "run", "run": run, "sites": [], "sums": {}, "open": 0, "settled": []}
    unknown = (*(row.name for row in fields(Opening)), "ended", "exit_code")
    return {**dict.fromkeys(unknown), **known}


def entry_json(entry: Entry, kind: Kind | None, *, keys: Keys | None) -> Json:
    """Give one change; `keys` mask what is personal."""
    ended, organization = entry.ended, organization_of(entry)
    people = learn_members(keys, entry, kind) if keys is not None and kind is not None else ()
    return {
        "type": "change",
        "address": entry.address,
        "action": entry.action.value,
        "outcome": entry.outcome,
        "open": entry.open,
        "at": None if ended is None else ended.at,
        "remote_id": None if ended is None else ended.remote_id,
        "problem": None if ended is None else ended.problem or None,
        "overridden": [] if ended is None else [list(path) for path in ended.overridden],
        "before": _image(entry.before, kind, organization, keys),
        "after": _image(entry.after, kind, organization, keys),
        "writes": [
            {
                "n": one.wrote.n,
                "at": one.wrote.at,
                "step": one.wrote.step,
                "steps": one.wrote.steps,
                "attempt": one.wrote.attempt,
                "summary": one.wrote.summary if keys is None else keys.step(one.wrote.summary, organization, people),
                "request": one.wrote.request,
                "answered": None if one.answer is None else one.answer.at,
                "reply": None if one.answer is None else one.answer.reply.value,
                "status": None if one.answer is None else one.answer.status,
            }
            for one in entry.tries
        ],
        "settled": None if entry.settled is None else asdict(entry.settled),
    }


def _image(found: Observed | None, kind: Kind | None, organization: str, keys: Keys | None) -> Value:
    if found is None:
        return None
    if kind is None:
        return {"key": found.key, "remote_id": found.remote_id}
    return {
        "key": found.key,
        "remote_id": found.remote_id,
        "fields": _told(found.fields, kind.fields, organization, keys),
        "members": None
        if found.members is None
        else {
            member.section: [
                {
                    member.remote: row.get(member.remote),
                    **_told(row, member.fields, organization, keys, member.identity),
                }
                for row in found.members.get(member.section, ())
            ]
            for member in kind.members
        },
    }


def _told(
    fields: Fields, rows: Sequence[Field], organization: str, keys: Keys | None, identity: str = ""
) -> Mapping[str, Value]:
    return {
        row.name: value_shown(
            fields[row.name], organization, keys, personal=row.personal, identity=row.name == identity
        )
        for row in rows
        if row.name in fields
    }
