"""The client's foresight against the simulated vendor: two codes that share nothing, over every mixture of settings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.providers.billabex.matching import CONTACTS, PARTIES, REPRESENTATIVES, Body, foresee
from reconciler.providers.billabex.matching import Person as Foreknown
from reconciler.sandbox import BillabexSettings, billabex_settings_from
from reconciler.sandbox.billabex.matching import find_match
from reconciler.sandbox.billabex.records import EMPTY_PERSON, SORTS, Person, Sort
from reconciler.sandbox.values import Json

SECTIONS: dict[Sort, str] = {"contact": CONTACTS, "representative": REPRESENTATIVES}
OF_MATCHING = [
    knob
    for knob in fields(BillabexSettings)
    if knob.name.startswith(("name_", "party_"))
    or knob.name in ("email_trim", "email_form", "same_email", "search_both")
]
MIXTURES = st.fixed_dictionaries(
    {knob.name: st.sampled_from([knob.default, *knob.metadata["alternatives"]]) for knob in OF_MATCHING}
)
NAMES = st.sampled_from(
    [
        *("Ann Lee", "Ann Lea", "Anna Lee", "ANN LEE", "John Smith", "Jon  Smith", " John Smyth", "Bob", "Rob"),
        *("Zoé", "Zoe", "Zoe\u0301", "𝕁𝕒n", "𝕁𝕒m", "Straße Eins", "STRASSE EINS", "İlker Kaya", "ilker kaya"),
        *("Ｙａｍａｄａ Ken", "Yamada Ken", "ﬁﬁ Ro", "fifi Ro", "Øle Bø", "Ole Bo", "Oele Boe", "Udo Voß", "Udo Voss"),
        *("Jan-P. Roy", "Jan P Roy", "JanP Roy", "Łech Ħal", "Lech Hal", "\u00c5sa", "A\u030asa", "Aasa", "Asa"),
    ]
)
EMAILS = st.sampled_from(
    [None, "a@x.com", "A@x.com", " a@x.com", "b@x.com", "voß@x.com", "voss@x.com", "ｂ@x.com", "é@x.com", "e@x.com"]
)


ROWS = st.lists(st.tuples(NAMES, EMAILS, st.sampled_from(SORTS)), max_size=5)
Row = tuple[str, str | None, Sort]


@settings(deadline=None, max_examples=400)
@given(ROWS, NAMES, EMAILS, st.sampled_from(SORTS), MIXTURES)
def test_whom_the_vendor_hits_was_foreseen(
    rows: list[Row], name: str, email: str | None, sort: Sort, mixture: dict[str, Json]
) -> None:
    """Whoever is hit under some mixture of settings is among those whom the client thinks possible."""
    vendor = billabex_settings_from(mixture)
    people = born(rows)
    searched = [person for person in people if vendor.search_both or person.sort == sort]
    hit = find_match(searched, email=email, name=name, preferred=sort, settings=vendor)
    assert (hit.id if hit is not None else None) in foreseen(
        Body(section=SECTIONS[sort], name=name, email=email), people
    )


@settings(deadline=None, max_examples=400)
@given(ROWS, NAMES, EMAILS, st.sampled_from(SORTS), MIXTURES)
def test_whom_the_vendor_hits_by_its_own_domains_was_foreseen(
    rows: list[Row], name: str, email: str | None, decided: Sort, mixture: dict[str, Json]
) -> None:
    """A party, whichever list the vendor's domains decide: what the client was told of them does not matter."""
    vendor = billabex_settings_from(mixture)
    people = born(rows)
    searched = [person for person in people if vendor.party_search == "both" or person.sort == decided]
    preferred = decided if vendor.party_same_email == "by-domain" else vendor.party_same_email
    hit = find_match(searched, email=email, name=name, preferred=preferred, settings=vendor)
    assert (hit.id if hit is not None else None) in foreseen(Body(section=PARTIES, name=name, email=email), people)


def born(rows: Sequence[Row]) -> list[Person]:
    """Have people on an account, in the order of birth."""
    return [
        Person(number=number, account=1, id=f"P{number}", sort=on, body=EMPTY_PERSON | {"fullName": who, "email": mail})
        for number, (who, mail, on) in enumerate(rows)
    ]


def foreseen(body: Body, people: Sequence[Person]) -> Collection[str | None]:
    """Say whom the client thinks possible."""
    return foresee(
        body, [Foreknown(id=one.id, section=SECTIONS[one.sort], name=one.name, email=one.email) for one in people]
    ).hits
