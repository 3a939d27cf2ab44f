"""Journals -> text: a line for each run, and of one run its changes, each with its writes and what they altered.

Personal values are shown only where that is asked for, else masked as a plan masks them (`plan.masked_keys`); of a kind
that is not known any more, none are shown at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reconciler.diff.compare import field_changes
from reconciler.diff.remembered import DIGESTED
from reconciler.model.change import Action, FieldChange
from reconciler.model.journal import Entry, Run, Try
from reconciler.model.kind import Field, Kind
from reconciler.model.resource import Fields, Observed, Value
from reconciler.plan.masked_keys import Keys
from reconciler.render.field_text import field_rows
from reconciler.render.paint import Paint
from reconciler.render.symbols import ADOPT, OF_ACTION
from reconciler.render.words import counted, inert, listed

_NO_END = "no end: it was killed, or still runs"

NOTED = "note"
"""What an adoption is called that took in nothing."""

_SUMS = ("done", "failed", "stale", "skipped", "unknown", "not_tried", "refused")


def run_line(run: Run) -> str:
    """Tell one run in a line."""
    opening = run.opening
    places = listed([site.organization for site in opening.sites])
    undoes = f"; undoes {inert(opening.undoes)}" if opening.undoes else ""
    facts = "  ".join(map(inert, (opening.run, opening.command, places, f"by {opening.who}")))
    return f"{facts}: {ending_of(run)}{undoes}"


def ending_of(run: Run) -> str:
    """Say what a run came to; of one that was killed, whether what it left open was looked up."""
    left = run.settled[-1].left if run.settled else run.closed.open if run.closed is not None else 0
    open_now = f"; {counted(left, 'write')} open" if left else ""
    if run.closed is None:
        by = run.settled[-1].by if run.settled else ""
        return f"no end: it was killed; run {inert(by)} settled it{open_now}" if by else _NO_END
    counts = [f"{count} {name.replace('_', ' ')}" for name in _SUMS if (count := run.closed.sums.get(name, 0))]
    return f"{', '.join(counts) or 'nothing done'}, exit code {run.closed.code}{open_now}"


def unbegun_line(run: str) -> str:
    """Tell of a run that wrote nothing down."""
    return f"{run}  died before it wrote anything: nothing was sent"


def run_page(run: Run) -> Iterator[str]:
    """Tell who ran what and when, a fact a line."""
    opening = run.opening
    rows = {
        "run": opening.run,
        "begun": opening.at,
        "ended": run.closed.at if run.closed is not None else "",
        "by": f"{opening.who} on {opening.host}",
        "command": opening.command,
        "documents": f"{opening.commit}{' and changes since' if opening.dirty else ''}" if opening.commit else "",
        "plan": opening.digest,
        "undoes": opening.undoes,
        "outcome": ending_of(run),
    }
    yield from (f"{label:<10} {inert(text)}" for label, text in rows.items() if text)
    yield from (
        f"{'at':<10} {inert(f'{one.organization} ({one.provider}, {one.endpoint})')}" for one in run.opening.sites
    )


def deed_of(entry: Entry) -> str:
    """Say in a word what a change is; an adoption that took in nothing told the inventory alone."""
    noted = entry.action is Action.ADOPT and entry.ended is not None and not entry.ended.adopts
    return NOTED if noted else entry.action.value


def entry_lines(entry: Entry, kind: Kind | None, paint: Paint, *, keys: Keys | None) -> Iterator[str]:
    """Tell one change: how it ended, its writes, and what differed before and after; `keys` mask what is personal."""
    organization = organization_of(entry)
    people = learn_members(keys, entry, kind) if keys is not None and kind is not None else ()
    symbol = (ADOPT if deed_of(entry) == Action.ADOPT else OF_ACTION[entry.action]).painted(paint)
    problem = f" [{entry.ended.problem}]" if entry.ended is not None and entry.ended.problem else ""
    outcome = entry.outcome.replace("-", " ")
    yield f"{symbol} {inert(entry.address)}: {deed_of(entry)} {outcome}{problem}{_settled(entry)}"
    yield from (f"    {_try(one, organization, keys, people)}" for one in entry.tries)
    if kind is not None and entry.begun:
        identities = {member.section: member.identity for member in kind.members}
        rows = field_rows(_shown(change, organization, keys, identities) for change in _differences(entry, kind))
        width = max((len(row.name) for row in rows), default=0)
        yield from (f"      {row.symbol.painted(paint)} {row.name:<{width}} = {row.text}" for row in rows)


def _settled(entry: Entry) -> str:
    if entry.settled is None:
        return ""
    found = "found that whether it took effect" if entry.settled.took_effect is None else "found that it"
    return f"; run {inert(entry.settled.by)} {found} {entry.settled.told}"


def _try(one: Try, organization: str, keys: Keys | None, people: Sequence[Sequence[str]]) -> str:
    wrote, answer = one.wrote, one.answer
    reply = answer.reply.value if answer is not None else "no answer"
    status = f" {answer.status}" if answer is not None and answer.status is not None else ""
    again = f" (try {wrote.attempt})" if wrote.attempt > 1 else ""
    summary = wrote.summary if keys is None else keys.step(wrote.summary, organization, people)
    return f"{wrote.at} {wrote.step}/{wrote.steps} {inert(summary)}{again}: {reply}{status}  {wrote.request}"


def _differences(entry: Entry, kind: Kind) -> Iterator[FieldChange]:
    if entry.ended is None or (entry.after is None and entry.action.value != "delete"):
        return
    before, after = entry.before, entry.after
    yield from field_changes(_fields(after, kind.fields), _fields(before, kind.fields), kind.fields)
    for member in kind.members:
        old, new = _rows(before, member.section, member.remote), _rows(after, member.section, member.remote)
        for remote_id in dict.fromkeys((*old, *new)):
            found = field_changes(new.get(remote_id, {}), old.get(remote_id, {}), member.fields)
            gone = () if remote_id in new else _losses(old[remote_id], member.fields)
            row = new.get(remote_id) or old[remote_id]
            name = str(row.get(member.identity) or remote_id)
            yield from (replace(one, path=(member.section, name, *one.path)) for one in (*found, *gone))


def _fields(found: Observed | None, rows: Sequence[Field]) -> Fields:
    return {row.name: found.fields.get(row.name) if found is not None else None for row in rows}


def _rows(found: Observed | None, section: str, remote: str) -> Mapping[str, Fields]:
    members = found.members if found is not None else None
    return {str(row.get(remote)): row for row in (members or {}).get(section, ())}


def _losses(row: Fields, rows: Sequence[Field]) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(path=(one.name,), before=row[one.name], after=None, personal=one.personal)
        for one in rows
        if row.get(one.name) not in (None, "")
    )


def organization_of(entry: Entry) -> str:
    """Name the organization that a change was made at."""
    return entry.address.partition("/")[0]


def learn_members(keys: Keys, entry: Entry, kind: Kind) -> Sequence[Sequence[str]]:
    """Take in whose keys tell who they are, of the members of a change before and after, and give their values.

    A journal that keeps no personal values has digests of them, by which nothing is known.
    """
    people = []
    for image in (entry.before, entry.after):
        for member in kind.members:
            for row in ((image.members if image is not None else None) or {}).get(member.section, ()):
                own = [str(row.get(one.name) or "") for one in member.fields if one.personal]
                known = [value for value in own if not value.startswith(DIGESTED)]
                keys.learn_values(str(row.get(member.identity) or ""), organization_of(entry), known)
                people.append([value for value in known if value])
    return people


def value_shown(value: Value, organization: str, keys: Keys | None, *, personal: bool, identity: bool = False) -> Value:
    """Give a value as it may be seen; `identity` says that it is the key of a member."""
    if keys is None:
        return value
    if personal:
        return keys.tagger.text(organization, value)
    if not isinstance(value, str):
        return value
    return keys.key(value, organization) if identity or value in keys.told else keys.text(value, organization)


def _shown(change: FieldChange, organization: str, keys: Keys | None, identities: Mapping[str, str]) -> FieldChange:
    if keys is None:
        return change
    of_member = len(change.path) > 2 and change.path[0] in identities
    identity = of_member and change.path[2] == identities[change.path[0]]
    before, after = (
        value_shown(value, organization, keys, personal=change.personal, identity=identity)
        for value in (change.before, change.after)
    )
    path = (change.path[0], keys.key(change.path[1], organization), *change.path[2:]) if of_member else change.path
    return replace(change, path=path, before=before, after=after)
