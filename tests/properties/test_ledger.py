"""The judge of the state machine is judged: each wrong that it looks for is done by hand, and it says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.model.change import Action
from reconciler.sandbox import Request, Sandbox, Store, edit, seed
from reconciler.sandbox.values import Json, encode
from tests.properties.chronicle import Chronicle
from tests.properties.ledger import Findings, Judge, View
from tests.properties.ownership_world import ELSEWHERE, OwnershipWorld
from tests.properties.paper import Block, Gap, Paper, Person
from tests.stores import opened_store

ONE = Block(key="C-1", name="One", people=(Person(key="P-1"), Person(key="P-2")))
TWO = Block(key="C-2", name="Two", people=())


class Bench:
    """A sandbox with two customers, both ours, and requests sent to it by hand."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.sandbox = Sandbox(store)
        seed(store, "acme", {})
        self.chronicle = Chronicle(store)
        live: list[Json] = [ONE.live, TWO.live]
        seed(store, "acme", {"apiKey": "key", "apiSecret": "secret", "customers": live})
        self.chronicle.settle(store)
        self.ids = {str(one.external_id): one.id for one in self.chronicle.scene.of(1)}

    def view(self, *blocks: Block) -> View:
        """Give what a plan sees now, of these documents."""
        self.chronicle.settle(self.store)
        everything = frozenset(self.ids.values())
        return View(
            paper=Paper(files={"a.yaml": blocks}),
            organization=1,
            home=1,
            scene=self.chronicle.scene.copied(),
            ours=everything,
            sure=everything,
            protected=frozenset(),
        )

    def send(self, method: str, path: str, body: Mapping[str, Json] | None = None) -> None:
        """Send a request."""
        headers = {"x-api-key": "key", "x-api-secret": "secret", "content-type": "application/json"}
        content = b"" if body is None else encode(dict(body))
        self.sandbox.handle(Request(method=method, path=f"/v1{path}", headers=headers, body=content))

    def judged(self, view: View) -> Findings:
        """Judge everything since the view."""
        judge = Judge(view, contacts_with_customer=True)
        self.chronicle.fetch(self.store)
        for request in self.chronicle.requests(self.store):
            before = self.chronicle.scene.copied()
            self.chronicle.advance(request.number)
            judge.take(request, before, self.chronicle.scene, 1)
        return judge.end(self.chronicle.scene, 1)


@pytest.fixture
def bench(store: Store) -> Bench:
    """Set the bench up."""
    return Bench(store)


@pytest.fixture
def store() -> Store:
    """Open a store in memory."""
    return opened_store()


def test_what_is_ours_and_gone_from_the_documents_may_go(bench: Bench) -> None:
    """A delete of it, read before, is right."""
    view = bench.view(ONE)
    bench.send("GET", "/customers/external:C-2")
    bench.send("DELETE", f"/customers/{bench.ids['C-2']}")
    findings = bench.judged(view)
    assert findings.wrong == []
    assert findings.effects["customers deleted"] == 1


def without_ours(view: View) -> View:
    """Own nothing."""
    return replace(view, ours=frozenset(), sure=frozenset())


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda view: replace(view, paper=Paper(files={"a.yaml": (ONE, TWO)})), "it is declared"),
        (
            lambda view: replace(view, paper=replace(view.paper, gap=Gap.TWIN, gap_file="a.yaml")),
            "the documents were not all read",
        ),
        (without_ours, "it is not ours"),
        (lambda view: replace(view, protected=frozenset({"C-2"})), "it is protected"),
    ],
)
def test_what_may_not_go_is_a_wrong_delete(bench: Bench, change: Callable[[View], View], why: str) -> None:
    """Declared, of incomplete documents, not ours, or protected: the delete is found."""
    view = change(bench.view(ONE))
    bench.send("GET", "/customers/external:C-2")
    bench.send("DELETE", f"/customers/{bench.ids['C-2']}")
    assert bench.judged(view).wrong_deletes == [f"C-2: {why}"]


def test_a_declared_contact_that_a_list_leaves_out_is_a_wrong_delete(bench: Bench) -> None:
    """A list that names one of two removes the other, whom the documents list."""
    view = bench.view(ONE, TWO)
    bench.send("GET", "/customers/external:C-1")
    bench.send("POST", "/customers", {"externalId": "C-1", "contacts": [Person(key="P-1").row]})
    assert bench.judged(view).wrong_deletes == ["C-1/P-2: it is declared"]


def test_a_write_over_what_somebody_else_changed_is_stale(bench: Bench) -> None:
    """Edited after the plan and read since, the customer is written all the same."""
    view = bench.view(ONE, TWO)
    edit(bench.store, "acme", "customer/C-2", {"name": "By hand"})
    bench.send("GET", "/customers/external:C-2")
    bench.send("PUT", f"/customers/{bench.ids['C-2']}", {"name": "Two again"})
    assert len(bench.judged(view).stale_writes) == 1


def test_a_write_without_a_read_is_stale(bench: Bench) -> None:
    """Nobody looked before the write."""
    view = bench.view(ONE, TWO)
    bench.send("PUT", f"/customers/{bench.ids['C-2']}", {"name": "Two again"})
    assert len(bench.judged(view).stale_writes) == 1


def test_an_edit_after_the_last_read_is_not_held_against_the_write(bench: Bench) -> None:
    """The way of one request cannot be closed, and is not counted."""
    view = bench.view(ONE, TWO)
    bench.send("GET", "/customers/external:C-2")
    edit(bench.store, "acme", "customer/C-2", {"name": "By hand"})
    bench.send("PUT", f"/customers/{bench.ids['C-2']}", {"name": "Two again"})
    assert bench.judged(view).wrong == []


def test_a_create_of_what_came_meanwhile_is_a_duplicate(bench: Bench) -> None:
    """Absent when the plan was made, there at the read before the create: it is created all the same."""
    three = Block(key="C-3", name="Three")
    view = bench.view(ONE, TWO, three)
    bench.send("POST", "/customers", {"externalId": "C-3", "name": "By another run"})
    bench.chronicle.settle(bench.store)
    bench.send("GET", "/customers/external:C-3")
    bench.send("POST", "/customers", {"externalId": "C-3", "name": "Three"})
    assert len(bench.judged(view).duplicates) == 1


def test_a_write_to_what_nobody_declares_is_a_stray(bench: Bench) -> None:
    """What is not ours to write is left alone."""
    view = bench.view(ONE)
    bench.send("GET", "/customers/external:C-2")
    bench.send("PUT", f"/customers/{bench.ids['C-2']}", {"name": "Two again"})
    assert len(bench.judged(view).strays) == 1


def test_an_emptied_inventory_knows_nobody_and_the_ledger_knows_that(tmp_path: Path) -> None:
    """All that was managed was deleted by plan: then nothing tells another organization apart (`plan.identity`).

    One that is known is told apart as before.
    """
    blocks = tuple(Block(key=f"C-{number}", name="N") for number in range(4))
    world = OwnershipWorld(tmp_path / "world", {}, blocks, ())
    for kept in (blocks, ()):
        world.write(Paper(files={"a.yaml": kept}))
        made = world.plan(leave=True)
        assert made is not None
        assert world.carry_out(made) == 0
    found = world.company.inventory()
    assert found is not None
    assert (found.managed, found.intents) == ({}, ())
    world.answer_as(ELSEWHERE)
    world.write(Paper(files={"a.yaml": (Block(key="C-5", name="N"),)}))
    made = world.plan(leave=True)
    assert made is not None
    assert [change.action for change in made.plan.changes] == [Action.CREATE]
    assert not made.view.astray
    assert world.carry_out(made) == 0


def test_an_organization_of_which_much_is_managed_is_told_apart(tmp_path: Path) -> None:
    """By the product and by the ledger alike: nothing is created there."""
    blocks = tuple(Block(key=f"C-{number}", name="N") for number in range(4))
    world = OwnershipWorld(tmp_path / "world", {}, blocks, ())
    world.write(Paper(files={"a.yaml": blocks}))
    made = world.plan(leave=True)
    assert made is not None
    assert world.carry_out(made) == 0
    world.answer_as(ELSEWHERE)
    made = world.plan(leave=True)
    assert made is not None
    assert made.view.astray
    assert made.plan.changes == ()
