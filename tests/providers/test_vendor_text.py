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


@given(body=st.binary(max_size=600), withheld=st.lists(st.text(max_size=5), max_size=3))
def test_any_body_gives_a_short_printable_line(body: bytes, withheld: list[str]) -> None:
    """Whatever comes, the words are bounded and can be printed."""
    words = vendor_text(body, withheld)
    assert len(words) <= LONGEST
    assert words.isprintable()
