"""Which requests a change still takes, judged on the object as read just now. Pure; undeclared is never changed.

Premise. Where Upflow is told a part, nobody outside knows whether the rest is kept or cleared: fields absent from
POST /customers, members' fields, PUT contact, parts of an address, payment methods, a subset of custom fields (fact
sheet §4.11, §9). Only PUT /customers with top-level fields is shown to merge. So whatever might be replaced is sent
whole: the freshly read live value, with the declared ones laid over it. Nothing is sent that is not there and was not
declared.

| what is left of the change                       | requests                                                          |
|--------------------------------------------------|-------------------------------------------------------------------|
| create, nothing there                            | POST /customers with all that is declared                         |
| create, it is there as declared                  | none (the answer was lost)                                        |
| create, it is there otherwise                    | conflict: it may be another's                                     |
| fields of a customer                             | PUT by remote id, the touched fields, mappings whole              |
| contacts that leave, and nobody comes or changes | DELETE by remote id, each                                         |
| one contact added or changed; or only adding     | POST or PUT on the contact routes, the person whole               |
| several, every one with an external id           | POST /customers: the whole list and all live fields, in one       |
| several, one of them without an external id      | the contact routes: the list route keeps or removes such people,  |
|                                                  | nobody knows which                                                |
| update, and it is gone; or another stands there  | conflict: POST would create it anew                               |
| somebody in the list whom the plan did not judge | conflict: the list route would remove that person                 |

Who comes or changes is written before who leaves is removed: if the vendor refuses a newcomer, nobody has gone yet. Two
exceptions: whoever has an e-mail that somebody else is to get leaves first, and the list route itself removes those
with an external id whom it no longer names (guide, "Contact List"). Those without one it may keep or remove, nobody
knows which, so they are removed by DELETE afterwards; gone by then is as good as deleted. Should the list route keep
somebody with an external id after all, the look at the end says so, and the next plan removes that person.

On the contact routes, who gives an e-mail up is written before who takes it, and who becomes the main contact last.
Two who exchange their e-mails cannot be written one after the other; the list route does it in one request.

Asked again after a lost answer, this gives a rest of what it gave before, request by request the same: the route is
chosen by what the plan says and not by what is left, and bodies do not depend on what the vendor does by itself
(`roster`, on the main contact). Whoever compares the two can tell a lost answer from somebody else's edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from reconciler.live.provider import Remaining, Write
from reconciler.model.change import Action, Change, FieldChange, MemberAction
from reconciler.model.resource import Observed
from reconciler.providers.upflow.bodies import Body, customer_body, present, same, value_at, with_changes
from reconciler.providers.upflow.client import contact_path, customer_path
from reconciler.providers.upflow.roster import ListConflict, Person, Roster, roster_of
from reconciler.providers.upflow.wire import CONTACTS

_WRITING = (Action.CREATE, Action.UPDATE, Action.REPLACE, Action.DELETE)
_GONE = "It is gone, or another object stands under its external id."
_EXISTS = "It exists, and not as declared."


def remaining(change: Change, fresh: Observed | None) -> Remaining:
    """Say what is still to be sent for a change; nothing means that it stands."""
    if change.action not in _WRITING:
        return Remaining()
    if fresh is not None and change.remote_id is not None and fresh.remote_id != change.remote_id:
        return Remaining(conflict=_GONE)
    try:
        if change.action is Action.DELETE:
            return _deletion(change, fresh)
        if change.action is Action.CREATE:
            return _creation(change, fresh)
        return Remaining(conflict=_GONE) if fresh is None else _alteration(change, fresh)
    except ListConflict as conflict:
        return Remaining(conflict=str(conflict))


def _deletion(change: Change, fresh: Observed | None) -> Remaining:
    if fresh is None:
        return Remaining()
    folder = "/custom_fields" if change.address.kind == "customField" else "/customers"
    path = f"{folder}/{quote(fresh.remote_id, safe='')}"
    return Remaining(writes=(Write(method="DELETE", path=path, body=None, summary="delete"),))


def _creation(change: Change, fresh: Observed | None) -> Remaining:
    if fresh is not None:
        stands = not _unset(change, fresh) and not (change.members and _list_differs(change, fresh))
        return Remaining() if stands else Remaining(conflict=_EXISTS)
    fields = with_changes({}, change.fields)
    if change.address.kind == "customField":
        body: Body = {"externalId": change.address.key, **fields}
        return Remaining(writes=(Write(method="POST", path="/custom_fields", body=body, summary="create"),))
    body = {"externalId": change.address.key} | customer_body(present(fields, {("dunningPlan",)} & _paths(change)))
    if change.members:
        newcomers = roster_of(change, _nobody(change))
        body[CONTACTS] = [newcomers.body(person) for person in newcomers.people]
    return Remaining(writes=(Write(method="POST", path="/customers", body=body, summary="create"),))


def _alteration(change: Change, fresh: Observed) -> Remaining:
    unset = _unset(change, fresh)
    if not change.members:
        return Remaining(writes=_field_writes(fresh, unset))
    roster = roster_of(change, fresh)
    people = roster.pending
    wanted = {person.email_wanted for person in people} - {""}
    first = [person for person in roster.leaving if person.email_held in wanted]
    last = [person for person in roster.leaving if person.email_held not in wanted]
    if people and _by_list(change, roster):
        by_hand = [person for person in last if not person.imported]
        return Remaining(
            writes=(*_deletes(fresh, first), _list_write(change, fresh, roster), *_deletes(fresh, by_hand))
        )
    written = tuple(_contact_write(fresh, person, roster) for person in _in_order(people))
    return Remaining(writes=(*_field_writes(fresh, unset), *_deletes(fresh, first), *written, *_deletes(fresh, last)))


def _deletes(fresh: Observed, leaving: Sequence[Person]) -> tuple[Write, ...]:
    return tuple(
        Write(
            method="DELETE",
            path=contact_path(fresh.remote_id, person.change.remote_id or ""),
            body=None,
            summary=f"delete contact {person.change.address.key}",
        )
        for person in leaving
    )


def _by_list(change: Change, roster: Roster) -> bool:
    return roster.planned > 1 and not change.only_add and all(person.imported for person in roster.people)


def _unset(change: Change, fresh: Observed) -> tuple[FieldChange, ...]:
    return tuple(row for row in change.fields if not same(row.after, value_at(fresh.fields, row.path)))


def _paths(change: Change) -> set[tuple[str, ...]]:
    return {row.path for row in change.fields}


def _list_differs(change: Change, fresh: Observed) -> bool:
    roster = roster_of(change, fresh)
    return bool(roster.pending or roster.leaving)


def _nobody(change: Change) -> Observed:
    return Observed(kind=change.address.kind, key=None, remote_id="", fields={}, members={CONTACTS: ()})


def _field_writes(fresh: Observed, unset: Sequence[FieldChange]) -> tuple[Write, ...]:
    if not unset:
        return ()
    merged = with_changes(fresh.fields, unset)
    names = list(dict.fromkeys(row.path[0] for row in unset))
    body = customer_body(present({name: merged[name] for name in names}, (row.path for row in unset)))
    path = customer_path(quote(fresh.remote_id, safe=""))
    return (Write(method="PUT", path=path, body=body, summary=f"update {', '.join(names)}"),)


def _list_write(change: Change, fresh: Observed, roster: Roster) -> Write:
    merged = with_changes(fresh.fields, change.fields)
    body = {"externalId": change.address.key} | customer_body(present(merged, _paths(change)))
    body[CONTACTS] = [roster.body(person) for person in roster.people]
    added = sum(person.change.action is MemberAction.ADD for person in roster.people)
    summary = f"write the contact list: {added} added, {roster.planned - added} changed"
    return Write(method="POST", path="/customers", body=body, summary=summary)


def _contact_write(fresh: Observed, person: Person, roster: Roster) -> Write:
    body, key = roster.body(person), person.change.address.key
    if person.row is None:
        return Write(method="POST", path=contact_path(fresh.remote_id), body=body, summary=f"add contact {key}")
    path = contact_path(fresh.remote_id, str(person.row["id"]))
    return Write(method="PUT", path=path, body=body, summary=f"change contact {key}")


def _in_order(pending: Sequence[Person]) -> tuple[Person, ...]:
    """Order people so that an e-mail is free before it is taken, and the flag of the main contact is set last.

    Raises:
        ListConflict: some exchange their e-mails among them.
    """
    waiting = list(pending)
    ordered: list[Person] = []
    while waiting:
        held = {person.email_held for person in waiting if person.row is not None}
        ready = [person for person in waiting if not person.email_wanted or person.email_wanted not in held]
        if not ready:
            raise ListConflict("Contacts exchange their e-mails, which takes a whole list of people with external ids.")
        chosen = next((person for person in ready if not person.becomes_main), ready[0])
        ordered.append(chosen)
        waiting.remove(chosen)
    return tuple(ordered)
