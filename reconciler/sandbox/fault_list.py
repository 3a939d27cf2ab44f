"""The faults that are switched on, kept in the store so that one command can set them and another meet them."""

from __future__ import annotations

from reconciler.sandbox.faults import Fault, fault_from
from reconciler.sandbox.store import Store
from reconciler.sandbox.values import decode_object, encode


def add_fault(store: Store, fault: Fault) -> None:
    """Switch a fault on; it counts requests from now."""
    with store.transaction():
        store.connection.execute("INSERT INTO faults (body) VALUES (?)", (encode(fault.to_json()).decode(),))


def clear_faults(store: Store) -> None:
    """Switch all faults off."""
    with store.transaction():
        store.connection.execute("DELETE FROM faults")


def active_faults(store: Store) -> list[Fault]:
    """Return the faults that are switched on, those that have struck for the last time included."""
    return [fault for _, _, fault in _rows(store)]


def striking(store: Store, *, method: str, path: str, organization: str, listing: bool) -> list[Fault]:
    """Count a request with every fault that meets it, and return those that strike it."""
    struck: list[Fault] = []
    for number, seen, fault in _rows(store):
        if fault.meets(method, path, organization, listing=listing):
            store.connection.execute("UPDATE faults SET seen = ? WHERE number = ?", (seen + 1, number))
            if fault.strikes(seen + 1):
                struck.append(fault)
    return struck


def _rows(store: Store) -> list[tuple[int, int, Fault]]:
    """Return each fault with its number and how many requests it has met."""
    rows: list[tuple[int, int, str]] = store.connection.execute(
        "SELECT number, seen, body FROM faults ORDER BY number"
    ).fetchall()
    return [(number, seen, fault_from(decode_object(body))) for number, seen, body in rows]
