"""The inventory in git: a ref of a remote that runners without a disk of their own share.

`refs/reconciler/ORGANIZATION` points to a commit whose tree holds `inventory.json` and, while the lock is held,
`lock.json`. A large inventory goes on in `inventory.json.00001` and so on; one after the other they are its text. They
are cut where names alone say (`entry_lines`), so that a checkpoint stores and pushes only the pieces that changed.

Every write is one new commit upon the one that its writer saw, and one push that the remote carries out only if the ref
still stands there: the compare-and-swap. So lock and intents come into being together or not at all.

| the remote                                  | means                                                              |
|---------------------------------------------|--------------------------------------------------------------------|
| answers, has no such ref                    | a first run: None                                                  |
| does not answer, or refuses                 | `inventory-unreachable`, never None                                |
| has a serial lower than one seen here       | an old inventory was put back: refused                             |
| has the commit that we pushed, push failed  | the answer was lost, the push was not                              |
| has an earlier commit of ours               | an earlier push whose answer was lost: go on from there            |
| has another commit                          | another run: `Locked` before we began, `LockLost` afterwards       |

A commit keeps its parent, so that every push is a fast-forward (some servers take no other) and costs what changed.
Rejected: a branch with a work tree (it would meet the user's own), and one ref for the lock and one for the inventory
(two pushes, between which a run can die).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reconciler.model.inventory import Holder, Inventory
from reconciler.store import inventory_problems as problems
from reconciler.store.git import GitRepository
from reconciler.store.inventory_text import inventory_parts, parse_inventory, serial_of
from reconciler.store.lock import LeaseTerms, await_turn, lock_text, parse_lock

INVENTORY, LOCK = "inventory.json", "lock.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class GitInventoryStore:
    """An organization's inventory at the remote of a repository."""

    repository: GitRepository
    organization: str
    terms: LeaseTerms

    @property
    def ref(self) -> str:
        """The ref; what git does not allow in one is encoded."""
        name = self.organization
        if ".." in name or name.endswith((".", ".lock")):
            name = name.replace(".", "%2E")
        return f"refs/reconciler/{name}"

    def read(self) -> Inventory | None:
        """Read the inventory; None if the remote answered and has no such ref."""
        known = self.repository.known_commit(self.ref)
        commit = self.fetch()
        if commit is None:
            return None
        inventory = parse_inventory(self._content(commit), self.organization)
        if known and not self.repository.descends(commit, known) and inventory.serial < self._serial(known):
            raise problems.unreadable(
                self.organization, "It is older than one that was read here before: somebody put an old one back."
            )
        self.repository.remember(self.ref, commit)
        return inventory

    def remembered(self) -> Inventory | None:
        """Give what was last read or written here, without asking the remote; None if that is nothing."""
        known = self.repository.known_commit(self.ref)
        return None if known is None else parse_inventory(self._content(known), self.organization)

    def take(self, holder: Holder, inventory: Inventory, wait: float = 0.0) -> GitHold:
        """Take the lock and record the intents."""
        return self._take(holder, inventory, wait, replacing=False)

    def rebuild(self, holder: Holder, inventory: Inventory, wait: float = 0.0) -> GitHold:
        """Take the lock and put the inventory in the place of whatever stands there."""
        return self._take(holder, inventory, wait, replacing=True)

    def holder(self) -> Holder | None:
        """Say who holds the lock."""
        commit = self.fetch()
        return None if commit is None else self._holder(commit)

    def unlock(self, lock_id: str) -> Holder:
        """Free the lock of that id."""
        while True:  # again only if another write came first
            commit = self.fetch()
            found = None if commit is None else self._holder(commit)
            if commit is None or found is None:
                raise problems.unlock_free(self.organization)
            if found.id != lock_id:
                raise problems.unlock_mismatch(self.organization, found)
            files = {name: blob for name, blob in self.repository.files(commit).items() if name != LOCK}
            freed = self.repository.write_commit(files, commit, f"{self.organization}: unlock {lock_id}")
            if self.repository.push(self.ref, freed, commit) == freed:
                return found

    def fetch(self) -> str | None:
        """Give the commit that the remote has now, which is here afterwards."""
        commit = self.repository.remote_commit(self.ref)
        if commit is not None:
            self.repository.fetch(self.ref, commit)
        return commit

    def commit(self, inventory: Inventory, holder: Holder | None, parent: str | None) -> str:
        """Make the commit of an inventory and a lock, without showing it to anybody yet."""
        parts = inventory_parts(inventory)
        known = set(self.repository.files(parent).values()) if parent else set()
        names = (INVENTORY, *(f"{INVENTORY}.{place:05}" for place in range(1, len(parts))))
        files = dict(zip(names, self.repository.write_blobs(parts, known), strict=True))
        if holder is not None:
            files[LOCK] = self.repository.write_blob(lock_text(holder))
        return self.repository.write_commit(files, parent, f"{self.organization}: serial {inventory.serial}")

    def _take(self, holder: Holder, inventory: Inventory, wait: float, *, replacing: bool) -> GitHold:
        def attempt() -> GitHold | Holder:
            while True:  # again only if another write came first, whose lock or serial is then found
                commit = self.fetch()
                other = None if commit is None else self._holder(commit)
                if other is not None and not self.terms.abandoned(other):
                    return other
                serial = self._next_serial(commit, inventory, replacing=replacing)
                ours = self.terms.begun(holder)
                new = self.commit(replace(inventory, serial=serial), ours, commit)
                if self.repository.push(self.ref, new, commit) == new:
                    return GitHold(self, ours, new, taken_from=other, serial=serial)

        return await_turn(attempt, lambda other: problems.locked(self.organization, other), self.terms, wait)

    def _next_serial(self, commit: str | None, inventory: Inventory, *, replacing: bool) -> int:
        stored = 0 if commit is None else self._serial(commit)
        if not replacing and stored != inventory.serial:
            if commit is not None:
                parse_inventory(self._content(commit), self.organization)  # a torn one is told as such
            raise problems.moved(self.organization)
        known = self.repository.known_commit(self.ref)  # a ref that was deleted does not begin at 1 again
        return max(stored, inventory.serial, self._serial(known) if known else 0) + 1

    def _holder(self, commit: str) -> Holder | None:
        blob = self.repository.files(commit).get(LOCK)
        return parse_lock(self.repository.content(blob)) if blob else None

    def _content(self, commit: str) -> bytes:
        files = self.repository.files(commit)
        if INVENTORY not in files:
            raise problems.foreign(self.organization, f"The commit at {self.ref} holds no inventory.")
        further = (files[name] for name in sorted(files) if name.startswith(f"{INVENTORY}."))
        return self.repository.contents([files[INVENTORY], *further])

    def _serial(self, commit: str) -> int:
        blob = self.repository.files(commit).get(INVENTORY)
        return (serial_of(self.repository.content(blob)) if blob else None) or 0


class GitHold:
    """The lock of one organization, held at a remote."""

    def __init__(
        self, store: GitInventoryStore, holder: Holder, commit: str, *, taken_from: Holder | None, serial: int
    ) -> None:
        self._store = store
        self._holder = holder
        self._taken_from = taken_from
        self._serial = serial
        self._commit = commit
        self._unheard: set[str] = set()  # commits whose push failed, and may have taken effect all the same

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
        if not self.lease_left():
            raise problems.lost(self._store.organization, "Its lease ran out before it was renewed.")
        renewed = self._store.terms.renewed(self._holder)
        self._write(inventory, renewed)
        self._holder = renewed

    def release(self, inventory: Inventory) -> None:
        """Write the inventory and let go of the lock."""
        self._write(inventory, None)

    def lease_left(self) -> float:
        """Give the seconds left of the lease."""
        return self._store.terms.left(self._holder)

    def _write(self, inventory: Inventory, holder: Holder | None) -> None:
        self._serial += 1
        written = replace(inventory, serial=self._serial)
        while True:  # again only from a commit of our own whose push was not heard of
            commit = self._store.commit(written, holder, self._commit)
            self._unheard.add(commit)
            stands = self._store.repository.push(self._store.ref, commit, self._commit)
            if stands == commit:
                break
            if stands is None or stands not in self._unheard:
                raise problems.lost(self._store.organization, "It was freed by hand, or went to another run.")
            self._unheard.remove(stands)
            self._commit = stands
        self._commit = commit
        self._unheard.clear()
