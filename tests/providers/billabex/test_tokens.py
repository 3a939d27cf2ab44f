"""Where a replaced refresh token is kept: it outlives the run, nobody else reads it, and who waits holds up nobody."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest

from reconciler.errors import ReconcilerError, UsageInvalid
from reconciler.providers.answers import SetbackError
from reconciler.providers.billabex.lineages import mark_of
from reconciler.providers.billabex.places import token_place, token_url
from reconciler.providers.billabex.tokens import PATIENCE, TokenFile, UnkeptError
from tests.clock import run_virtual
from tests.values import organization


def codes(error: ReconcilerError) -> list[str]:
    """Give the codes of an error."""
    return [problem.code for problem in error.problems]


def test_a_token_that_was_kept_is_read_again(tmp_path: Path) -> None:
    """A later run, with another instance, goes on from where the first left."""
    place = TokenFile(tmp_path / "acme.json")
    assert place.read("mark") is None
    place.keep("second", "mark")
    assert TokenFile(tmp_path / "acme.json").read("mark") == "second"


def test_a_newly_set_token_is_not_taken_for_the_old_one(tmp_path: Path) -> None:
    """Whoever authorised anew does not have to delete a file, and who did not loses nothing."""
    place = TokenFile(tmp_path / "acme.json")
    place.keep("second", "mark")
    assert place.read(mark_of("client", "set anew")) is None
    place.keep("another", "other")
    assert (place.read("mark"), place.read("other")) == ("second", "another")


def test_the_file_is_its_owners_alone_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    """0600, and of the token in the environment no more than a digest."""
    file = tmp_path / "acme.json"
    TokenFile(file).keep("second", mark_of("client", "first-secret"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "first-secret" not in file.read_text()
    assert [one.name for one in tmp_path.iterdir()] == ["acme.json"]


@pytest.mark.parametrize("content", ["[]", "{", '{"organizations": {}}', '{"mark": ""}'])
def test_a_file_of_another_sort_is_not_replaced(content: str, tmp_path: Path) -> None:
    """Somebody named the wrong file: it is found out before anything is asked, and stays as it is."""
    file = tmp_path / "acme.json"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(UsageInvalid, match="something else") as caught:
        TokenFile(file).check()
    assert codes(caught.value) == ["token-place-unusable"]
    with pytest.raises(UnkeptError):
        TokenFile(file).keep("second", "mark")
    assert file.read_text() == content


def test_an_empty_file_holds_nothing_yet(tmp_path: Path) -> None:
    """As `touch` leaves one."""
    file = tmp_path / "acme.json"
    file.touch(mode=0o600)
    TokenFile(file).check()
    assert TokenFile(file).read("mark") is None


def test_a_folder_where_the_file_should_be_is_found_out_before_anything_is_asked(tmp_path: Path) -> None:
    """Whoever runs us, root too: the check fails, and names the place."""
    (tmp_path / "acme.json").mkdir(mode=0o700)
    with pytest.raises(UsageInvalid, match=r"acme\.json") as caught:
        TokenFile(tmp_path / "acme.json").check()
    assert codes(caught.value) == ["token-place-unusable"]


def test_links_that_go_in_a_circle_are_found_out_too(tmp_path: Path) -> None:
    """There is no file at their end."""
    (tmp_path / "acme.json").symlink_to(tmp_path / "other.json")
    (tmp_path / "other.json").symlink_to(tmp_path / "acme.json")
    with pytest.raises(UsageInvalid) as caught:
        TokenFile(tmp_path / "acme.json").check()
    assert codes(caught.value) == ["token-place-unusable"]


def test_a_link_stays_and_the_file_at_its_end_is_replaced(tmp_path: Path) -> None:
    """Somebody has the token on another disk, and wants it to stay there."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "acme.json").symlink_to(tmp_path / "disk" / "token")
    place = TokenFile(tmp_path / "acme.json")
    place.check()
    place.keep("second", "mark")
    assert (tmp_path / "acme.json").is_symlink()
    assert TokenFile(tmp_path / "disk" / "token").read("mark") == "second"


def test_a_missing_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    """With all that is missing above it."""
    place = TokenFile(tmp_path / "state" / "tokens" / "acme.json")
    place.check()
    place.keep("second", "mark")
    assert {stat.S_IMODE(one.stat().st_mode) for one in (tmp_path / "state", tmp_path / "state/tokens")} == {0o700}


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
    """Two organizations of one run share a file: one waits for the other, whose work goes on."""
    order: list[str] = []

    async def refresh(name: str) -> None:
        async with TokenFile(tmp_path / "acme.json").alone():
            order.append(f"{name} begins")
            await asyncio.sleep(5)
            order.append(f"{name} ends")

    async def both() -> None:
        await asyncio.gather(refresh("one"), refresh("two"))

    run_virtual(both())
    first, second = ("one", "two") if order[0].startswith("one") else ("two", "one")  # no matter which
    assert order == [f"{first} begins", f"{first} ends", f"{second} begins", f"{second} ends"]


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
