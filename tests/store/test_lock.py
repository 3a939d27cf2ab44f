"""The lock as a lease: whose turn it is, and until when."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import Locked
from reconciler.model.inventory import Holder
from reconciler.store.inventory_problems import locked
from reconciler.store.lock import MARGIN, await_turn, lock_text, parse_lock
from tests.store.ownership import TEXT, Clock, asking


def refusal(holder: Holder) -> Locked:
    """Refuse as the stores do."""
    return locked("acme", holder)


def test_a_lease_begins_now_and_ends_after_two_minutes() -> None:
    """Since and until are UTC, and what is left shrinks to nothing and no further."""
    clock = Clock()
    held = clock.terms.begun(asking())
    assert (held.since, held.until) == ("2026-03-01T12:00:00.000Z", "2026-03-01T12:02:00.000Z")
    clock.advance(50)
    assert clock.terms.left(held) == 70 == MARGIN
    clock.advance(500)
    assert clock.terms.left(held) == 0


def test_renewing_keeps_since_and_moves_until() -> None:
    """Since tells for how long the run has gone on."""
    clock = Clock()
    held = clock.terms.begun(asking())
    clock.advance(100)
    renewed = clock.terms.renewed(held)
    assert renewed == replace(held, until="2026-03-01T12:03:40.000Z")
    assert clock.terms.left(renewed) == 120


def test_a_lease_is_abandoned_only_after_some_grace() -> None:
    """The clock of the host that reads it may be ahead of the one that wrote it."""
    clock = Clock()
    held = clock.terms.begun(asking())
    clock.advance(149.9)
    assert not clock.terms.abandoned(held)
    clock.advance(0.1)
    assert clock.terms.abandoned(held)


@given(holder=st.builds(Holder, id=TEXT, who=TEXT, host=TEXT, command=TEXT, since=TEXT, until=TEXT))
def test_a_holder_read_back_equals_the_one_written(holder: Holder) -> None:
    """Whatever the names are made of."""
    assert parse_lock(lock_text(holder)) == holder


@pytest.mark.parametrize("content", [b"", b"{}", b'{"id": 1}', b"\xff"])
def test_a_damaged_lock_is_held_until_it_is_freed_by_its_id(content: bytes) -> None:
    """It never runs out, and the same damage has the same id."""
    clock = Clock()
    holder = parse_lock(content)
    clock.advance(10**9)
    assert not clock.terms.abandoned(holder)
    assert holder == parse_lock(content)
    assert holder.id.startswith("damaged-")


def test_without_patience_the_lock_is_asked_for_once() -> None:
    """Nobody sleeps, and the refusal names the holder and the way to free the lock."""
    clock = Clock()
    held = clock.terms.begun(asking("dora"))
    with pytest.raises(Locked) as caught:
        await_turn(lambda: held, refusal, clock.terms, wait=0)
    (problem,) = caught.value.problems
    assert problem.code == "locked"
    assert problem.command == "reconciler unlock lock-dora"
    assert 'dora on runner runs "reconciler apply" since 2026-03-01T12:00:00Z' in problem.detail
    assert clock.slept == []


def test_patience_asks_again_with_growing_pauses_and_last_at_its_end() -> None:
    """The pauses double up to five seconds; the whole is not overrun."""
    clock = Clock()
    with pytest.raises(Locked):
        await_turn(lambda: asking(), refusal, clock.terms, wait=20)
    assert clock.slept == [0.25, 0.5, 1, 2, 4, 5, 5, 2.25]


def test_patience_ends_as_soon_as_the_lock_is_free() -> None:
    """What the attempt gave is given back."""
    clock = Clock()
    answers: list[Holder | str] = [asking(), asking(), "taken"]
    assert await_turn(lambda: answers.pop(0), refusal, clock.terms, wait=60) == "taken"
    assert clock.slept == [0.25, 0.5]
