"""Upflow and Billabex simulated at the wire, with a store of their own and faults on demand.

No code is shared with the client. The vendors' guides and fact sheets are followed, never the client's convenience;
what they do not say is a setting.
"""

from reconciler.sandbox.billabex.settings import Settings as BillabexSettings
from reconciler.sandbox.billabex.settings import settings_from as billabex_settings_from
from reconciler.sandbox.embedding import WayIn, way_in
from reconciler.sandbox.fault_examples import each_fault
from reconciler.sandbox.fault_list import active_faults, add_fault, clear_faults
from reconciler.sandbox.faults import Fault, fault_from
from reconciler.sandbox.request_log import LoggedRequest, clear_requests, logged_requests
from reconciler.sandbox.server import SandboxServer, serve
from reconciler.sandbox.service import Sandbox
from reconciler.sandbox.store import Organization, Store, VendorName
from reconciler.sandbox.transport import SandboxTransport
from reconciler.sandbox.upflow.positions import set_positions
from reconciler.sandbox.upflow.settings import Settings, settings_from
from reconciler.sandbox.values import SandboxMisuse
from reconciler.sandbox.wire import Answer, Request, Response
from reconciler.sandbox.workbench import (
    add,
    dump_state,
    edit,
    ensure_organization,
    remove,
    reset,
    seed,
    show,
    turn_knobs,
)

__all__ = [
    "Answer",
    "BillabexSettings",
    "Fault",
    "LoggedRequest",
    "Organization",
    "Request",
    "Response",
    "Sandbox",
    "SandboxMisuse",
    "SandboxServer",
    "SandboxTransport",
    "Settings",
    "Store",
    "VendorName",
    "WayIn",
    "active_faults",
    "add",
    "add_fault",
    "billabex_settings_from",
    "clear_faults",
    "clear_requests",
    "dump_state",
    "each_fault",
    "edit",
    "ensure_organization",
    "fault_from",
    "logged_requests",
    "remove",
    "reset",
    "seed",
    "serve",
    "set_positions",
    "settings_from",
    "show",
    "turn_knobs",
    "way_in",
]
