"""The contacts of one customer, against each other: who occurs twice, who cannot be known, who is main beside another.

A list as it was written goes in, also one that the model has refused in part; flaws come out.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.kind import Flaw
from reconciler.model.resource import Value


def find_contact_flaws(contacts: Value) -> Iterator[Flaw]:
    """Find who occurs twice, and who cannot be known at all; tolerant of rows that the model has refused.

    External ids and keys share one space of names: they become addresses.
    """
    known: dict[str, tuple[int, str]] = {}
    emails: dict[str, int] = {}
    main: int | None = None
    for index, row in enumerate(contacts if isinstance(contacts, list) else []):
        if not isinstance(row, dict):
            continue
        for sort in ("externalId", "key"):
            name = row.get(sort)
            if isinstance(name, str) and name:
                first, first_sort = known.setdefault(name, (index, sort))
                if first != index:
                    yield _twice_named(index, sort, first, first_sort)
        email = row.get("email")
        if isinstance(email, str) and email and emails.setdefault(email.casefold(), index) != index:
            yield _email_twice(index, emails[email.casefold()])
        if row.get("isMain") is True:
            if main is not None:
                yield _main_twice(index, main)
            main = index if main is None else main
        if "externalId" not in row and "email" not in row:
            yield _unidentified(index)


def _twice_named(index: int, sort: str, first: int, first_sort: str) -> Flaw:
    if sort == first_sort == "externalId":
        return Flaw(
            path=("contacts", index, sort),
            code="contact-duplicate",
            summary="a contact external id twice in one customer",
            detail=f"contacts[{index}] has the external id of contacts[{first}].",
            remedy="Make them one contact, or give one of them an external id of its own.",
        )
    return Flaw(
        path=("contacts", index, sort),
        code="key-duplicate",
        summary="a contact key twice in one customer",
        detail=f"The {sort} of contacts[{index}] is the {first_sort} of contacts[{first}].",
        remedy="Give one of them another key.",
    )


def _email_twice(index: int, first: int) -> Flaw:
    return Flaw(
        path=("contacts", index, "email"),
        code="email-duplicate",
        summary="an e-mail address twice in one customer",
        detail=f"contacts[{index}] has the e-mail address of contacts[{first}]; upper and lower case count as equal.",
        why="Upflow wants the address of a contact to be unique.",
        remedy="Make them one contact, or give one of them another address.",
    )


def _main_twice(index: int, first: int) -> Flaw:
    return Flaw(
        path=("contacts", index, "isMain"),
        code="main-duplicate",
        summary="two main contacts in one customer",
        detail=f"contacts[{index}] and contacts[{first}] are both isMain: true.",
        why="Upflow keeps one main contact a customer, the last one written.",
        remedy="Leave isMain: true at one of them.",
    )


def _unidentified(index: int) -> Flaw:
    return Flaw(
        path=("contacts", index),
        code="contact-unidentified",
        summary="a contact without external id and e-mail",
        detail=f"contacts[{index}] has neither externalId nor email, so Upflow neither knows nor takes it.",
        remedy="Add an externalId, or an email.",
    )
