"""Every request that reached the sandbox, in order: what it asked, what it was told, whether anything came of it.

Credentials are never written here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from reconciler.sandbox.store import Store
from reconciler.sandbox.values import decode, encode, texts
from reconciler.sandbox.wire import Answer, Request

_Row: TypeAlias = tuple[int, str | None, str, str, str, str, int, int, str | None, str, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRequest:
    """One request. A `status` of 0 means that the connection was never made; times are those of the sandbox's clock."""

    number: int
    organization: str | None
    method: str
    path: str
    """Decoded, below the part that all routes of a vendor have in common."""
    query: str
    body: str
    status: int
    effect: bool
    """Whether it changed anything."""
    loss: str | None
    """How the answer was lost, if it was: timeout, reset or refused."""
    faults: tuple[str, ...]
    """The kinds of the faults that struck it."""
    started: float
    ended: float


def record(
    store: Store,
    request: Request,
    answer: Answer,
    *,
    path: str,
    organization: str | None,
    effect: bool,
    faults: list[str],
    now: float,
) -> int:
    """Write a request down as over at once, and return its number."""
    row: tuple[int] = store.connection.execute(
        "INSERT INTO requests"
        " (organization, method, path, query, body, status, effect, loss, faults, started, ended)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number",
        (
            organization,
            request.method,
            path,
            "&".join(f"{name}={value}" for name, value in request.query),
            request.body.decode("utf-8", "replace"),
            answer.response.status,
            effect,
            answer.loss,
            encode([*faults]).decode(),
            now,
            now,
        ),
    ).fetchone()
    return row[0]


def note_end(store: Store, number: int, ended: float) -> None:
    """Write down when the answer to a request was out."""
    with store.transaction():
        store.connection.execute("UPDATE requests SET ended = ? WHERE number = ?", (ended, number))


def logged_requests(store: Store, organization: str | None = None) -> list[LoggedRequest]:
    """Return the requests to one organization, or to all, in the order in which they came."""
    condition, values = ("WHERE organization = ?", (organization,)) if organization else ("", ())
    rows: list[_Row] = store.connection.execute(
        "SELECT number, organization, method, path, query, body, status, effect, loss, faults, started, ended"
        f" FROM requests {condition} ORDER BY number",
        values,
    ).fetchall()
    return [_logged(row) for row in rows]


def clear_requests(store: Store) -> None:
    """Forget the log."""
    with store.transaction():
        store.connection.execute("DELETE FROM requests")


def _logged(row: _Row) -> LoggedRequest:
    """Turn a row into a logged request."""
    number, organization, method, path, query, body, status, effect, loss, faults, started, ended = row
    return LoggedRequest(
        number=number,
        organization=organization,
        method=method,
        path=path,
        query=query,
        body=body,
        status=status,
        effect=bool(effect),
        loss=loss,
        faults=tuple(texts(decode(faults))),
        started=started,
        ended=ended,
    )
