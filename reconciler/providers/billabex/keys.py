"""How an account is known: by its source, `connection:id`, or by Billabex's own id, `id:…`.

There is no route that finds an account by its source (fact sheet §6.4); the list of accounts tells it of each.
"""

from __future__ import annotations

from urllib.parse import quote, unquote

BY_ID = "id:"


def key_by_source(connection: str, own: str) -> str:
    """Name an account by its source; a colon in the connection is encoded, and `id` is told apart from `id:…`."""
    return f"{'%69d' if connection == 'id' else quote(connection, safe=' ')}:{own}"


def key_by_id(remote_id: str) -> str:
    """Name an account by Billabex's id."""
    return f"{BY_ID}{remote_id}"


def source_of(key: str) -> tuple[str, str] | None:
    """Give the connection and the id there; None for an account that is known by Billabex's id."""
    if key.startswith(BY_ID):
        return None
    connection, _, own = key.partition(":")
    return unquote(connection), own


def id_of(key: str) -> str | None:
    """Give Billabex's id where an account is known by it."""
    return key.removeprefix(BY_ID) if key.startswith(BY_ID) else None
