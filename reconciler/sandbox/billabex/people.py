"""The routes of the people on an account: lists, one by its id, and the upserts (the guide; fact sheet §4, §10)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from reconciler.sandbox.billabex.call import Call, read_view, written_account
from reconciler.sandbox.billabex.matching import find_match, same_address
from reconciler.sandbox.billabex.paging import envelope, wanted_page
from reconciler.sandbox.billabex.person_fields import field_names, shown_person, with_fields, written_fields
from reconciler.sandbox.billabex.records import EMPTY_PERSON, LIST_NAMES, Account, Person, Sort
from reconciler.sandbox.billabex.settings import Settings
from reconciler.sandbox.values import Json, JsonObject, text_or_none
from reconciler.sandbox.wire import RefusalError, Reply

Serve = Callable[[Call], Reply]


def list_people(sort: Sort) -> Serve:
    """GET …/contacts and …/internal-representatives: a bare list, or pages if the settings say so."""

    def serve(call: Call) -> Reply:
        people = [person for person in read_view(call).people if person.sort == sort]
        rows = [(person.number, shown_person(person, call.settings)) for person in people]
        if call.settings.people_list == "array":
            bare: list[Json] = [row for _, row in rows[max(0, call.shift) :]]
            return Reply(payload=bare)
        page = wanted_page(call)
        start = sum(number <= page.after for number, _ in rows) if page.after is not None else 0
        start = max(0, start + call.shift)
        end = start + page.first
        return envelope(call, rows[start:end], more=end < len(rows))

    return serve


def get_person(sort: Sort) -> Serve:
    """GET …/{id}."""

    def serve(call: Call) -> Reply:
        return Reply(payload=shown_person(_person(read_view(call).people, sort, call.ids[1]), call.settings))

    return serve


def create_person(sort: Sort) -> Serve:
    """POST: always a new person, never an upsert."""

    def serve(call: Call) -> Reply:
        account = written_account(call, people=True)
        fields = written_fields(call)
        if call.settings.post_without_language == "english":
            fields = {"language": "en", **fields}
        _refuse_taken(call, account, fields, None)
        return _created(call, account, sort, fields, status=call.settings.created_status)

    return serve


def update_person(sort: Sort) -> Serve:
    """PATCH or PUT …/{id}: only the named fields change, unless the settings have PUT clear the others."""

    def serve(call: Call) -> Reply:
        account = written_account(call, people=True)
        person = _person(call.organization.people.of(account.number), sort, call.ids[1])
        fields = written_fields(call, by_id=True)
        if call.request.method == "PUT" and call.settings.put_absent_fields == "cleared":
            _require(fields)
            empty = {name: EMPTY_PERSON[name] for name in field_names(call.settings)}
            fields = empty | fields
        _refuse_taken(call, account, fields, person)
        return _saved(call, with_fields(person, fields, call.settings))

    return serve


def delete_person(sort: Sort) -> Serve:
    """DELETE …/{id}."""

    def serve(call: Call) -> Reply:
        account = written_account(call, people=True)
        person = _person(call.organization.people.of(account.number), sort, call.ids[1])
        call.organization.people.delete([person])
        return Reply(status=call.settings.deleted_status)

    return serve


def upsert_person(sort: Sort) -> Serve:
    """PUT …/upsert of one sort: whom it hits is updated, whichever list it is in; otherwise one of the sort is made."""

    def serve(call: Call) -> Reply:
        account = written_account(call, people=True)
        people = call.organization.people.of(account.number)
        if not call.settings.search_both:
            people = [person for person in people if person.sort == sort]
        return _upserted(call, account, people, written_fields(call), preferred=sort, created=sort)

    return serve


def upsert_party(call: Call) -> Reply:
    """PUT …/party/upsert: an existing person keeps its sort, a new one's is decided by the domain of its address."""
    account = written_account(call, people=True)
    fields = written_fields(call)
    decided = _decided(fields, call.settings)
    people = call.organization.people.of(account.number)
    if call.settings.party_search == "decided":
        people = [person for person in people if person.sort == decided]
    chosen = call.settings.party_same_email
    preferred = decided if chosen == "by-domain" else chosen
    return _upserted(call, account, people, fields, preferred=preferred, created=decided)


def _decided(fields: JsonObject, settings: Settings) -> Sort:
    """Return the sort of a new party."""
    email = text_or_none(fields.get("email"))
    if email is None:
        if settings.party_without_email == "rejected":
            raise RefusalError(400, "email is needed to tell a contact from an internal representative")
        return settings.party_without_email
    domain = email.strip().rpartition("@")[2].lower()
    for own in settings.email_domains:
        if domain == own.lower() or (settings.party_subdomains and domain.endswith("." + own.lower())):
            return "representative"
    return "contact"


def _upserted(
    call: Call, account: Account, people: Sequence[Person], fields: JsonObject, *, preferred: Sort, created: Sort
) -> Reply:
    """Update whom the body hits among some people, or create."""
    email, name = text_or_none(fields.get("email")), text_or_none(fields.get("fullName"))
    found = find_match(people, email=email, name=name, preferred=preferred, settings=call.settings)
    if found is None:
        return _created(call, account, created, fields, status=call.settings.upsert_created_status)
    return _saved(call, with_fields(found, fields, call.settings))


def _created(call: Call, account: Account, sort: Sort, fields: JsonObject, *, status: int) -> Reply:
    """Make a person of one sort."""
    _require(fields)
    person = new_person(call, account, sort, fields)
    return replace(_saved(call, person), status=status)


def new_person(call: Call, account: Account, sort: Sort, fields: JsonObject) -> Person:
    """Return a person that is not stored yet."""
    number, person_id = call.organization.born()
    person = Person(number=number, account=account.number, id=person_id, sort=sort, body=EMPTY_PERSON)
    return with_fields(person, fields, call.settings)


def _require(fields: JsonObject) -> None:
    """Turn down a new person without a name or a language."""
    missing = [name for name in ("fullName", "language") if fields.get(name) is None]
    if missing:
        raise RefusalError(400, f"{' and '.join(missing)} required to create a person")


def _saved(call: Call, person: Person) -> Reply:
    """Store a person; with `single_primary` a new primary one takes over from the old one."""
    people = call.organization.people
    if call.settings.single_primary and person.body.get("isPrimary") is True:
        people.put(
            replace(other, body=other.body | {"isPrimary": False})
            for other in people.of(person.account)
            if other.sort == person.sort and other.id != person.id and other.body.get("isPrimary") is True
        )
    people.put([person])
    written = f"account/{call.ids[0]}/{person.sort}/{person.id}"
    return Reply(payload=shown_person(person, call.settings), written=written)


def _refuse_taken(call: Call, account: Account, fields: JsonObject, person: Person | None) -> None:
    """Turn down an address that another person of the account has, if the settings say so."""
    email = text_or_none(fields.get("email"))
    if email is None or call.settings.same_email_write == "accepted":
        return
    for other in call.organization.people.of(account.number):
        taken = other.email is not None and same_address(other.email, email, call.settings)
        if taken and (person is None or other.id != person.id):
            raise RefusalError(409, f"another person in {LIST_NAMES[other.sort]} has this email")


def _person(people: Sequence[Person], sort: Sort, person_id: str) -> Person:
    """Return a person of one sort by its id."""
    for person in people:
        if person.sort == sort and person.id == person_id:
            return person
    raise RefusalError(404, "The person does not exist.")
