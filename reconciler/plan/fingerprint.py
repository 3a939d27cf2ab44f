"""Of what an entry was made, in one short text: so a plan sees at once that the inventory has nothing to learn.

Premise. What counts as last applied of an object follows from what is declared of it and from who is who in its lists,
by the table of its kind: a version that comes to call a field personal must not leave its values in clear.
Working that out takes a keyed digest for every personal value, for every object that stands as declared: nearly all of
them, in every plan. A digest over it all, kept in the entry, says that it is what it was.

It is made in two steps, for no one knows both at once: the plan knows what is declared, and who is in a list of
something new shows when it was written. It holds under one digest key, and is empty where nothing can be said: of an
older inventory, of something that was not read back, and where the vendor made something else of what it was sent.

Rejected: comparing what the inventory would hold with what it holds. At 10,000 customers that took nearly as long again
as reading and comparing everything. And remembering the time of a file, which says nothing of the live side.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
from collections.abc import Sequence

from reconciler.model.kind import Field, Kind
from reconciler.model.resource import Declared, Observed
from reconciler.plan.canonical import canonical

_SHAPE = b"2"  # of what an entry holds, beside the tables: another one makes every entry worth a look
_SIZE = 12  # bytes


def table_of(kind: Kind) -> bytes:
    """Give in short what of a kind's table says under which paths its values are remembered, and in what shape."""
    members = [
        (row.section, row.identity, row.natural, row.second, row.key, row.remote, _rows(row.fields))
        for row in kind.members
    ]
    return canonical((_rows(kind.fields), members))


def _rows(fields: Sequence[Field]) -> list[tuple[str, int, bool]]:
    return [(row.name, row.depth, row.personal) for row in fields]


def declared_print(declared: Declared, table: bytes, secret: str) -> str:
    """Give the fingerprint of what is declared; `table` is that of its kind."""
    return _digest(table + canonical((declared.fields, declared.members)), secret)


def whole_print(half: str, found: Observed | None, kind: Kind, secret: str) -> str:
    """Give the fingerprint of what is declared, as `half` says it, together with who is in the lists of its object."""
    if not half or found is None:
        return ""
    if not kind.members:
        return half
    if found.members is None:
        return ""
    people = [
        sorted(
            (str(row.get(member.remote)), row.get(member.identity) or "", str(row.get(member.natural) or ""))
            for row in found.members.get(member.section, ())
        )
        for member in kind.members
    ]
    return _digest(half.encode() + canonical(people), secret)


def _digest(content: bytes, secret: str) -> str:
    digest = _keyed(secret).copy()
    digest.update(content)
    return digest.hexdigest()


@functools.lru_cache(maxsize=64)
def _keyed(secret: str) -> hashlib.blake2b:
    key = hmac.new(secret.encode(), b"reconciler:fingerprint", hashlib.sha256).digest()
    return hashlib.blake2b(_SHAPE, key=key, digest_size=_SIZE)
