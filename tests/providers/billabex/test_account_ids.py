"""Who has a key, and the proof that nobody has: what is asked of the list, and for how long it is believed."""

from __future__ import annotations

import asyncio

import pytest

from reconciler.errors import LiveStateUnreadable, OutcomeUnknown, UsageInvalid
from reconciler.live.provider import Page, Write
from reconciler.model.resource import Observed, Value
from reconciler.providers.billabex.account_ids import AccountIds
from reconciler.providers.billabex.provider import BillabexProvider
from reconciler.sandbox import Fault, add_fault
from tests.clock import run_virtual
from tests.providers.billabex.exchange import body, codes, creation, ids, scripted
from tests.providers.billabex.world import (
    ORGANIZATION_ID,
    account,
    connected,
    organization,
    requests,
    run,
    seeded,
)
from tests.providers.scripted import Line, answer


def test_an_account_that_was_listed_is_read_by_its_id() -> None:
    """Nobody goes through the list for it."""
    store = seeded(*(account(number) for number in range(1, 200)))

    async def read(provider: BillabexProvider) -> None:
        assert (await provider.page("account", None)).following is not None
        assert await provider.get("account", "erp:A-100") is not None

    run(store, read)
    assert len(requests(store)) == 2


def test_creates_that_wait_at_the_same_time_share_one_pass() -> None:
    """Each is looked for before it is made; one list that begins after all have asked answers all."""
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
    assert asked.count("GET /accounts") == 2 * 3  # two pages and the empty one; the first pass of a run is made twice
    assert len(asked) == 2 * 3 + 20 * 2


def test_an_old_list_says_of_nobody_that_they_are_absent() -> None:
    """Somebody else may have made the account since: here a pass takes no time, so none is young for any time."""
    store = seeded(account(1))

    async def look(provider: BillabexProvider) -> None:
        for seconds in (0, 0, 20):
            await asyncio.sleep(seconds)
            assert await provider.get("account", "erp:A-9") is None

    run(store, look)
    assert requests(store).count("GET /accounts") == (1 + 3) * 2


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


@pytest.mark.parametrize("before", [1, 1000])
def test_the_list_stays_a_small_part_of_what_creates_ask(before: int) -> None:
    """However many accounts there are: after the first pass, made twice, at most a quarter of all other requests."""
    store = seeded(*(account(number) for number in range(before)))

    async def make(provider: BillabexProvider) -> None:
        numbers = iter(range(5000, 5200))

        async def worker() -> None:
            for number in numbers:
                assert await provider.get("account", f"erp:A-{number}") is None
                await provider.send(creation(number))
                assert await provider.get("account", f"erp:A-{number}") is not None

        await asyncio.gather(*(worker() for _ in range(5)))

    run(store, make)
    asked = requests(store)
    assert asked.count("POST /accounts") == 200
    pages = before // 100 + 2
    assert asked.count("GET /accounts") <= 2 * pages + 400 / 4 + pages


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
        run_virtual(scripted(body(page), body(page), answer(404))[0].get("account", "erp:A-1"))


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
    assert len(script.requests) == (1 if told else 3)


def test_accounts_that_the_list_lacks_cost_it_once() -> None:
    """However many are asked for by id: that they were not on it when it was read is reason enough to refuse."""
    read: list[str | None] = []

    async def page(cursor: str | None) -> Page:
        read.append(cursor)
        await asyncio.sleep(0.2)
        return Page(objects=(), total=None, following="2" if cursor is None else None)

    async def ask() -> list[bool]:
        listed, turn = AccountIds(page, "acme"), asyncio.Semaphore(5)

        async def one(number: int) -> bool:
            async with turn:
                await asyncio.sleep(0.2)
                return await listed.lists(f"a-{number}")

        return await asyncio.gather(*map(one, range(50)))

    assert not any(run_virtual(ask()))
    assert len(read) == 2 * 2  # two pages, and the first pass of a run is made twice


def accounts_page(*names: str) -> Line:
    """Answer with a list of accounts that ends."""
    return body({"nodes": [{"id": name, "source": None} for name in names], "pageInfo": {"endCursor": None}})


@pytest.mark.parametrize(
    ("passes", "absent"),
    [
        (["ab", "ab"], True),
        (["ab", "abc"], True),
        (["ab", "b", "ab"], True),
        (["abc", "ab", "c"], False),
    ],
)
def test_a_pass_that_lacks_what_the_one_before_it_gave_proves_nothing(passes: list[str], absent: bool) -> None:
    """It may lack the account that is looked for as well."""
    provider, script = scripted(*(accounts_page(*names) for names in passes))
    if absent:
        assert run_virtual(provider.get("account", "erp:A-1")) is None
    else:
        with pytest.raises(LiveStateUnreadable) as caught:
            run_virtual(provider.get("account", "erp:A-1"))
        assert codes(caught.value) == ["listing-incomplete"]
    assert len(script.requests) == len(passes)


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
