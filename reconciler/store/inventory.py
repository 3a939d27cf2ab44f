"""The port to where an organization's inventory and lock are kept; `inventory_file` and `inventory_git` implement it.

Whoever writes holds the lock, and every write is a compare-and-swap: it takes effect only on top of the very state
that its writer saw last. So two runs that start from the same inventory cannot both begin, and one that was taken for
dead finds out before it overwrites its successor's work.

Reading takes no lock and writes nothing. A store that cannot be read is never an empty one: only where there is
proof that no inventory was ever written is the answer None.
"""

from __future__ import annotations

from typing import Protocol

from reconciler.model.inventory import Holder, Inventory


class Hold(Protocol):
    """A lock that is ours.

    The store counts the inventory's `serial`; what the caller puts there is not looked at. One thread at a time may
    use a hold; its methods block.
    """

    @property
    def holder(self) -> Holder:
        """Who we are, with the lease as last renewed."""

    @property
    def taken_from(self) -> Holder | None:
        """Whose lock was taken over because its lease had run out; None if it was free. Worth telling."""

    def checkpoint(self, inventory: Inventory) -> None:
        """Write the inventory and renew the lease.

        Raises:
            LockLost: the lease ran out, or the lock or the inventory is not as we left it; nothing was written.
            ReconcilerError: `inventory-unreachable` or `inventory-unwritable`; try again while the lease lasts.
        """

    def release(self, inventory: Inventory) -> None:
        """Write the inventory and let go of the lock, even after the lease ran out if nobody took it meanwhile.

        Raises:
            LockLost: somebody took it; nothing was written.
            ReconcilerError: `inventory-unreachable` or `inventory-unwritable`; the lock stays until its lease ends.
        """

    def lease_left(self) -> float:
        """Give the seconds left of the lease; below `lock.MARGIN` no write may begin any more."""


class InventoryStore(Protocol):
    """Where one organization's inventory and lock are kept."""

    def read(self) -> Inventory | None:
        """Read the inventory; None only where it is proven that there is none, which is a first run.

        Raises:
            ReconcilerError: `inventory-unreadable`, `inventory-foreign`, `inventory-newer` or `inventory-unreachable`.
        """

    def take(self, holder: Holder, inventory: Inventory, wait: float = 0.0) -> Hold:
        """Take the lock and write the inventory, with the intents in it, in one compare-and-swap.

        Args:
            holder: Who asks; `since` and `until` are filled in here.
            inventory: As `read` gave it, with intents added: its `serial` (0 on a first run) says what it builds upon.
            wait: For how many seconds to wait while another run holds the lock.

        Raises:
            Locked: another run holds the lock.
            PlanStale: `inventory-moved`: the inventory was written since it was read.
            ReconcilerError: as `read`, and `inventory-unwritable`.
        """

    def rebuild(self, holder: Holder, inventory: Inventory, wait: float = 0.0) -> Hold:
        """Take the lock and write the inventory in place of whatever stands there, readable or not.

        Raises:
            Locked: another run holds the lock.
            ReconcilerError: `inventory-unreachable` or `inventory-unwritable`.
        """

    def holder(self) -> Holder | None:
        """Say who holds the lock, also when the lease has run out; None if nobody does."""

    def unlock(self, lock_id: str) -> Holder:
        """Free the lock, which must be the one of that id, and say whose it was.

        Raises:
            ReconcilerError: `unlock-mismatch` (another run's by now) or `unlock-free` (nobody holds it).
        """
