"""What each vendor's table says of persons: this is all that outputs mask."""

from __future__ import annotations

import pytest

from reconciler.model.vendor import Vendor
from reconciler.providers.table import VENDORS

PEOPLE = {
    ("upflow", "contact"): {"email", "firstName", "lastName", "phone"},
    ("billabex", "contact"): {"fullName", "email", "notes"},
    ("billabex", "internalRepresentative"): {"fullName", "email", "notes"},
}


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=lambda vendor: vendor.name)
def test_a_persons_names_address_phone_and_notes_are_personal_and_a_companys_are_not(vendor: Vendor) -> None:
    """Reviewers have to see which company it is."""
    for kind in vendor.kinds:
        assert [row.name for row in kind.fields if row.personal] == []
        for member in kind.members:
            assert {row.name for row in member.fields if row.personal} == PEOPLE[vendor.name, member.name]


def test_whoever_an_id_stands_for_is_a_person_too() -> None:
    """The users of a vendor are people, its dunning plans are not."""
    named = {row.name: row.names_person for kind in VENDORS["upflow"].kinds for row in kind.fields if row.catalogue}
    assert named == {"dunningPlan": False, "accountManager": True}
