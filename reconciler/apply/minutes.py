"""What an apply says about itself, line by line: events go in, the lines of its journal come out.

Pure but for what it keeps: the times come in with the events, and nothing is read or written here. Every try has a
number; its answer is told by it. What is kept goes by the lines that stand: one that could not be written was never
said. Facts (balances, counts) are left out of the images: no write brings them back.

With personal values masked, an image holds their keyed digests, as the inventory does (`plan.entries`): enough to tell
whether an object is as it was, and nothing to read or to bring back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from reconciler.apply.summary import Summary
from reconciler.diff.compare import is_nothing
from reconciler.diff.remembered import DIGESTED
from reconciler.model.address import digest_key
from reconciler.model.change import Action
from reconciler.model.event import Answered, Done, Ending, Event, Failed, Skipped, Stale, Started, Unknown
from reconciler.model.journal import (
    DONE,
    FAILED,
    OPEN,
    SKIPPED,
    STALE,
    UNKNOWN,
    Answer,
    Closed,
    Ended,
    Line,
    Wrote,
)
from reconciler.model.kind import Field, Kind
from reconciler.model.resource import Fields, Observed
from reconciler.plan.undo_extent import set_paths

Image = Callable[[str, Observed], Observed]
"""Gives an object of an organization as the journal may hold it."""

_Name = tuple[str, str]


class Minutes:
    """The lines of one run, as they come."""

    def __init__(self, image: Image) -> None:
        self._image = image
        self._numbers: dict[str, int] = {}
        self._count = 0
        self._doubtful: dict[_Name, set[str]] = {}
        self._left: set[_Name] = set()

    def line(self, event: Event, at: str) -> Line:
        """Word one event; `at` is when it happened, as ISO 8601 in UTC. Once its line stands, `count` it."""
        if isinstance(event, Started):
            return self._wrote(event, at)
        if isinstance(event, Answered):
            number = self._numbers[event.request]
            return Answer(at=at, n=number, reply=event.reply, status=event.status, made=event.made)
        return self._ended(event, at)

    def count(self, event: Event) -> None:
        """Take in an event whose line stands."""
        name = _name(event)
        if isinstance(event, Started):
            self._count += 1
            self._numbers[event.request] = self._count
            self._doubtful.setdefault(name, set()).add(event.request)
        elif isinstance(event, Answered):
            del self._numbers[event.request]
            if event.reply not in OPEN:
                self._doubtful[name].discard(event.request)
        elif self._doubtful.pop(name, set()) and isinstance(event, Unknown):
            self._left.add(name)

    def close(self, summary: Summary, code: int, at: str) -> Closed:
        """Put down what it came to."""
        total = summary.total
        sums = {
            "done": total.done,
            "failed": total.failed,
            "stale": total.stale,
            "skipped": total.skipped,
            "unknown": total.unknown,
            "not_tried": total.not_tried,
            "refused": summary.refused,
        }
        doubtful = {name for name, requests in self._doubtful.items() if requests}
        return Closed(at=at, code=code, sums=sums, open=len(self._left | doubtful))

    def _wrote(self, event: Started, at: str) -> Wrote:
        before = event.before
        return Wrote(
            at=at,
            n=self._count + 1,
            address=str(event.change.address),
            action=event.change.action.value,
            step=event.step,
            steps=event.steps,
            attempt=event.attempt,
            summary=event.summary,
            request=event.request,
            first=event.first,
            before=self._image(event.change.address.organization, before) if before is not None else None,
            sets=set_paths(event.change) if event.first else (),
        )

    def _ended(self, event: Ending, at: str) -> Ended:
        change = event.change
        done = event if isinstance(event, Done) else None
        found = done.found if done is not None else None
        return Ended(
            at=at,
            address=str(change.address),
            action=change.action.value,
            outcome=outcome_of(event),
            remote_id=done.remote_id if done is not None else _made(event) or change.remote_id,
            problem="" if isinstance(event, Done | Skipped) else event.problem.code,
            written=isinstance(event, Failed) and event.written,
            overridden=done.overridden if done is not None else (),
            after=self._image(change.address.organization, found) if found is not None else None,
            former=str(change.former) if change.former is not None else "",
            adopts=change.adopts,
        )


def outcome_of(ending: Ending) -> str:
    """Name how a change ended."""
    match ending:
        case Done():
            return DONE
        case Failed():
            return FAILED
        case Stale():
            return STALE
        case Skipped():
            return SKIPPED
        case Unknown():
            return UNKNOWN


def plain_image(_organization: str, found: Observed) -> Observed:
    """Give an object with its values, and without its facts."""
    return replace(found, facts={})


def masked_image(found: Observed, kind: Kind, secret: str) -> Observed:
    """Give an object without its facts and with digests in place of personal values."""
    members = found.members
    if members is not None:
        members = {
            member.section: [
                {member.remote: row.get(member.remote), **_masked(row, member.fields, secret)}
                for row in members.get(member.section, ())
            ]
            for member in kind.members
            if member.section in members
        }
    return replace(found, facts={}, fields=_masked(found.fields, kind.fields, secret), members=members)


def masking(kinds: Mapping[str, Mapping[str, Kind]], secrets: Mapping[str, str]) -> Image:
    """Say how objects are masked, by the kinds and the digest keys of each organization."""

    def image(organization: str, found: Observed) -> Observed:
        return masked_image(found, kinds[organization][found.kind], secrets[organization])

    return image


def _masked(fields: Fields, rows: Sequence[Field], secret: str) -> Fields:
    """Keep the fields that are known of, personal ones as digests: of others nobody can say whether they are."""
    known = {row.name: fields[row.name] for row in rows if row.name in fields}
    return {**known, **dict(_digests(fields, rows, secret))}


def _digests(fields: Fields, rows: Sequence[Field], secret: str) -> Iterator[tuple[str, str]]:
    for row in rows:
        value = fields.get(row.name)
        if row.personal and not is_nothing(value):
            yield row.name, f"{DIGESTED}{digest_key(secret, str(value))}"


def _made(ending: Ending) -> str | None:
    """Give what a create was answered with that ended without its being seen."""
    return ending.made if isinstance(ending, Unknown | Failed) and ending.change.action is Action.CREATE else None


def _name(event: Event) -> _Name:
    return str(event.change.address), event.change.action.value
