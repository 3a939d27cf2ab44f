"""What a kind calls that by which its objects are known: the vendor's own word, for texts that no vendor stands in."""

from __future__ import annotations

import re

from reconciler.model.kind import Kind, MemberKind

_INNER_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def spoken_name(name: str) -> str:
    """Speak a name in camel case: `externalId` is "external id"."""
    return _INNER_CAPITAL.sub(" ", name).lower()


def identity_word(kind: Kind | MemberKind) -> str:
    """Say in words what one goes by: `externalId` is "external id", `source` is "source"; a key where there is none."""
    return spoken_name(kind.identity or "key")
