"""How a personal value is shown to whom it is none of their business: `(personal 3f9a2c)`, a short tag under a key.

Equal values of one organization have equal tags, so that a reviewer sees that the address which goes at one customer
is the one that comes at another; nothing else can be read off a tag. It is 24 bits of an HMAC, too short to be turned
back and long enough to tell a few thousand people apart. The key is derived from the organization's digest key and is
not that of any other digest, so that a tag is no beginning of a digest that the inventory holds. Without a
`digestKey:` the key is no secret: then a tag keeps a value from being read, and who guesses the value can check it.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.model.resource import Value

HIDDEN = "(personal)"
"""What stands for a personal value where there is no key to tag it with."""

_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagger:
    """What masks the values of a plan; `keys` go by organization, and one that has none is masked without a tag."""

    keys: Mapping[str, str]
    _known: dict[tuple[str, str], str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def text(self, organization: str, value: Value) -> Value:
        """Give what stands for a value; nothing stays nothing."""
        if value is None or value == "":
            return value
        return self.name(organization, value)

    def name(self, organization: str, value: Value) -> str:
        """Give what stands for a value that there is."""
        text = json.dumps(value) if isinstance(value, str) else _CANONICAL.encode(value)
        known = self._known.get((organization, text))
        if known is None:
            key = self.keys.get(organization, "")
            known = f"(personal {_hmac(key, text)[:_DIGITS]})" if key else HIDDEN
            self._known[organization, text] = known
        return known

    def digest(self, organization: str, digest: str) -> str:
        """Give what stands for a digest over personal values, from which they could be found out by trying."""
        key = self.keys.get(organization, "")
        return _hmac(key, f"digest:{digest}") if key else HIDDEN


def tag_key_of(secret: str) -> str:
    """Give what keys an organization's tags, out of its digest key: 64 hex digits."""
    return _hmac(secret, "reconciler:tag")


def _hmac(key: str, text: str) -> str:
    return hmac.digest(key.encode(), text.encode(), "sha256").hex()  # four times as fast as an object that digests


def _jsonable(value: Value) -> Value:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError(f"{type(value).__name__} is not a value of a field. This is a bug in reconciler.")


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_jsonable)
