"""Reading is as cheap as it can be known to be, and says how much of it can be believed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import httpx
import pytest

from reconciler.errors import LiveStateUnreadable, ProviderRejected
from reconciler.live.observe import observe
from reconciler.live.provider import Unreachable
from reconciler.model.resource import Declared, Members, Observed
from reconciler.model.state import Absent, DesiredState, LiveState, Unread
from reconciler.providers.upflow.provider import connect
from reconciler.sandbox import Fault, Store, add_fault, remove
from reconciler.sandbox.values import Json
from tests.clock import run_virtual
from tests.providers.scripted import Script
from tests.providers.upflow.world import (
    BASE_URL,
    CREDENTIALS,
    NAME,
    ORGANIZATION,
    connected,
    customers,
    declared,
    desired,
    requests,
    seeded,
)

NO_LISTS: Sequence[Declared] = [declared("C-0001", {"name": "A"}), declared("C-0002"), declared("C-0003")]


def names(first: int, last: int, *, lists: bool = False) -> list[Declared]:
    """Give declared customers C-<first> to C-<last>, with or without contact lists."""
    members: Members = {"contacts": []} if lists else {}
    return [declared(f"C-{number:04}", {"name": "A"}, members) for number in range(first, last + 1)]


def seen(store: Store, resources: Sequence[Declared]) -> LiveState:
    """Observe what these resources ask for."""

    async def read() -> LiveState:
        async with connected(store) as provider:
            return await observe(provider, desired(*resources))

    return run_virtual(read())


def world(count: int, contacts: int = 0, **settings: Json) -> Store:
    """Give a sandbox of so many customers, with pages of 100."""
    return seeded({"customers_cap": 100, **settings}, customers=customers(count, contacts))


@pytest.mark.parametrize("count", [1, 2])
def test_few_keys_are_looked_up(count: int) -> None:
    """Two keys or fewer cost a request each and not even a first page."""
    store = world(950)
    live = seen(store, names(1, count))
    assert live.reads_made == live.reads_foreseen == len(requests(store)) == count
    assert isinstance(live.find("customer", "C-0001"), Observed)
    assert live.certificates == ()


@pytest.mark.parametrize(
    ("first", "last", "reads"),
    [
        (1, 950, 10),  # all: ten pages
        (901, 903, 4),  # three on the last page: the first page, then three look-ups
        (1, 90, 1),  # all on the first page
        (500, 507, 9),  # eight: one look-up fewer than pages left
        (500, 508, 10),  # nine: as many as pages left
    ],
)
def test_listing_wins_unless_fewer_are_wanted_than_pages_are_left(first: int, last: int, reads: int) -> None:
    """The cheapest way and at most the first page more; what was foreseen is what was made."""
    store = world(950)
    live = seen(store, names(first, last))
    assert live.reads_made == live.reads_foreseen == len(requests(store)) == reads
    assert reads <= min(10, last - first + 1) + 2
    assert all(isinstance(live.find("customer", row.key), Observed) for row in names(first, last))


def test_contacts_in_the_rows_cost_nothing() -> None:
    """Where list rows carry contacts, a whole organization is its pages."""
    store = world(950, 2, list_rows_contacts=True)
    live = seen(store, names(1, 950, lists=True))
    assert live.reads_made == live.reads_foreseen == 10
    found = live.find("customer", "C-0950")
    assert isinstance(found, Observed)
    assert found.members is not None
    assert len(found.members["contacts"]) == 2


def test_contacts_in_look_ups_spare_the_pages() -> None:
    """Each declared list takes a request anyway; where a look-up carries it, no further page is read."""
    store = world(950, 2)
    live = seen(store, names(101, 950, lists=True))
    assert live.reads_made == live.reads_foreseen == 1 + 850


def test_contacts_in_neither_take_the_pages_and_a_list_each() -> None:
    """The cheapest way is then pages and lists; the one look-up that showed it is all that is wasted."""
    store = world(950, 2, get_customer_contacts=False)
    live = seen(store, names(101, 950, lists=True))
    assert 10 + 850 <= live.reads_made <= 10 + 850 + 2
    assert live.reads_foreseen <= live.reads_made + 2


def test_an_import_is_not_looked_up_one_by_one() -> None:
    """Once more keys than pages proved absent, the listing shows the absence of all."""
    store = world(300, 1)
    new = [declared(f"N-{number:04}", {"name": "A"}, {"contacts": []}) for number in range(500)]
    live = seen(store, new)
    assert live.reads_made <= 3 + 3 + 12  # three pages, as many look-ups in vain, and those that were under way
    assert all(isinstance(live.find("customer", row.key), Absent) for row in new)


def test_lists_are_read_only_where_declared() -> None:
    """A customer whose contacts no document speaks of costs no request for them."""
    store = world(50, 1)
    live = seen(store, [*names(1, 40), *names(41, 43, lists=True)])
    assert live.reads_made == live.reads_foreseen == 1 + 3
    untouched = live.find("customer", "C-0001")
    assert isinstance(untouched, Observed)
    assert untouched.members is None


def test_references_and_removals_are_wanted_too() -> None:
    """A parent that no document declares is looked at, or its existence could not be judged."""
    store = world(950)
    live = seen(store, [declared("N-1", {"parent": "C-0900"})])
    assert isinstance(live.find("customer", "C-0900"), Observed)
    assert isinstance(live.find("customer", "N-1"), Absent)


def test_kinds_and_catalogues_that_nothing_needs_are_not_read() -> None:
    """Plans, users and definitions cost a request each only where a document names one."""
    store = world(50)
    seen(store, names(1, 3))
    assert len(requests(store)) == 1
    live = seen(store, [*names(1, 3), declared("C-0004", {"dunningPlan": "Standard", "accountManager": "x"})])
    assert {name: len(entries) for name, entries in live.catalogues.items()} == {"dunningPlan": 2, "user": 2}


LISTING_FAULTS = [
    Fault(kind="page-fails", path="/customers", first=3, times=1),
    Fault(kind="page-truncated", path="/customers", first=3, count=4),
    Fault(kind="page-empty", path="/customers", first=3),
    Fault(kind="total-lies", path="/customers", first=1, count=7),
    Fault(kind="rows-skipped", path="/customers", first=3),
    Fault(kind="rows-repeated", path="/customers", first=3),
    Fault(kind="rows-reordered", path="/customers", first=3),
    Fault(kind="row-inserted", path="/customers", first=3),
    Fault(kind="row-deleted", path="/customers", first=3, target="customer/C-0005"),
]


@pytest.mark.parametrize("fault", LISTING_FAULTS, ids=lambda fault: fault.kind)
def test_a_passing_fault_is_read_over(fault: Fault) -> None:
    """One bad page costs another pass, and then everything is known."""
    store = world(950)
    add_fault(store, fault)
    live = seen(store, [*names(10, 950), declared("N-1")])
    assert live.complete
    assert len(live.objects["customer"]) in (949, 950)
    assert isinstance(live.find("customer", "N-1"), Absent)


LASTING = [
    Fault(kind="page-fails", path="/customers", first=3, times=None),
    Fault(kind="page-truncated", path="/customers", first=1, times=None, count=1),
    Fault(kind="total-lies", path="/customers", times=None, count=7),
    Fault(kind="rows-skipped", path="/customers", first=2, times=None),
    Fault(kind="row-inserted", path="/customers", first=1, times=None),
]


@pytest.mark.parametrize("fault", LASTING, ids=lambda fault: fault.kind)
def test_a_lasting_fault_proves_nothing_absent(fault: Fault) -> None:
    """Objects that came stay known; of the others nothing is said, and the flaw says why."""
    store = world(250)
    add_fault(store, fault)
    live = seen(store, [*names(1, 250), declared("N-1")])
    found = live.find("customer", "N-1")
    if live.complete:  # read over: the next page began where the short one ended
        assert fault.kind == "page-truncated"
    else:
        assert isinstance(found, Unread)
        assert found.reason
        assert isinstance(live.find("customer", "C-0050"), Observed)


def test_an_outage_that_looks_empty_is_not_believed() -> None:
    """No rows and a total of zero is contradicted by one look-up, whichever key exists."""
    store = world(250)
    add_fault(store, Fault(kind="page-empty", path="/customers", times=None))
    live = seen(store, [*names(1, 250), declared("A-new")])
    assert not live.complete
    assert isinstance(live.find("customer", "C-0002"), Unread)


def test_a_pass_that_is_empty_after_one_that_was_not_is_doubted() -> None:
    """The first page showed somebody; that the next pass shows nobody is contradicted by asking for just them."""
    store = world(250)
    add_fault(store, Fault(kind="total-lies", path="/customers", times=1))
    add_fault(store, Fault(kind="page-empty", path="/customers", first=2, times=None))
    wanted = [declared(f"A-{number:04}") for number in range(100)]
    live = seen(store, [*wanted, *names(1, 3)])
    assert not live.complete
    assert isinstance(live.find("customer", "C-0200"), Unread)


def test_an_empty_organization_is_empty() -> None:
    """It costs its one page, and a few look-ups to be sure, twenty at most."""
    store = world(0)
    live = seen(store, NO_LISTS)
    assert live.complete
    assert live.reads_made == live.reads_foreseen == 1 + len(NO_LISTS)
    assert seen(world(0), names(1, 200)).reads_made == 1 + 20
    assert isinstance(live.find("customer", "C-0003"), Absent)


def test_a_look_up_that_fails_leaves_its_key_unread() -> None:
    """The others are known; the certificate says that something is missing."""
    store = world(950)
    add_fault(store, Fault(kind="error-before", method="GET", path="/customers/external:C-0902", times=None))
    live = seen(store, names(901, 903))
    assert not live.complete
    assert isinstance(live.find("customer", "C-0902"), Unread)
    assert isinstance(live.find("customer", "C-0901"), Observed)


def test_a_list_that_cannot_be_read_leaves_its_object_unread() -> None:
    """An object without the contacts that a document declares is nothing to plan on."""
    store = world(50, 1)
    add_fault(store, Fault(kind="error-before", method="GET", path="/customers/*/contacts", times=None))
    live = seen(store, [*names(1, 3), *names(4, 5, lists=True)])
    assert not live.complete
    assert [type(live.find("customer", f"C-000{number}")) for number in range(3, 6)] == [Observed, Unread, Unread]


def test_refused_credentials_end_the_reading() -> None:
    """Nothing is concluded and nothing more is asked."""
    store = seeded(customers=customers(5), apiKey="another")
    with pytest.raises(ProviderRejected, match="credentials-refused"):
        seen(store, names(1, 5))


def test_a_catalogue_that_cannot_be_read_ends_the_reading() -> None:
    """Names cannot be resolved without it."""
    store = world(5)
    add_fault(store, Fault(kind="error-before", method="GET", path="/dunning_plans", times=None))
    with pytest.raises(LiveStateUnreadable, match="vendor-unreadable"):
        seen(store, [declared("C-0001", {"dunningPlan": "Standard"})])


def test_pages_are_fetched_together() -> None:
    """Ten pages at five in flight take two answers' time after the first page, not nine."""
    store = world(950)
    add_fault(store, Fault(kind="slow", method="GET", path="/customers", times=None, seconds=1.0))

    async def read() -> float:
        async with connected(store) as provider:
            await observe(provider, desired(*names(1, 950)))
        return asyncio.get_running_loop().time()

    assert run_virtual(read()) < 3.1


def test_progress_is_told_after_every_read() -> None:
    """What was made never exceeds what is said to be foreseen."""
    store = world(950)
    told: list[tuple[int, int]] = []

    async def read() -> None:
        async with connected(store) as provider:
            await observe(provider, desired(*names(1, 950)), lambda made, foreseen: told.append((made, foreseen)))

    run_virtual(read())
    assert len(told) == 10
    assert told[-1] == (10, 10)
    assert all(made <= foreseen for made, foreseen in told)


def test_the_same_organization_gives_the_same_state() -> None:
    """Two observations of one world are equal, so two plans can be."""
    store = world(950, 1, list_rows_contacts=True)
    wanted = [*names(1, 950, lists=True), declared("N-1")]
    first, second = seen(store, wanted), seen(store, wanted)
    assert first == second


def test_an_object_removed_meanwhile_is_absent_afterwards() -> None:
    """A second look says what is true then; nothing is remembered from the first."""
    store = world(20)
    before = seen(store, names(1, 20))
    remove(store, NAME, "customer/C-0007")
    after = seen(store, names(1, 20))
    assert isinstance(before.find("customer", "C-0007"), Observed)
    assert isinstance(after.find("customer", "C-0007"), Absent)


def test_custom_fields_are_read_by_their_list() -> None:
    """No look-up of one definition is known, so two keys take the list as well."""
    store = seeded(customFields=[{"externalId": "tier", "label": "Tier", "dataType": "SELECT"}])
    resource = Declared(kind="customField", key="tier", fields={"label": "Tier"}, source=declared("x").source)
    absent = Declared(kind="customField", key="gone", fields={"label": "Gone"}, source=resource.source)
    state = DesiredState(organization=NAME, declared=(resource, absent))

    async def read() -> LiveState:
        async with connected(store) as provider:
            return await observe(provider, state)

    live = run_virtual(read())
    found = live.find("customField", "tier")
    assert isinstance(found, Observed)
    assert found.fields["entityType"] == "CUSTOMER"
    assert isinstance(live.find("customField", "gone"), Absent)
    assert len(requests(store)) == 1


@pytest.mark.parametrize("resources", [NO_LISTS[:2], NO_LISTS])
def test_a_vendor_that_is_not_reached_is_told_as_that(resources: Sequence[Declared]) -> None:
    """Whether by look-ups or a listing: it names the place, and is no flaw in what was read."""

    async def read() -> None:
        provider = connect(ORGANIZATION, CREDENTIALS, BASE_URL, Script(httpx.ConnectError("")))
        try:
            await observe(provider, desired(*resources))
        finally:
            await provider.aclose()

    with pytest.raises(Unreachable) as caught:
        run_virtual(read())
    (problem,) = caught.value.problems
    assert problem.code == "vendor-unreadable"
    assert problem.detail.startswith("Upflow could not be reached at sandbox.invalid: ")


def test_a_customer_that_goes_between_its_row_and_its_contacts_is_not_read() -> None:
    """Another run deletes meanwhile: the reading is incomplete, the others are known, and nothing refuses us."""
    store = seeded(customers=customers(3, 1))
    gone: list[str] = []

    def delete_once(_made: int, _foreseen: int) -> None:
        if not gone:
            gone.append("customer/C-0002")
            remove(store, NAME, gone[0])

    async def read() -> LiveState:
        contacts = {"contacts": [{"email": "a@b.example"}]}
        async with connected(store) as provider:
            wanted = desired(*(declared(f"C-000{number}", members=contacts) for number in (1, 2, 3)))
            return await observe(provider, wanted, delete_once)

    state = run_virtual(read())
    assert not state.complete
    assert sorted(state.objects["customer"]) == ["C-0001", "C-0003"]
    assert isinstance(state.find("customer", "C-0002"), Unread)
