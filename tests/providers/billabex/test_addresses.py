"""Which two addresses are one: as a value that is sent, and as a sign of who is meant."""

from __future__ import annotations

from reconciler.providers.billabex.addresses import SPELT, as_live, folded, plainly


def test_capitals_never_make_another_address() -> None:
    """Guide, "Step 1"."""
    assert plainly(" John@ACME.com ") == plainly("john@acme.com") == folded("JOHN@acme.com")


def test_what_is_sent_stays_another_mailbox() -> None:
    """Mail to voss@ does not reach voß@; but in capitals they are the same, so they may be taken for one person."""
    assert plainly("Vo\u00df@acme.com") == "vo\u00df@acme.com" != plainly("voss@acme.com")
    assert folded("Vo\u00df@acme.com") == folded("VOSS@acme.com")


def test_an_address_that_stands_is_not_the_one_it_resembles() -> None:
    """The live spelling is sent back for the very address alone."""
    assert as_live("john@acme.com", {SPELT: "John@ACME.com"}) == "John@ACME.com"
    assert as_live("vo\u00df@acme.com", {SPELT: "voss@acme.com"}) == "vo\u00df@acme.com"
