"""The inventory as a file on this machine: `.reconciler/inventory/ORGANIZATION.json`, its lock beside it.

A file system has no compare-and-swap over two files, so each step (look at lock and serial, then replace them) runs
under a lock of the system's on a file of its own (`filelock`), which ends with the process. Both files are replaced
whole: a run that is killed at any point leaves the old content or the new one. The lock is written first and removed
last; a run killed in between has recorded no intent and sent nothing.

| killed                         | what stands there                         | the next run                          |
|--------------------------------|-------------------------------------------|---------------------------------------|
| before the lock is replaced    | all as before                             | goes on                               |
| between lock and inventory     | the lock; the old inventory               | takes over when the lease has run out |
| after both, or in a checkpoint | the lock; intents, or outcomes up to then | the same, and looks the intents up    |
| in `release`, before the end   | the lock; all outcomes                    | takes over when the lease has run out |

Files are readable by their owner alone, folders too.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from reconciler.model.inventory import Holder, Inventory
from reconciler.store import inventory_problems as problems
from reconciler.store.atomic_file import replace_file
from reconciler.store.inventory_text import inventory_text, parse_inventory, serial_of
from reconciler.store.lock import LeaseTerms, await_turn, lock_text, parse_lock
from reconciler.store.own_folder import make_own_folder

_LOOK = 0.005
"""Seconds between two looks at whether the guard is free; whoever holds it needs a few milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileInventoryStore:
    """An organization's inventory below `folder`, which is the `.reconciler` of the machine's user."""

    folder: Path
    organization: str
    terms: LeaseTerms

    @property
    def path(self) -> Path:
        """The file of the inventory."""
        return self.folder / "inventory" / f"{self.organization}.json"

    @property
    def lock_path(self) -> Path:
        """The file of the lock, there while it is held."""
        return self.path.with_name(f"{self.organization}.lock")

    def read(self) -> Inventory | None:
        """Read the inventory; None if no file was ever put there."""
        content = self._content()
        return None if content is None else parse_inventory(content, self.organization)

    def take(self, holder: Holder, inventory: Inventory, wait: float = 0.0) -> FileHold:
        """Take the lock and record the intents."""
        return self._take(holder, inventory, wait, replacing=False)

    def rebuild(self, holder: Holder, inventory: Inventory, wait: float = 0.0) -> FileHold:
        """Take the lock and put the inventory in the place of whatever stands there."""
        return self._take(holder, inventory, wait, replacing=True)

    def holder(self) -> Holder | None:
        """Say who holds the lock."""
        try:
            return parse_lock(self.lock_path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise problems.unreachable(self.organization, problems.said_by_system(error)) from error

    def unlock(self, lock_id: str) -> Holder:
        """Free the lock of that id."""
        with self.guard():
            found = self.holder()
            if found is None:
                raise problems.unlock_free(self.organization)
            if found.id != lock_id:
                raise problems.unlock_mismatch(self.organization, found)
            self.lock_path.unlink()
        return found

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Keep other processes from changing lock or inventory inside the block, which must be short."""
        try:
            make_own_folder(self.folder)
            _make_private(self.folder, self.path.parent)
            with _alone(self.path.with_name(f"{self.organization}.guard")):
                yield
        except OSError as error:
            raise problems.unwritable(self.organization, problems.said_by_system(error)) from error

    def stored_serial(self) -> int | None:
        """Give the serial that stands in the file: 0 without a file, None where there is none to be read."""
        try:
            with self.path.open("rb") as file:
                return serial_of(file.read(1024))
        except FileNotFoundError:
            return 0

    def _take(self, holder: Holder, inventory: Inventory, wait: float, *, replacing: bool) -> FileHold:
        def attempt() -> FileHold | Holder:
            with self.guard():
                return self._attempt(holder, inventory, replacing=replacing)

        return await_turn(attempt, lambda other: problems.locked(self.organization, other), self.terms, wait)

    def _attempt(self, holder: Holder, inventory: Inventory, *, replacing: bool) -> FileHold | Holder:
        other = self.holder()
        if other is not None and not self.terms.abandoned(other):
            return other
        serial = self.stored_serial()
        if not replacing and serial != inventory.serial:
            self.read()  # a torn one is told as such
            raise problems.moved(self.organization)
        self._sweep()
        hold = FileHold(self, self.terms.begun(holder), taken_from=other, serial=max(serial or 0, inventory.serial))
        try:
            hold.write(inventory, hold.holder)
        except OSError:
            self.lock_path.unlink(missing_ok=True)  # nothing was begun, so nobody has to wait for the lease's end
            raise
        return hold

    def _content(self) -> bytes | None:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            if any(path.is_symlink() for path in (self.path, self.path.parent, self.folder)):
                raise problems.unreadable(self.organization, "A link on the way to it leads nowhere.") from None
            return None
        except OSError as error:
            raise problems.unreadable(self.organization, problems.said_by_system(error)) from error

    def _sweep(self) -> None:
        """Remove what a killed run left half written; nobody else writes here while we are guarded."""
        for name in (self.path.name, self.lock_path.name):
            for left in self.path.parent.glob(f".{name}.*.tmp"):
                left.unlink(missing_ok=True)


class FileHold:
    """The lock of one organization, held in a file."""

    def __init__(self, store: FileInventoryStore, holder: Holder, *, taken_from: Holder | None, serial: int) -> None:
        self._store = store
        self._holder = holder
        self._taken_from = taken_from
        self._serial = serial

    @property
    def holder(self) -> Holder:
        """Who we are, with the lease as last renewed."""
        return self._holder

    @property
    def taken_from(self) -> Holder | None:
        """Whose lock was taken over."""
        return self._taken_from

    def checkpoint(self, inventory: Inventory) -> None:
        """Write the inventory and renew the lease."""
        with self._store.guard():
            if not self.lease_left():
                raise problems.lost(self._store.organization, "Its lease ran out before it was renewed.")
            self._check_ours()
            self.write(inventory, self._store.terms.renewed(self._holder))

    def release(self, inventory: Inventory) -> None:
        """Write the inventory and let go of the lock."""
        with self._store.guard():
            self._check_ours()
            self.write(inventory, self._holder)
            self._store.lock_path.unlink()

    def lease_left(self) -> float:
        """Give the seconds left of the lease."""
        return self._store.terms.left(self._holder)

    def write(self, inventory: Inventory, holder: Holder) -> None:
        """Replace lock and inventory; for the store and this class alone, which see to the guard."""
        replace_file(self._store.lock_path, lock_text(holder))
        self._holder = holder
        replace_file(self._store.path, inventory_text(replace(inventory, serial=self._serial + 1)))
        self._serial += 1

    def _check_ours(self) -> None:
        other = self._store.holder()
        if other is None:
            raise problems.lost(self._store.organization, "It was freed by hand.")
        if other.id != self._holder.id:
            raise problems.lost(self._store.organization, f"It went to another run: {problems.describe(other)}.")
        stored = self._store.stored_serial()
        if stored not in (self._serial, self._serial + 1):  # one more: we wrote it, and its last step failed
            raise problems.lost(self._store.organization, "The inventory was replaced by something else.")
        self._serial = stored


@contextmanager
def _alone(guard: Path) -> Iterator[None]:
    """Wait for the system's lock on a guard file, and hold it inside the block; the file itself stays.

    Where the system has no such lock that is an error: what stands in for it would outlive a killed process.

    Raises:
        OSError: the file cannot be made or locked.
    """
    from filelock import FileLock  # late: most commands take no lock

    with FileLock(guard, mode=0o600, poll_interval=_LOOK, fallback_to_soft=False):
        yield


def _make_private(*folders: Path) -> None:
    for folder in folders:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix" and folder.stat().st_mode & 0o077:
            with contextlib.suppress(PermissionError):  # somebody else's folder: the files in it are private still
                folder.chmod(0o700)
