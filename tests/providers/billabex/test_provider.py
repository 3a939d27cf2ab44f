"""The port to Billabex over the sandbox and over scripts: what is asked, what is not believed, who was hit."""

from __future__ import annotations

import asyncio
import re

import orjson
import pytest

from reconciler.errors import LiveStateUnreadable, OutcomeUnknown, ProviderRejected, ReconcilerError, UsageInvalid
from reconciler.live.provider import NotProcessed, OtherObjectHit, Provider, Write
from reconciler.model.resource import Observed, Value
from reconciler.providers.billabex.provider import BillabexProvider, connect
from reconciler.sandbox import BillabexSettings, Fault, Store, add_fault, show
from reconciler.sandbox.values import Json
from tests.clock import run_virtual
from tests.providers.billabex.world import (
    BASE_URL,
    CREDENTIALS,
    ORGANIZATION_ID,
    account,
    connected,
    organization,
    requests,
    run,
    seeded,
)
from tests.providers.scripted import Line, Script, answer

ADA: Json = {"fullName": "Ada Lovelace", "email": "ada@acme.example", "language": "en"}


def scripted(*lines: Line) -> tuple[BillabexProvider, Script]:
    """Give a provider whose vendor answers so in turn."""
    script = Script(*lines)
    return connect(organization(), CREDENTIALS, BASE_URL, script), script


def body(value: Value, status: int = 200) -> Line:
    """Answer with JSON."""
    return answer(status, orjson.dumps(value))


def codes(error: ReconcilerError) -> list[str]:
    """Give the codes of an error."""
    return [problem.code for problem in error.problems]


def ids(store: Store) -> list[str]:
    """Give the remote ids of all accounts."""
    accounts = show(store, "acme")["accounts"]
    assert isinstance(accounts, list)
    return [str(row["id"]) for row in accounts if isinstance(row, dict)]


def creation(number: int) -> Write:
    """Give the write that makes account A-NUMBER."""
    source: Value = {"connectionId": "erp", "sourceId": f"A-{number}"}
    made: Value = {"organizationId": ORGANIZATION_ID, "fullName": "New", "currencyCode": "EUR", "source": source}
    return Write(method="POST", path="/accounts", body=made, summary="create", repeatable=False)


def test_it_is_a_provider() -> None:
    """The type checker holds it to the port; so does this line."""

    async def build() -> str:
        provider: Provider = connect(organization(), CREDENTIALS, BASE_URL)
        await provider.aclose()
        return provider.vendor.name

    assert run_virtual(build()) == "billabex"


READABLE = [(name, one) for name, one in BillabexSettings().flips() if "list_rows_source" not in name]


@pytest.mark.parametrize("flip", READABLE, ids=lambda flip: str(flip[0]))
def test_reading_holds_whatever_is_unknown_of_billabex(flip: tuple[str, BillabexSettings]) -> None:
    """An account with both lists reads the same under each setting, by its source and by its id."""
    store = seeded(account(1, ADA), account(2), account(3), **flip[1].changed({"organization_id": ""}).to_json())
    own = organization(generation=flip[1].generation)

    async def read(provider: BillabexProvider) -> list[Observed]:
        found = [await provider.get("account", key) for key in ("erp:A-1", f"id:{ids(store)[0]}")]
        assert await provider.get("account", "erp:A-9") is None
        assert await provider.get("account", "id:00000000-0000-4000-8000-000000000000") is None
        return [await provider.with_members(one) for one in found if one]

    by_source, by_id = run(store, read, own)
    assert (by_source.key, by_id.key) == ("erp:A-1", f"id:{by_source.remote_id}")
    assert by_source.fields == by_id.fields
    assert by_source.fields["currencyCode"] == "EUR"
    assert by_source.members is not None
    assert [row["email"] for row in by_source.members["contacts"]] == ["ada@acme.example"]
    assert by_source.members["internalRepresentatives"] == ()


def test_an_account_that_was_listed_is_read_by_its_id() -> None:
    """Nobody goes through the list for it."""
    store = seeded(*(account(number) for number in range(1, 200)))

    async def read(provider: BillabexProvider) -> None:
        assert (await provider.page("account", None)).following is not None
        assert await provider.get("account", "erp:A-100") is not None

    run(store, read)
    assert len(requests(store)) == 2


def test_many_creates_share_one_list() -> None:
    """Each is looked for before it is made; the list of a minute ago says that nobody has any of their keys."""
    store = seeded(*(account(number) for number in range(1, 150)))

    async def make(provider: BillabexProvider) -> None:
        async def one(number: int) -> None:
            assert await provider.get("account", f"erp:A-{number}") is None
            await provider.send(creation(number))
            made = await provider.get("account", f"erp:A-{number}")
            assert made is not None

        await asyncio.gather(*(one(number) for number in range(500, 520)))

    run(store, make)
    asked = requests(store)
    assert asked.count("GET /accounts") == 3  # two pages and the empty one
    assert len(asked) == 3 + 20 * 2


def test_a_list_is_not_believed_for_longer_than_a_minute() -> None:
    """Somebody else may have made the account meanwhile."""
    store = seeded(account(1))

    async def look(provider: BillabexProvider) -> None:
        for seconds in (0, 50, 20):
            await asyncio.sleep(seconds)
            assert await provider.get("account", "erp:A-9") is None

    run(store, look)
    assert requests(store).count("GET /accounts") == 2 * 2


def test_a_create_whose_answer_was_lost_is_looked_for_in_a_new_list() -> None:
    """The one from before cannot show it."""
    store = seeded(account(1))
    add_fault(store, Fault(kind="lost-after", method="POST"))

    async def make(provider: BillabexProvider) -> Observed | None:
        assert await provider.get("account", "erp:A-2") is None
        with pytest.raises(OutcomeUnknown):
            await provider.send(creation(2))
        return await provider.get("account", "erp:A-2")

    found = run(store, make)
    assert found is not None
    assert found.remote_id == ids(store)[1]


def test_pages_that_go_in_a_circle_come_to_an_end() -> None:
    """A cursor that was followed is not followed again."""
    row = {"id": "a", "source": None, "fullName": "A"}
    page = {"nodes": [row], "pageInfo": {"endCursor": "again"}}
    provider, script = scripted(body(page))
    assert run_virtual(provider.get("account", "erp:A-1")) is None
    assert len(script.requests) == 2
    people = {"nodes": [{"id": "p"}], "pageInfo": {"endCursor": "again"}}
    with pytest.raises(LiveStateUnreadable, match="in a circle"):
        run_virtual(scripted(body(people))[0].with_members(Observed(kind="account", key="k", remote_id="a", fields={})))


@pytest.mark.parametrize(
    "row",
    ["A", {"fullName": "A", "source": None}, {"id": 7, "source": None}, {"id": "", "source": None}, {"id": "a"}],
)
def test_a_row_of_another_shape_is_not_believed(row: Value) -> None:
    """Nor is its list; the problem tells the flaw and no value."""
    page = {"nodes": [row], "pageInfo": {"endCursor": None}}
    with pytest.raises(LiveStateUnreadable) as caught:
        run_virtual(scripted(body(page))[0].page("account", None))
    assert codes(caught.value) == ["answer-unexpected"]


@pytest.mark.parametrize("page", [[], {"nodes": {}}, None, {"items": []}])
def test_a_list_of_another_shape_is_not_believed(page: Value) -> None:
    """An empty page has nodes too."""
    with pytest.raises(LiveStateUnreadable):
        run_virtual(scripted(body(page))[0].page("account", None))


def test_another_account_than_was_asked_for_is_not_believed() -> None:
    """Its people would be written to the wrong one."""
    with pytest.raises(LiveStateUnreadable, match="another account"):
        run_virtual(scripted(body({"id": "b", "source": None}))[0].get("account", "id:a"))


def test_without_the_organizations_id_nothing_is_listed_but_an_account_by_id_is_read() -> None:
    """The list wants it; a single account does not."""
    store = seeded(account(1))
    own = organization(organizationId="x")
    bare = type(own)(**{name: getattr(own, name) for name in own.__dataclass_fields__} | {"settings": {}})

    async def read(provider: BillabexProvider) -> None:
        assert await provider.get("account", f"id:{ids(store)[0]}") is not None
        with pytest.raises(UsageInvalid) as caught:
            await provider.page("account", None)
        assert codes(caught.value) == ["organization-id-missing"]

    run(store, read, bare)
    assert len(requests(store)) == 1


def test_another_organizations_id_is_explained() -> None:
    """The vendor's 404 says nothing about accounts."""

    async def read(provider: BillabexProvider) -> None:
        await provider.page("account", None)

    with pytest.raises(ProviderRejected) as caught:
        run(seeded(account(1)), read, organization(organizationId="00000000-0000-4000-8000-000000000000"))
    assert codes(caught.value) == ["organization-id-unknown"]


def test_a_route_that_the_generation_lacks_is_explained() -> None:
    """Representatives are gone from later generations: the remedy is the setting."""
    store = seeded(account(1), generation="contacts")

    async def read(provider: BillabexProvider) -> None:
        found = await provider.get("account", "erp:A-1")
        assert found is not None
        await provider.with_members(found)

    with pytest.raises(ProviderRejected, match="generation: contacts") as caught:
        run(store, read)
    assert codes(caught.value) == ["route-missing"]


def test_an_account_that_goes_while_it_is_read_is_unreadable_and_no_missing_route() -> None:
    """Somebody deleted it between the account and its lists."""
    store = seeded(account(1))
    add_fault(store, Fault(kind="row-deleted", path="/accounts/*/contacts"))

    async def read(provider: BillabexProvider) -> None:
        found = await provider.get("account", "erp:A-1")
        assert found is not None
        await provider.with_members(found)

    with pytest.raises(LiveStateUnreadable) as caught:
        run(store, read)
    assert codes(caught.value) == ["vendor-unreadable"]


UPSERT = Write(method="PUT", path="/accounts/a/contacts/upsert", body={"fullName": "Ada"}, summary="upsert ada")


def keys_of(script: Script) -> list[str]:
    """Give the idempotency keys that were sent."""
    return [request.headers["idempotency-key"] for request in script.requests]


@pytest.mark.parametrize("setback", [answer(500), answer(429), answer(200, b"{")])
def test_a_repetition_has_the_key_and_the_bytes_of_the_first(setback: Line) -> None:
    """So that a vendor who heeds keys does nothing twice; the next write has another."""
    provider, script = scripted(setback, body({"id": "p"}))

    async def send() -> None:
        with pytest.raises((OutcomeUnknown, NotProcessed)):
            await provider.send(UPSERT)
        await provider.send(UPSERT)
        await provider.send(UPSERT)

    run_virtual(send())
    first, again, later = keys_of(script)
    assert first == again != later
    assert script.requests[0].content == script.requests[1].content
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", first)


def test_what_was_refused_or_differs_has_a_key_of_its_own() -> None:
    """A key that was used for one request is a conflict with any other."""
    provider, script = scripted(answer(400), body({"id": "p"}))

    async def send() -> None:
        with pytest.raises(ProviderRejected):
            await provider.send(UPSERT)
        for write in (UPSERT, Write(method="PUT", path=UPSERT.path, body={"fullName": "Eve"}, summary="upsert eve")):
            await provider.send(write)

    run_virtual(send())
    assert len(set(keys_of(script))) == 3


@pytest.mark.parametrize(
    ("hits", "answered", "right"),
    [
        ("p-1", {"id": "p-1"}, True),
        ("p-1", {"id": "p-2"}, False),
        ("p-1", None, False),
        (None, {"id": "p-9"}, True),
        (None, {"id": "p-1"}, False),
        (None, {}, False),
    ],
)
def test_the_answer_of_an_upsert_must_name_the_foreseen_person(
    hits: str | None, answered: Value, *, right: bool
) -> None:
    """One that is to be made is none of those who were there."""
    write = Write(method="PUT", path="/x", body={}, summary="upsert", hits=hits, known=frozenset({"p-1", "p-2"}))
    provider, _ = scripted(body(answered))
    if right:
        run_virtual(provider.send(write))
        return
    with pytest.raises(OtherObjectHit) as caught:
        run_virtual(provider.send(write))
    assert codes(caught.value) == ["other-person-hit"]


def test_two_new_people_are_not_one() -> None:
    """The vendor answers the second with the one that it made for the first: that is another's."""
    write = Write(method="PUT", path="/x", body={}, summary="upsert", hits=None, known=frozenset())
    provider, _ = scripted(body({"id": "p-1"}))

    async def send() -> None:
        await provider.send(write)
        with pytest.raises(OtherObjectHit):
            await provider.send(write)

    run_virtual(send())


def test_a_person_who_is_gone_already_is_deleted() -> None:
    """404 answers a DELETE with what was wanted."""
    gone = Write(method="DELETE", path="/accounts/a/contacts/p", body=None, summary="delete")
    run_virtual(scripted(answer(404))[0].send(gone))
    with pytest.raises(ProviderRejected):
        run_virtual(scripted(answer(404))[0].send(UPSERT))


def test_the_pace_follows_what_the_vendor_says() -> None:
    """A limit of 60 told by the headers is kept, though 300 were configured: nothing is turned away."""
    store = seeded(account(1), requests_per_window=60)

    async def read(provider: BillabexProvider) -> float:
        for _ in range(150):
            await provider.page("account", None)
        return asyncio.get_running_loop().time()

    async def timed() -> float:
        async with connected(store) as provider:
            return await read(provider)

    assert 120 < run_virtual(timed()) < 200
    statuses = store.connection.execute("SELECT count(*) FROM requests WHERE status = 429").fetchone()
    assert statuses[0] <= 1
