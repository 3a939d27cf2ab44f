"""The guide's own cases, and what is left open: whom an upsert hits, and when nobody can say."""

from __future__ import annotations

import pytest

from reconciler.model.resource import Observed
from reconciler.providers.billabex.matching import CONTACTS, PARTIES, REPRESENTATIVES, Body, Person, Rule, foresee
from reconciler.providers.billabex.people import everybody
from reconciler.providers.billabex.wire import members_of

JOHN = Person(id="john", section=CONTACTS, name="John Smith", email="john@acme.com")


def person(name: str, email: str | None = None, section: str = CONTACTS) -> Person:
    """Have somebody on the account whose id is their name."""
    return Person(id=name, section=section, name=name, email=email)


def test_the_email_decides_whatever_its_case() -> None:
    """Guide, "Step 1": John@ACME.com is john@acme.com."""
    found = foresee(Body(section=CONTACTS, name="Somebody Else", email="John@ACME.com"), [JOHN])
    assert (set(found.hits), set(found.rules)) == ({"john"}, {Rule.EMAIL})


@pytest.mark.parametrize("name", ["john smith", "John Smth", "Jon Smith", "John Smith"])
def test_a_close_name_is_the_same_person(name: str) -> None:
    """Guide, "Step 2": these match "John Smith"."""
    found = foresee(Body(section=CONTACTS, name=name, email="another@acme.com"), [JOHN])
    assert found.surely("john")
    assert found.rules == {Rule.NAME}


@pytest.mark.parametrize("name", ["Jonathan Smith", "J. Smith", "Smith John"])
def test_a_distant_name_is_somebody_new(name: str) -> None:
    """Guide, "Step 2", and fact sheet R-NAME: these do not."""
    assert foresee(Body(section=CONTACTS, name=name), [JOHN]).surely(None)


@pytest.mark.parametrize(
    ("name", "other", "close"),
    [
        ("Jean Martin", "Jean Marlin", True),
        ("Marie Dupont", "Marc Dupont", True),
        ("Maria", "Mario", True),
        ("a@acme.com", "b@acme.com", True),
        ("Li Wei", "Li Wen", True),
        ("John Smith", "Smith John", False),
    ],
)
def test_the_vectors_of_the_fact_sheet(name: str, other: str, close: bool) -> None:
    """R-NAME's pairs come out as it lists them, under every reading."""
    assert foresee(Body(section=CONTACTS, name=name), [person(other)]).surely(other if close else None)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("JOHN SMITH", "John Smith"),  # is case folded?
        ("Bob", "Rob"),  # is 20 % of three rounded?
        ("Anna", "Anne"),
        ("  John Smith  ", "John Smyth"),  # are the ends trimmed?
        ("J\u00fcrgen", "Jurgem"),  # do accents count?
        ("Yamada Taro", "Ｙａｍａｄａ Taro"),  # do compatible forms?
        ("Udo Voss", "Udo Voß"),  # do letters that have no capital of their own?
        ("Ole Bo", "Øle Bø"),  # do strokes?
        ("K.-P. Roy", "KP Roy"),  # do signs?
    ],
)
def test_what_the_guide_leaves_open_is_uncertain(name: str, other: str) -> None:
    """One reading says the same person, another says somebody new: nobody can tell."""
    found = foresee(Body(section=CONTACTS, name=name), [person(other)])
    assert found.hits == {other, None}
    assert not found.certain


def test_the_email_wins_over_the_name_of_another() -> None:
    """R-CONFLICT: the e-mail is one person's and the name another's; the other is not touched."""
    jane = person("Jane Miller", "jane@acme.com")
    assert foresee(Body(section=CONTACTS, name="John Smith", email="jane@acme.com"), [JOHN, jane]).surely("Jane Miller")


def test_of_several_who_fit_none_is_chosen() -> None:
    """R-TIES and R-EMAIL: whichever the vendor takes, it would be a guess."""
    close = foresee(Body(section=CONTACTS, name="John Smith"), [person("John Smyth"), person("John Smithe")])
    assert close.hits == {"John Smyth", "John Smithe"}
    twice = [person("Ann Lee", "info@acme.com"), person("Bob Ray", "INFO@acme.com")]
    assert foresee(Body(section=CONTACTS, email="info@acme.com"), twice).hits == {"Ann Lee", "Bob Ray"}


def test_an_email_that_differs_by_spaces_is_uncertain() -> None:
    """R-EMAIL: whether addresses are trimmed is not known."""
    spaced = person("Ann Lee", " ann@acme.com")
    assert foresee(Body(section=CONTACTS, name="Zoe Quinn", email="ann@acme.com"), [spaced]).hits == {"Ann Lee", None}


def test_people_are_matched_by_the_address_as_the_vendor_has_it() -> None:
    """The blank that the client trims off for itself may count at Billabex."""
    rows = [{"id": "ann", "fullName": "Ann Lee", "email": {"address": " ann@acme.com", "status": "Valid"}}]
    fresh = Observed(kind="account", key="erp:A-1", remote_id="a-1", fields={}, members=members_of(rows, None))
    body = Body(section=CONTACTS, name="Zoe Quinn", email="ann@acme.com")
    assert foresee(body, everybody(fresh)).hits == {"ann", None}


def test_addresses_are_folded_in_every_way_too() -> None:
    """Whether an accent counts in an address nobody knows, nor whether ß is ss."""
    body = Body(section=CONTACTS, name="Zoe Quinn", email="voss@acme.com")
    assert foresee(body, [person("Ann Lee", "voß@acme.com")]).hits == {"Ann Lee", None}


def test_the_other_list_may_be_looked_at_as_well() -> None:
    """R-TYPE: a representative of the same address makes a contact's upsert uncertain, and a party's as well.

    Which list a party is looked for on may be the domain's alone, and the vendor's own domains need not be ours.
    """
    sarah = person("Sarah Johnson", "sarah@us.example", REPRESENTATIVES)
    body = {"name": "Sarah Johnson", "email": "sarah@us.example"}
    assert foresee(Body(section=CONTACTS, **body), [sarah]).hits == {"Sarah Johnson", None}
    assert foresee(Body(section=PARTIES, **body), [sarah]).hits == {"Sarah Johnson", None}
    ann = person("Sarah Johnsen", "ann@us.example")
    assert foresee(Body(section=PARTIES, **body), [sarah, ann]).hits == {"Sarah Johnson", "Sarah Johnsen"}
    assert foresee(Body(section=REPRESENTATIVES, **body), [sarah]).surely("Sarah Johnson")


def test_the_unit_of_length_matters_beyond_the_basic_plane() -> None:
    """R-NAME: an emoji is one sign or two, and a name may be long enough by one count alone."""
    found = foresee(
        Body(section=CONTACTS, name="\U0001f600\U0001f600\U0001f600x"), [person("\U0001f600\U0001f600\U0001f600y")]
    )
    assert not found.certain
