"""The sandbox on a loopback port: the same answers as in process, over a real socket."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from reconciler.sandbox import SandboxServer
from tests.sandbox.conftest import KEYS, World

pytestmark = pytest.mark.enable_socket
CUSTOMER = "/customers/external:C-001"


@pytest.fixture
def client(world: World) -> Iterator[httpx.Client]:
    """Serve the world on a free port and connect to it."""
    with SandboxServer(world.store) as server, httpx.Client(base_url=server.url, headers=KEYS) as opened:
        assert server.url.startswith("http://127.0.0.1:")
        yield opened


def test_the_port_answers_as_the_transport_does(world: World, client: httpx.Client) -> None:
    """The same request gives the same bytes in process and over the port."""
    for path in ("/customers?limit=2", CUSTOMER, "/customers/external%3AC-001/contacts", "/users", "/nope", "/é"):
        here, there = world.send("GET", path), client.get(path)
        assert (there.status_code, there.content) == (here.status_code, here.content)


def test_writes_over_the_port(world: World, client: httpx.Client) -> None:
    """Create, update and delete work over one kept connection, and show in the store."""
    assert client.post("/customers", json={"externalId": "N", "name": "Né"}).json()["name"] == "Né"
    assert client.put("/customers/external:N", json={"name": "M"}).status_code == 200
    assert world.customer("N")["name"] == "M"
    assert client.delete("/customers/external:N").status_code == 204
    assert client.patch(CUSTOMER, json={}).status_code == 404
    assert client.get(CUSTOMER).status_code == 200


@pytest.mark.parametrize(("kind", "name"), [("lost-before", "Alpha"), ("lost-after", "New"), ("refused", "Alpha")])
def test_a_lost_answer_closes_the_socket(world: World, client: httpx.Client, kind: str, name: str) -> None:
    """The client sees the connection break, before the write took effect or after it."""
    world.fault(kind)
    with pytest.raises(httpx.TransportError):
        client.put(CUSTOMER, json={"name": "New"})
    assert client.get(CUSTOMER).json()["name"] == name


def test_a_slow_answer_is_late(world: World, client: httpx.Client) -> None:
    """A client that does not wait sees a timeout while the write takes effect."""
    world.fault("slow", seconds=0.2)
    with pytest.raises(httpx.ReadTimeout):
        client.put(CUSTOMER, json={"name": "New"}, timeout=0.05)
    assert world.customer()["name"] == "New"


def test_an_error_and_a_cut_answer(world: World, client: httpx.Client) -> None:
    """Errors carry their headers; a garbled body is short."""
    world.fault("throttled", retry_after=3)
    assert client.get(CUSTOMER).headers["retry-after"] == "3"
    world.fault("garbled")
    assert len(client.get(CUSTOMER).content) < len(client.get(CUSTOMER).content)
