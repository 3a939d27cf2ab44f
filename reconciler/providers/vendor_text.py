"""A vendor's own words about an error, made fit to show: a bytes body of any sort goes in, one short line comes out.

No vendor's error body is documented, so it may be JSON of any shape, plain text or an HTML page, and it may echo what
we sent. Whatever looks like an e-mail address or a phone number is masked, and so are the values that the caller names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import orjson

from reconciler.providers.withholding import withhold

LONGEST = 200
_READ_AT_MOST = 20_000
_WORDS = ("message", "error", "errors", "detail", "description", "title", "reason", "text")
_TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_EMAIL = re.compile(r"[^\s\"'<>()\[\]{},;:]+@[^\s\"'<>()\[\]{},;:]+")
_PHONE = re.compile(r"(?<![\w-])(?:\+|\(?0)[\d\s().\-/]{5,}\d(?![\w-])")
_SPACE = re.compile(r"\s+")


def vendor_text(body: bytes, withheld: Iterable[str] = ()) -> str:
    """Give the vendor's message in at most 200 characters, without personal values; empty if it said nothing.

    Args:
        body: the answer's body as it came.
        withheld: values that must not be shown, such as the names that the request carried.
    """
    words = _words(_decoded(body[:_READ_AT_MOST]))
    words = "".join(char if char.isprintable() else " " for char in _SPACE.sub(" ", words)).strip()
    words = _masked(words, withheld)
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def _decoded(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _TAG.sub(" ", body.decode("utf-8", errors="replace"))


def _words(said: object, depth: int = 0) -> str:
    """Find the first words in a body of any shape: under a key that usually holds them, or the first of a list."""
    if isinstance(said, str):
        return said
    if depth > 4:
        return ""
    if isinstance(said, Mapping):
        return next((text for key in _WORDS if (text := _words(said.get(key), depth + 1))), "")
    if isinstance(said, list):
        return next((text for item in said if (text := _words(item, depth + 1))), "")
    return ""


def _masked(words: str, withheld: Iterable[str]) -> str:
    """Mask whole addresses and numbers first: a name masked inside one would leave the rest of it standing."""
    words = _PHONE.sub("[phone]", _EMAIL.sub("[e-mail]", words))
    return withhold(words, withheld)
