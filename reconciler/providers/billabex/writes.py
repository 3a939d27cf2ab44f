"""Which requests a change of an account still takes, judged on the object as read just now. Pure.

| what is left of the change          | requests                                                                       |
|-------------------------------------|--------------------------------------------------------------------------------|
| the account itself                  | POST, with its source inline; then a look, because only that tells its id      |
| its own fields                      | one PUT with all of them: whether the route merges is not known, so what stands|
|                                     | is sent back with what is declared                                             |
| people who come or change           | one upsert each, or the route by id, in the order of `sequence`                |
| people who leave                    | one DELETE each, where `sequence` puts it                                      |

Every upsert says whom it will hit. Where no order is safe the change is impossible; the plan has said so then, unless
somebody edited the people meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from reconciler.live.provider import Remaining, Write
from reconciler.model.change import Action, Change
from reconciler.model.kind import Verdict
from reconciler.model.resource import Fields, Observed, Value
from reconciler.providers.billabex.addresses import SPELT, as_live
from reconciler.providers.billabex.belonging import is_elsewhere
from reconciler.providers.billabex.keys import key_by_source, source_of
from reconciler.providers.billabex.matching import CONTACTS, PARTIES, REPRESENTATIVES, Person
from reconciler.providers.billabex.people import Asked, asked, everybody, leaving, misplaced
from reconciler.providers.billabex.sequence import Route, Step, sequence
from reconciler.providers.billabex.wire import ACCOUNT_FIELDS, PERSON_FIELDS

_ROUTES = {CONTACTS: "contacts", REPRESENTATIVES: "internal-representatives", PARTIES: "party"}
_GONE = "The account is not there any more."
_ELSEWHERE = "This organization is not known to have the account."
_EXISTS = "An account under this key is there already, and not as declared."
_UNSAFE = "No order of writes is safe any more: one of them might land on another person."


def remaining(change: Change, fresh: Observed | None, settings: Mapping[str, Value]) -> Remaining:
    """Say which writes are left; see the table above."""
    if is_elsewhere(fresh):
        return Remaining(conflict=_ELSEWHERE)
    if change.action is Action.DELETE:
        path = account_path(fresh.remote_id) if fresh is not None else ""
        return Remaining(writes=(Write(method="DELETE", path=path, body=None, summary="delete"),) if fresh else ())
    if fresh is None:
        return _creation(change, settings) if change.action is Action.CREATE else Remaining(conflict=_GONE)
    fields = _field_writes(change, fresh)
    if change.action is Action.CREATE and fields:
        return Remaining(conflict=_EXISTS)
    people = people_writes(change, fresh, settings)
    if people is None:
        elsewhere = misplaced(change, fresh)
        return Remaining(conflict=elsewhere or _UNSAFE, decided=None if elsewhere is None else _misplaced(elsewhere))
    return Remaining(writes=(*fields, *people))


def _misplaced(elsewhere: str) -> Verdict:
    return Verdict(
        code="party-misplaced",
        summary="a party on the other list than foreseen",
        detail=elsewhere,
        remedy="Correct emailDomains in reconciler.yaml, or declare the person under the list they stand on. "
        "The sandbox has domains of its own: reconciler sandbox setting email_domains='[\"example.com\"]'",
    )


def key_of_creation(write: Write) -> str | None:
    """Give the key of the account that a write makes; None for any other write."""
    source = write.body.get("source") if write.method == "POST" and isinstance(write.body, dict) else None
    return key_by_source(str(source["connectionId"]), str(source["sourceId"])) if isinstance(source, dict) else None


def account_path(remote_id: str) -> str:
    """Give the path of one account."""
    return f"/accounts/{quote(remote_id, safe='')}"


def people_path(account_id: str, section: str, person_id: str = "") -> str:
    """Give the path of an account's list, or of one person on it."""
    path = f"{account_path(account_id)}/{_ROUTES[section]}"
    return f"{path}/{quote(person_id, safe='')}" if person_id else path


def section_of(route: str) -> str:
    """Give the list that a route is about."""
    return next(section for section, path in _ROUTES.items() if path == route)


def people_writes(change: Change, fresh: Observed, settings: Mapping[str, Value]) -> tuple[Write, ...] | None:
    """Give the writes of people in a safe order; None if there is none."""
    to_do = {one.label: one for one in asked(change, fresh)}
    gone = {str(one.remote_id): one for one in leaving(change, fresh)}
    people = everybody(fresh)
    verb = str(settings.get("personUpdate", "none"))
    writing = sequence(people, [one.wish() for one in to_do.values()], list(gone), by_id=verb != "none")
    if writing.stuck:
        return None
    known = _names(change, people)
    homes = {one.id: one.section for one in people}
    writes: list[Write] = []
    for step in writing.steps:
        if step.route is Route.DELETE:
            path = people_path(fresh.remote_id, homes[step.label], step.label)
            summary = f"delete {gone[step.label].address.key}"
            writes.append(Write(method="DELETE", path=path, body=None, summary=summary))
        elif step.route is Route.BY_ID:
            writes.append(_by_id(fresh.remote_id, homes[str(step.hit)], to_do[step.label], verb))
        else:
            writes.append(_upsert(fresh.remote_id, to_do[step.label], step, known))
    return tuple(writes)


def _creation(change: Change, settings: Mapping[str, Value]) -> Remaining:
    source = source_of(change.address.key)
    if source is None:
        return Remaining(conflict=_GONE)
    body: dict[str, Value] = {
        "organizationId": settings.get("organizationId"),
        **_laid_over({}, change),
        "contacts": [],
        "source": {"connectionId": source[0], "sourceId": source[1]},
    }
    if settings.get("generation") == "people":
        body["internalRepresentatives"] = []
    write = Write(method="POST", path="/accounts", body=body, summary="create", repeatable=False)
    return Remaining(writes=(write,), continues=bool(change.members))


def _field_writes(change: Change, fresh: Observed) -> tuple[Write, ...]:
    wanted = _laid_over(fresh.fields, change)
    if all(fresh.fields.get(name) == wanted.get(name) for name in ACCOUNT_FIELDS):
        return ()
    names = sorted({row.path[0] for row in change.fields})
    body: dict[str, Value] = {name: wanted[name] for name in ACCOUNT_FIELDS if wanted.get(name) is not None}
    summary = f"update {', '.join(names)}"
    return (Write(method="PUT", path=account_path(fresh.remote_id), body=body, summary=summary),)


def _laid_over(fields: Fields, change: Change) -> dict[str, Value]:
    merged: dict[str, Value] = {**fields}
    for row in change.fields:
        name, *rest = row.path
        if not rest:
            merged[name] = row.after
        else:
            part = merged.get(name)
            merged[name] = {**(part if isinstance(part, dict) else {}), rest[0]: row.after}
    return merged


def _names(change: Change, people: Iterable[Person]) -> Mapping[str, str]:
    """Name everybody whom the plan or the account knows, by remote id; whoever no document names goes by that."""
    names = {one.id: f"{one.section} id:{one.id}" for one in people}
    planned = {one.remote_id: str(one.address) for one in change.members if one.remote_id is not None}
    return {**names, **planned}


def _upsert(account_id: str, person: Asked, step: Step, known: Mapping[str, str]) -> Write:
    body: dict[str, Value] = {"fullName": step.name}
    if step.email is not None:
        body["email"] = as_live(step.email, person.row)
    if step.whole:
        body |= {name: value for name, value in person.values.items() if name not in body}
    return Write(
        method="PUT",
        path=f"{people_path(account_id, person.wish().section)}/upsert",
        body=body,
        summary=f"upsert {person.change.address.key}",
        hits=step.hit,
        known=known,
        subject=person.label,
    )


def _by_id(account_id: str, section: str, person: Asked, verb: str) -> Write:
    """Change a person by id; whether PUT merges is not known, so it is given all that stands."""
    values = dict(person.values)
    if verb == "put":
        row = person.row or {}
        stands = {name: row.get(name) for name in PERSON_FIELDS} | {"email": row.get(SPELT)}
        values = {name: value for name, value in {**stands, **values}.items() if value is not None}
    path = people_path(account_id, section, str((person.row or {})["id"]))
    return Write(method=verb.upper(), path=path, body=values, summary=f"change {person.change.address.key}")
