"""Access tokens over the sandbox and over scripts: what is refreshed when, and what is kept whatever happens."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qsl

import httpx
import pytest

from reconciler.errors import LiveStateUnreadable, ProviderRejected, ReconcilerError, UsageInvalid
from reconciler.live.provider import NotProcessed
from reconciler.model.resource import Value
from reconciler.providers.billabex.lineages import mark_of
from reconciler.providers.billabex.oauth import KEEP_AGAIN, AccessToken, RefreshedTokens
from reconciler.providers.billabex.token_command import TokenCommand
from reconciler.providers.billabex.token_endpoint import lifetime_of
from reconciler.providers.billabex.tokens import TokenFile, TokenPlace
from reconciler.providers.http import HttpClient, Tokens
from reconciler.providers.pace import Pace
from reconciler.sandbox import SandboxTransport
from tests.clock import run_virtual
from tests.providers.scripted import Line, Script, answer
from tests.sandbox.billabex.world import BASE, ORIGIN, World

Result = TypeVar("Result")
CREDENTIALS = {"clientId": "client", "clientSecret": "secret", "refreshToken": "refresh-1"}
TOKEN = "/api/oauth/token"


def client_of(tokens: Tokens, transport: httpx.AsyncBaseTransport, base: str = BASE) -> HttpClient:
    """Give a client that gets its tokens there."""
    return HttpClient(
        organization="acme",
        title="Billabex",
        base_url=base,
        headers={},
        pace=Pace(requests_per_minute=300, in_flight=5),
        transport=transport,
        tokens=tokens,
    )


def refreshed(place: TokenPlace, organization: str = "acme", **other: str) -> RefreshedTokens:
    """Refresh with the credentials of the sandbox's seed, or with others."""
    credentials = {**CREDENTIALS, **other}
    return RefreshedTokens(credentials, f"{ORIGIN}{TOKEN}", place, organization=organization, variable="ACME_REFRESH")


@asynccontextmanager
async def opened(tokens: Tokens, transport: httpx.AsyncBaseTransport) -> AsyncIterator[HttpClient]:
    """Open a client for the length of a block."""
    client = client_of(tokens, transport)
    try:
        yield client
    finally:
        await client.aclose()


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


def test_a_refresh_token_that_is_refused_is_not_tried_again_in_the_run(tmp_path: Path) -> None:
    """The second request, and the other organization, hear the same without the vendor being asked."""
    script = Script(answer(400, b'{"error": "invalid_grant"}'))

    async def read() -> None:
        place = TokenFile(tmp_path / "t")
        async with opened(refreshed(place), script) as one, opened(refreshed(place, "other"), script) as other:
            for client in (one, one, other):
                with pytest.raises(ProviderRejected, match="get into ACME_REFRESH") as caught:
                    await client.read("/accounts")
                assert codes(caught.value) == ["token-refused"]

    run_virtual(read())
    assert len(script.requests) == 1


def test_a_client_that_the_vendor_does_not_know_is_told_apart(tmp_path: Path) -> None:
    """No new token would help: the client's id or secret is wrong."""
    script = Script(answer(401, b'{"error": "invalid_client"}'))
    with pytest.raises(ProviderRejected, match="Correct clientId and clientSecret") as caught:
        read_scripted(script, TokenFile(tmp_path / "t"))
    assert codes(caught.value) == ["token-refused"]


class Rotating(httpx.AsyncBaseTransport):
    """A vendor where every refresh token is good for one use, and answers take a moment."""

    def __init__(self, *alive: str) -> None:
        self.alive = set(alive)
        self.refused = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a refresh; anything else is fine."""
        if request.url.path != TOKEN:
            return answer(200, b"[]")
        used = dict(parse_qsl(request.content.decode()))["refresh_token"]
        known = used in self.alive
        self.alive.discard(used)
        await asyncio.sleep(0.05)
        if not known:
            self.refused += 1
            return answer(400, b'{"error": "invalid_grant"}')
        self.alive.add(f"{used}+")
        return grant(f"access {used}", f"{used}+")


@pytest.mark.parametrize("kind", ["file", "command"])
@pytest.mark.parametrize("tokens", [("a", "a"), ("a", "b")])
def test_two_organizations_may_share_a_place_and_a_token(kind: str, tokens: tuple[str, str], tmp_path: Path) -> None:
    """Side by side in one run, hours long: neither locks the other out."""
    vendor = Rotating(*tokens)
    place = TokenFile(tmp_path / "t") if kind == "file" else TokenCommand("cat > /dev/null")

    async def read(name: str, token: str) -> None:
        async with opened(refreshed(place, name, refreshToken=token), vendor) as client:
            for _ in range(3):
                await client.read("/accounts")
                await asyncio.sleep(4000)

    async def both() -> None:
        await asyncio.gather(read("one", tokens[0]), read("two", tokens[1]))

    run_virtual(both())
    assert vendor.refused == 0


def test_two_organizations_with_a_file_take_runs_in_turns(tmp_path: Path) -> None:
    """One after the other, each with its own token or with the same: the file has a line for each."""
    vendor = Rotating("a", "b")

    async def read(token: str) -> None:
        async with opened(refreshed(TokenFile(tmp_path / "t"), refreshToken=token), vendor) as client:
            await client.read("/accounts")

    for token in ("a", "b", "a", "a", "b"):
        run_virtual(read(token))
    assert vendor.refused == 0
    assert vendor.alive == {"a+++", "b++"}


@pytest.mark.parametrize(
    ("client_id", "place", "why"),
    [("client", "other", "different places"), ("another", "t", "different clients")],
)
def test_what_cannot_be_shared_is_refused_before_anything_is_asked(
    client_id: str, place: str, why: str, tmp_path: Path
) -> None:
    """One of the two would be left with a dead token."""

    async def meet() -> None:
        refreshed(TokenFile(tmp_path / "t"))
        refreshed(TokenFile(tmp_path / place), "other", clientId=client_id)

    with pytest.raises(UsageInvalid, match=why) as caught:
        run_virtual(meet())
    assert codes(caught.value) == ["token-shared"]
    assert "refresh-1" not in str(caught.value)


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


def test_a_token_that_cannot_be_kept_ends_the_run(tmp_path: Path) -> None:
    """Three tries; then no access token is used, for no later run could go on from here."""
    script = Script(grant("one", "refresh-2"), answer(200, b"{}"))
    with pytest.raises(UsageInvalid) as caught:
        read_scripted(script, TokenCommand(f"cat > /dev/null; echo x >> {tmp_path}/tries; exit 1"))
    assert codes(caught.value) == ["token-unkept"]
    assert (tmp_path / "tries").read_text() == "x\n" * 3 * 2  # and once more so often when the client is closed
    assert [request.url.path for request in script.requests] == [TOKEN]
    assert "refresh-2" not in str(caught.value)
    assert "put the refresh token that you get into ACME_REFRESH" in str(caught.value)


def test_a_token_that_could_not_be_kept_is_never_asked_for_again(tmp_path: Path) -> None:
    """The vendor would refuse the old one; each request says the same problem, and the command has its rest."""
    script = Script(grant("one", "refresh-2"), answer(400))

    async def read() -> None:
        async with opened(
            refreshed(TokenCommand(f"cat > /dev/null; echo x >> {tmp_path}/tries; exit 1")), script
        ) as it:
            for _ in range(3):
                with pytest.raises(UsageInvalid) as caught:
                    await it.read("/accounts")
                assert codes(caught.value) == ["token-unkept"]
        assert (tmp_path / "tries").read_text() == "x\n" * 3 * 2

    run_virtual(read())
    assert len(script.requests) == 1


def test_a_place_that_was_mended_takes_the_token_with_the_next_request(tmp_path: Path) -> None:
    """The run goes on with the access token that came with it; nothing is asked a second time."""
    script = Script(grant("one", "refresh-2"), answer(200, b"{}"))
    place = TokenCommand(f"cat > {tmp_path}/kept; test -e {tmp_path}/mended")

    async def read() -> Value:
        async with opened(refreshed(place), script) as client:
            with pytest.raises(UsageInvalid):
                await client.read("/accounts")
            (tmp_path / "mended").touch()
            await asyncio.sleep(KEEP_AGAIN)
            return await client.read("/accounts")

    assert run_virtual(read()) == {}
    assert (tmp_path / "kept").read_text() == "refresh-2"
    assert [request.url.path == TOKEN for request in script.requests] == [True, False]


def test_a_place_that_was_mended_takes_the_token_at_the_end_of_the_run(tmp_path: Path) -> None:
    """So the next run gets in, and nobody has to authorise anew."""
    script = Script(grant("one", "refresh-2"))
    place = TokenCommand(f"cat > {tmp_path}/kept; test -e {tmp_path}/mended")

    async def read() -> None:
        async with opened(refreshed(place), script) as client:
            with pytest.raises(UsageInvalid):
                await client.read("/accounts")
            (tmp_path / "kept").unlink()
            (tmp_path / "mended").touch()

    run_virtual(read())
    assert (tmp_path / "kept").read_text() == "refresh-2"


def test_a_token_that_was_not_kept_is_told_at_the_end_if_nobody_waited_for_it() -> None:
    """A run was stopped while it refreshed: the only living token is lost, and that is not passed over."""
    script = Script(grant("one", "refresh-2"), seconds=3)

    async def stop() -> None:
        async with opened(refreshed(TokenCommand("cat > /dev/null; exit 1")), script) as client:
            reading = asyncio.create_task(client.read("/accounts"))
            await asyncio.sleep(1)
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading

    with pytest.raises(UsageInvalid) as caught:
        run_virtual(stop())
    assert codes(caught.value) == ["token-unkept"]


def test_nothing_is_asked_where_the_command_cannot_be_run() -> None:
    """It is found out before the old token is used up."""
    script = Script(grant("one", "refresh-2"))
    with pytest.raises(UsageInvalid, match="no-such-program") as caught:
        read_scripted(script, TokenCommand("no-such-program put token"))
    assert codes(caught.value) == ["token-place-unusable"]
    assert script.requests == []


def test_a_hiccup_while_keeping_is_not_the_end(tmp_path: Path) -> None:
    """The second try of the command works."""
    script = Script(grant("one", "refresh-2"), answer(200, b"{}"))
    place = TokenCommand(f"cat > {tmp_path}/kept; test -e {tmp_path}/been || {{ touch {tmp_path}/been; exit 1; }}")
    assert read_scripted(script, place)[0] == {}
    assert (tmp_path / "kept").read_text() == "refresh-2"


def test_a_run_that_is_stopped_while_it_refreshes_keeps_the_new_token(tmp_path: Path) -> None:
    """The answer that is under way may hold the only token that is still good."""
    script = Script(grant("one", "refresh-2"), seconds=3)

    async def stop() -> None:
        async with opened(refreshed(TokenFile(tmp_path / "t")), script) as client:
            reading = asyncio.create_task(client.read("/accounts"))
            await asyncio.sleep(1)
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading

    run_virtual(stop())
    assert TokenFile(tmp_path / "t").read(mark_of("client", "refresh-1")) == "refresh-2"


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


def grant(access: str, refresh: str | None = None) -> httpx.Response:
    """Answer as the token endpoint does."""
    body = {"access_token": access, "expires_in": 3600} | ({"refresh_token": refresh} if refresh else {})
    return answer(200, json.dumps(body).encode())


def read_scripted(script: Script, place: TokenPlace) -> tuple[Value, list[httpx.Request]]:
    """Read once over a script."""

    async def read() -> Value:
        async with opened(refreshed(place), script) as client:
            return await client.read("/accounts")

    return run_virtual(read()), script.requests


def codes(error: ReconcilerError) -> list[str]:
    """Give the codes of an error."""
    return [problem.code for problem in error.problems]
