"""The name of a resource: `organization/kind/key`, a member's under its parent's.

A key is an external id, a document's own `key:`, or a keyed digest of a personal value. Others choose external ids too:
one of a person that tells who that is becomes a tag where a plan is shown (`plan.masked_keys`).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from urllib.parse import quote, unquote

_READABLE = " !$&'()*+,;=:@|~<>[]{}^`\"\\"  # everything but the slash, the percent sign and what is not printable


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a resource stands: `acme-fr/customer/C-001`, or `acme-fr/customer/C-001/contact/P-1` with a parent.

    A slash or percent sign inside a key is written percent-encoded, so that parsing is the inverse of `str`.
    """

    organization: str
    kind: str
    key: str
    parent: Address | None = None

    def __str__(self) -> str:
        head = str(self.parent) if self.parent else self.organization
        return f"{head}/{self.kind}/{_quoted(self.key)}"

    def __lt__(self, other: Address) -> bool:
        return self.parts < other.parts

    @property
    def parts(self) -> tuple[str, ...]:
        """The unencoded segments in order; addresses sort by them."""
        head = self.parent.parts if self.parent else (self.organization,)
        return (*head, self.kind, self.key)

    @property
    def top(self) -> Address:
        """The resource that this address belongs to: itself, or its outermost parent."""
        return self.parent.top if self.parent else self

    def member(self, kind: str, key: str) -> Address:
        """Name a member of this resource."""
        return Address(organization=self.organization, kind=kind, key=key, parent=self)


def parse_address(text: str) -> Address | None:
    """Read an address; None if `text` is none (its segments must be an organization and pairs of kind and key)."""
    organization, *rest = text.split("/")
    if not organization or not rest or len(rest) % 2 or not all(rest):
        return None
    address: Address | None = None
    for kind, key in zip(rest[::2], rest[1::2], strict=True):
        address = Address(organization=organization, kind=kind, key=unquote(key), parent=address)
    return address


def digest_key(secret: str, value: str) -> str:
    """Turn a personal value into a key that does not reveal it: 16 hex digits of HMAC-SHA-256, case-folded."""
    return hmac.digest(secret.encode(), value.strip().casefold().encode(), "sha256").hex()[:16]


def digest_key_id(secret: str) -> str:
    """Give the id of a digest key: 16 hex digits that the key cannot be computed from.

    An inventory whose `digest_key_id` differs from that of the key in use has no last applied personal values to
    compare with: they are unknown, which is not drift.
    """
    return hmac.digest(secret.encode(), b"reconciler:digest-key-id", "sha256").hex()[:16]


def _quoted(key: str) -> str:
    plain = key.isprintable() and "/" not in key and "%" not in key
    return key if plain else quote(key, safe=_READABLE)  # quoting costs more than all the rest of an address
