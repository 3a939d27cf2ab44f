"""What the state machine draws: customers, the vendor's unknowns, faults, and what another person does."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol, TypeVar

from hypothesis import strategies as st

from reconciler.model.change import Change
from reconciler.sandbox import Fault
from reconciler.sandbox.values import JsonObject
from tests.properties.paper import Block, Person

Value = TypeVar("Value")
KEYS = [f"C-{number}" for number in range(7)]
FILES = ["a.yaml", "b.yaml", "c.yaml"]
PEOPLE = st.lists(
    st.builds(Person, key=st.sampled_from(["P-0", "P-1", "P-2"]), first_name=st.sampled_from([None, "Ann", "Bo"])),
    unique_by=lambda person: person.key,
    max_size=3,
).map(tuple)
NAMES = st.sampled_from(["Alpha", "Beta", "Gamma"])
CITIES = st.sampled_from([None, "Lyon", "Nice"])


class Draw(Protocol):
    """Draws a value, as Hypothesis hands it in."""

    def __call__(self, strategy: st.SearchStrategy[Value], /) -> Value:
        """Draw."""


def blocks(key: str, *, live: bool = False) -> st.SearchStrategy[Block]:
    """Draw a customer; a live one always has a list."""
    return st.builds(
        Block,
        key=st.just(key),
        name=NAMES,
        city=CITIES,
        people=PEOPLE if live else st.one_of(st.none(), PEOPLE, PEOPLE),
        only_add=st.just(False) if live else st.sampled_from([False, False, False, True]),
    )


ANY_BLOCK = st.sampled_from(KEYS).flatmap(blocks)
SETTINGS: st.SearchStrategy[JsonObject] = st.fixed_dictionaries(
    {
        "customers_cap": st.sampled_from([2, 3, 100]),
        "list_rows_contacts": st.booleans(),
        "get_customer_contacts": st.sampled_from([True, True, False]),
        "hand_made_on_import": st.sampled_from(["kept", "removed"]),
        "contact_post_existing": st.sampled_from(["updated", "rejected", "duplicated"]),
    }
)
LISTING = ["page-fails", "page-truncated", "page-empty", "rows-skipped", "rows-repeated", "rows-reordered"]
LISTINGS = st.builds(
    Fault,
    kind=st.sampled_from([*LISTING, "total-lies", "row-deleted", "row-inserted"]),
    path=st.just("/customers"),
    first=st.sampled_from([1, 1, 1, 2, 3]),
    times=st.sampled_from([1, 2, None, None]),
)
MEANWHILE: list[tuple[str, JsonObject]] = [
    ("edited-before", {"name": "Edited meanwhile"}),
    ("edited-before", {"name": "Edited meanwhile"}),
    ("deleted-before", {}),
    ("added-before", {"email": "meanwhile@example.com"}),
]
"""What somebody else does to a customer just before a request; each does something, where the customer is there."""
FAULTS = st.one_of(
    LISTINGS,
    LISTINGS,
    st.builds(
        Fault,
        kind=st.sampled_from(["lost-before", "lost-after", "error-before", "error-after", "refused", "garbled"]),
        method=st.sampled_from(["write", "write", "GET"]),
        status=st.sampled_from([500, 502, 503]),
        lost_as=st.sampled_from(["timeout", "reset"]),
        first=st.integers(1, 4),
        times=st.sampled_from([1, 1, 2, None]),
    ),
    st.builds(  # the key expires in the middle
        Fault,
        kind=st.just("error-before"),
        status=st.sampled_from([401, 403]),
        first=st.integers(1, 8),
        times=st.none(),
    ),
    st.builds(
        lambda deed, target, first: Fault(kind=deed[0], target=target, fields=deed[1], first=first, times=1),
        st.sampled_from(MEANWHILE),
        st.sampled_from([f"customer/{key}" for key in KEYS]),
        st.integers(1, 4),
    ),
    st.builds(Fault, kind=st.sampled_from(["throttled", "slow", "redirected"]), first=st.integers(1, 6)),
)


def apart(fault: Fault, number: int) -> Fault:
    """Let whom another person adds be somebody else each time: no list is to have anybody twice by that."""
    if fault.kind != "added-before":
        return fault
    return replace(fault, fields={**fault.fields, "email": f"meanwhile.{number}@example.com"})


def meddling(change: Change) -> st.SearchStrategy[Fault]:
    """Let another person be at work at an object between the look at it and the write."""
    deeds = (
        Fault(kind="edited-before", method="write", times=1, fields={"vatNumber": "Meanwhile"}),
        Fault(kind="added-before", method="write", times=1, fields={"email": "meanwhile@example.com"}),
    )
    path, target = f"/customers/{change.remote_id}*", f"customer/{change.address.key}"
    return st.sampled_from([replace(one, path=path, target=target) for one in deeds])


DEEDS: list[tuple[str, str, JsonObject]] = [
    ("edited", "", {"name": "By hand"}),
    ("edited", "", {"address": {"city": "By hand"}}),
    ("edited", "", {"balance": 120}),
    ("edited", "", {"balance": 0}),
    ("edited", "/contact/P-0", {"firstName": "By hand"}),
    ("edited", "/contact/P-1", {"lastName": "By hand"}),
    ("deleted", "", {}),
    ("deleted", "/contact/P-0", {}),
    ("deleted", "/contact/hand@example.com", {}),
    ("added", "", {"name": "By hand"}),
    ("added", "/contact", {"email": "hand@example.com"}),
    ("added", "/contact", {"email": "other.hand@example.com"}),
]
"""What another person does to a customer: the deed, the contact that it is done to, and the fields."""
