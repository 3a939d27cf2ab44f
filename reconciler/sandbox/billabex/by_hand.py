"""What a person does in Billabex's web app, outside the API: edit, add and remove accounts and people.

Nothing of the API's rules holds here. Targets are `account/A-001`, `account/A-001/contact/ada@example.com` and
`account/A-001/representative/…`: an account by its source id, its source (`erp:A-001`), its id (also as `id:…`) or its
name, a person by id, e-mail or name. `internalRepresentative` is another word for a representative.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reconciler.sandbox.billabex.organization import BillabexOrganization
from reconciler.sandbox.billabex.person_fields import STATUSES
from reconciler.sandbox.billabex.records import (
    ADDRESS_PARTS,
    CUSTOM,
    EMPTY_ACCOUNT,
    EMPTY_PERSON,
    LIST_NAMES,
    SORTS,
    Account,
    Person,
    Sort,
)
from reconciler.sandbox.values import Json, JsonObject, SandboxMisuse, objects, refuse_unknown

ACCOUNT_NAMES = (*EMPTY_ACCOUNT, *LIST_NAMES.values())
PERSON_NAMES = tuple(EMPTY_PERSON)
_SORTS: Mapping[str, Sort] = {**{sort: sort for sort in SORTS}, "internalRepresentative": "representative"}
_SOURCE: JsonObject = {"connectionId": None, "sourceId": None, "connectorType": CUSTOM, "lastUpdate": None}


def find_target(organization: BillabexOrganization, target: str) -> tuple[Account, Person | None]:
    """Return the account that a target names, and the person if it names one."""
    kind, _, rest = target.partition("/")
    name, sort, wanted = _parts(rest)
    if kind != "account" or not name:
        raise SandboxMisuse(f"{target!r} is not account/<source id>, or that and /contact/… or /representative/…")
    account = _find_account(organization, name)
    if sort is None:
        return account, None
    return account, _find_person(organization, account, sort, wanted)


def _parts(rest: str) -> tuple[str, Sort | None, str]:
    """Return the account's name, and the person's sort and name, in a target."""
    for word, sort in _SORTS.items():
        name, found, wanted = rest.partition(f"/{word}/")
        if found:
            return name, sort, wanted
    return rest, None, ""


def _find_account(organization: BillabexOrganization, name: str) -> Account:
    accounts = organization.accounts.all()
    for names in (
        {account.pair[1]: account for account in reversed(accounts)},
        {":".join(map(str, account.pair)): account for account in reversed(accounts)},
        {account.id: account for account in accounts},
        {f"id:{account.id}": account for account in accounts},
        {account.body.get("fullName"): account for account in reversed(accounts)},
    ):
        if name in names:
            return names[name]
    raise SandboxMisuse(f"there is no account {name!r}")


def _find_person(organization: BillabexOrganization, account: Account, sort: Sort, wanted: str) -> Person:
    for person in organization.people.of(account.number):
        if person.sort == sort and wanted in (person.id, person.email, person.name):
            return person
    raise SandboxMisuse(f"the account has no {sort} {wanted!r}")


def edit_target(organization: BillabexOrganization, target: str, fields: JsonObject) -> None:
    """Set fields of an account or of a person."""
    account, person = find_target(organization, target)
    if person is not None:
        organization.people.put([replace(person, body=person_body(person.body, fields))])
        return
    organization.accounts.put([replace(account, body=account_body(account.body, fields))])
    for sort in SORTS:
        for row in objects(fields.get(LIST_NAMES[sort])):
            add_person(organization, account, sort, row)


def add_account(organization: BillabexOrganization, fields: JsonObject, *, first: bool = False) -> Account:
    """Create an account by hand; the `first` sorts before all others."""
    number, account_id = organization.born()
    if first:
        number = organization.accounts.first_number()
    account = Account(number=number, id=account_id, body=EMPTY_ACCOUNT)
    organization.accounts.put([account])
    edit_target(organization, f"account/{account.id}", fields)
    return account


def add_person(organization: BillabexOrganization, account: Account, sort: Sort, fields: JsonObject) -> Person:
    """Create a person by hand."""
    number, person_id = organization.born()
    body = person_body(EMPTY_PERSON | {"language": "en"}, fields)
    person = Person(number=number, account=account.number, id=person_id, sort=sort, body=body)
    organization.people.put([person])
    return person


def remove_target(organization: BillabexOrganization, target: str) -> None:
    """Delete an account with all that belongs to it, or a person."""
    account, person = find_target(organization, target)
    if person is not None:
        organization.people.delete([person])
    else:
        organization.delete_account(account)


def account_body(before: JsonObject, fields: JsonObject) -> JsonObject:
    """Return an account's stored body after a person set some fields."""
    refuse_unknown(fields, ACCOUNT_NAMES, "an account")
    after = before | {name: fields[name] for name in EMPTY_ACCOUNT if name in fields}
    if "billingAddress" in fields:
        after["billingAddress"] = _over(before["billingAddress"], fields["billingAddress"], ADDRESS_PARTS)
    if fields.get("source") is not None:
        after["source"] = _over(before["source"] or _SOURCE, fields["source"], tuple(_SOURCE))
    return after


def person_body(before: JsonObject, fields: JsonObject) -> JsonObject:
    """Return a person's stored body after a person set some fields; a new address is valid unless it says otherwise.

    The address may be written as the wire shows it, its status with it.
    """
    email = fields.get("email")
    if isinstance(email, dict):
        refuse_unknown(email, ("address", "status"), "an e-mail address")
        fields = fields | {"email": email.get("address"), "emailStatus": email.get("status")}
    refuse_unknown(fields, PERSON_NAMES, "a person")
    after = before | fields
    if after["email"] is None:
        after["emailStatus"] = None
    elif "emailStatus" not in fields and after["email"] != before["email"]:
        after["emailStatus"] = "Valid"
    if after["emailStatus"] not in (None, *STATUSES):
        raise SandboxMisuse(f"there is no e-mail status {after['emailStatus']!r}; there are {', '.join(STATUSES)}")
    return after


def _over(before: Json, given: Json, parts: tuple[str, ...]) -> JsonObject:
    """Return an object of fixed parts with some of them set."""
    kept: Mapping[str, Json] = before if isinstance(before, dict) else {}
    if not isinstance(given, dict):
        return dict.fromkeys(parts)
    refuse_unknown(given, parts, "this object")
    return {**dict.fromkeys(parts), **kept, **given}
