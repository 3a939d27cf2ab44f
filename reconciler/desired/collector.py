"""Python's cycle collector, held back while bulk data is built.

Every few hundred new containers the collector walks the young ones, and now and then all of them; while a tree of a
million values is built nothing of it is garbage, so the walks find nothing and cost 2 to 6 times the validation
itself (measured with pydantic on 100,000 records). The threshold is beyond what one organization has: at 500,000 a
plan that changes 100,000 customers still spends an eighth of its time on 20 walks that find nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_THRESHOLD = 50_000_000  # new containers before the young ones are walked; 700 as shipped


@contextmanager
def collector_held() -> Iterator[None]:
    """Hold the collector back inside the block; nesting is fine."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], _THRESHOLD), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
