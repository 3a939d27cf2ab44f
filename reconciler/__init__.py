"""Declarative customer master data for accounts-receivable services.

The names of the library: the stations in the order of use, the values between them, the errors. Each is imported when
it is first asked for, so that a program that wants one of them does not wait for all.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.apply.execute import execute
    from reconciler.apply.summary import summarize
    from reconciler.desired.configuration import load_configuration
    from reconciler.desired.load import load
    from reconciler.errors import (
        DesiredStateInvalid,
        LiveStateUnreadable,
        PlanRefused,
        PlanStale,
        Problem,
        ProviderRejected,
        ProviderUnavailable,
        ReconcilerError,
        UsageInvalid,
    )
    from reconciler.live.observe import observe
    from reconciler.model.plan import Plan
    from reconciler.plan.build import Part, build
    from reconciler.providers.table import VENDORS, connect

__all__ = [
    "VENDORS",
    "DesiredStateInvalid",
    "LiveStateUnreadable",
    "Part",
    "Plan",
    "PlanRefused",
    "PlanStale",
    "Problem",
    "ProviderRejected",
    "ProviderUnavailable",
    "ReconcilerError",
    "UsageInvalid",
    "build",
    "connect",
    "execute",
    "load",
    "load_configuration",
    "observe",
    "summarize",
]

_HOMES = {
    "VENDORS": "providers.table",
    "Part": "plan.build",
    "Plan": "model.plan",
    "build": "plan.build",
    "connect": "providers.table",
    "execute": "apply.execute",
    "load": "desired.load",
    "load_configuration": "desired.configuration",
    "observe": "live.observe",
    "summarize": "apply.summary",
}
"""Where a name lives; the errors, which are all others, live in `errors`."""


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'errors')}"), name)
    return found


def __dir__() -> list[str]:
    """Name what is public."""
    return __all__
