"""The table of lost answers, row by row."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.apply.settle import still_planned, still_to_send
from reconciler.live.provider import Remaining, Write


def write(name: str, body: str = "") -> Write:
    """Name a write."""
    return Write(method="PUT", path=name, body=body, summary=name)


ONE, TWO = write("one"), write("two")
THIRD = write("three")
THEIRS = write("two", body="with what somebody else has changed")


@pytest.mark.parametrize(
    ("expected", "left", "untouched", "verdict"),
    [
        pytest.param((ONE,), Remaining(), False, (), id="nothing remains: it took effect"),
        pytest.param((ONE,), Remaining(), True, (), id="nothing remains, whatever the digest says"),
        pytest.param((ONE, TWO), Remaining(writes=(ONE, TWO)), True, (ONE, TWO), id="untouched: send again"),
        pytest.param((ONE, TWO), Remaining(writes=(TWO,)), False, (TWO,), id="the first took effect: send the rest"),
        pytest.param((ONE, TWO), Remaining(writes=(THEIRS,)), False, None, id="fewer, but not ours"),
        pytest.param((ONE, TWO), Remaining(writes=(ONE, TWO)), False, None, id="moved, and all of it remains"),
        pytest.param((ONE,), Remaining(writes=(TWO,)), False, None, id="as many, but others"),
        pytest.param((ONE,), Remaining(conflict="gone"), False, None, id="conflict"),
        pytest.param((ONE,), Remaining(conflict="gone"), True, None, id="conflict, though untouched"),
    ],
)
def test_the_look_up_decides(
    expected: tuple[Write, ...], left: Remaining, untouched: bool, verdict: tuple[Write, ...] | None
) -> None:
    """Every row of the table has its verdict; None is unknown."""
    assert still_to_send(expected, left, untouched=untouched) == verdict


@pytest.mark.parametrize(
    ("left", "verdict"),
    [
        pytest.param(Remaining(writes=(ONE, TWO)), (ONE, TWO), id="undisturbed"),
        pytest.param(Remaining(writes=(TWO,)), (TWO,), id="one stands already"),
        pytest.param(Remaining(), (), id="all stands already"),
        pytest.param(Remaining(writes=(THIRD, ONE, TWO)), (ONE, TWO), id="an earlier one was set back"),
        pytest.param(Remaining(writes=(ONE, THEIRS)), None, id="a body would be another"),
        pytest.param(Remaining(conflict="gone"), None, id="conflict"),
    ],
)
def test_after_a_wait_without_doubt_the_bodies_decide(left: Remaining, verdict: tuple[Write, ...] | None) -> None:
    """Every row of the second table has its verdict; None is to stop."""
    assert still_planned((ONE, TWO), left) == verdict


def test_what_goes_on_is_what_is_left_now_and_not_what_was_laid_out_before() -> None:
    """They are equal but for whom the vendor knows by now, and the answer is held against that."""
    known = {"p": "somebody who came meanwhile"}
    (rest,) = still_planned((ONE,), Remaining(writes=(replace(ONE, known=known),))) or ()
    assert rest.known == known
