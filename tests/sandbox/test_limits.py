"""600 requests per rolling minute and 10 in flight, per key, on virtual time."""

from __future__ import annotations

import asyncio

import httpx

from reconciler.sandbox import SandboxTransport, logged_requests, seed
from reconciler.sandbox.limits import Limits, Quota
from tests.clock import run_virtual
from tests.sandbox.conftest import BASE, KEYS, World
from tests.stores import opened_store


def test_600_requests_a_rolling_minute(world: World) -> None:
    """The 601st request within a minute is a 429; a minute after the first one there is room again."""

    async def burst() -> list[int]:
        async with httpx.AsyncClient(transport=SandboxTransport(world.store), base_url=BASE, headers=KEYS) as client:
            first = (await client.get("/users")).status_code
            await asyncio.sleep(30)
            rest = {(await client.get("/users")).status_code for _ in range(599)}
            over = (await client.get("/users")).status_code
            await asyncio.sleep(30)
            again = [(await client.get("/users")).status_code for _ in range(2)]
            return [first, *rest, over, *again]

    assert run_virtual(burst()) == [200, 200, 429, 200, 429]


def test_10_in_flight(world: World) -> None:
    """Of eleven requests at once one is turned away; a request in flight counts until its answer is out."""

    async def at_once(count: int) -> list[int]:
        transport = SandboxTransport(world.store, latency=1.0)
        async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=KEYS) as client:
            first = await asyncio.gather(*(client.get("/users") for _ in range(count)))
            second = await asyncio.gather(*(client.get("/users") for _ in range(10)))
            return sorted(response.status_code for response in [*first, *second])

    assert run_virtual(at_once(11)) == [200] * 20 + [429]
    ended = {request.ended - request.started for request in logged_requests(world.store)}
    assert {round(seconds, 3) for seconds in ended} == {1.0}


def test_each_key_has_its_own_limits() -> None:
    """One organization at its limit does not slow another."""
    limits = Limits(lambda: 0.0)
    assert limits.enter(Quota(key="one", requests=1)).wait is None
    assert limits.enter(Quota(key="one", requests=1)).wait == 60
    assert limits.enter(Quota(key="two", requests=1)).wait is None


def test_a_request_turned_away_does_not_count() -> None:
    """Hammering a closed door does not keep it closed."""
    now = [0.0]
    limits = Limits(lambda: now[0])
    quota = Quota(key="key", requests=1, in_flight=1)
    assert limits.enter(quota).wait is None
    limits.leave("key")
    for second in range(60):
        now[0] = second
        assert limits.enter(quota).wait == 60 - second
    now[0] = 60
    assert limits.enter(quota).wait is None


def test_in_flight_is_given_back_when_a_request_is_cancelled(world: World) -> None:
    """A client that gives up frees its place."""

    async def give_up() -> int:
        transport = SandboxTransport(world.store, latency=5.0)
        async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=KEYS) as client:
            requests = [asyncio.create_task(client.get("/users")) for _ in range(10)]
            await asyncio.sleep(1)
            for request in requests:
                request.cancel()
            await asyncio.gather(*requests, return_exceptions=True)
            return (await client.get("/users")).status_code

    assert run_virtual(give_up()) == 200


def test_a_new_process_starts_with_a_clean_minute() -> None:
    """The limits are not stored."""
    store = opened_store()
    seed(store, "acme", {"apiKey": "acme-key", "apiSecret": "acme-secret", "settings": {"requests_per_minute": 1}})

    async def once() -> int:
        async with httpx.AsyncClient(transport=SandboxTransport(store), base_url=BASE, headers=KEYS) as client:
            return (await client.get("/users")).status_code

    assert [run_virtual(once()), run_virtual(once())] == [200, 200]
    store.close()
