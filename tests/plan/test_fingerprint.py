"""A fingerprint says that an entry was made of the same, and nothing where nobody can say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.kind import Kind
from reconciler.model.resource import Declared, Observed
from reconciler.plan.entries import applied_now, last_applied
from reconciler.plan.fingerprint import declared_print, table_of, whole_print
from tests.values import CLUB, GUEST, SECRET, TAG, club, guest, inventory, live_club, live_tag, tag

ANA, BOB = guest("P-1", "ana@club.example"), guest("P-2", "bob@club.example")
LIVE = live_club("A", name="Row", guests=[{"id": "g-1", **ANA}, {"id": "g-2", **BOB}])


def of(declared: Declared, found: Observed, secret: str = SECRET, kind: Kind = CLUB) -> str:
    """Give the fingerprint of both."""
    return whole_print(declared_print(declared, table_of(kind), secret), found, kind, secret)


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
    half = declared_print(club("A", guests=[ANA]), table_of(CLUB), SECRET)
    assert whole_print("", LIVE, CLUB, SECRET) == ""
    assert whole_print(half, None, CLUB, SECRET) == ""
    assert whole_print(half, replace(LIVE, members=None), CLUB, SECRET) == ""
    half = declared_print(tag("T"), table_of(TAG), SECRET)
    assert whole_print(half, live_tag("T"), TAG, SECRET) == half


def test_any_value_has_one() -> None:
    """A number beyond 64 bits, too."""
    assert of(club("A", payment={"limit": 2**70}), LIVE) != of(club("A", payment={"limit": 2**71}), LIVE)


def otherwise(name: str, *, personal: bool = False, depth: int = 0) -> Kind:
    """Give the kind of clubs as a newer version may have it, with one field otherwise."""
    rows = (replace(row, personal=personal, depth=depth) if row.name == name else row for row in CLUB.fields)
    return replace(CLUB, fields=tuple(rows))


@pytest.mark.parametrize(
    "newer",
    [
        otherwise("name", personal=True),
        otherwise("payment", depth=1),
        replace(CLUB, members=(replace(GUEST, natural="name"),)),
        replace(CLUB, members=(replace(GUEST, fields=tuple(replace(row, personal=True) for row in GUEST.fields)),)),
    ],
)
def test_a_version_that_remembers_values_otherwise_looks_at_every_entry(newer: Kind) -> None:
    """So no value stays in clear in the inventory that has come to be personal since."""
    wanted = club("A", name="Row", payment={"card": {"limit": 1}}, guests=[ANA, BOB])
    found = replace(LIVE, fields=wanted.fields)
    assert of(wanted, found, kind=newer) != of(wanted, found)
    held = inventory(found)
    entry = replace(
        held.managed["club/A"],
        last_applied=last_applied(wanted, CLUB, SECRET),
        members={"guests": {"P-1": "g-1", "P-2": "g-2"}},
        fingerprint=of(wanted, found),
    )
    held = replace(held, managed={"club/A": entry})
    assert applied_now([(wanted, found)], {"club": CLUB}, held, SECRET) == ({}, {})
    applied, fingerprints = applied_now([(wanted, found)], {"club": newer}, held, SECRET)
    now = applied["club/A"].fingerprint if applied else fingerprints["club/A"]
    assert now == of(wanted, found, kind=newer)
    assert not applied or applied["club/A"].last_applied == last_applied(wanted, newer, SECRET)
