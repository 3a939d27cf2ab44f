"""The name of the key that personal values were digested with, so that digests of another key are known as such.

An inventory whose `digest_key_id` differs from the key's in use has no last applied personal values to compare with:
they are unknown, which is not drift.
"""

from __future__ import annotations

import hashlib
import hmac


def digest_key_id(secret: str) -> str:
    """Give the id of a key: 16 hex digits that the key cannot be computed from."""
    return hmac.new(secret.encode(), b"reconciler:digest-key-id", hashlib.sha256).hexdigest()[:16]
