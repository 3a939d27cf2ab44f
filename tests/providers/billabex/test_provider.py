"""The port to Billabex over the sandbox and over scripts: what is read, what is not believed, how it is written."""

from __future__ import annotations

import asyncio
import re

import pytest

from reconciler.errors import LiveStateUnreadable, OutcomeUnknown, ProviderRejected
from reconciler.live.provider import NotProcessed, Provider, Write
from reconciler.model.log import in_try
from reconciler.model.resource import Observed, Value
from reconciler.providers.billabex.provider import BillabexProvider, connect
from reconciler.sandbox import BillabexSettings
from reconciler.sandbox.values import Json
from tests.clock import run_virtual
from tests.providers.billabex.exchange import SHELL, body, codes, ids, scripted
from tests.providers.billabex.world import (
    BASE_URL,
    CREDENTIALS,
    account,
    connected,
    organization,
    run,
    seeded,
)
from tests.providers.scripted import Line, Script, answer

ADA: Json = {"fullName": "Ada Lovelace", "email": "ada@acme.example", "language": "en"}


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


def people_page(*names: str, following: str | None = None) -> Line:
    """Answer with a page of people."""
    return body({"nodes": [{"id": name} for name in names], "pageInfo": {"endCursor": following}})


PASS_1 = (people_page("p", following="1"), people_page("q"))


GAP = (people_page("p", following="1"), people_page())


@pytest.mark.parametrize(
    ("lines", "seen"),
    [
        ([body([{"id": "p"}])], ["p"]),
        ([people_page("p", "q")], ["p", "q"]),
        ([*PASS_1, *PASS_1], ["p", "q"]),
        ([*GAP, *PASS_1, *PASS_1], ["p", "q"]),
        ([*PASS_1, *GAP, *PASS_1], None),
    ],
    ids=["array", "one page", "two passes that agree", "a gap in the first", "no two that agree"],
)
def test_somebody_missing_from_a_list_in_pages_is_believed_of_two_passes_alone(
    lines: list[Line], seen: list[str] | None
) -> None:
    """One answer is complete by its form; pages are not, and of passes that never agree nothing is concluded."""
    provider, script = scripted(*lines, body([]))
    if seen is None:
        with pytest.raises(LiveStateUnreadable) as caught:
            run_virtual(provider.with_members(SHELL))
        assert codes(caught.value) == ["listing-incomplete"]
        return
    found = run_virtual(provider.with_members(SHELL))
    assert found.members is not None
    assert [row["id"] for row in found.members["contacts"]] == seen
    assert len(script.requests) == len(lines) + 1


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


def test_another_organizations_id_is_explained() -> None:
    """The vendor's 404 says nothing about accounts."""

    async def read(provider: BillabexProvider) -> None:
        await provider.page("account", None)

    with pytest.raises(ProviderRejected) as caught:
        run(seeded(account(1)), read, organization(organizationId="00000000-0000-4000-8000-000000000000"))
    assert codes(caught.value) == ["organization-id-unknown"]


UPSERT = Write(method="PUT", path="/accounts/a/contacts/upsert", body={"fullName": "Ada"}, summary="upsert ada")


def keys_of(script: Script) -> list[str]:
    """Give the idempotency keys that were sent."""
    return [request.headers["idempotency-key"] for request in script.requests]


def test_a_key_is_the_id_by_which_the_journal_knows_the_first_try() -> None:
    """Whoever asks the vendor about a line of the journal names what the vendor was told."""
    provider, script = scripted(answer(500), body({"id": "p"}))

    async def send() -> None:
        with in_try("first", 1), pytest.raises(OutcomeUnknown):
            await provider.send(UPSERT)
        with in_try("second", 2):
            await provider.send(UPSERT)

    run_virtual(send())
    assert keys_of(script) == ["first", "first"]


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


def test_a_person_who_is_gone_already_is_deleted() -> None:
    """404 answers a DELETE with what was wanted."""
    gone = Write(method="DELETE", path="/accounts/a/contacts/p", body=None, summary="delete")
    run_virtual(scripted(answer(404), body([]))[0].send(gone))
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
