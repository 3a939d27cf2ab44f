"""A command that stores a token: it is given that and nothing else, and what cannot work is found out before."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from reconciler.errors import UsageInvalid
from reconciler.providers.billabex.token_command import TokenCommand
from reconciler.providers.billabex.tokens import UnkeptError


def test_a_command_is_given_the_token_and_nothing_else(tmp_path: Path) -> None:
    """On its standard input, so that no list of processes shows it."""
    TokenCommand(f"cat > {tmp_path}/kept").keep("second", "mark")
    assert (tmp_path / "kept").read_text() == "second"


@pytest.mark.parametrize(
    ("command", "why"),
    [("cat >&2; exit 3", "it ended with 3"), ("sleep 5; true", "it took more than 0.1 seconds")],
)
def test_a_command_that_fails_is_told_without_what_it_printed(command: str, why: str) -> None:
    """Its output may repeat the token; and what it started does not keep us waiting."""
    began = time.monotonic()
    with pytest.raises(UnkeptError, match=why) as caught:
        TokenCommand(command, seconds=0.1).keep("the-new-token", "mark")
    assert "the-new-token" not in str(caught.value)
    assert time.monotonic() - began < 4


@pytest.mark.parametrize(
    "command",
    [
        "cat > /dev/null",
        "read -r token && store",
        "TOKEN=$(cat) store",
        "keep() { cat; }; keep",
        "cd / && ./store",
        "/bin/cat | tr a b > '/dev/null'",
        "if true; then cat; fi",
        "$STORE put",
    ],
)
def test_a_command_that_may_work_passes(command: str) -> None:
    """What only running it could tell is not held against it; and it is not run."""
    TokenCommand(command).check()


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("no-such-program put token=-", 'knows no program "no-such-program"'),
        ("/no/such/program", 'knows no program "/no/such/program"'),
        ("cat | no-such-program", 'knows no program "no-such-program"'),
        ("cat > 'unclosed", "the shell cannot read it"),
        ("cat |", "the shell cannot read it"),
    ],
)
def test_a_command_that_cannot_work_is_found_out_before_it_is_needed(command: str, why: str) -> None:
    """By then the old token would be dead."""
    with pytest.raises(UsageInvalid, match=why) as caught:
        TokenCommand(command).check()
    assert [problem.code for problem in caught.value.problems] == ["token-place-unusable"]
