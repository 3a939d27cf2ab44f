"""What may be named on the command line of `drift` and `drift accept`, and what is said where nothing differs."""

from __future__ import annotations

import pytest

from tests.cli.running import CUSTOMERS, NINE_MORE, Folder

FIRST = "acme-fr/customer/C-001"
PERSON = f"{FIRST}/contact/P-1"


@pytest.fixture
def applied(folder: Folder) -> Folder:
    """Everything applied, and so many objects that they are listed."""
    folder.write("customers/acme.yaml", CUSTOMERS)
    folder.write("customers/more.yaml", NINE_MORE)
    assert folder.call("apply", "--auto-approve").code == 0
    return folder


def by_hand(folder: Folder, *words: str) -> None:
    """Change something as another person does in the web app."""
    ended = folder.call("sandbox", *words)
    assert ended.code == 0, ended.err


@pytest.mark.parametrize(
    "target",
    [
        FIRST,
        f"{FIRST}.name",
        f"{FIRST}.address",
        f"{FIRST}.address.city",
        f"{FIRST}.contacts",
        PERSON,
        f"{PERSON}.email",
    ],
)
def test_where_both_sides_agree_nothing_differs(applied: Folder, target: str) -> None:
    """Whoever accepts a second time is told so; it is no error."""
    ended = applied.call("drift", "accept", target)
    assert (ended.code, ended.out) == (0, f"Nothing differs at {target}.\n"), ended.err


def test_what_differs_is_taken_beside_what_agrees(applied: Folder) -> None:
    """And only that: a name that agrees does not stand for everything."""
    by_hand(applied, "edit", "customer/C-001", "name=Acme SA")
    by_hand(applied, "edit", "customer/C-002", "name=Acme Lyon SA")
    ended = applied.call("drift", "accept", f"{FIRST}.address")
    assert (ended.code, ended.out) == (0, f"Nothing differs at {FIRST}.address.\n")
    ended = applied.call("drift", "accept", f"{FIRST}.name", PERSON)
    assert (ended.code, f"Nothing differs at {PERSON}.\n" in ended.out) == (0, True)
    assert "Acme SA" in ended.out
    assert "Acme Lyon SA" not in ended.out


def test_a_list_may_be_named(applied: Folder) -> None:
    """It stands for everybody on it."""
    by_hand(applied, "edit", "customer/C-001", "name=Acme SA")
    by_hand(applied, "edit", "customer/C-001/contact/P-1", "firstName=Ana")
    by_hand(applied, "add", "customer/C-001", "externalId=P-9", "email=nine@acme.example")
    ended = applied.call("drift", "accept", f"{FIRST}.contacts")
    assert (ended.code, f"{FIRST}/contact/P-9 added" in ended.out, "Acme SA" in ended.out) == (0, True, False)


@pytest.mark.parametrize("words", [("drift",), ("drift", "accept")])
def test_what_no_document_declares_is_said_to_be_so(applied: Folder, words: tuple[str, ...]) -> None:
    """It is there; nothing can be compared, nor taken over."""
    by_hand(applied, "add", "customer", "externalId=C-900", "name=Theirs")
    ended = applied.call(*words, "acme-fr/customer/C-900")
    assert (ended.code, "[drift-unknown]" in ended.err) == (64, True)
    assert "The vendor has it, but no document declares it" in ended.err
    assert "reconciler dump" in ended.err
    assert "Did you mean" not in ended.err


def test_a_field_that_no_document_declares_is_said_to_be_so(applied: Folder) -> None:
    """What is left out of a document is left alone, whatever the vendor has."""
    by_hand(applied, "edit", "customer/C-001", "vatNumber=FR1")
    for field in ("vatNumber", "address.country"):
        ended = applied.call("drift", "accept", f"{FIRST}.{field}")
        assert (ended.code, "Its document says nothing of this field" in ended.err) == (64, True)
        assert "customers/acme.yaml:2" in ended.err


@pytest.mark.parametrize(
    ("target", "meant"),
    [
        ("acme-fr/customer/C-01", FIRST),
        ("acme-fr/customer/C-01.name", f"{FIRST}.name"),
        ("acme-fr/custmer/C-001", FIRST),
        (f"{FIRST}.nmae", f"{FIRST}.name"),
        (f"{FIRST}.vatnumber", f"{FIRST}.vatNumber"),
        (f"{FIRST}.adress.city", f"{FIRST}.address.city"),
        (f"{FIRST}.address.ctiy", f"{FIRST}.address.city"),
        (f"{FIRST}.contact", f"{FIRST}.contacts"),
        (f"{PERSON}.emial", f"{PERSON}.email"),
        (f"{FIRST}/contact/P-11", PERSON),
    ],
)
def test_what_is_unknown_is_guessed_from_what_is_known(applied: Folder, target: str, meant: str) -> None:
    """Addresses from addresses, fields from those of the kind."""
    ended = applied.call("drift", "accept", target)
    assert (ended.code, "[drift-unknown]" in ended.err) == (64, True)
    assert f'Did you mean "{meant}"?' in ended.err


def test_a_field_of_somebody_who_came_is_not_taken_alone(applied: Folder) -> None:
    """Their whole item is missing."""
    by_hand(applied, "add", "customer/C-001", "externalId=P-9", "email=nine@acme.example")
    ended = applied.call("drift", "accept", f"{FIRST}/contact/P-9.email")
    assert (ended.code, "It differs as a whole" in ended.err) == (64, True)
    assert f"reconciler drift accept {FIRST}/contact/P-9\n" in f"{ended.err}\n"


def test_a_guess_names_nobody(applied: Folder) -> None:
    """A person's key that is an e-mail address is not offered."""
    by_hand(applied, "add", "customer/C-001", "externalId=nine@acme.example", "email=nine@acme.example")
    for words in (("drift",), ("drift", "accept")):
        ended = applied.call(*words, f"{FIRST}/contact/nine@acme.exampl")
        assert (ended.code, "nine@acme.example" in ended.err) == (64, False)


def test_an_organization_is_named_by_its_option(applied: Folder) -> None:
    """It has no address of its own; and one that is not looked at is said to be so."""
    for words in (("drift",), ("drift", "accept")):
        ended = applied.call(*words, "acme-fr")
        assert (ended.code, f"reconciler {' '.join(words)} --org acme-fr" in ended.err) == (64, True)
        ended = applied.call(*words, "acme-de/customer/C-001")
        assert (ended.code, "acme-de is not compared here" in ended.err) == (64, True)
        assert f'Did you mean "{FIRST}"?' in ended.err
