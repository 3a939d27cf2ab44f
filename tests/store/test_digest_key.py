"""The name of a digest key."""

from __future__ import annotations

from reconciler.model.address import digest_key
from reconciler.store.digest_key import digest_key_id


def test_a_key_has_one_id_and_another_key_another() -> None:
    """The id neither shows the key nor is the digest of any value that is kept."""
    assert digest_key_id("secret") == digest_key_id("secret") != digest_key_id("Secret")
    assert len(digest_key_id("secret")) == 16
    assert digest_key_id("secret") != digest_key("secret", "secret")
