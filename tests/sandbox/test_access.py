"""Who may speak to which organization, and where there is nothing to speak to."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from reconciler.sandbox import Sandbox, SandboxTransport, Store, ensure_organization, logged_requests, seed
from reconciler.sandbox.wire import Request
from tests.sandbox.conftest import BASE, KEYS, World
from tests.sandbox.wire import shown


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Api-Key": "acme-key"},
        {"X-Api-Secret": "acme-secret"},
        {"X-Api-Key": "acme-key", "X-Api-Secret": "wrong"},
        {"X-Api-Key": "nobody", "X-Api-Secret": "acme-secret"},
    ],
)
def test_a_missing_or_wrong_pair_is_401(world: World, headers: dict[str, str]) -> None:
    """Both headers must be there and belong together."""
    assert world.send("GET", "/customers", headers=headers).status_code == 401


def test_header_names_have_no_case(world: World) -> None:
    """Lower-case header names are as good."""
    assert world.send("GET", "/users", headers={name.lower(): value for name, value in KEYS.items()}).is_success


def test_the_key_selects_the_organization(world: World) -> None:
    """Two organizations with the same external ids never see each other, and have other ids."""
    seed(world.store, "other", {"apiKey": "k", "apiSecret": "s", "customers": [{"externalId": "C-001", "name": "X"}]})
    other = world.send("GET", "/customers", headers={"X-Api-Key": "k", "X-Api-Secret": "s"}).json()
    assert [row["name"] for row in other["customers"]] == ["X"]
    assert other["customers"][0]["id"] != world.customer()["id"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/positions"),
        ("POST", "/dunning_plans"),
        ("PUT", "/custom_fields/external:segment"),
        ("PATCH", "/customers/external:C-001"),
        ("GET", "/dunning-plans"),
        ("GET", "/webhooks"),
        ("GET", "/customers/"),
        ("GET", "https://api.upflow.io/v2/customers"),
    ],
)
def test_what_upflow_does_not_have_is_404(world: World, method: str, path: str) -> None:
    """Neither positions, nor writes of plans, nor changes of custom fields have a route."""
    assert world.send(method, path).status_code == 404


def test_a_route_whose_bodies_nobody_knows_says_so(world: World) -> None:
    """A route that exists at Upflow, its bodies undocumented, is 501 rather than a guess."""
    assert world.send("POST", "/customers/external:C-001/portal", {}).status_code == 501


def _first_contact(store: Store, headers: dict[str, str], organization: str | None = None) -> int:
    async def once() -> int:
        transport = SandboxTransport(store, auto_create=True, organization=organization)
        async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as client:
            return (await client.get("/dunning_plans")).status_code

    return asyncio.run(once())


def test_an_unknown_key_can_bring_an_organization_to_life() -> None:
    """With auto_create a first request creates the named organization with English catalogues."""
    store = Store()
    assert _first_contact(store, KEYS, organization="demo") == 200
    demo = shown(store, "demo")
    assert demo["positions"] == ["ACCOUNTING", "PAYER", "SALES", "PURCHASER"]
    assert (len(demo["dunningPlans"]), len(demo["users"]), len(demo["bankAccounts"])) == (2, 2, 1)
    assert _first_contact(store, KEYS | {"X-Api-Secret": "other"}) == 401
    assert _first_contact(store, {}) == 401
    store.close()


def test_a_new_key_claims_an_organization_that_has_none() -> None:
    """An organization seeded without credentials takes the first pair that comes, and no second one."""
    store = Store()
    ensure_organization(store, "demo")
    ensure_organization(store, "demo")
    assert _first_contact(store, KEYS, organization="demo") == 200
    assert [organization.name for organization in store.organizations()] == ["demo"]
    assert _first_contact(store, {"X-Api-Key": "second", "X-Api-Secret": "x"}, organization="demo") == 401
    store.close()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"{", "application/json"), (b"[]", "application/json"), (b'{"name": "x"}', "text/plain"), (b"", "")],
)
def test_a_body_must_be_a_json_object(world: World, body: bytes, content_type: str) -> None:
    """Anything that is not a JSON object sent as JSON is a 400."""
    headers = {name.lower(): value for name, value in KEYS.items()} | {"content-type": content_type}
    request = Request(method="PUT", path="/v1/customers/external:C-001", headers=headers, body=body)
    assert Sandbox(world.store).handle(request).response.status == 400


def test_the_log_has_no_credentials(world: World) -> None:
    """The request log holds method, path, query, body and outcome, but neither key nor secret."""
    world.send("GET", "/customers?limit=2&x=é")
    world.send("PUT", "/customers/external:C-001", {"name": "New"})
    read, write = logged_requests(world.store, "acme")
    assert (read.method, read.path, read.query, read.status, read.effect) == (
        "GET",
        "/customers",
        "limit=2&x=é",
        200,
        False,
    )
    assert (write.path, write.body, write.effect) == ("/customers/external:C-001", '{"name":"New"}', True)
    assert "acme-key" not in f"{read} {write}"


@pytest.mark.parametrize("path", ["/organizations", "/v1", "/api/organizations", "/"])
def test_a_path_of_no_vendor_is_404_whatever_the_credentials(path: str) -> None:
    """It is the address that is wrong, and nothing comes to life there."""
    store = Store()
    answer = Sandbox(store, auto_create=True).handle(
        Request(
            method="GET",
            path=path,
            headers={"authorization": "Bearer sandbox-acme", "x-api-key": "k", "x-api-secret": "s"},
        )
    )
    assert answer.response.status == 404
    assert store.organizations() == []
