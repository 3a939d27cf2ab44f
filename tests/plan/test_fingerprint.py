"""A fingerprint says that an entry was made of the same, and nothing where nobody can say."""

from __future__ import annotations

from dataclasses import replace

from reconciler.model.resource import Declared, Observed
from reconciler.plan.fingerprint import declared_print, whole_print
from tests.values import CLUB, SECRET, TAG, club, guest, live_club, live_tag, tag

ANA, BOB = guest("P-1", "ana@club.example"), guest("P-2", "bob@club.example")
LIVE = live_club("A", name="Row", guests=[{"id": "g-1", **ANA}, {"id": "g-2", **BOB}])


def of(declared: Declared, found: Observed, secret: str = SECRET) -> str:
    """Give the fingerprint of both."""
    return whole_print(declared_print(declared, secret), found, CLUB, secret)


def test_it_is_of_what_is_declared_and_of_who_is_who() -> None:
    """And of the key; not of the order of keys and rows, nor of what else is live."""
    wanted = club("A", name="Row", tax=None, guests=[ANA, BOB])
    rows = (LIVE.members or {})["guests"]
    same = replace(
        LIVE, members={"guests": [{**row, "phone": "1"} for row in reversed(rows)]}, fields={"name": "Other"}
    )
    turned = [dict(reversed(one.items())) for one in (ANA, BOB)]
    assert of(wanted, LIVE) == of(club("A", tax=None, name="Row", guests=turned), same)
    others = (
        of(club("A", name="Row", guests=[ANA, BOB]), LIVE),
        of(club("A", name="Row", tax=None), LIVE),
        of(wanted, replace(LIVE, members={"guests": [{**rows[0], "id": "g-3"}, rows[1]]})),
        of(wanted, replace(LIVE, members={"guests": [{**rows[0], "externalId": None}, rows[1]]})),
        of(wanted, LIVE, "another key"),
    )
    assert len({of(wanted, LIVE), *others}) == len(others) + 1


def test_nothing_is_said_where_half_of_it_is_not_known() -> None:
    """A kind without lists needs no object to be known by."""
    half = declared_print(club("A", guests=[ANA]), SECRET)
    assert whole_print("", LIVE, CLUB, SECRET) == ""
    assert whole_print(half, None, CLUB, SECRET) == ""
    assert whole_print(half, replace(LIVE, members=None), CLUB, SECRET) == ""
    half = declared_print(tag("T"), SECRET)
    assert whole_print(half, live_tag("T"), TAG, SECRET) == half


def test_any_value_has_one() -> None:
    """A number beyond 64 bits, too."""
    assert of(club("A", payment={"limit": 2**70}), LIVE) != of(club("A", payment={"limit": 2**71}), LIVE)
