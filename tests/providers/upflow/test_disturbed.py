"""A whole change through the sandbox while somebody else is at work: what a write must not undo or bring back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from reconciler.apply.execute import execute
from reconciler.model.address import Address
from reconciler.model.change import Action, Change, FieldChange, MemberAction, MemberChange
from reconciler.model.event import Done, Event, Stale, Unknown
from reconciler.model.plan import Plan
from reconciler.model.resource import Observed
from reconciler.plan.check import precondition
from reconciler.providers.upflow.kinds import UPFLOW
from reconciler.providers.upflow.provider import UpflowProvider
from reconciler.sandbox import Fault, Store, add, add_fault, clear_requests, remove, show
from reconciler.sandbox.values import Json
from tests.clock import run_virtual
from tests.providers.upflow.world import NAME, connected, requests, seeded

CUSTOMER = UPFLOW.kinds[-1]
ADDRESS = Address(organization=NAME, kind="customer", key="C-1")


def store_of_two_contacts() -> Store:
    """Have one customer with contacts P-1 and P-2."""
    contacts: list[Json] = [{"externalId": f"P-{place}", "email": f"p{place}@acme.example"} for place in (1, 2)]
    return seeded(customers=[{"externalId": "C-1", "name": "Acme", "contacts": contacts}])


def both_renamed(found: Observed) -> Change:
    """Plan to change both contacts, which takes the list route."""
    rows = (found.members or {})["contacts"]
    return Change(
        address=ADDRESS,
        action=Action.REPLACE,
        remote_id=found.remote_id,
        precondition=precondition(found, CUSTOMER, ["contacts"]),
        members=tuple(
            MemberChange(
                address=ADDRESS.member("contact", str(row["externalId"])),
                section="contacts",
                action=MemberAction.CHANGE,
                remote_id=str(row["id"]),
                fields=(FieldChange(path=("firstName",), before=None, after="Ada", personal=True),),
            )
            for row in rows
        ),
    )


async def whole(provider: UpflowProvider) -> Observed:
    """Read the customer with its contacts."""
    found = await provider.get("customer", "C-1")
    assert found is not None
    return found if found.members is not None else await provider.with_members(found)


def ending(store: Store, fault: Fault | None, deed: Callable[[], object] = lambda: None) -> Event:
    """Replace the list while a fault is on, and somebody does something two seconds later; give the ending."""

    async def carried_out() -> Event:
        async with connected(store) as provider:
            change = both_renamed(await whole(provider))
            clear_requests(store)
            if fault is not None:
                add_fault(store, fault)
            asyncio.get_running_loop().call_later(2, deed)
            planned = Plan(scope=(NAME,), shares=(), changes=(change,))
            return [event async for event in execute(planned, {NAME: provider}, {NAME: 5})][-1]

    return run_virtual(carried_out())


THROTTLED = Fault(kind="throttled", method="write", times=3)


def test_an_undisturbed_replacement_takes_two_looks_and_one_write() -> None:
    """Fresh read, list, read back; a look is one request or two, by what the vendor sends with a customer."""
    store = store_of_two_contacts()
    assert isinstance(ending(store, None), Done)
    made = requests(store)
    assert sum(line.startswith("POST") for line in made) == 1
    assert sum(line == "GET /customers/external:C-1" for line in made) == 2


def test_a_throttled_replacement_is_done_in_the_end() -> None:
    """Three refusals are waited out."""
    assert isinstance(ending(store_of_two_contacts(), THROTTLED), Done)


def test_a_contact_added_while_a_replacement_is_throttled_stays() -> None:
    """The list route removes whoever it is not told of, so the list is not sent."""
    store = store_of_two_contacts()
    new = {"email": "new@acme.example", "externalId": "NEW"}
    event = ending(store, THROTTLED, lambda: add(store, NAME, "customer/C-1", new))
    assert isinstance(event, Stale)
    assert "new@acme.example" in str(show(store, NAME))


def test_a_customer_removed_while_a_replacement_is_throttled_stays_removed() -> None:
    """POST would create it anew."""
    store = store_of_two_contacts()
    event = ending(store, THROTTLED, lambda: remove(store, NAME, "customer/C-1"))
    assert isinstance(event, Stale)
    assert "Acme" not in str(show(store, NAME))


def test_a_customer_removed_right_before_the_write_is_not_called_done() -> None:
    """No look can prevent that the list route makes a new one; the look at the end tells."""
    store = store_of_two_contacts()
    event = ending(store, Fault(kind="deleted-before", target="customer/C-1"))
    assert isinstance(event, Unknown)
    assert event.problem.code == "moved-while-writing"
