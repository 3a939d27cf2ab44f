"""What tells a comment from others of the same pull request: of a folder, of organizations, given by hand, of an apply.

| comment                                      | key                          |
|----------------------------------------------|------------------------------|
| organizations of the top of a repository     | `acme-fr`, `acme-ch+acme-fr` |
| the same of a folder; all that are in it     | `shop/acme-fr`; `shop/`      |
| all organizations of the top                 | `plan`                       |
| how the apply of any of these ended          | `shop/acme-fr:applied`       |
| what is too long, or holds what a key cannot | `shop-a~0f3c51d2a9be`        |

Names of organizations hold dots and dashes, and neither `/`, `+`, `:` nor `~`. So no comment has the key of another
one, and marks it as superseded, or takes its place. A key that is cut, or of which a sign is left out, ends with a
digest of all of it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

_NO_KEY = re.compile(r"[^A-Za-z0-9._+:/~-]+")
_MOST = 90
_DIGEST = 12
_APPLIED = ":applied"


def key_of(folder: str, names: Sequence[str]) -> str:
    """Give the key of the comment about these organizations of a folder; "" is the top of the repository."""
    return named(f"{folder}/{'+'.join(names)}" if folder else "+".join(names))


def applied_key(key: str) -> str:
    """Give the key of the comment about the outcome of a plan whose comment has this key."""
    return f"{named(key)}{_APPLIED}"


def named(text: str) -> str:
    """Keep of a text what may stand in a marker, where two dashes would end it; what is kept already stays."""
    kept = re.sub(r"-{2,}", "-", _NO_KEY.sub("-", text)).strip("-")
    if (kept == text and len(text) <= _MOST) or not text:
        return text or "plan"
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:_DIGEST]
    return f"{kept[: _MOST - _DIGEST - 1] or 'plan'}~{digest}"
