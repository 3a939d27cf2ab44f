"""What holds for any upsert under any one setting: one person is hit or made, the rest stays, and again is the same."""

from __future__ import annotations

from contextlib import closing

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.sandbox import BillabexSettings, Request, Sandbox, Store, seed, show
from reconciler.sandbox.values import Json, JsonObject, encode
from tests.sandbox.billabex.world import Wire, as_wire

NAMES = st.sampled_from(["Ann Lee", "Ann Lea", "Anna Lee", "ANN LEE", "John Smith", "Jon Smith", "Bob", "Rob"])
EMAILS = st.sampled_from(["a@x.com", "A@x.com", "b@x.com", "c@own.com"])
PEOPLE = st.lists(st.fixed_dictionaries({"fullName": NAMES}, optional={"email": EMAILS}), max_size=4)
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "fullName": NAMES,
        "email": EMAILS,
        "language": st.sampled_from(["en", "fr"]),
        "role": st.sampled_from(["CFO", "CEO"]),
        "isPrimary": st.booleans(),
    },
)
ROUTES = st.sampled_from(["contacts", "internal-representatives", "party"])
FLIPS = st.sampled_from([BillabexSettings(), *(flipped for _, flipped in BillabexSettings().flips())])


def _people(store: Store) -> dict[str, Wire]:
    """Return everybody on the account by id, each with the list that it is in."""
    account = as_wire(encode(show(store, "acme", "account/A-001")))
    found: dict[str, Wire] = {}
    for place, people in enumerate((account["contacts"], account.get("internalRepresentatives", []))):
        for person in people:
            found[person["id"]] = {**person, "name": str(place)}
    return found


def _upsert(store: Store, route: str, body: JsonObject) -> tuple[int, Wire]:
    """Send an upsert and return its status and answer."""
    account_id = as_wire(encode(show(store, "acme", "account/A-001")))["id"]
    request = Request(
        method="PUT",
        path=f"/api/public/v1/accounts/{account_id}/{route}/upsert",
        headers={"authorization": "Bearer sandbox-acme", "content-type": "application/json"},
        body=encode(body),
    )
    response = Sandbox(store).handle(request).response
    return response.status, as_wire(response.body) if response.status < 300 else {}


def _seeded(store: Store, contacts: list[JsonObject], representatives: list[JsonObject], knobs: JsonObject) -> None:
    account: Json = {
        "fullName": "Acme",
        "source": {"connectionId": "erp", "sourceId": "A-001"},
        "contacts": [*contacts],
        "internalRepresentatives": [*representatives],
    }
    seed(store, "acme", {"accounts": [account], "emailDomains": ["own.com"], "settings": knobs})


@settings(deadline=None)
@given(PEOPLE, PEOPLE, BODIES, ROUTES, FLIPS)
def test_an_upsert_hits_one_or_makes_one(
    contacts: list[JsonObject],
    representatives: list[JsonObject],
    body: JsonObject,
    route: str,
    knobs: BillabexSettings,
) -> None:
    """Nobody else is touched, unless a primary person takes over; a refusal changes nothing; twice is as once."""
    with closing(Store()) as store:
        _seeded(store, contacts, representatives, knobs.to_json())
        before = _people(store)
        status, answer = _upsert(store, route, body)
        after = _people(store)
        if status >= 300:
            assert after == before
            return
        assert set(after) - {answer["id"]} == set(before) - {answer["id"]}
        if not knobs.single_primary:
            assert {one: row for one, row in before.items() if one != answer["id"]} == {
                one: row for one, row in after.items() if one != answer["id"]
            }
        if answer["id"] in before:
            assert after[answer["id"]]["name"] == before[answer["id"]]["name"]
        _, again = _upsert(store, route, body)
        assert again == answer
        assert _people(store) == after
