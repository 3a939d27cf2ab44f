"""Whom an upsert hit, held against whom it was to hit."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from reconciler.errors import ProviderRejected
from reconciler.live.provider import OtherObjectHit, Write
from reconciler.model.resource import Value
from reconciler.providers.billabex.hits import Hits
from tests.clock import run_virtual
from tests.providers.billabex.exchange import SHELL, body, codes, scripted


@pytest.mark.parametrize(
    ("hits", "answered", "right"),
    [
        ("p-1", {"id": "p-1"}, True),
        ("p-1", {"id": "p-2"}, False),
        ("p-1", None, False),
        (None, {"id": "p-9"}, True),
        (None, {"id": "p-1"}, False),
        (None, {}, False),
    ],
)
def test_the_answer_of_an_upsert_must_name_the_foreseen_person(
    hits: str | None, answered: Value, *, right: bool
) -> None:
    """One that is to be made is none of those who were there."""
    write = Write(method="PUT", path="/x", body={}, summary="upsert", hits=hits, known={"p-1": "P", "p-2": "Q"})
    provider, _ = scripted(body(answered))
    if right:
        run_virtual(provider.send(write))
        return
    with pytest.raises(OtherObjectHit) as caught:
        run_virtual(provider.send(write))
    assert codes(caught.value) == ["other-person-hit"]


def test_two_new_people_are_not_one() -> None:
    """The vendor answers the second with the one that it made for the first: that is another's, and both are named."""
    write = Write(method="PUT", path="/x", body={}, summary="u", hits=None, known={}, subject="acme/a/contact/key:john")
    provider, _ = scripted(body({"id": "p-1"}))

    async def send() -> None:
        await provider.send(write)
        with pytest.raises(OtherObjectHit) as caught:
            await provider.send(replace(write, subject="acme/a/contact/key:mary"))
        (problem,) = caught.value.problems
        assert "key:mary was to make somebody new, and it landed on acme/a/contact/key:john" in problem.detail

    run_virtual(send())


def test_nobody_whom_this_run_has_seen_is_new() -> None:
    """A later read may leave somebody out; they are not made for that."""
    write = Write(
        method="PUT", path="/x", body={}, summary="upsert", hits=None, known={}, subject="acme/a/contact/key:x"
    )
    provider, _ = scripted(body([{"id": "p-1"}]), body([]), body({"id": "p-1"}))

    async def send() -> None:
        await provider.with_members(SHELL)
        with pytest.raises(OtherObjectHit) as caught:
            await provider.send(write)
        assert "landed on contacts id:p-1" in caught.value.problems[0].detail

    run_virtual(send())


def test_nothing_is_sent_after_that() -> None:
    """Neither an upsert nor a delete: what foresaw the one may be wrong of the others."""
    upsert = Write(method="PUT", path="/x", body={}, summary="upsert", hits="p-1", known={})
    delete = Write(method="DELETE", path="/x/p-3", body=None, summary="delete key:mary")
    provider, script = scripted(body({"id": "p-2"}))

    async def send() -> None:
        with pytest.raises(OtherObjectHit):
            await provider.send(upsert)
        for write in (replace(upsert, hits="p-3"), delete):
            with pytest.raises(ProviderRejected) as caught:
                await provider.send(write)
            assert codes(caught.value) == ["matching-disproved"]
            assert write.summary in caught.value.problems[0].detail

    run_virtual(send())
    assert len(script.requests) == 1


def test_an_upsert_is_held_against_many_people_at_once() -> None:
    """A run meets everybody of an organization, and what it asks of each upsert does not grow with them."""
    hits = Hits("acme")
    for number in range(20_000):
        hits.meet({"contacts": [{"id": f"p-{number}-{place}"} for place in range(4)]})
    begun = time.process_time()
    for number in range(1_000):
        write = Write(method="PUT", path="/x", body={}, summary="upsert", hits=f"p-{number}-0", known={})
        hits.check(write, {"id": f"p-{number}-0"})
    assert time.process_time() - begun < 1.0
