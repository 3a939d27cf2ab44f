"""What a read shows: the account as it is, or as it was before a write that the vendor's reading side has yet to see.

With `reads_behind` or `seconds_behind` a write keeps the old state of its account. That is shown until so many reads
have asked for it and so much time has passed; the answer to the write itself, and every later write, see the new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.sandbox.billabex.organization import BillabexOrganization
from reconciler.sandbox.billabex.records import Account, Person
from reconciler.sandbox.billabex.tables import person_from, row_of
from reconciler.sandbox.values import Json, JsonObject, decode_object, encode, objects, whole_number


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """An account with its people, as a read shows them."""

    account: Account
    people: Sequence[Person]


def keep_old_view(organization: BillabexOrganization, number: int) -> None:
    """Note what reads show of an account while they are behind; to be called before a write."""
    settings = organization.settings
    if not settings.reads_behind and not settings.seconds_behind:
        return
    until = organization.now + settings.seconds_behind if settings.seconds_behind else 0.0  # clocks may go back
    now = organization.accounts.by_number(number)
    body = None if now is None else encode(_written(now, organization.people.of(number))).decode()
    key = (organization.row.number, number)
    organization.store.connection.execute(
        "INSERT INTO old_views (organization, account, until, reads, body) VALUES (?, ?, 0, 0, ?)"
        " ON CONFLICT DO NOTHING",
        (*key, body),
    )
    organization.store.connection.execute(
        "UPDATE old_views SET until = ?, reads = ? WHERE organization = ? AND account = ?",
        (until, settings.reads_behind, *key),
    )


def view_of(organization: BillabexOrganization, account_id: str) -> View | None:
    """Return an account as a read of it shows it, or None where a read finds none."""
    account = organization.accounts.by_id(account_id)
    olds = _old_views(organization)
    for number, old in olds.items():
        if (account is not None and number == account.number) or (old is not None and old.account.id == account_id):
            organization.read_behind.add(number)
            return old
    return None if account is None else View(account=account, people=organization.people.of(account.number))


def accounts_after(organization: BillabexOrganization, number: int | None, limit: int, shift: int) -> list[Account]:
    """Return accounts as a read of their list shows them, beginning after a number."""
    olds = _old_views(organization)
    if not olds:
        return organization.accounts.after(number, limit, shift)
    shown = {account.number: account for account in organization.accounts.all()}
    for place, old in olds.items():
        organization.read_behind.add(place)
        if old is None:
            shown.pop(place, None)
        else:
            shown[place] = old.account
    rows = [shown[place] for place in sorted(shown)]
    start = sum(row.number <= number for row in rows) if number is not None else 0
    start = max(0, start + shift)
    return rows[start : start + limit]


def _old_views(organization: BillabexOrganization) -> dict[int, View | None]:
    """Return the old states that are still shown, by the number of their account; None for one that was not there."""
    key = (organization.row.number, organization.now)
    connection = organization.store.connection
    connection.execute("DELETE FROM old_views WHERE organization = ? AND reads <= 0 AND until <= ?", key)
    rows: list[tuple[int, str | None]] = connection.execute(
        "SELECT account, body FROM old_views WHERE organization = ? ORDER BY account", key[:1]
    ).fetchall()
    return {number: None if body is None else _read(number, decode_object(body)) for number, body in rows}


def count_reads(organization: BillabexOrganization) -> None:
    """Note that a request was shown the old states of some accounts; one that was answered 404 is such a read too."""
    organization.store.connection.executemany(
        "UPDATE old_views SET reads = reads - 1 WHERE organization = ? AND account = ?",
        [(organization.row.number, number) for number in sorted(organization.read_behind)],
    )


def _written(account: Account, people: Sequence[Person]) -> JsonObject:
    """Return a view as JSON."""
    rows: list[Json] = [{"number": person.number, "row": row_of(person)} for person in people]
    return {"id": account.id, "body": account.body, "people": rows}


def _read(number: int, written: JsonObject) -> View:
    """Read a view from JSON."""
    body = written["body"]
    people = [
        person_from(whole_number(entry["number"]), number, entry["row"])
        for entry in objects(written["people"])
        if isinstance(entry["row"], dict)
    ]
    account = Account(number=number, id=str(written["id"]), body=body if isinstance(body, dict) else {})
    return View(account=account, people=people)
