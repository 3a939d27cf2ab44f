"""Which keys tell who somebody is."""

from __future__ import annotations

import pytest

from reconciler.plan.telling_names import looks_telling, tells

GRACE = ("Grace", "Hopper", "gmh@navy.example", "+33 1 00 00 00 02")


@pytest.mark.parametrize(
    "key",
    [
        "Grace Hopper",
        "hopper.grace",
        "HOPPER_GRACE",
        "Hopper, Grace",
        "grace",
        "g.hopper",
        "gracehopper",
        "ghopper",
        "hopperg",
        "P-Hopper-2",
        "contact-grace-hopper",
        "key:hopper",
        "somebody@else.example",
        "GMH@navy.example",
        "0033100000002".removeprefix("00"),
    ],
)
def test_a_key_made_of_the_person_tells(key: str) -> None:
    """In any order, with whatever between the words, and with an initial in place of one."""
    assert tells(key, GRACE)


@pytest.mark.parametrize("key", ["P-1001", "CLI-FR-0012", "billing", "main-contact", "gmh-1", "5f0c-ada", "P-1", "é"])
def test_other_keys_do_not(key: str) -> None:
    """They are what a reviewer knows somebody by."""
    assert not tells(key, GRACE)


def test_accents_and_umlauts_do_not_hide_a_name() -> None:
    """Whoever made the id left them out, or spelt them out."""
    assert tells("zoe.lemaitre", ("Zoë", "Lemaître"))
    assert tells("Zoë Lemaître", ("Zoe", "Lemaitre"))
    assert tells("juergen-mueller", ("Jürgen", "Müller"))
    assert tells("jurgen-muller", ("Jürgen", "Müller"))


def test_the_local_part_of_an_address_is_a_name_where_it_has_two_words() -> None:
    """One word of it alone is mostly a role."""
    assert tells("zoe.martin", ("zoe.martin@x.example",))
    assert not tells("billing", ("billing@x.example",))
    assert tells("zoe-martin", ("Zoe", "martin@x.example"))


def test_a_note_about_somebody_is_no_name() -> None:
    """A word of a long text says nothing."""
    assert not tells("billing", ("Ada", "Asks every month whether the billing department has got what she had sent."))


@pytest.mark.parametrize("key", ["ada@x.example", "Grace Hopper", "grace.hopper", "g.hopper2", "main-contact"])
def test_without_values_two_words_look_like_a_name(key: str) -> None:
    """A tag too many costs a look into the file, one too few shows a person."""
    assert looks_telling(key)


@pytest.mark.parametrize("key", ["P-1001", "CLI-FR-0012", "billing", "A-1", "email:3fbecc1200aa11ff", "k-a", "42", ""])
def test_without_values_numbers_and_single_words_do_not(key: str) -> None:
    """Else nobody could say whom a line is about."""
    assert not looks_telling(key)
