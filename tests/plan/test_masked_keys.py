"""Keys of people in addresses, paths and texts."""

from __future__ import annotations

import pytest

from reconciler.errors import Problem
from reconciler.model.masking import Tagger
from reconciler.plan.masked_keys import Keys

KINDS = frozenset({"contact", "contacts"})
NAME, MAIL = "Grace Hopper", "zoe@x.example"


def keys() -> Keys:
    """Mask by a made key, with one member told of as a person and one as nobody's name."""
    made = Keys(tagger=Tagger(keys={"acme": "secret"}), kinds=KINDS)
    made.learn_values("hopper", "acme", ["Grace", "Hopper"])
    made.learn_values("main-contact", "acme", ["Ada", "Lovelace"])
    return made


def tag(key: str) -> str:
    """Give what stands for a key."""
    return keys().tagger.name("acme", key)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("acme/customer/C-1/contact/{}: not there.", NAME),
        ("acme/customer/C-1/contact/{} is declared no more", NAME),
        ("acme/customer/C-1/contact/{}.", "grace.hopper"),
        ('"customer/C-1/contact/{}" is a member of "acme/customer/C-1".', NAME),
        ('The contact "{}" has `isMain: true` and goes.', NAME),
        ('The vendor has 2 contacts with the external id "{}" here.', NAME),
        ("A write was held back: upsert {}. Another upsert had hit somebody else.", NAME),
        ("delete contact {}", "hopper"),
        ("acme/customer/C-1/contact/{}/email", "hopper"),
        ("contacts/{}/email", NAME),
        ("It is {}, nobody else.", MAIL),
    ],
)
def test_a_text_names_nobody(text: str, key: str) -> None:
    """All that is around the key stays, and what is masked is not masked again."""
    shown = keys().text(text.format(key), "acme")
    assert shown == text.format(tag(key))
    assert keys().text(shown, "acme") == shown


@pytest.mark.parametrize(
    "text",
    [
        'The contacts of customer "acme-lyon" are left.',
        '"acme-lyon" is live and was never applied from here.',
        "acme/customer/Acme Lyon/contact/P-1: gone",
        "acme/customer/C-1/contact/P-1001 Remove it",
        "acme/customer/C-1/contact/main-contact: gone",
        "customers/paris/main-office.yaml:3:5: wrong",
        "delete it at the vendor, and change the document",
        "update name, address",
        "git@git.example:acme/inventory.git",
    ],
)
def test_what_is_no_persons_stays(text: str) -> None:
    """Companies, files, ids with a number, and whoever is known to be called otherwise."""
    assert keys().text(text, "acme") == text


def test_a_write_is_worded_with_a_tag() -> None:
    """Its words end with the key, whatever stands in that."""
    made = keys()
    made.learn_values("hopper at navy", "acme", ["hopper at navy"])
    assert made.step("change contact hopper at navy", "acme") == f"change contact {tag('hopper at navy')}"
    assert made.step("write the contact list: 1 added, 0 changed", "acme").startswith("write the contact list")


def test_a_path_leads_through_a_member() -> None:
    """A custom field may be called as people are."""
    made = keys()
    assert made.path(("contacts", NAME, "phone"), "acme") == ("contacts", tag(NAME), "phone")
    assert made.path(("customFields", "grace-hopper"), "acme") == ("customFields", "grace-hopper")


def test_a_problem_is_masked_in_all_its_texts() -> None:
    """Its place and its command too; without an organization there is no tag."""
    where = f"acme/customer/C-1/contact/{NAME}"
    problem = Problem(code="c", summary="s", where=where, detail=where, why=where, remedy=where, command=f"run {where}")
    assert NAME not in repr(keys().problem(problem, "acme"))
    assert keys().organization_in(problem) == "acme"
    assert keys().text(where) == "acme/customer/C-1/contact/(personal)"
