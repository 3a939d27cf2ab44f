"""The account and organization routes: list, read, create, update, delete, link to a source (fact sheet §4, §6.4–5).

There is no way to ask for an account by its source: a client lists. An account goes with its people, and with its
invoices and credit notes, of which the sandbox has no more than the number.
"""

from __future__ import annotations

from dataclasses import replace

from reconciler.sandbox.billabex.account_fields import (
    WRITABLE,
    shown_account,
    shown_people,
    written_body,
    written_source,
)
from reconciler.sandbox.billabex.call import Call, known_names, read_view, refuse_read_only, written_account
from reconciler.sandbox.billabex.paging import envelope, wanted_page
from reconciler.sandbox.billabex.people import new_person
from reconciler.sandbox.billabex.person_fields import checked_fields
from reconciler.sandbox.billabex.records import EMPTY_ACCOUNT, LIST_NAMES, SORTS, Account
from reconciler.sandbox.billabex.views import accounts_after, keep_old_view
from reconciler.sandbox.checks import a_list, an_object, body_object
from reconciler.sandbox.values import JsonObject
from reconciler.sandbox.wire import RefusalError, Reply


def list_organizations(call: Call) -> Reply:
    """GET /organizations: the one that the token is for."""
    wanted_page(call)
    rows = [] if call.query.get("after") else [(0, _organization(call))]
    return envelope(call, rows, more=False)


def get_organization(call: Call) -> Reply:
    """GET /organizations/{id}."""
    _check_organization(call, call.ids[0], 404)
    return Reply(payload=_organization(call))


def _organization(call: Call) -> JsonObject:
    return {"id": call.organization.id, "name": call.organization.row.name}


def _check_organization(call: Call, organization_id: object, status: int) -> None:
    """Turn down an organization that the token is not for."""
    if organization_id != call.organization.id:
        raise RefusalError(status, "The organization does not exist.")


def list_accounts(call: Call) -> Reply:
    """GET /accounts?organizationId=…: pages in the order of birth."""
    if "organizationId" not in call.query:
        raise RefusalError(400, "organizationId must be a UUID")
    _check_organization(call, call.query["organizationId"], 404)
    page = wanted_page(call)
    found = accounts_after(call.organization, page.after, page.first + 1, call.shift)
    rows = [(account.number, _row(call, account)) for account in found[: page.first]]
    return envelope(call, rows, more=len(found) > page.first)


def _row(call: Call, account: Account) -> JsonObject:
    """Return an account as the list shows it."""
    row = shown_account(call.organization, account)
    if not call.settings.list_rows_source:
        del row["source"]
    return row


def get_account(call: Call) -> Reply:
    """GET /accounts/{id}."""
    view = read_view(call)
    shown = shown_account(call.organization, view.account)
    if call.settings.account_carries_people:
        shown |= shown_people(view.people, call.settings)
    return Reply(payload=shown)


def create_account(call: Call) -> Reply:
    """POST /accounts: always a new one; a source may be given at once."""
    settings, organization = call.settings, call.organization
    people = ("contacts", "internalRepresentatives") if settings.generation == "people" else ("contacts",)
    known = ("organizationId", *WRITABLE, *people, "source")
    body = known_names(body_object(call.request), known, settings.unknown_account_field)
    _check_organization(call, body.get("organizationId"), 400)
    number, account_id = organization.born()
    account = Account(number=number, id=account_id, body=written_body(EMPTY_ACCOUNT, body, settings))
    if body.get("source") is not None:
        account = _linked(call, account, written_source(body["source"], settings, organization.now))
    keep_old_view(organization, number)
    organization.accounts.put([account])
    _add_inline_people(call, account, body)
    return Reply(
        status=settings.created_status, payload=shown_account(organization, account), written=f"account/{account.id}"
    )


def _add_inline_people(call: Call, account: Account, body: JsonObject) -> None:
    """Deal with people in the body of a new account: nobody knows their shape there, so only none is safe."""
    for sort in SORTS:
        entries = a_list(LIST_NAMES[sort], body.get(LIST_NAMES[sort], []))
        if entries and call.settings.inline_people == "rejected":
            raise RefusalError(400, f"{LIST_NAMES[sort]} must be empty")
        if call.settings.inline_people == "created":
            documents = [an_object("A person", entry) for entry in entries]
            call.organization.people.put(
                [
                    new_person(call, account, sort, checked_fields(document, call.settings, call.settings.null_field))
                    for document in documents
                ]
            )


def update_account(call: Call) -> Reply:
    """PUT /accounts/{id}."""
    account = written_account(call)
    body = known_names(body_object(call.request), WRITABLE, call.settings.unknown_account_field)
    return _saved(call, replace(account, body=written_body(account.body, body, call.settings)))


def delete_account(call: Call) -> Reply:
    """DELETE /accounts/{id}: for ever, with all that belongs to it."""
    call.organization.delete_account(written_account(call))
    return Reply(status=call.settings.deleted_status)


def link_source(call: Call) -> Reply:
    """PUT /accounts/{id}/source: the same pair again refreshes the time and nothing else."""
    account = written_account(call)
    source = written_source(body_object(call.request), call.settings, call.organization.now)
    return _saved(call, _linked(call, account, source))


def unlink_source(call: Call) -> Reply:
    """DELETE /accounts/{id}/source: only a custom link can be cut."""
    account = written_account(call)
    if account.read_only:
        refuse_read_only(call.settings)
    if account.source is None and call.settings.unlink_unlinked == "not-found":
        raise RefusalError(404, "The account has no source.")
    call.organization.accounts.put([replace(account, body=account.body | {"source": None})])
    return Reply(status=call.settings.deleted_status, written=f"account/{account.id}")


def _linked(call: Call, account: Account, source: JsonObject) -> Account:
    """Return an account with a source, once nothing stands against it."""
    settings = call.settings
    linked = replace(account, body=account.body | {"source": source})
    if account.source is not None and account.pair != linked.pair and settings.source_relink == "rejected":
        raise RefusalError(settings.source_conflict_status, "The account has another source.")
    holders = [holder for holder in call.organization.accounts.linked(*linked.pair) if holder.id != account.id]
    if holders and settings.source_elsewhere == "rejected":
        raise RefusalError(settings.source_conflict_status, "Another account has this source.")
    return linked


def _saved(call: Call, account: Account) -> Reply:
    """Store an account and answer with it."""
    call.organization.accounts.put([account])
    return Reply(payload=shown_account(call.organization, account), written=f"account/{account.id}")
