"""A path -> what of it may be logged: the names of routes stay, the ids between them go.

Both vendors write collections and ids by turns (`/customers/ID/contacts/ID`), and so does whoever builds a path here.
What stands in the place of an id is hidden whatever it looks like: an id is the vendor's own, and may be anything.
"""

from __future__ import annotations

VERBS = frozenset({"upsert"})
"""Names of routes that stand where an id would."""


def template(path: str) -> str:
    """Give a path with its ids hidden; what a query says never is in it."""
    names = path.partition("?")[0].strip("/").split("/")
    return "/" + "/".join(one if place % 2 == 0 or one in VERBS else "{id}" for place, one in enumerate(names))
