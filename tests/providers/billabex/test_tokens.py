"""Where a replaced refresh token is kept: it outlives the run, nobody else reads it, and who waits holds up nobody."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from pathlib import Path

import pytest

from reconciler.errors import ReconcilerError, UsageInvalid
from reconciler.providers.answers import SetbackError
from reconciler.providers.billabex.places import token_place, token_url
from reconciler.providers.billabex.tokens import PATIENCE, TokenCommand, TokenFile
from tests.clock import run_virtual
from tests.values import organization


def codes(error: ReconcilerError) -> list[str]:
    """Give the codes of an error."""
    return [problem.code for problem in error.problems]


def test_a_token_that_was_kept_is_read_again(tmp_path: Path) -> None:
    """A later run, with another instance, goes on from where the first left."""
    file = tmp_path / "tokens" / "acme.json"
    place = TokenFile(file)
    assert place.read("first") == "first"
    file.parent.mkdir()
    place.keep("second", "first")
    assert TokenFile(file).read("first") == "second"


def test_a_newly_set_token_wins_over_the_successor_of_an_old_one(tmp_path: Path) -> None:
    """Whoever authorised anew does not have to delete a file."""
    place = TokenFile(tmp_path / "acme.json")
    place.keep("second", "first")
    assert place.read("set anew") == "set anew"


def test_the_file_is_its_owners_alone_and_does_not_hold_the_first_token(tmp_path: Path) -> None:
    """0600, no leftovers beside it, and of the token in the environment no more than a digest."""
    file = tmp_path / "acme.json"
    TokenFile(file).keep("second", "first-secret")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "first-secret" not in file.read_text()
    assert [one.name for one in tmp_path.iterdir()] == ["acme.json"]


@pytest.mark.parametrize("content", ["", "[]", "{", '{"from": "x", "refreshToken": "y"}', '{"refreshToken": 3}'])
def test_a_file_of_another_shape_says_nothing(content: str, tmp_path: Path) -> None:
    """What is set is then all there is."""
    file = tmp_path / "acme.json"
    file.write_text(content)
    assert TokenFile(file).read("first") == "first"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_found_out_before_anything_is_asked(tmp_path: Path) -> None:
    """The check fails, and names the place."""
    folder = tmp_path / "shut"
    folder.mkdir(mode=0o500)
    with pytest.raises(UsageInvalid, match="shut") as caught:
        TokenFile(folder / "acme.json").check()
    assert codes(caught.value) == ["token-place-unusable"]


def test_a_folder_that_is_a_file_is_found_out_too(tmp_path: Path) -> None:
    """Nobody gets a turn at such a place."""
    (tmp_path / "tokens").write_text("")

    async def wait() -> None:
        async with TokenFile(tmp_path / "tokens" / "acme.json").alone():
            pytest.fail("it cannot be had")

    with pytest.raises(UsageInvalid) as caught:
        run_virtual(wait())
    assert codes(caught.value) == ["token-place-unusable"]


def test_one_at_a_time_and_the_holder_goes_on_meanwhile(tmp_path: Path) -> None:
    """Two organizations of one run share a file: the second waits for the first, whose work goes on."""
    order: list[str] = []

    async def refresh(name: str) -> None:
        async with TokenFile(tmp_path / "acme.json").alone():
            order.append(f"{name} begins")
            await asyncio.sleep(5)
            order.append(f"{name} ends")

    async def both() -> None:
        await asyncio.gather(refresh("one"), refresh("two"))

    run_virtual(both())
    assert order == ["one begins", "one ends", "two begins", "two ends"]


def test_a_turn_that_never_comes_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    """After two minutes the tokens count as unavailable."""

    async def wait() -> float:
        async with TokenFile(tmp_path / "acme.json").alone():
            with pytest.raises(SetbackError) as caught:
                async with TokenFile(tmp_path / "acme.json").alone():
                    pytest.fail("it is taken")
            assert caught.value.unprocessed
            return asyncio.get_running_loop().time()

    assert run_virtual(wait()) == pytest.approx(PATIENCE, abs=1)


def test_a_command_is_given_the_token_and_nothing_else(tmp_path: Path) -> None:
    """On its standard input, so that no list of processes shows it."""
    place = TokenCommand(f"cat > {tmp_path}/kept")
    place.keep("second", "first")
    assert (tmp_path / "kept").read_text() == "second"


def test_a_run_with_a_command_goes_on_from_the_latest_token() -> None:
    """The environment still holds the first, which is dead by then."""
    place = TokenCommand("cat >/dev/null")
    assert place.read("first") == "first"
    place.keep("second", "first")
    assert place.read("first") == "second"


@pytest.mark.parametrize(
    ("command", "why"), [("cat >&2; exit 3", "it ended with 3"), ("sleep 5", "it took more than 0.1 seconds")]
)
def test_a_command_that_fails_is_told_without_what_it_printed(command: str, why: str) -> None:
    """Its output may repeat the token."""
    with pytest.raises(UsageInvalid) as caught:
        TokenCommand(command, seconds=0.1).keep("the-new-token", "first")
    assert codes(caught.value) == ["token-unkept"]
    text = json.dumps([problem.detail for problem in caught.value.problems])
    assert why in text
    assert "the-new-token" not in text


def test_a_file_is_found_from_the_folder_of_the_configuration(tmp_path: Path) -> None:
    """Wherever the command is run from; a path that is whole stays as it is."""
    for written, meant in ((".reconciler/acme.json", tmp_path / ".reconciler/acme.json"), ("/x/y", Path("/x/y"))):
        place = token_place(organization(settings={"tokens": {"file": written}}), tmp_path)
        assert isinstance(place, TokenFile)
        assert place.path == meant


def test_no_place_is_refused(tmp_path: Path) -> None:
    """With a refresh token and nowhere to write, nothing is asked at all."""
    with pytest.raises(UsageInvalid) as caught:
        token_place(organization(settings={"tokens": {}}), tmp_path)
    assert codes(caught.value) == ["token-place-missing"]


def test_the_token_endpoint_is_at_the_host_of_the_api() -> None:
    """Beside the API, whatever its path and port."""
    assert token_url("http://127.0.0.1:8080/api/public/v1") == "http://127.0.0.1:8080/api/oauth/token"
