"""An organization as a person sees it, and its end state in one canonical form that two runs can be compared by."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.sandbox.billabex.account_fields import shown_account, shown_people
from reconciler.sandbox.billabex.organization import BillabexOrganization
from reconciler.sandbox.billabex.records import COUNTS, LIST_NAMES, SORTS, Account, Person
from reconciler.sandbox.fault_list import active_faults
from reconciler.sandbox.values import Json, JsonObject, encode

_PLAIN = ("fullName", "currencyCode", "billingAddress", "readOnlyReason", *COUNTS)


def shown_organization(organization: BillabexOrganization) -> JsonObject:
    """Return everything in an organization."""
    people = organization.people.all()
    return {
        "organization": organization.row.name,
        "vendor": "billabex",
        "id": organization.id,
        "settings": organization.settings.to_json(),
        "faults": [fault.to_json() for fault in active_faults(organization.store)],
        "accounts": [
            shown_whole(organization, account, people.get(account.number, []))
            for account in organization.accounts.all()
        ],
    }


def shown_whole(organization: BillabexOrganization, account: Account, people: Sequence[Person]) -> JsonObject:
    """Return an account with its people and what is counted of it."""
    counts = {name: account.body[name] for name in COUNTS}
    return {
        **shown_account(organization, account),
        **counts,
        **shown_people(people, organization.settings),
    }


def state_of(organization: BillabexOrganization) -> JsonObject:
    """Return the accounts with their people, sorted, without ids, times and order of birth."""
    people = organization.people.all()
    rows = [_account(account, people.get(account.number, [])) for account in organization.accounts.all()]
    return {"accounts": _sorted(rows)}


def _account(account: Account, people: Sequence[Person]) -> JsonObject:
    source = {name: value for name, value in (account.source or {}).items() if name != "lastUpdate"}
    lists = {LIST_NAMES[sort]: _sorted([person.body for person in people if person.sort == sort]) for sort in SORTS}
    return {"source": source or None, **{name: account.body[name] for name in _PLAIN}, **lists}


def _sorted(rows: Sequence[JsonObject]) -> list[Json]:
    return [*sorted(rows, key=encode)]
