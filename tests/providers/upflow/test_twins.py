"""By what two customers are taken for one and the same."""

from __future__ import annotations

import pytest

from reconciler.model.resource import Fields
from reconciler.providers.upflow.twins import customer_twins

NAMED: Fields = {"name": "Société Acmé"}


def alike(one: Fields, other: Fields) -> bool:
    """Say whether two customers are taken for one, whichever is looked at first."""
    first, second = (
        customer_twins(fields, {"contacts": [{"email": email}]} if email else None)
        for fields, email in ((row, str(row.get("email", ""))) for row in (one, other))
    )
    assert first.fits(second) is second.fits(first)
    return first.fits(second)


def test_a_vat_number_is_enough_however_it_is_written() -> None:
    """Spaces, dots and case do not tell two numbers apart, and another name does not either."""
    assert alike({"vatNumber": "FR 12.345"}, {"vatNumber": "fr12345", "name": "Other"})


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({}, {}, True),
        ({"vatNumber": "FR1"}, {}, True),
        ({"vatNumber": "FR1"}, {"email": "a@x.example"}, True),
        ({"vatNumber": "FR1"}, {"vatNumber": "FR2"}, False),
        ({"email": "One@x.example"}, {"email": "one@x.example "}, True),
        ({"email": "one@x.example"}, {"email": "two@x.example"}, False),
        ({"vatNumber": "FR1", "email": "one@x.example"}, {"vatNumber": "FR2", "email": "one@x.example"}, True),
        ({"vatNumber": "FR1", "email": "one@x.example"}, {"email": "two@x.example"}, False),
    ],
)
def test_of_one_name(one: Fields, other: Fields, expected: bool) -> None:
    """Two of one name are taken for one unless something known of both tells them apart."""
    assert alike({**NAMED, **one}, {"name": "SOCIETE ACME.", **other}) is expected


def test_of_two_names_or_none() -> None:
    """Nothing in common, nothing alike; an e-mail alone may serve two companies."""
    assert not alike({**NAMED, "email": "a@x.example"}, {"name": "Autre", "email": "a@x.example"})
    assert not alike({"email": "a@x.example"}, {"email": "a@x.example"})
    assert not alike({"name": "."}, {"name": "-"})
