"""Access tokens over the sandbox and over scripts: what is refreshed when, and what is kept whatever happens."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Coroutine
from pathlib import Path
from typing import TypeVar

import httpx
import pytest
from filelock import FileLock

from reconciler.errors import LiveStateUnreadable, ProviderRejected, UsageInvalid
from reconciler.live.provider import NotProcessed
from reconciler.model.resource import Value
from reconciler.providers.billabex.oauth import AccessToken
from reconciler.providers.billabex.token_command import TokenCommand
from reconciler.providers.billabex.token_endpoint import lifetime_of
from reconciler.providers.billabex.tokens import PATIENCE, TokenFile, TokenPlace
from reconciler.sandbox import SandboxTransport
from tests.clock import run_virtual
from tests.providers.billabex.granting import (
    TOKEN,
    codes,
    grant,
    opened,
    read_scripted,
    refreshed,
)
from tests.providers.scripted import Line, Script, answer
from tests.sandbox.billabex.world import World

Result = TypeVar("Result")


def run(billabex: World, work: Coroutine[object, object, Result]) -> Result:
    """Run on virtual time."""
    assert billabex
    return run_virtual(work)


def asked(billabex: World) -> list[str]:
    """Give the paths that were asked for."""
    rows = billabex.store.connection.execute("SELECT path FROM requests ORDER BY rowid").fetchall()
    return [str(row[0]) for row in rows]


async def read_at(billabex: World, place: TokenPlace, *seconds: float) -> list[Value]:
    """Read at some seconds of the clock, with one client."""
    bodies: list[Value] = []
    async with opened(refreshed(place), SandboxTransport(billabex.store)) as client:
        for second in seconds:
            await asyncio.sleep(max(0.0, second - asyncio.get_running_loop().time()))
            bodies.append(await client.read("/organizations"))
    return bodies


def test_one_refresh_serves_an_hour_and_the_next_comes_a_minute_early(billabex: World, tmp_path: Path) -> None:
    """Nobody ever waits for a 401 while our clock and the vendor's go at the same speed."""
    run(billabex, read_at(billabex, TokenFile(tmp_path / "t"), 0, 1, 3500, 3541, 3600))
    assert [path == TOKEN for path in asked(billabex)] == [True, False, False, False, True, False, False]


def test_many_requests_at_once_share_one_refresh(billabex: World, tmp_path: Path) -> None:
    """The others wait for it."""

    async def read() -> None:
        async with opened(refreshed(TokenFile(tmp_path / "t")), SandboxTransport(billabex.store)) as client:
            await asyncio.gather(*(client.read("/organizations") for _ in range(8)))

    run(billabex, read())
    assert asked(billabex).count(TOKEN) == 1


@pytest.mark.parametrize("rotation", ["none", "old-dead", "old-alive"])
def test_runs_one_after_the_other_and_side_by_side_get_in(rotation: str, billabex: World, tmp_path: Path) -> None:
    """With rotation each goes on from the token that the one before kept, though the environment holds the first."""
    billabex.turn(refresh_rotation=rotation)

    async def runs() -> None:
        for _ in range(2):
            await read_at(billabex, TokenFile(tmp_path / "t"), 0)
        await asyncio.gather(*(read_at(billabex, TokenFile(tmp_path / "t"), 0, 4000) for _ in range(3)))

    run(billabex, runs())
    assert (tmp_path / "t").exists() is (rotation != "none")


def test_a_run_of_hours_with_a_command_stays_in(billabex: World, tmp_path: Path) -> None:
    """The second refresh uses what the first brought, and the command is given each."""
    billabex.turn(refresh_rotation="old-dead")
    place = TokenCommand(f"cat >> {tmp_path}/kept; echo >> {tmp_path}/kept")
    assert len(run(billabex, read_at(billabex, place, 0, 4000, 8000))) == 3
    assert len((tmp_path / "kept").read_text().split()) == 3


def test_a_refused_access_token_is_replaced_once(tmp_path: Path) -> None:
    """Somebody revoked it: the request goes again with a fresh one, and nobody notices."""
    script = Script(grant("one"), answer(401), grant("two"), answer(200, b'{"id": 1}'))
    body, sent = read_scripted(script, TokenFile(tmp_path / "t"))
    assert body == {"id": 1}
    assert [request.headers.get("authorization") for request in sent] == [None, "Bearer one", None, "Bearer two"]


def test_a_second_refusal_is_final(tmp_path: Path) -> None:
    """A fresh token has the same rights: no request is spent on a third, and the problem says what to do."""
    script = Script(grant("one"), answer(401), grant("two"), answer(401))

    async def read() -> None:
        async with opened(refreshed(TokenFile(tmp_path / "t")), script) as client:
            for _ in range(2):
                with pytest.raises(ProviderRejected, match="authorise the client anew") as caught:
                    await client.read("/accounts")
                assert codes(caught.value) == ["credentials-refused"]

    run_virtual(read())
    assert [request.url.path == TOKEN for request in script.requests] == [True, False, True, False, False]


def test_a_refused_write_goes_again_too(tmp_path: Path) -> None:
    """A 401 did nothing, so sending the same bytes once more makes nothing twice."""
    script = Script(grant("one"), answer(401), grant("two"), answer(200))

    async def write() -> None:
        async with opened(refreshed(TokenFile(tmp_path / "t")), script) as client:
            await client.write("PUT", "/accounts/1", {"fullName": "Acme"})

    run_virtual(write())
    assert script.requests[1].content == script.requests[3].content


def test_a_write_that_waited_long_for_a_token_is_not_sent(tmp_path: Path) -> None:
    """Its body was built from a look that is old by then: the caller looks again."""
    script = Script(grant("one"), answer(200), seconds=6)

    async def write() -> None:
        async with opened(refreshed(TokenFile(tmp_path / "t")), script) as client:
            with pytest.raises(NotProcessed, match="took too long"):
                await client.write("PUT", "/accounts/1", {"fullName": "Acme"})

    run_virtual(write())
    assert len(script.requests) == 1


def test_closing_does_not_wait_for_a_turn_to_ask(tmp_path: Path) -> None:
    """Another run has it: nothing was asked, so nothing is lost."""
    script = Script(grant("one"), answer(200))

    async def closed() -> float:
        async with opened(refreshed(TokenFile(tmp_path / "t")), script) as client:
            reading = asyncio.create_task(client.read("/organizations"))
            await asyncio.sleep(1)
            reading.cancel()
        return asyncio.get_running_loop().time()

    with FileLock(f"{tmp_path / 't'}.lock", mode=0o600):
        assert run_virtual(closed()) < PATIENCE / 2
    assert script.requests == []


UNAVAILABLE = [answer(500), answer(503), httpx.ReadTimeout(""), httpx.ConnectError(""), answer(200, b'{"access')]
UNAVAILABLE += [answer(200, b'{"token_type": "Bearer"}'), answer(429, b"", retry_after="2")]


@pytest.mark.parametrize("line", UNAVAILABLE, ids=repr)
def test_a_token_endpoint_that_fails_is_unavailable_and_not_a_refusal(line: Line, tmp_path: Path) -> None:
    """A read tries as often as it would otherwise; a write had no effect for certain."""
    recovering = Script(line, grant("one"), answer(200, b"[]"))
    assert read_scripted(recovering, TokenFile(tmp_path / "t"))[0] == []

    async def fail() -> None:
        async with opened(refreshed(TokenFile(tmp_path / "t")), Script(line)) as client:
            with pytest.raises(LiveStateUnreadable) as caught:
                await client.read("/accounts")
            assert codes(caught.value) == ["vendor-unreadable"]
            with pytest.raises(NotProcessed):
                await client.write("PUT", "/accounts/1", {})

    run_virtual(fail())


@pytest.mark.parametrize("status", [400, 401, 403, 307])
def test_a_refresh_token_that_is_refused_is_told_with_a_remedy(status: int, tmp_path: Path) -> None:
    """Nothing is tried again, and neither the token nor the answer is shown."""
    script = Script(answer(status, b'{"error": "invalid_grant", "message": "refresh-1"}'))
    with pytest.raises(ProviderRejected, match="Authorise the client anew") as caught:
        read_scripted(script, TokenFile(tmp_path / "t"))
    assert codes(caught.value) == ["token-refused"]
    assert "refresh-1" not in str(caught.value)
    assert len(script.requests) == 1


def test_a_plain_token_that_is_refused_says_how_to_get_another(billabex: World) -> None:
    """An access token lives an hour, and there is nothing to refresh it with."""

    async def read() -> None:
        async with opened(AccessToken("gone"), SandboxTransport(billabex.store)) as client:
            await client.read("/organizations")

    with pytest.raises(ProviderRejected, match="set a new one, or give clientId") as caught:
        run(billabex, read())
    assert codes(caught.value) == ["credentials-refused"]


def test_nothing_is_asked_while_there_is_nowhere_to_keep_the_answer(tmp_path: Path) -> None:
    """Were it asked, the vendor might replace the token, and its successor would be lost."""
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "x").mkdir()
    script = Script(grant("one", "refresh-2"))
    with pytest.raises(UsageInvalid) as caught:
        read_scripted(script, TokenFile(tmp_path / "t"))  # a folder has its place
    assert codes(caught.value) == ["token-place-unusable"]
    assert script.requests == []


@pytest.mark.parametrize(
    ("claims", "seconds"),
    [
        ({"iat": 100, "exp": 3700}, 3600),
        ({"exp": 3700}, float("inf")),
        ({"iat": 100, "exp": 50}, float("inf")),
        ("no object", float("inf")),
    ],
)
def test_how_long_a_token_is_good_is_a_length_and_no_time_of_day(claims: Value, seconds: float) -> None:
    """A clock here that is hours wrong does not have every request refresh."""
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    assert lifetime_of(f"head.{part}.sign") == seconds


@pytest.mark.parametrize("token", ["opaque", "a.b", "a.é.c", "a.!!!.c"])
def test_a_token_that_says_nothing_is_used_until_it_is_refused(token: str) -> None:
    """Not every token is a JWT."""
    assert lifetime_of(token) == float("inf")
