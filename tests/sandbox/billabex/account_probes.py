"""Probes of the settings of answers, lists, accounts, reads, keys and tokens, each named for its setting."""

from __future__ import annotations

import httpx

from reconciler.sandbox import add
from reconciler.sandbox.values import JsonObject
from tests.sandbox.billabex.world import ZOE, World, as_rows, statuses_at, wire_of


def upsert_created_status(billabex: World) -> object:
    """The status of an upsert that creates, and of the same again."""
    return billabex.upsert(ZOE).status_code, billabex.upsert(ZOE).status_code


def created_status(billabex: World) -> object:
    """The status of a POST that creates an account, and of one that creates a contact."""
    contact = billabex.send("POST", f"{billabex.account_path()}/contacts", ZOE)
    return _create(billabex).status_code, contact.status_code


def deleted_status(billabex: World) -> object:
    """The status of a DELETE of a contact, a source and an account."""
    path = billabex.account_path()
    paths = (f"{path}/contacts/{billabex.contacts()[0]['id']}", f"{path}/source", path)
    return [billabex.send("DELETE", one).status_code for one in paths]


def missing_answer(billabex: World) -> object:
    """Whether what a contact does not have is in its answer."""
    return sorted(wire_of(billabex.upsert({"fullName": "Zoe", "language": "en"})))


def error_body(billabex: World) -> object:
    """The body of a 404."""
    response = billabex.send("GET", "/accounts/none")
    return response.headers["content-type"], response.text


def scope_status(billabex: World) -> object:
    """A write with a scope that only reads."""
    billabex.turn(granted_scope="accounts:read")
    return billabex.upsert(ZOE).status_code


def people_list(billabex: World) -> object:
    """The contact list: its form, and whether it has pages."""
    response = billabex.send("GET", f"{billabex.account_path()}/contacts?first=1")
    if response.content.startswith(b"["):
        return len(as_rows(response.content))
    return len(wire_of(response)["nodes"]), bool(wire_of(response)["pageInfo"]["endCursor"])


def default_page_size(billabex: World) -> object:
    """The rows of a page when 120 accounts are there and no size is asked for."""
    for number in range(116):
        add(billabex.store, "acme", "account", {"fullName": f"Account {number}"})
    return len(billabex.listed()["nodes"])


def first_above_cap(billabex: World) -> object:
    """A page of 5000."""
    return billabex.send("GET", billabex.list_path(first="5000")).status_code


def bad_cursor(billabex: World) -> object:
    """A cursor that was never given."""
    response = billabex.send("GET", billabex.list_path(after="nonsense"))
    return response.status_code, len(wire_of(response).get("nodes", []))


def last_page_cursor(billabex: World) -> object:
    """Whether the last page with rows has a cursor, and the one before it."""
    return bool(billabex.listed()["pageInfo"]["endCursor"]), bool(billabex.listed(first="3")["pageInfo"]["endCursor"])


def account_carries_people(billabex: World) -> object:
    """Whether GET of an account has its people."""
    return len(wire_of(billabex.send("GET", billabex.account_path())).get("contacts", []))


def account_organization(billabex: World) -> object:
    """Whether a row of the account list says its organization, and whether GET of the account does."""
    account = billabex.send("GET", billabex.account_path()).json()
    return "organizationId" in billabex.listed()["nodes"][0], "organizationId" in account


def list_rows_source(billabex: World) -> object:
    """Whether a row of the account list has its source, and whether GET of the account has it."""
    return "source" in billabex.listed()["nodes"][0], "source" in billabex.send("GET", billabex.account_path()).json()


def currency_answer(billabex: World) -> object:
    """How an account tells its currency."""
    account = wire_of(billabex.send("GET", billabex.account_path()))
    return account.get("currencyCode"), account.get("currency")


def _create(billabex: World, **body: object) -> httpx.Response:
    """Create an account."""
    known = {"organizationId": billabex.shown()["id"], "fullName": "New", "currencyCode": "EUR"}
    return billabex.send("POST", "/accounts", {**known, **body})


def inline_people(billabex: World) -> object:
    """A new account with a contact in its body, and with none."""
    empty = _create(billabex, contacts=[], internalRepresentatives=[]).status_code
    response = _create(billabex, fullName="With", contacts=[ZOE])
    if response.status_code != 201:
        return empty, response.status_code
    return empty, len(billabex.shown("account/With")["contacts"])


def unknown_account_field(billabex: World) -> object:
    """A field that there is not, and representatives where the generation has none."""
    colour = billabex.send("PUT", billabex.account_path(), {"colour": "red"}).status_code
    billabex.turn(generation="contacts")
    return colour, _create(billabex, internalRepresentatives=[]).status_code


def account_absent_fields(billabex: World) -> object:
    """PUT of an account with a name alone."""
    account = wire_of(billabex.send("PUT", billabex.account_path(), {"fullName": "Acme"}))
    return account["currencyCode"], account["billingAddress"]["city"]


def address_absent_parts(billabex: World) -> object:
    """PUT of an account with a part of its address."""
    body = {"fullName": "Acme", "billingAddress": {"city": "Nice"}}
    address = wire_of(billabex.send("PUT", billabex.account_path(), body))["billingAddress"]
    return address["city"], address["street"]


def _link(billabex: World, source_id: str, wanted: str) -> int:
    body = {"connectionId": "erp", "sourceId": wanted}
    return billabex.send("PUT", f"{billabex.account_path(source_id)}/source", body).status_code


def source_relink(billabex: World) -> object:
    """Another source over an existing one."""
    return _link(billabex, "A-001", "A-009")


def source_elsewhere(billabex: World) -> object:
    """A source that another account has: linked, and given to a new account."""
    linked = _link(billabex, "Gamma", "A-001")
    return linked, _create(billabex, source={"connectionId": "erp", "sourceId": "A-002"}).status_code


def source_conflict_status(billabex: World) -> object:
    """What a conflict of sources is answered."""
    return _link(billabex, "A-001", "A-009")


def unlink_unlinked(billabex: World) -> object:
    """DELETE of a source that is not there."""
    return billabex.send("DELETE", f"{billabex.account_path('Gamma')}/source").status_code


def read_only_accounts(billabex: World) -> object:
    """PUT and DELETE of an account that another system keeps, and of its source."""
    path = billabex.account_path("D-1")
    put = billabex.send("PUT", path, {"fullName": "Mine"}).status_code
    return put, billabex.send("DELETE", f"{path}/source").status_code, billabex.send("DELETE", path).status_code


def read_only_people(billabex: World) -> object:
    """An upsert on an account that another system keeps."""
    return billabex.upsert(ZOE, source_id="D-1").status_code


def _reads(billabex: World) -> list[int]:
    """Return how many contacts three reads after a write show."""
    path = f"{billabex.account_path()}/contacts"
    billabex.upsert(ZOE)
    return [len(as_rows(billabex.send("GET", path).content)) for _ in range(3)]


def reads_behind(billabex: World) -> object:
    """How many contacts three reads after a write show."""
    return _reads(billabex)


def seconds_behind(billabex: World) -> object:
    """How many contacts three reads at once after a write show."""
    return _reads(billabex)


def _twice(billabex: World, second: JsonObject) -> tuple[int, int]:
    """Create under one key twice: the second status, and how many contacts there are."""
    path, headers = f"{billabex.account_path('A-002')}/contacts", {"Idempotency-Key": "k"}
    billabex.send("POST", path, ZOE, headers=headers)
    status = billabex.send("POST", path, second, headers=headers).status_code
    return status, len(billabex.contacts("A-002"))


def idempotency_keys(billabex: World) -> object:
    """The same create again under the same key."""
    return _twice(billabex, ZOE)


def idempotency_conflict(billabex: World) -> object:
    """Another create under the same key."""
    billabex.turn(idempotency_keys="honoured")
    return _twice(billabex, ZOE | {"fullName": "Ann"})


def refresh_rotation(billabex: World) -> object:
    """Whether a refresh gives a new refresh token, and whether the old one and the new one work then."""
    new = billabex.token().json().get("refresh_token")
    again = billabex.token().status_code
    return new is not None, again, new and billabex.token(new).status_code


def rejected_calls(billabex: World) -> object:
    """Four calls at these seconds where one a minute is allowed."""
    billabex.turn(requests_per_window=1)
    return statuses_at(billabex, [0, 30, 61, 91])
