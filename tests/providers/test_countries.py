"""Claims about the codes of countries."""

from __future__ import annotations

import pytest

from reconciler.providers.countries import CODES, code_meant


def test_the_codes_are_those_of_the_standard_and_one_more() -> None:
    """ISO 3166-1 has 249 codes; XK is in use for Kosovo."""
    assert len(CODES) == 250
    assert all(len(code) == 2 and code.isupper() for code in CODES)
    assert {"FR", "CH", "GB", "XK"} <= CODES


@pytest.mark.parametrize(
    ("word", "code"),
    [("fr", "FR"), ("France", "FR"), ("france", "FR"), ("Germany", "DE"), ("Switzrland", "CH"), ("UK", "GB")],
)
def test_what_was_meant_is_asked_for(word: str, code: str) -> None:
    """A code in small letters, a name, a misspelt name and a code that is none all lead to the code."""
    assert code_meant(word) == f'Did you mean "{code}"?'


@pytest.mark.parametrize("word", ["ZZ", "Qqqqqq", ""])
def test_nothing_is_asked_for_where_nothing_is_near(word: str) -> None:
    """Two letters are not taken for the beginning of some name."""
    assert code_meant(word) == ""
