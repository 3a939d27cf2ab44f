"""Whom an upsert hits: the vectors of the fact sheet, and what each setting of the matching changes. No wire here."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.sandbox import BillabexSettings
from reconciler.sandbox.billabex.matching import find_match
from reconciler.sandbox.billabex.records import EMPTY_PERSON, Person, Sort
from reconciler.sandbox.billabex.similarity import distance, name_distance

DEFAULT = BillabexSettings()
SENSITIVE = BillabexSettings(name_case="sensitive")
COLLAPSED = BillabexSettings(name_spaces="collapsed")


def person(number: int, name: str, email: str | None = None, sort: Sort = "contact") -> Person:
    """Return a person of account 1."""
    body = EMPTY_PERSON | {"fullName": name, "email": email}
    return Person(number=number, account=1, id=f"P{number}", sort=sort, body=body)


def hit(
    people: list[Person], email: str | None, name: str | None, settings: BillabexSettings, preferred: Sort = "contact"
) -> str | None:
    """Return the id of whom an upsert hits."""
    found = find_match(people, email=email, name=name, preferred=preferred, settings=settings)
    return None if found is None else found.id


@pytest.mark.parametrize(
    ("one", "other", "matches"),
    [
        ("John Smith", "John Smth", True),
        ("John Smith", "Jon Smith", True),
        ("John Smith", "JOHN SMITH", True),
        ("John Smith", "Jonathan Smith", False),
        ("John Smith", "J. Smith", False),
        ("Jean Martin", "Jean Marlin", True),
        ("Marie Dupont", "Marc Dupont", True),
        ("Bob", "Rob", False),
        ("Anna", "Anne", False),
        ("Maria", "Mario", True),
        ("Li Wei", "Li Wen", True),
        ("Smith John", "John Smith", False),
        ("a@acme.com", "b@acme.com", True),
        ("José García", "Jose Garcia", True),
        ("", "", True),
        ("Bob", "Bob", True),
    ],
)
def test_the_vectors_of_the_fact_sheet(one: str, other: str, matches: bool) -> None:
    """R-NAME: distance at most 2 and at most a fifth of the shorter name, in either order."""
    assert (name_distance(one, other, DEFAULT) is not None) == matches
    assert (name_distance(other, one, DEFAULT) is not None) == matches


@pytest.mark.parametrize(
    ("one", "other", "settings", "matches"),
    [
        ("John Smith", "JOHN SMITH", SENSITIVE, False),
        ("John Smith", "john smith", SENSITIVE, True),
        (" Bob ", "Bob", DEFAULT, True),
        (" Bob ", "Bob", BillabexSettings(name_trim=False), False),
        ("Bo  Li", "Bo Li", DEFAULT, True),
        ("Bo   Lix", "Bo Liy", DEFAULT, False),
        ("Bo   Lix", "Bo Liy", COLLAPSED, True),
        ("Zoé", "Zoe", DEFAULT, False),
        ("Zoé", "Zoe", BillabexSettings(name_accents="folded"), True),
        ("Rob", "Bob", BillabexSettings(name_share="round"), True),
        ("Bo", "Jo", BillabexSettings(name_share="round"), False),
        ("𝕁𝕒n", "𝕁𝕒m", DEFAULT, True),
        ("𝕁𝕒n", "𝕁𝕒m", BillabexSettings(name_length="code-points"), False),
    ],
)
def test_what_the_settings_of_names_change(one: str, other: str, settings: BillabexSettings, matches: bool) -> None:
    """Capitals, blanks, accents, the share and the length each decide a pair of names."""
    assert (name_distance(one, other, settings) is not None) == matches


@given(st.text("abc", max_size=7), st.text("abc", max_size=7))
def test_distance_is_the_textbook_s(one: str, other: str) -> None:
    """The distance is what its recursive definition says."""

    def slow(left: str, right: str) -> int:
        if not left or not right:
            return len(left) + len(right)
        if left[0] == right[0]:
            return slow(left[1:], right[1:])
        return 1 + min(slow(left[1:], right), slow(left, right[1:]), slow(left[1:], right[1:]))

    assert distance(one, other) == distance(other, one) == slow(one, other)


def test_email_first_then_name() -> None:
    """An address decides before a name; an unknown address leaves it to the name; neither hits nobody."""
    people = [person(1, "John Smith", "john@x"), person(2, "Mary Jones", "mary@x")]
    assert hit(people, "MARY@X", "John Smith", DEFAULT) == "P2"
    assert hit(people, "new@x", "John Smith", DEFAULT) == "P1"
    assert hit(people, None, "Jon Smith", DEFAULT) == "P1"
    assert hit(people, "new@x", "Nobody Near", DEFAULT) is None
    assert hit(people, None, None, DEFAULT) is None


def test_plus_signs_and_dots_count() -> None:
    """Nothing of an address is folded but its capitals and the blanks around it."""
    people = [person(1, "Zoe", "a.b@x"), person(2, "Ann", "ab+c@x")]
    assert hit(people, "ab@x", None, DEFAULT) is None
    assert hit(people, " A.B@X ", None, DEFAULT) == "P1"
    assert hit(people, " A.B@X ", None, BillabexSettings(email_trim=False)) is None


def test_several_with_one_email() -> None:
    """The oldest is hit, or the newest."""
    people = [person(1, "Ann", "x@x"), person(2, "Zoe", "X@x")]
    assert hit(people, "x@x", None, DEFAULT) == "P1"
    assert hit(people, "x@x", None, BillabexSettings(same_email="newest")) == "P2"


def test_several_near_names() -> None:
    """The closest is hit, the oldest of several as close; or the first that is near at all."""
    people = [person(1, "John Smitt"), person(2, "John Smithe"), person(3, "John Smith")]
    assert hit(people, None, "John Smith", DEFAULT) == "P3"
    assert hit(people[:2], None, "John Smith", DEFAULT) == "P1"
    assert hit(people, None, "John Smith", BillabexSettings(name_ties="first")) == "P1"


def test_one_email_in_both_lists() -> None:
    """The sort that is asked for is preferred; alone, the other one is hit."""
    people = [person(1, "Ann", "x@x"), person(2, "Zoe", "x@x", "representative")]
    assert hit(people, "x@x", None, DEFAULT, "representative") == "P2"
    assert hit(people[:1], "x@x", None, DEFAULT, "representative") == "P1"


@given(
    st.lists(st.tuples(st.text("ab", max_size=6), st.sampled_from([None, "x@x", "y@x"])), max_size=5),
    st.sampled_from([None, "x@x", "z@x"]),
    st.text("ab", min_size=1, max_size=6),
    st.sampled_from([flip for _, flip in BillabexSettings().flips()]),
)
def test_who_was_hit_is_hit_again(
    rows: list[tuple[str, str | None]], email: str | None, name: str, settings: BillabexSettings
) -> None:
    """Under every setting: once the hit has the name and the address, the same upsert hits the same person."""
    settings = dataclasses.replace(settings, name_ties="closest", same_email="oldest")
    people = [person(number, *row) for number, row in enumerate(rows)]
    found = find_match(people, email=email, name=name, preferred="contact", settings=settings)
    if found is None or email is None:
        return
    after = [
        dataclasses.replace(other, body=other.body | {"fullName": name, "email": email})
        if other.id == found.id
        else other
        for other in people
    ]
    assert hit(after, email, name, settings) == found.id
