"""A refresh token is good for one use: what several do with it, and what is done where its successor cannot be kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qsl

import httpx
import pytest

from reconciler.errors import ProviderRejected, UsageInvalid
from reconciler.model.resource import Value
from reconciler.providers.billabex.lineages import mark_of
from reconciler.providers.billabex.oauth import KEEP_AGAIN
from reconciler.providers.billabex.token_command import TokenCommand
from reconciler.providers.billabex.tokens import TokenFile, UnkeptError
from tests.clock import run_virtual
from tests.providers.billabex.granting import (
    TOKEN,
    codes,
    grant,
    opened,
    read_scripted,
    refreshed,
)
from tests.providers.scripted import Script, answer


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


class Turns:
    """A place that keeps nothing before it is mended, and sees whether it is used by whoever has the turn."""

    def __init__(self) -> None:
        self.mended = False
        self.kept: str | None = None
        self.turn: asyncio.Lock | None = None
        self.in_turn: list[bool] = []

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Take the turn; whoever has it already would wait for ever."""
        self.turn = self.turn or asyncio.Lock()
        async with self.turn:
            yield

    def check(self) -> None:
        """Find nothing wrong."""

    def read(self, mark: str) -> str | None:
        """Know what was kept."""
        del mark
        return self.kept

    def keep(self, token: str, mark: str) -> None:
        """Keep it, or not."""
        del mark
        self.in_turn.append(self.turn is not None and self.turn.locked())
        if not self.mended:
            raise UnkeptError("it is broken")
        self.kept = token


@pytest.mark.parametrize("asks_again", [True, False])
def test_a_token_is_kept_late_only_in_its_turn(asks_again: bool) -> None:
    """Another run may have read the file and be about to write it: its token and ours would be put over each other."""
    script = Script(grant("one", "refresh-2"), answer(200, b"{}"))
    place = Turns()

    async def read() -> None:
        async with opened(refreshed(place), script) as client:
            with pytest.raises(UsageInvalid):
                await client.read("/accounts")
            place.mended = True
            await asyncio.sleep(KEEP_AGAIN)
            if asks_again:
                await client.read("/accounts")

    run_virtual(read())
    assert place.kept == "refresh-2"
    assert place.in_turn == [True] * 4


def test_a_turn_that_cannot_be_had_leaves_the_token_unkept(tmp_path: Path) -> None:
    """The problem that was told stays, whatever became of the place meanwhile."""
    script = Script(grant("one", "refresh-2"), seconds=3)
    folder = tmp_path / "tokens"

    async def spoil() -> None:
        async with opened(refreshed(TokenFile(folder / "t")), script) as client:
            reading = asyncio.create_task(client.read("/accounts"))
            while not script.requests:
                await asyncio.sleep(0.1)
            folder.rename(tmp_path / "away")
            folder.write_text("in the way")
            with pytest.raises(UsageInvalid) as caught:
                await reading
            assert codes(caught.value) == ["token-unkept"]

    run_virtual(spoil())
    assert not (tmp_path / "away" / "t").exists()


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
