"""Names and addresses under every reading of the guide: surely one, perhaps, or not; and the shortcut that is taken."""

from __future__ import annotations

import unicodedata
from itertools import product

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from reconciler.providers.billabex import foldings
from reconciler.providers.billabex.foldings import breadth, skeleton
from reconciler.providers.billabex.likeness import (
    LIMITS,
    NAME_STAGES,
    UNITS,
    Likeness,
    likeness_of_addresses,
    likeness_of_names,
)

NOT, PERHAPS, SURELY = Likeness


@pytest.mark.parametrize("name", ["john smith", "John Smth", "Jon Smith"])
def test_the_guide_s_own_names_surely_match(name: str) -> None:
    """A reading under which they would not is none."""
    assert likeness_of_names(name, "John Smith") is SURELY


@pytest.mark.parametrize("name", ["Jonathan Smith", "J. Smith"])
def test_the_guide_s_other_names_surely_do_not(name: str) -> None:
    """No reading of signs or blanks brings them nearer."""
    assert likeness_of_names(name, "John Smith") is NOT


@pytest.mark.parametrize(
    ("name", "twin"),
    [
        ("Ｙａｍａｄａ Taro", "Yamada Taro"),
        ("ﬁﬁ Ro", "fifi Ro"),
        ("𝕁𝕒𝕟 Novák", "Jan Novak"),
        ("Jan №1", "Jan No1"),
        ("Øle Bø", "Ole Bo"),
        ("Udo Voß", "Udo Voss"),
        ("VOSS", "Voß"),
        ("Łukasz Łęcki", "Lukasz Lecki"),
        ("Nova\u0301k", "Novák"),
        ("Đorđe", "Dorde"),
        ("Iş Ilk", "ış ilk"),
        ("İlker", "ilker"),
        ("ΝΙΚΟΣ", "νικος"),
        ("Jörg Å", "Joerg Aa"),
        ("Æsa Þór", "AEsa THor"),
        ("J.-P. O'N. X", "JP ON X"),
        ("A.B.C. Roux", "A B C  Roux"),
        ("Bo Li", "BoLi"),
        ("Bo\u200b\u200b\u200bb", "Bobb"),
        ("Nguyễn Văn Minh", "Nguyen Van Minh"),
        ("ᾠδή", "ωδη"),
    ],
)
def test_twins_under_some_reading_are_perhaps_close(name: str, twin: str) -> None:
    """Some program would take the two for one, and some would not."""
    assert likeness_of_names(name, twin) is PERHAPS
    assert likeness_of_names(twin, name) is PERHAPS


@pytest.mark.parametrize(
    ("address", "other", "likeness"),
    [
        ("john@acme.com", "John@ACME.com", SURELY),
        ("josé@acme.com", "JOSÉ@acme.com", SURELY),
        ("ann@acme.com", " ann@acme.com", PERHAPS),
        ("jose@acme.com", "josé@acme.com", PERHAPS),
        ("jos\u00e9@acme.com", "jose\u0301@acme.com", PERHAPS),
        ("voß@acme.com", "voss@acme.com", PERHAPS),
        ("ｊo@acme.com", "jo@acme.com", PERHAPS),
        ("jo@müller.example", "jo@xn--mller-kva.example", PERHAPS),
        ("a.b@acme.com", "ab@acme.com", NOT),
        ("ab+c@acme.com", "ab@acme.com", NOT),
        ("josé@acme.com", "ann@acme.com", NOT),
    ],
)
def test_addresses_are_one_under_the_same_readings(address: str, other: str, likeness: Likeness) -> None:
    """Capitals never count, dots and plus signs always do, and of the rest nobody knows."""
    assert likeness_of_addresses(address, other) is likeness
    assert likeness_of_addresses(other, address) is likeness


STEPS = (
    *(*foldings.FORMS, *foldings.CASES, *foldings.MARKS, *foldings.LETTERS, *foldings.SIGNS),
    *(str.strip, foldings.one_blank, foldings.without_blanks),
)
ALIKE = (range(0x3400, 0xA000), range(0xAC00, 0xD7A4), range(0x17000, 0x18D00), range(0x1F000, 0x110000))
"""Code points that no step tells apart: ideographs, Hangul, Tangut, and what lies above."""


def test_no_step_changes_a_skeleton() -> None:
    """The shortcut's premise, sign by sign of Unicode."""
    signs = [chr(code) for code in range(0x20000) if not any(code in alike for alike in ALIKE)]
    wrong = [
        (sign, step)
        for sign in signs
        if unicodedata.category(sign) not in ("Cn", "Co", "Cs") and breadth(sign) is not None
        for step in STEPS
        if skeleton(step(sign)) != skeleton(sign)
    ]
    assert wrong == []


ODD = st.text("abeE iI.\u0301\u030a\u0327-ÅåäøßéİıﬁＹ𝕁№ᾳŉςσ각ᄀ\u1161\u200b漢", max_size=7)


def slowly(name: str, other: str) -> set[bool]:
    """Judge two names by every reading, one after another, with no shortcut."""
    found = set()
    pairs = {(name, other)}
    for steps in NAME_STAGES:
        pairs = {(step(one), step(two)) for (one, two), step in product(pairs, steps)}
    for one, two in pairs:
        for units, limit in product(UNITS, LIMITS):
            near = limit(min(len(units(one)), len(units(two))))
            found.add(Levenshtein.distance(units(one), units(two)) <= near)
    return found


@settings(deadline=None)
@given(ODD, ODD, st.integers(0, 7))
@example("각각각", "\u1100\u1161", 0)
def test_the_shortcut_says_what_all_readings_say(name: str, other: str, kept: int) -> None:
    """Names that share a part, of letters that steps change most."""
    other = name[:kept] + other
    assume(name != other)
    verdicts = slowly(name, other)
    assert likeness_of_names(name, other) is (PERHAPS if len(verdicts) == 2 else SURELY if True in verdicts else NOT)


@given(st.text(max_size=12), st.text(max_size=12))
def test_edits_of_units_are_no_fewer_than_those_of_signs(name: str, other: str) -> None:
    """So the shortcut, which counts signs, holds for UTF-16 as well."""
    points, utf16 = UNITS
    assert Levenshtein.distance(points(name), points(other)) <= Levenshtein.distance(utf16(name), utf16(other))
