"""What an inventory claims is indexed once: what a large run that died left behind makes no loop quadratic."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest

from reconciler.cli.saved import check_owned
from reconciler.errors import PlanStale
from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.model.inventory import Intent, Inventory
from reconciler.plan.undo import Aim
from reconciler.plan.undo_live import Judge
from tests.plan.guarding import clubs, made
from tests.values import CLUB, SECRET, desired, inventory, live


class Counted(tuple[Intent, ...]):
    """Intents that note each look through all of them."""

    looks: list[int]

    def __iter__(self) -> Iterator[Intent]:
        """Look through them."""
        self.looks.append(len(self))
        return super().__iter__()


def left_behind(count: int) -> tuple[Inventory, list[int]]:
    """Have a run die that set out to make so many clubs."""
    runs = [Intent(kind="club", key=str(one.key), action="create", remote_id=None, run="run-0") for one in clubs(count)]
    intents = Counted(runs)
    intents.looks = []
    return replace(inventory(), intents=intents), intents.looks


def plan_deletes(count: int, ours: Inventory) -> None:
    """Plan to delete what it made."""
    made(desired(), live(*clubs(count)), replace(ours, managed=inventory(*clubs(count)).managed))


def judge_creates(count: int, ours: Inventory) -> None:
    """Judge whether what it made is ours, so that it can be undone."""
    found = clubs(count)
    judge = Judge("run-0", live(*found), ours, SECRET, lambda _, one: one)
    for one in found:
        address = Address(organization="acme", kind="club", key=str(one.key))
        judge.judge(Aim(address=address, action=Action.CREATE, kind=CLUB, remote_id=one.remote_id))
    assert len(judge.verdicts.kept) == count


def check_deletes(count: int, ours: Inventory) -> None:
    """Hold a saved plan against the inventory that deletes what it made and nobody knows of."""
    plan = made(desired(), live(*clubs(count)), inventory(*clubs(count)))
    changes = tuple(replace(one.change, entry=None, source=None) for one in plan.blocked)
    assert len(changes) == count
    check_owned(replace(plan, changes=changes), {"acme": ours}, date(2026, 1, 1))
    with pytest.raises(PlanStale):
        check_owned(replace(plan, changes=changes), {"acme": inventory()}, date(2026, 1, 1))


@pytest.mark.parametrize("act", [plan_deletes, judge_creates, check_deletes])
def test_intents_are_looked_through_as_often_for_many_as_for_few(act: Callable[[int, Inventory], None]) -> None:
    """However many are asked about, the work grows as their number, not as its square."""
    looks = []
    for count in (3, 30):
        ours, looked = left_behind(count)
        act(count, ours)
        looks.append(len(looked))
    assert looks[0] == looks[1]


def test_the_first_run_that_set_out_to_protect_is_the_one_that_is_named() -> None:
    """One that only set out to change protects nothing."""
    first = Intent(kind="club", key="A", action="create", remote_id=None, run="run-1")
    ours = replace(inventory(), intents=(first, replace(first, run="run-2", protected=True), replace(first, run="3")))
    claims = ours.claims()
    assert claims.protection("club", "A") == "by run run-2, which ended early"
    assert claims.intended("club", "A")
    assert (claims.protection("club", "B"), claims.intended("club", "B")) == ("", False)
