"""What each vendor gives a beginner, by the vendor's name; the first one is meant where none is named.

Apart from `table`, because helps show it, and what they load must be light.
"""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.model.starter import Starter
from reconciler.providers.billabex.starter import STARTER as BILLABEX
from reconciler.providers.upflow.starter import STARTER as UPFLOW

STARTERS: Mapping[str, Starter] = {"upflow": UPFLOW, "billabex": BILLABEX}
EXAMPLE = next(iter(STARTERS.values()))
