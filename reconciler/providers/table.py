"""The vendors by the name that `reconciler.yaml` gives them; a new vendor is a new folder and one line here."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.model.kind import Vendor
from reconciler.providers.upflow.kinds import UPFLOW

VENDORS: Mapping[str, Vendor] = {vendor.name: vendor for vendor in (UPFLOW,)}
