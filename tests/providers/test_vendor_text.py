"""The vendor's own words: found in any shape, short, and without personal values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.providers.vendor_text import LONGEST, vendor_text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"message": "The parent does not exist."}', "The parent does not exist."),
        (b'{"error": "no"}', "no"),
        (b'{"error": {"message": "deep"}}', "deep"),
        (b'{"errors": [{"detail": "first"}, {"detail": "second"}]}', "first"),
        (b'{"statusCode": 400}', ""),
        (b'"CREATED"', "CREATED"),
        (b"plain  \n words", "plain words"),
        (b"<html><style>p {}</style><body><h1>502 Bad Gateway</h1></body></html>", "502 Bad Gateway"),
        (b"", ""),
        (b"\xff\xfe", "��"),
        (b'{"message": "\\u001b[31mred"}', "[31mred"),
    ],
)
def test_words_are_found_in_any_shape(body: bytes, words: str) -> None:
    """JSON under the usual keys, plain text and HTML all give one line without control characters."""
    assert vendor_text(body) == words


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("ada.b+x@example.com is taken", "[e-mail] is taken"),
        ("call +33 1 02 03 04 05 now", "call [phone] now"),
        ("call 01.02.03.04.05 now", "call [phone] now"),
        ("id 1d234ee4-e6fd-45f1-b97e-2795d03208c1 is unknown", "id 1d234ee4-e6fd-45f1-b97e-2795d03208c1 is unknown"),
        ("Ada LOVELACE is twice there", "[withheld] is twice there"),
        ("Adaptation stays", "Adaptation stays"),
    ],
)
def test_personal_values_are_masked(said: str, shown: str) -> None:
    """E-mails, phone numbers and the values that were sent are not shown; ids are."""
    assert vendor_text(said.encode(), ("Ada Lovelace", "Ada", "")) == shown


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("José  García", "jose garcia"),
        ("José  García", "JOSÉ GARCÍA"),
        ("José  García", "Jose\u0301 Garci\u0301a"),
        ("José  García", "jose-garcia"),
        ("José  García", "JoséGarcía"),
        ("Jose Garcia", "José García"),
        ("Jean-Pierre O'Neill", "jean pierre o’neill"),
        ("Jürgen Voß", "JURGEN VOSS"),
        ("Jürgen Voß", "juergen voss"),
        ("Øle Łukasz", "ole lukasz"),
        ("Øle Łukasz", "oele lukasz"),
        ("Ｙａｍａｄａ Taro", "yamada taro"),
        ("王伟", "王伟"),
        ("owes us; call his wife", "Owes us - call his wife"),
    ],
)
def test_a_value_is_known_in_whatever_form_the_vendor_repeats_it(value: str, said: str) -> None:
    """Vendors compare names without accents, capitals or signs, and tell them so."""
    assert vendor_text(f"is «{said}» new?".encode(), (value,)) == "is «[withheld]» new?"


def test_a_value_is_found_between_letters_that_know_no_blanks() -> None:
    """And no part of a longer word is taken for a short name."""
    assert (
        vendor_text("用户王伟已存在; Adàptation, Nada".encode(), ("王伟", "Ada"))
        == "用户[withheld]已存在; Adàptation, Nada"
    )


def test_what_overlaps_is_withheld_once() -> None:
    """A name, and a text that begins with its end."""
    assert vendor_text(b"no: Ada Lovelace, shy", ("ada lovelace", "lovelace shy")) == "no: [withheld]"


@given(body=st.binary(max_size=600), withheld=st.lists(st.text(max_size=5), max_size=3))
def test_any_body_gives_a_short_printable_line(body: bytes, withheld: list[str]) -> None:
    """Whatever comes, the words are bounded and can be printed."""
    words = vendor_text(body, withheld)
    assert len(words) <= LONGEST
    assert words.isprintable()
