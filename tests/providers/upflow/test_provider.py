"""The port to Upflow over the sandbox: what goes through it, and what it will not believe."""

from __future__ import annotations

import orjson
import pytest

from reconciler.errors import LiveStateUnreadable, OutcomeUnknown, ProviderRejected
from reconciler.live.provider import Provider, RemoteId, Write
from reconciler.model.resource import Observed, Value
from reconciler.model.state import Entry
from reconciler.providers.upflow.provider import UpflowProvider, connect
from reconciler.sandbox import Fault, Settings, add_fault
from tests.clock import run_virtual
from tests.providers.scripted import Script, answer
from tests.providers.upflow.world import BASE_URL, CREDENTIALS, ORGANIZATION, connected, customers, seeded


def scripted(*bodies: Value) -> tuple[UpflowProvider, Script]:
    """Give a provider whose vendor answers these bodies in turn."""
    script = Script(*(answer(200, orjson.dumps(body)) for body in bodies))
    return connect(ORGANIZATION, CREDENTIALS, BASE_URL, script), script


def test_it_is_a_provider() -> None:
    """The type checker holds it to the port; so does this line."""

    async def build() -> str:
        provider: Provider = connect(ORGANIZATION, CREDENTIALS, BASE_URL)
        await provider.aclose()
        return provider.vendor.name

    assert run_virtual(build()) == "upflow"


@pytest.mark.parametrize("name_and_settings", [*Settings().flips()], ids=lambda flip: flip[0])
def test_reading_holds_whatever_is_unknown_of_upflow(name_and_settings: tuple[str, Settings]) -> None:
    """A customer, its contacts and every catalogue read the same under each setting, one flipped at a time."""
    store = seeded(
        name_and_settings[1].to_json(),
        customers=customers(3, 2),
        customFields=[{"externalId": "tier", "label": "Tier", "dataType": "SELECT", "options": ["Gold"]}],
    )

    async def read() -> tuple[Observed | None, Observed | None, list[tuple[Entry, ...]]]:
        async with connected(store) as provider:
            found = await provider.get("customer", "C-0002")
            whole = await provider.with_members(found) if found else None
            names = ("bankAccount", "customField", "dunningPlan", "user")
            catalogues = [await provider.catalogue(name) for name in names]
            assert await provider.get("customer", "C-9") is None
            return await provider.get("customField", "tier"), whole, catalogues

    field, whole, catalogues = run_virtual(read())
    assert field is not None
    assert whole is not None
    assert whole.members is not None
    assert [row["externalId"] for row in whole.members["contacts"]] == ["P-2-0", "P-2-1"]
    assert [len(entries) for entries in catalogues] == [1, 1, 2, 2]


def test_a_clamped_page_is_gone_on_from() -> None:
    """The vendor gives 40 where 1,000 were asked for; the further pages are asked for by 40."""
    store = seeded({"customers_cap": 40}, customers=customers(100))

    async def read() -> tuple[str | None, tuple[str, ...]]:
        async with connected(store) as provider:
            page = await provider.page("customer", None)
            return page.following, page.others

    assert run_virtual(read()) == ("40:40", ("40:40", "80:40"))


@pytest.mark.parametrize(
    "body",
    [
        {"offset": 0, "limit": 1000, "total": 1, "customers": [{"externalId": "C-1"}]},
        {"offset": 0, "limit": 1000, "total": 1, "customers": ["C-1"]},
        {"offset": 7, "limit": 1000, "total": 0, "customers": []},
        {"offset": 0, "limit": 1000, "total": 0},
        "CREATED",
    ],
)
def test_a_page_of_another_shape_is_not_believed(body: Value) -> None:
    """The listing is unreadable, and the problem tells the flaw and no value."""

    async def read() -> None:
        await scripted(body)[0].page("customer", None)

    with pytest.raises(LiveStateUnreadable, match="answer-unexpected"):
        run_virtual(read())


def test_an_object_with_another_external_id_is_not_believed() -> None:
    """A vendor that ignores case would otherwise have us write to the wrong one."""

    async def read() -> None:
        await scripted({"id": "u", "externalId": "c-1"})[0].get("customer", "C-1")

    with pytest.raises(LiveStateUnreadable, match="answer-unexpected"):
        run_virtual(read())


def test_a_parent_known_by_remote_id_is_looked_up_once() -> None:
    """The normal shape names parents by external id; what a look-up told is remembered."""
    child, other = ({"id": name, "externalId": name.upper(), "parent": {"id": "p"}} for name in ("a", "b"))
    provider, script = scripted(child, {"id": "p", "externalId": "ROOT"}, other)

    async def read() -> list[Value]:
        found = [await provider.get("customer", key) for key in ("A", "B")]
        return [row.fields["parent"] for row in found if row]

    assert run_virtual(read()) == ["ROOT", "ROOT"]
    assert len(script.requests) == 3


def test_a_parent_without_an_external_id_stays_a_remote_id() -> None:
    """It equals nothing that a document can declare, and is sent back as what it is."""
    provider, _ = scripted({"id": "a", "externalId": "A", "parent": {"id": "p"}}, {"id": "p", "externalId": None})

    async def read() -> Value:
        found = await provider.get("customer", "A")
        return found.fields["parent"] if found else None

    parent = run_virtual(read())
    assert isinstance(parent, RemoteId)
    assert parent == "id:p"


def test_a_catalogue_that_moved_while_it_was_read_is_read_again() -> None:
    """Once more, and then it is unreadable."""
    short, whole = {"total": 2, "items": [{"id": "1"}]}, {"total": 1, "items": [{"id": "1", "name": "Standard"}]}
    empty = {"total": 2, "items": []}

    async def read(*bodies: Value) -> tuple[Entry, ...]:
        return await scripted(*bodies)[0].catalogue("dunningPlan")

    assert run_virtual(read(short, empty, whole)) == (Entry(id="1", name="Standard"),)
    with pytest.raises(LiveStateUnreadable, match="1 different rows of a total of 2"):
        run_virtual(read(short, empty, short, empty))


def test_a_write_arrives_or_says_what_became_of_it() -> None:
    """Done, refused with the vendor's words less personal ones, or lost."""
    store = seeded(customers=customers(1, 1))
    person: dict[str, Value] = {"email": "ada@example.com", "firstName": "Ada", "position": "NOBODY"}

    async def send(body: Value) -> None:
        async with connected(store) as provider:
            path = "/customers/external:C-0001/contacts"
            await provider.send(Write(method="POST", path=path, body=body, summary="add contact"))

    run_virtual(send({**person, "position": "PAYER"}))
    with pytest.raises(ProviderRejected, match="vendor-refused") as caught:
        run_virtual(send({**person, "email": "b@example.com"}))
    assert "position does not exist" in str(caught.value)
    assert "Ada" not in str(caught.value)
    add_fault(store, Fault(kind="garbled", method="write"))
    with pytest.raises(OutcomeUnknown, match="outcome-unknown"):
        run_virtual(send({"email": "c@example.com"}))
