"""A JSON-like value in, its one text out: what is digested, and what is kept where every byte is to stay as it was."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import orjson

from reconciler.model.resource import Value


def canonical(value: Value) -> bytes:
    """Write a value as JSON, the same one always in the same way."""
    try:
        return orjson.dumps(value, default=_plain, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # an integer of more than 64 bits
        text = json.dumps(value, default=_plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return text.encode()


def _plain(value: Value) -> Value:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError(f"{type(value).__name__} is no value")  # This is a bug in reconciler.
