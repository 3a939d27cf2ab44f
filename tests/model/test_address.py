"""Tests of reconciler.model.address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import Address, digest_key, digest_key_id, parse_address

NAMES = st.text("abcXYZ-09", min_size=1, max_size=5)
KEYS = st.text(min_size=1, max_size=8).filter(lambda key: key.encode("utf-8", "ignore").decode() == key)


@given(organization=NAMES, kinds=st.lists(st.tuples(NAMES, KEYS), min_size=1, max_size=3))
def test_reading_an_address_is_the_inverse_of_writing_it(organization: str, kinds: list[tuple[str, str]]) -> None:
    """Whatever a key holds, slashes, percent signs and line breaks included, it comes back."""
    address: Address | None = None
    for kind, key in kinds:
        address = Address(organization=organization, kind=kind, key=key, parent=address)
    assert parse_address(str(address)) == address
    assert "\n" not in str(address)


def test_a_readable_key_is_written_as_it_is() -> None:
    """Only what would break an address is encoded."""
    member = Address(organization="acme-fr", kind="customer", key="Café 001").member("contact", "1/2")
    assert str(member) == "acme-fr/customer/Café 001/contact/1%2F2"


@pytest.mark.parametrize("text", ["", "acme", "acme/customer", "acme//C-1", "acme/customer/C-1/contact", "/a/b"])
def test_what_is_no_address_is_refused(text: str) -> None:
    """Segments come as an organization and pairs, none of them empty."""
    assert parse_address(text) is None


def test_addresses_sort_by_their_parts() -> None:
    """A member sorts right behind its parent, before the parent's successor."""
    one = Address(organization="a", kind="customer", key="C-1")
    ten = Address(organization="a", kind="customer", key="C-10")
    assert sorted([ten, one.member("contact", "P"), one]) == [one, one.member("contact", "P"), ten]


def test_a_digest_tells_equal_values_alike_and_hides_them() -> None:
    """Case and surrounding space do not count; another key gives another digest."""
    assert digest_key("k", "Ann@X.fr") == digest_key("k", " ann@x.fr")
    assert digest_key("k", "ann@x.fr") != digest_key("l", "ann@x.fr")
    assert len(digest_key("k", "ann@x.fr")) == 16


def test_a_digest_key_has_one_id_and_another_key_another() -> None:
    """The id neither shows the key nor is the digest of any value that is kept."""
    assert digest_key_id("secret") == digest_key_id("secret") != digest_key_id("Secret")
    assert len(digest_key_id("secret")) == 16
    assert digest_key_id("secret") != digest_key("secret", "secret")
