"""The settings of an organization by its vendor, read from the text that the store keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reconciler.sandbox.billabex import settings as billabex
from reconciler.sandbox.knobs import Knobs
from reconciler.sandbox.upflow import settings as upflow

_READERS: Mapping[str, Callable[[str], Knobs]] = {
    "upflow": upflow.settings_read,
    "billabex": billabex.settings_read,
}


def settings_of(vendor: str, text: str) -> Knobs:
    """Read the settings of one vendor's organization."""
    return _READERS[vendor](text)
