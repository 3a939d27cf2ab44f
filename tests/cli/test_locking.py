"""Locks that are taken together: all of them, or none stays."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from reconciler.cli.composition import configured
from reconciler.cli.holding import Locks
from reconciler.cli.locking import take_locks, this_run
from reconciler.cli.stores import store_of
from reconciler.cli.watching import Watch
from reconciler.errors import OutcomeUnknown, Problem
from reconciler.model.inventory import Holder, Inventory
from reconciler.model.organization import Organization
from reconciler.render.progress import Lines
from reconciler.store.inventory import Hold, InventoryStore
from reconciler.store.plan_file import read_plan
from tests.cli.running import Folder


class Meddled:
    """A store of which something else happens once its lock is asked for, or was had."""

    def __init__(self, store: InventoryStore, before: Callable[[], None], after: Callable[[], None]) -> None:
        self._store, self._before, self._after = store, before, after

    def read(self) -> Inventory | None:
        """Read as ever."""
        return self._store.read()

    def holder(self) -> Holder | None:
        """Tell as ever."""
        return self._store.holder()

    def take(self, holder: Holder, inventory: Inventory, wait: float = 0.0) -> Hold:
        """Take the lock, and meddle."""
        self._before()
        hold = self._store.take(holder, inventory, wait)
        self._after()
        return hold

    def rebuild(self, holder: Holder, inventory: Inventory, wait: float = 0.0) -> Hold:
        """Take it likewise."""
        return self.take(holder, inventory, wait)

    def unlock(self, lock_id: str) -> Holder:
        """Free it as ever."""
        return self._store.unlock(lock_id)


@pytest.fixture
def two(folder: Folder) -> tuple[Organization, Organization]:
    """Two organizations with a plan of something to do at each."""
    text = (folder.path / "reconciler.yaml").read_text()
    second = text.partition("\n")[2].replace("acme-fr", "acme-uk").replace(" customers", " clients")
    folder.write("reconciler.yaml", text + second)
    folder.write("clients/acme.yaml", "customers:\n  - {externalId: U-1, name: One}\n")
    assert folder.call("plan", "--out", str(folder.path / "plan.out")).code == 0
    first, other = configured(folder.path)
    return first, other


def nothing() -> None:
    """Do nothing."""


async def taken(
    two: tuple[Organization, Organization],
    folder: Path,
    before: Callable[[], None] = nothing,
    after: Callable[[], None] = nothing,
    watch: Watch | None = None,
) -> Locks:
    """Take both locks, of which the second is meddled with."""
    first, second = two

    def kept(organization: Organization, directory: Path) -> InventoryStore:
        store = store_of(organization, directory)
        return Meddled(store, before, after) if organization.name == second.name else store

    return await take_locks(
        read_plan(folder / "plan.out"),
        two,
        {first.name: None, second.name: None},
        folder,
        asyncio.Event(),
        watch or Watch(Lines(lambda _line: None, time.monotonic)),
        holder=this_run("reconciler apply"),
        kept_in=kept,
    )


def holders(two: tuple[Organization, Organization], folder: Path) -> list[Holder | None]:
    """Say who holds the locks."""
    return [store_of(one, folder).holder() for one in two]


def refuse() -> None:
    """Be a store that breaks in a way that it knows of."""
    raise OutcomeUnknown(Problem(code="lock-lost", summary="", where="", remedy=""))


def burst() -> None:
    """Be a store with a bug."""
    raise ZeroDivisionError


@pytest.mark.parametrize(("breaks", "error"), [(refuse, OutcomeUnknown), (burst, ZeroDivisionError)])
def test_whatever_ends_the_taking_gives_back_what_was_taken(
    breaks: Callable[[], None], error: type[Exception], two: tuple[Organization, Organization], folder: Folder
) -> None:
    """Be it a problem, or a bug."""
    with pytest.raises(error):
        asyncio.run(taken(two, folder.path, before=breaks))
    assert holders(two, folder.path) == [None, None]


def test_a_cancelled_taking_gives_back_also_what_a_thread_takes_just_then(
    two: tuple[Organization, Organization], folder: Folder
) -> None:
    """A thread cannot be stopped: its lock is waited for, and let go."""
    asked, goes_on = threading.Event(), threading.Event()

    def hold_up() -> None:
        asked.set()
        assert goes_on.wait(10)

    async def cancelled() -> None:
        taking = asyncio.create_task(taken(two, folder.path, after=hold_up))
        await asyncio.to_thread(asked.wait, 10)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:  # as a loop does that is being closed
            task.cancel()
        await asyncio.sleep(0)
        goes_on.set()
        await taking

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())
    assert holders(two, folder.path) == [None, None]


def test_whose_lock_is_being_taken_is_told_where_it_takes_long(
    two: tuple[Organization, Organization], folder: Folder
) -> None:
    """And not what the run was at before; a lock that is had at once is not worth a line."""
    lines: list[str] = []
    watch = Watch(Lines(lines.append, count(step=2).__next__))

    def linger() -> None:
        watch.beat()
        refuse()

    with pytest.raises(OutcomeUnknown):
        asyncio.run(taken(two, folder.path, before=linger, watch=watch))
    assert lines == ["Taking the lock of acme-uk…"]
