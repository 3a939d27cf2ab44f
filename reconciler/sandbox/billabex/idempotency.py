"""Idempotency keys (R-IDEMP): the same key with the same request is answered as before, and nothing is done again.

Only what took effect is remembered: a request that was turned down may be made again under its key.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

from reconciler.sandbox.billabex.organization import BillabexOrganization
from reconciler.sandbox.values import decode, encode
from reconciler.sandbox.wire import RefusalError, Reply, Request

HEADER = "idempotency-key"


def served_once(organization: BillabexOrganization, request: Request, serve: Callable[[], Reply]) -> Reply:
    """Serve a request, or return what it was answered the first time."""
    key = request.headers.get(HEADER)
    if not key or request.method == "GET" or organization.settings.idempotency_keys == "ignored":
        return serve()
    connection, place = organization.store.connection, (organization.row.number, key)
    found: tuple[str, int, str] | None = connection.execute(
        "SELECT request, status, payload FROM answered_keys WHERE organization = ? AND key = ? AND until > ?",
        (*place, organization.now),
    ).fetchone()
    asked = _digest(request)
    if found is not None:
        before, status, payload = found
        if before != asked:
            raise RefusalError(organization.settings.idempotency_conflict, "This key was used for another request.")
        return Reply(status=status, payload=decode(payload), lasting=False)
    reply = serve()
    connection.execute(
        "INSERT OR REPLACE INTO answered_keys (organization, key, until, request, status, payload)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            *place,
            organization.now + organization.settings.idempotency_seconds,
            asked,
            reply.status,
            encode(reply.payload).decode(),
        ),
    )
    return reply


def _digest(request: Request) -> str:
    """Return what tells two requests apart: method, path, and every byte of the body."""
    return blake2b(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
