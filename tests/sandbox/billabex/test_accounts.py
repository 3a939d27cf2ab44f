"""Accounts: creating, reading, changing, deleting, and their link to another system; pages; what is not there."""

from __future__ import annotations

import pytest

from reconciler.sandbox import add, dump_state, remove
from reconciler.sandbox.values import JsonObject
from tests.sandbox.billabex.world import JOHN, World, as_rows, as_wire


def _new(billabex: World, **body: object) -> JsonObject:
    """Return the body of a new account."""
    known: JsonObject = {"organizationId": billabex.shown()["id"], "fullName": "New", "currencyCode": "GBP"}
    return known | as_json(body)


def as_json(body: dict[str, object]) -> JsonObject:
    """Return a body as JSON."""
    return {name: value for name, value in body.items() if isinstance(value, str | dict | list | None)}


def test_an_account_is_created_with_its_source(billabex: World) -> None:
    """The vendor's own client sends this: 201, the link inline, empty lists of people; the answer has the id."""
    source = {"connectionId": "erp", "sourceId": "N-1"}
    body = _new(billabex, contacts=[], internalRepresentatives=[], source=source, billingAddress={"city": "Oslo"})
    response = billabex.send("POST", "/accounts", body)
    account = as_wire(response.content)
    assert response.status_code == 201
    assert (account["fullName"], account["currencyCode"]) == ("New", "GBP")
    assert account["billingAddress"] == {
        "street": None,
        "city": "Oslo",
        "postalCode": None,
        "stateOrProvince": None,
        "country": None,
    }
    linked = account["source"]
    assert linked is not None
    assert (linked["connectorType"], linked["sourceId"], bool(linked["lastUpdate"])) == ("Custom", "N-1", True)
    assert as_wire(billabex.send("GET", f"/accounts/{account['id']}").content) == account
    assert billabex.listed()["nodes"][-1] == account


@pytest.mark.parametrize(
    "wrong",
    [
        {"organizationId": "none"},
        {"fullName": ""},
        {"fullName": None},
        {"currencyCode": "EURO"},
        {"billingAddress": "Oslo"},
        {"billingAddress": {"city": ["Oslo"]}},
        {"source": {"connectionId": "erp"}},
        {"source": {"connectionId": "erp", "sourceId": ""}},
        {"contacts": None},
        {"contacts": [JOHN]},
    ],
)
def test_a_wrong_account_is_400(billabex: World, wrong: dict[str, object]) -> None:
    """A body that cannot be taken creates nothing."""
    before = dump_state(billabex.store, "acme")
    assert billabex.send("POST", "/accounts", _new(billabex) | as_json(wrong)).status_code == 400
    assert dump_state(billabex.store, "acme") == before


def test_a_create_is_never_an_upsert(billabex: World) -> None:
    """The same body twice makes two accounts; with a source the second one is turned down."""
    for _ in range(2):
        assert billabex.send("POST", "/accounts", _new(billabex)).status_code == 201
    linked = _new(billabex, source={"connectionId": "erp", "sourceId": "N-1"})
    assert [billabex.send("POST", "/accounts", linked).status_code for _ in range(2)] == [201, 409]
    assert len(billabex.listed()["nodes"]) == 7


def test_an_account_is_updated(billabex: World) -> None:
    """Name, currency and address change; the source and the people do not."""
    before = billabex.shown("account/A-001")
    body = {"fullName": "Acme SA", "currencyCode": "CHF", "billingAddress": {"city": None}}
    answer = as_wire(billabex.send("PUT", billabex.account_path(), body).content)
    after = billabex.shown("account/A-001")
    assert (answer["fullName"], answer["currencyCode"], answer["billingAddress"]["city"]) == ("Acme SA", "CHF", None)
    assert (after["source"], after["contacts"]) == (before["source"], before["contacts"])


def test_an_account_takes_everything_with_it(billabex: World) -> None:
    """DELETE has no body, not even for an account with invoices; what was in it is gone, and a second one is a 404."""
    account, john = billabex.account_path(), billabex.contacts()[0]["id"]
    gamma = billabex.account_path("Gamma")
    for path in (account, gamma):
        response = billabex.send("DELETE", path)
        assert (response.status_code, response.content) == (204, b"")
        for gone in (path, f"{path}/contacts", f"{path}/internal-representatives", f"{path}/contacts/{john}"):
            assert billabex.send("GET", gone).status_code == 404
        assert billabex.send("DELETE", path).status_code == 404
    assert [row["fullName"] for row in billabex.listed()["nodes"]] == ["Beta", "Delta"]


def test_a_delete_never_has_a_body(billabex: World) -> None:
    """Where DELETE is 200 it says nothing either."""
    billabex.turn(deleted_status=200)
    response = billabex.send("DELETE", billabex.account_path())
    assert (response.status_code, response.content) == (200, b"")


def test_a_source_is_linked_and_cut(billabex: World) -> None:
    """Linking again with the same pair refreshes the time; a custom link can be cut and made anew."""
    path = f"{billabex.account_path('Gamma')}/source"
    pair = {"connectionId": "erp", "sourceId": "G-1"}
    first = as_wire(billabex.send("PUT", path, {**pair, "lastUpdate": "2026-01-01T00:00:00Z"}).content)
    assert first["source"] == {**pair, "connectorType": "Custom", "lastUpdate": "2026-01-01T00:00:00Z"}
    again = billabex.send("PUT", path, pair)
    assert (again.status_code, again.json()["source"]["lastUpdate"] > "2026-01-01") == (200, True)
    assert billabex.send("DELETE", path).status_code == 204
    assert billabex.shown("account/Gamma")["source"] is None


def test_an_account_of_another_system_says_why(billabex: World) -> None:
    """In the later generation an account that may not be changed says why."""
    assert "readOnlyReason" not in billabex.listed()["nodes"][3]
    billabex.turn(generation="contacts")
    assert billabex.listed()["nodes"][3]["readOnlyReason"] == "Xero keeps it"


def test_a_list_needs_its_organization(billabex: World) -> None:
    """Without organizationId it is 400, with another's 404; the organizations need none."""
    assert billabex.send("GET", "/accounts").status_code == 400
    assert billabex.send("GET", "/accounts?organizationId=none").status_code == 404
    found = as_wire(billabex.send("GET", "/organizations").content)["nodes"]
    assert found == [{"id": billabex.shown()["id"], "name": "acme"}]
    assert as_wire(billabex.send("GET", f"/organizations/{found[0]['id']}").content) == found[0]
    assert billabex.send("GET", "/organizations/none").status_code == 404


def _walk(billabex: World, *, until_empty: bool) -> list[str]:
    """Read all accounts in pages of two by one of the two stop rules that are known of."""
    names: list[str] = []
    query: dict[str, str] = {"first": "2"}
    for _ in range(10):
        page = billabex.listed(**query)
        names += [row["fullName"] for row in page["nodes"]]
        cursor = page["pageInfo"]["endCursor"]
        if (not page["nodes"]) if until_empty else (not cursor):
            return names
        query["after"] = cursor or ""
    raise AssertionError("the pages did not end")


@pytest.mark.parametrize("until_empty", [True, False])
def test_both_stop_rules_come_to_an_end(billabex: World, until_empty: bool) -> None:
    """Until a page has no nodes, or until there is no cursor: each reads every account once and stops."""
    assert _walk(billabex, until_empty=until_empty) == ["Acme", "Beta", "Gamma", "Delta"]


def test_both_stop_rules_of_the_organizations(billabex: World) -> None:
    """The one organization is one page; after it comes an empty one without a cursor."""
    page = as_wire(billabex.send("GET", "/organizations").content)
    after = as_wire(billabex.send("GET", f"/organizations?after={page['pageInfo']['endCursor']}").content)
    assert (after["nodes"], after["pageInfo"]) == ([], {"endCursor": None})


def test_cursors_are_stable(billabex: World) -> None:
    """What comes and goes before the cursor moves no row across it."""
    first = billabex.listed(first="2")
    remove(billabex.store, "acme", "account/A-001")
    add(billabex.store, "acme", "account", {"fullName": "Late"})
    second = billabex.listed(first="5", after=first["pageInfo"]["endCursor"] or "")
    assert [row["fullName"] for row in second["nodes"]] == ["Gamma", "Delta", "Late"]


@pytest.mark.parametrize("first", ["0", "-1", "x", "1.5"])
def test_a_wrong_page_size_is_400(billabex: World, first: str) -> None:
    """A page has at least one row."""
    assert billabex.send("GET", billabex.list_path(first=first)).status_code == 400


def test_pages_of_people(billabex: World) -> None:
    """Where the list of people has an envelope it has pages as well."""
    billabex.turn(people_list="envelope")
    path = f"{billabex.account_path()}/contacts"
    first = as_wire(billabex.send("GET", f"{path}?first=1").content)
    second = as_wire(billabex.send("GET", f"{path}?first=1&after={first['pageInfo']['endCursor']}").content)
    third = as_wire(billabex.send("GET", f"{path}?first=1&after={second['pageInfo']['endCursor']}").content)
    assert [len(page["nodes"]) for page in (first, second, third)] == [1, 1, 0]
    assert third["pageInfo"] == {"endCursor": None}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/invoices", 501),
        ("POST", "/invoices", 501),
        ("PUT", "/invoices/x/paid-amount", 501),
        ("GET", "/credit-notes/x", 501),
        ("POST", "/credit-allocations/remove", 501),
        ("GET", "/account-tasks", 501),
        ("GET", "/aging-balance/accounts", 501),
        ("GET", "/accounts/x/payment-declarations", 501),
        ("POST", "/accounts/x/outgoing-message-communications/preview", 501),
        ("GET", "/accounts/x/notes", 404),
        ("PATCH", "/accounts/x", 404),
        ("GET", "/customers", 404),
        ("POST", "/accounts/x/contacts/upsert", 404),
        ("GET", "https://next.billabex.com/api/public/v2/accounts", 404),
    ],
)
def test_what_is_not_simulated_says_so(billabex: World, method: str, path: str, status: int) -> None:
    """What Billabex has and the sandbox does not is 501; what Billabex does not have is 404."""
    assert billabex.send(method, path, {} if method != "GET" else None).status_code == status


def test_upsert_is_never_an_id(billabex: World) -> None:
    """PUT …/contacts/upsert is the upsert, though PUT …/contacts/{id} is a route as well (R-ROUTE)."""
    body = {"fullName": "Zoe Quill", "language": "en"}
    assert billabex.upsert(body).status_code == 200
    assert billabex.upsert(body, source_id="A-002", to="internal-representatives").status_code == 200


@pytest.mark.parametrize("sort", ["contacts", "internal-representatives"])
def test_people_by_id(billabex: World, sort: str) -> None:
    """Create, read, change, delete by id, in one list and not in the other."""
    path = f"{billabex.account_path('A-002')}/{sort}"
    other = path.replace(sort, "contacts" if sort != "contacts" else "internal-representatives")
    made = billabex.send("POST", path, JOHN)
    one = f"{path}/{made.json()['id']}"
    assert made.status_code == 201
    assert billabex.send("GET", one).json() == made.json()
    assert billabex.send("GET", one.replace(path, other)).status_code == 404
    assert billabex.send("PUT", one, {"role": "CEO"}).json() == {**made.json(), "role": "CEO"}
    assert as_rows(billabex.send("GET", path).content) == [{**made.json(), "role": "CEO"}]
    assert [billabex.send("DELETE", one).status_code for _ in range(2)] == [204, 404]
    assert as_rows(billabex.send("GET", path).content) == []


def test_a_post_is_never_an_upsert(billabex: World) -> None:
    """The same contact twice is two contacts."""
    for _ in range(2):
        assert billabex.send("POST", f"{billabex.account_path()}/contacts", JOHN).status_code == 201
    assert [person["fullName"] for person in billabex.contacts()].count("John Smith") == 3


@pytest.mark.parametrize(
    "body",
    [
        {"fullName": 1},
        {"fullName": " "},
        {"email": "nobody"},
        {"email": "two words@x.com"},
        {"email": 5},
        {"language": "french"},
        {"language": 5},
        {"isPrimary": "yes"},
        {"role": {}},
    ],
)
def test_a_wrong_field_is_400(billabex: World, body: JsonObject) -> None:
    """Types are checked before anybody is looked for, and nothing changes."""
    before = billabex.contacts()
    assert billabex.upsert(JOHN | body).status_code == 400
    assert billabex.contacts() == before


def test_the_search_stays_in_its_account(billabex: World) -> None:
    """The same address on another account is another person."""
    assert billabex.upsert(JOHN, source_id="A-002").json()["id"] != billabex.contacts()[0]["id"]


def test_a_bounced_address_stays_so_until_it_changes(billabex: World) -> None:
    """The status is the address's: other changes keep it, a new address is valid, none has none."""
    target = "account/A-001/contact/john@acme.com"
    billabex.edit(target, emailStatus="Bounced")
    billabex.upsert({"email": "john@acme.com", "role": "CEO"})
    assert billabex.contacts()[0]["email"] == {"address": "john@acme.com", "status": "Bounced"}
    billabex.upsert({"fullName": "John Smith", "email": "js@acme.com"})
    assert billabex.contacts()[0]["email"] == {"address": "js@acme.com", "status": "Valid"}
    billabex.upsert({"fullName": "John Smith", "email": None})
    assert billabex.contacts()[0]["email"] is None


def test_a_party_keeps_its_sort(billabex: World) -> None:
    """An existing contact stays one, though its new address is at the organization's own domain."""
    answer = billabex.upsert({"fullName": "John Smith", "email": "john@yourcompany.com"}, to="party").json()
    assert answer["id"] == billabex.contacts()[0]["id"]
    assert len(billabex.representatives()) == 1


@pytest.mark.parametrize(
    ("email", "representative"),
    [("zoe@YourCompany.com", True), ("zoe@x.yourcompany.com", False), ("zoe@notyourcompany.com", False)],
)
def test_the_domain_of_a_party(billabex: World, email: str, representative: bool) -> None:
    """What follows the last @ is compared whole, capitals aside."""
    billabex.upsert({"fullName": "Zoe Quill", "email": email, "language": "en"}, to="party")
    assert len(billabex.representatives()) == (2 if representative else 1)
