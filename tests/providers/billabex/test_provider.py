"""The port to Billabex over the sandbox and over scripts: what is asked, what is not believed, who was hit."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

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


def test_a_list_says_of_nobody_but_those_who_asked_before_it_that_they_are_absent() -> None:
    """Somebody else may have made the account since: whoever asks after a pass began waits for another."""
    store = seeded(account(1))

    async def look(provider: BillabexProvider) -> None:
        for seconds in (0, 0, 20):
            await asyncio.sleep(seconds)
            assert await provider.get("account", "erp:A-9") is None

    run(store, look)
    assert requests(store).count("GET /accounts") == 3 * 2


@pytest.mark.parametrize("seconds", [0, 4, 40])
def test_what_another_runner_made_since_the_last_look_is_not_made_again(seconds: int) -> None:
    """Where the vendor would accept one source twice, nothing but our own look stands against it."""
    store = seeded(account(1), source_elsewhere="accepted")

    async def work(provider: BillabexProvider) -> None:
        async with connected(store) as other:
            assert await provider.get("account", "erp:A-8") is None
            await asyncio.sleep(seconds)
            await other.send(creation(9))
            found = await provider.get("account", "erp:A-9")
            assert found is not None

    run(store, work)


def test_a_thousand_creates_do_not_read_the_list_a_thousand_times() -> None:
    """Two hundred, five at a time: those who wait share a pass, and every pass began after they asked."""
    store = seeded(account(1), page_cap=500)

    async def make(provider: BillabexProvider) -> None:
        numbers = iter(range(1000, 1200))

        async def worker() -> None:
            for number in numbers:
                assert await provider.get("account", f"erp:A-{number}") is None
                await provider.send(creation(number))
                assert await provider.get("account", f"erp:A-{number}") is not None

        await asyncio.gather(*(worker() for _ in range(5)))

    run(store, make)
    asked = requests(store)
    assert asked.count("POST /accounts") == 200
    assert asked.count("GET /accounts") < 200
    print(asked.count("GET /accounts"), len(asked))


def test_a_key_that_was_told_and_is_another_accounts_now_is_looked_for() -> None:
    """The account that had it went over to another source, and somebody else's has it."""
    store = seeded(account(1), account(2), source_relink="replaced", source_elsewhere="accepted")

    async def look(provider: BillabexProvider) -> tuple[Observed | None, Observed | None]:
        await provider.page("account", None)
        async with connected(store) as other:
            for place, number in ((0, 5), (1, 1)):
                source: Value = {"connectionId": "erp", "sourceId": f"A-{number}"}
                path = f"/accounts/{ids(store)[place]}/source"
                await other.send(Write(method="PUT", path=path, body=source, summary="link"))
        return await provider.get("account", "erp:A-1"), await provider.get("account", "erp:A-2")

    first, second = run(store, look)
    assert first is not None
    assert first.remote_id == ids(store)[1]
    assert second is None


def test_an_account_asked_for_by_the_id_it_had_is_given_under_the_key_that_it_has() -> None:
    """Its source was taken away: it is neither there as asked, nor gone."""
    store = seeded(account(1))

    async def look(provider: BillabexProvider) -> Observed | None:
        await provider.send(Write(method="DELETE", path=f"/accounts/{ids(store)[0]}/source", body=None, summary="cut"))
        return await provider.get("account", "erp:A-1", ids(store)[0])

    found = run(store, look)
    assert found is not None
    assert found.key == f"id:{ids(store)[0]}"


def test_an_account_that_the_list_has_and_a_read_does_not_is_neither_there_nor_absent() -> None:
    """Nothing is made on such answers."""
    row: Value = {"id": "a", "source": {"connectionId": "erp", "sourceId": "A-1"}, "fullName": "A"}
    page: Value = {"nodes": [row], "pageInfo": {"endCursor": None}}
    with pytest.raises(LiveStateUnreadable, match="does not show it"):
        run_virtual(scripted(body(page), answer(404))[0].get("account", "erp:A-1"))


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


def test_pages_that_go_in_a_circle_prove_nothing() -> None:
    """A cursor that was followed is not followed again, and the list was not read to its end."""
    row = {"id": "a", "source": None, "fullName": "A"}
    page = {"nodes": [row], "pageInfo": {"endCursor": "again"}}
    provider, script = scripted(body(page))
    with pytest.raises(LiveStateUnreadable, match="in a circle") as caught:
        run_virtual(provider.get("account", "erp:A-1"))
    assert codes(caught.value) == ["listing-endless"]
    assert len(script.requests) == 2
    people = {"nodes": [{"id": "p"}], "pageInfo": {"endCursor": "again"}}
    with pytest.raises(LiveStateUnreadable, match="in a circle"):
        run_virtual(scripted(body(people))[0].with_members(Observed(kind="account", key="k", remote_id="a", fields={})))


def people_page(*names: str, following: str | None = None) -> Line:
    """Answer with a page of people."""
    return body({"nodes": [{"id": name} for name in names], "pageInfo": {"endCursor": following}})


A: Observed = Observed(kind="account", key="k", remote_id="a", fields={})
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
            run_virtual(provider.with_members(A))
        assert codes(caught.value) == ["listing-incomplete"]
        return
    found = run_virtual(provider.with_members(A))
    assert found.members is not None
    assert [row["id"] for row in found.members["contacts"]] == seen
    assert len(script.requests) == len(lines) + 1


@pytest.mark.parametrize(
    ("told", "listed", "elsewhere"),
    [
        (ORGANIZATION_ID.upper(), False, False),
        ("22222222-2222-4222-8222-222222222222", True, True),
        (None, True, False),
        (None, False, True),
    ],
)
def test_an_account_named_by_its_id_must_be_this_organizations(told: str | None, listed: bool, elsewhere: bool) -> None:
    """Its row says so, or the organization's list shows it."""
    row: Value = {"id": "a", "source": None, "fullName": "A", **({"organizationId": told} if told else {})}
    page: Value = {"nodes": [row] if listed else [], "pageInfo": {"endCursor": None}}
    provider, script = scripted(body(row), body(page))
    found = run_virtual(provider.get("account", "id:a"))
    assert found is not None
    assert bool(found.facts.get("elsewhere")) == elsewhere
    assert len(script.requests) == (1 if told else 2)


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


def test_without_the_organizations_id_nothing_is_listed_and_no_account_is_known_to_be_its() -> None:
    """Neither by source nor by id."""
    store = seeded(account(1))
    own = organization(organizationId="x")
    bare = type(own)(**{name: getattr(own, name) for name in own.__dataclass_fields__} | {"settings": {}})

    async def read(provider: BillabexProvider) -> None:
        with pytest.raises(UsageInvalid) as caught:
            await provider.get("account", f"id:{ids(store)[0]}")
        assert codes(caught.value) == ["organization-id-missing"]
        with pytest.raises(UsageInvalid):
            await provider.page("account", None)

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
    write = Write(method="PUT", path="/x", body={}, summary="upsert", hits=hits, known={"p-1": "P", "p-2": "Q"})
    provider, _ = scripted(body(answered))
    if right:
        run_virtual(provider.send(write))
        return
    with pytest.raises(OtherObjectHit) as caught:
        run_virtual(provider.send(write))
    assert codes(caught.value) == ["other-person-hit"]


def test_two_new_people_are_not_one() -> None:
    """The vendor answers the second with the one that it made for the first: that is another's, and both are named."""
    write = Write(method="PUT", path="/x", body={}, summary="u", hits=None, known={}, subject="acme/a/contact/key:john")
    provider, _ = scripted(body({"id": "p-1"}))

    async def send() -> None:
        await provider.send(write)
        with pytest.raises(OtherObjectHit) as caught:
            await provider.send(replace(write, subject="acme/a/contact/key:mary"))
        (problem,) = caught.value.problems
        assert "key:mary was to make somebody new, and it landed on acme/a/contact/key:john" in problem.detail

    run_virtual(send())


def test_nobody_whom_this_run_has_seen_is_new() -> None:
    """A later read may leave somebody out; they are not made for that."""
    write = Write(
        method="PUT", path="/x", body={}, summary="upsert", hits=None, known={}, subject="acme/a/contact/key:x"
    )
    provider, _ = scripted(body([{"id": "p-1"}]), body([]), body({"id": "p-1"}))

    async def send() -> None:
        await provider.with_members(A)
        with pytest.raises(OtherObjectHit) as caught:
            await provider.send(write)
        assert "landed on contacts id:p-1" in caught.value.problems[0].detail

    run_virtual(send())


@pytest.mark.parametrize(
    ("write", "there", "remedy"),
    [
        (("PUT", "/accounts/a/contacts/p"), [{"id": "p"}], "personUpdate: none"),
        (("PATCH", "/accounts/a/internal-representatives/p"), [{"id": "p"}], "personUpdate: put"),
        (("PUT", "/accounts/a/party/upsert"), {"id": "a", "source": None}, "generation: contacts"),
        (("PUT", "/accounts/a/contacts/upsert"), {"id": "a", "source": None}, "Report it"),
        (("PUT", "/accounts/a"), {"id": "a", "source": None}, "manage: people"),
        (("DELETE", "/accounts/a/contacts/p"), [{"id": "p"}], "Report it"),
    ],
)
def test_a_404_to_a_write_whose_object_is_there_is_a_missing_route(
    write: tuple[str, str], there: Value, remedy: str
) -> None:
    """The remedy is the setting that does without it."""
    provider, script = scripted(answer(404), body(there))
    with pytest.raises(ProviderRejected) as caught:
        run_virtual(provider.send(Write(method=write[0], path=write[1], body={}, summary="write")))
    (problem,) = caught.value.problems
    assert problem.code == "route-missing"
    assert remedy in problem.remedy
    assert len(script.requests) == 2


@pytest.mark.parametrize("after", [body([]), answer(500), answer(403)])
def test_a_404_to_a_write_whose_object_is_gone_or_unreadable_is_no_missing_route(after: Line) -> None:
    """It is told as it came."""
    provider, _ = scripted(answer(404), after)
    with pytest.raises(ProviderRejected) as caught:
        run_virtual(provider.send(Write(method="PUT", path="/accounts/a/contacts/p", body={}, summary="write")))
    assert codes(caught.value) == ["not-found"]


def test_a_delete_that_is_repeated_is_done_by_a_404() -> None:
    """The first one did it; a list that lags behind says nothing against that."""
    gone = Write(method="DELETE", path="/accounts/a/contacts/p", body=None, summary="delete")
    provider, script = scripted(answer(500), answer(404))

    async def send() -> None:
        with pytest.raises(OutcomeUnknown):
            await provider.send(gone)
        await provider.send(gone)

    run_virtual(send())
    assert len(script.requests) == 2


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
