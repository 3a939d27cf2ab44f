"""Orders that are safe, refusals where none is, and that no step ever lands on another person."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from reconciler.providers.billabex.matching import CONTACTS, Body, Person, foresee
from reconciler.providers.billabex.sequence import Route, Wish, Writing, made, sequence

ANN = Person(id="ann", section=CONTACTS, name="Ann Lee", email="ann@acme.com")
TWELVE = (
    *("Zoé Dupont", "Jürgen Weiß", "Øyvind Bakke", "Li Wei", "Nguyễn Minh", "Katharina von Bora"),
    *("Petr Novák", "Søren Lund", "Ignacio Vela", "François Roux", "Ｙａｍａｄａ Taro", "Elspeth McAllister"),
)
SECONDS = 8.0
"""About five times what it takes."""
JOHN = Person(id="john", section=CONTACTS, name="John Smith", email="john@acme.com")


def wish(label: str, name: str, email: str | None = None, who: str | None = None) -> Wish:
    """Wish somebody on the contacts' list."""
    return Wish(label=label, id=who, section=CONTACTS, home=CONTACTS, name=name, email=email)


def told(writing: Writing) -> list[tuple[str, str]]:
    """Give the steps as (label, route)."""
    return [(step.label, step.route.value) for step in writing.steps]


def test_a_new_person_who_resembles_nobody_is_upserted() -> None:
    """Nobody is hit, whatever the reading."""
    writing = sequence([JOHN], [wish("zoe", "Zoe Quinn", "zoe@acme.com")], [], by_id=False)
    assert [(step.hit, step.route) for step in writing.steps] == [(None, Route.UPSERT)]


def test_two_new_people_whom_the_vendor_would_merge_are_stuck() -> None:
    """The second would hit the first one's fresh object: both are named."""
    writing = sequence([], [wish("a", "Maria Rossi", "a@x.it"), wish("b", "Mario Rossi", "b@x.it")], [], by_id=True)
    assert writing.steps == ()
    assert [(one.label, set(one.foreseen.hits)) for one in writing.stuck] == [("b", {made("a")})]


def test_a_rename_with_a_new_email_goes_by_id() -> None:
    """An upsert of both would create somebody new."""
    writing = sequence([ANN], [wish("ann", "Anna Leeson", "leeson@acme.com", "ann")], [], by_id=True)
    assert told(writing) == [("ann", "by id")]


def test_without_that_route_it_goes_in_two() -> None:
    """The old e-mail carries the new name, and the new name the new e-mail."""
    writing = sequence([ANN], [wish("ann", "Anna Leeson", "leeson@acme.com", "ann")], [], by_id=False)
    assert [(step.name, step.email, step.whole) for step in writing.steps] == [
        ("Anna Leeson", "ann@acme.com", False),
        ("Anna Leeson", "leeson@acme.com", True),
    ]


def test_an_email_that_changes_hands_is_given_up_first() -> None:
    """John takes Ann's address only once she has another."""
    wishes = [wish("john", "John Smith", "ann@acme.com", "john"), wish("ann", "Ann Lee", "lee@acme.com", "ann")]
    assert told(sequence([ANN, JOHN], wishes, [], by_id=True)) == [("ann", "upsert"), ("john", "upsert")]


def test_whoever_leaves_goes_last_unless_in_the_way() -> None:
    """The newcomer bears the leaving one's name, so that one goes first; the other leaves at the end."""
    wishes = [wish("new", "Jon Smith", "jon@acme.com")]
    assert told(sequence([ANN, JOHN], wishes, ["ann", "john"], by_id=True)) == [
        ("john", "delete"),
        ("new", "upsert"),
        ("ann", "delete"),
    ]


NAMES = st.sampled_from(["John Smith", "Jon Smith", "JOHN SMITH", "Jane Miller", "Jan Miller", "Bob", "Rob", "Zoé Roy"])
MAILS = st.sampled_from([None, "a@x.com", "A@x.com", "b@x.com", "c@x.com", "d@x.com"])


@st.composite
def accounts(draw: st.DrawFn) -> tuple[list[Person], list[Wish], list[str]]:
    """Draw people with close names and shared e-mails, and what is wished of them."""
    count = draw(st.integers(0, 5))
    people = [Person(id=f"p{n}", section=CONTACTS, name=draw(NAMES), email=draw(MAILS)) for n in range(count)]
    fates = [draw(st.sampled_from(["stays", "changes", "leaves"])) for _ in people]
    wishes = [
        wish(one.id, draw(NAMES), draw(MAILS), one.id)
        for one, fate in zip(people, fates, strict=True)
        if fate == "changes"
    ]
    wishes += [wish(f"n{n}", draw(NAMES), draw(MAILS)) for n in range(draw(st.integers(0, 3)))]
    return people, wishes, [one.id for one, fate in zip(people, fates, strict=True) if fate == "leaves"]


@given(accounts(), st.booleans())
def test_every_step_certainly_hits_whom_it_names(
    account: tuple[list[Person], list[Wish], list[str]], by_id: bool
) -> None:
    """Replayed step by step, each upsert hits its person under every reading, and everybody ends as wished."""
    people, wishes, leaving = account
    writing = sequence(people, wishes, leaving, by_id=by_id)
    assert bool(writing.stuck) != bool(writing.steps) or not (wishes or leaving)
    now = {one.id: one for one in people}
    for step in writing.steps:
        if step.route is Route.DELETE:
            del now[step.label]
            continue
        if step.route is Route.UPSERT:
            body = Body(section=CONTACTS, name=step.name, email=step.email)
            assert foresee(body, now.values()).surely(step.hit)
        known = step.hit or made(step.label)
        now[known] = Person(id=known, section=CONTACTS, name=step.name, email=step.email)
    if writing.steps:
        for one in wishes:
            stands = now[one.id or made(one.label)]
            assert (stands.name, stands.email) == (one.name, one.email)
        assert now.keys().isdisjoint(leaving)


def test_a_thousand_accounts_of_twelve_newcomers_are_laid_out_in_seconds() -> None:
    """Every pair of people is judged under tens of thousands of readings, accents and all; nearly all by a shortcut."""
    begun = time.process_time()
    for number in range(1000):
        sign = "BCDFGHJKLM"[number % 10] * 3
        wishes = [wish(who, f"{who} {sign}{number}", f"{place}@x{number}.com") for place, who in enumerate(TWELVE)]
        assert len(sequence([], wishes, [], by_id=True).steps) == len(TWELVE)
    assert time.process_time() - begun < SECONDS
