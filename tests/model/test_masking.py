"""The tags that stand for personal values."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import digest_key
from reconciler.model.masking import HIDDEN, Tagger, tag_key_of

KEY = tag_key_of("a secret")
TAGGER = Tagger(keys={"acme-fr": KEY, "acme-de": tag_key_of("another")})


def test_a_tag_is_short_and_says_what_it_is() -> None:
    """Six hex digits, the same on every machine."""
    assert TAGGER.text("acme-fr", "ada@acme.example") == "(personal 76d988)"


def test_nothing_stays_nothing() -> None:
    """That a value is missing is no secret, and a reviewer has to see that it comes or goes."""
    assert TAGGER.text("acme-fr", None) is None
    assert TAGGER.text("acme-fr", "") == ""


def test_equal_values_have_equal_tags_where_the_key_is_one() -> None:
    """And others elsewhere, so that nobody is followed from one organization to the next."""
    assert TAGGER.text("acme-fr", "ada") == Tagger(keys={"acme-fr": KEY}).text("acme-fr", "ada")
    assert TAGGER.text("acme-fr", "ada") != TAGGER.text("acme-de", "ada")


def test_a_tag_is_no_beginning_of_what_the_inventory_holds() -> None:
    """The keys differ, and so does what is digested."""
    tag = str(TAGGER.text("acme-fr", "ada"))
    assert digest_key("a secret", "ada")[:6] not in tag
    assert KEY != "a secret"


def test_without_a_key_there_is_no_tag() -> None:
    """A plan that was saved before there were tags is masked all the same."""
    nobody = Tagger(keys={})
    assert nobody.text("acme-fr", "ada") == HIDDEN
    assert nobody.digest("acme-fr", "00") == HIDDEN


@given(
    st.recursive(
        st.text() | st.integers() | st.booleans(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_whatever_a_value_is_made_of_a_tag_stands_for_it(value: object) -> None:
    """Also a list, a mapping, or half of a surrogate pair."""
    told = TAGGER.text("acme-fr", value)
    assert told == "" == value or re.fullmatch(r"\(personal [0-9a-f]{6}\)", str(told))
