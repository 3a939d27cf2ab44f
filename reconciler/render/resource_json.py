"""An address and an action -> as Terraform's machine-readable UI names them, with our own words beside.

Our `replace` writes a list anew and destroys nothing, so to Terraform's tools it is an `update`. An adoption is their
`import`; what is only noted is a `noop`.
"""

from __future__ import annotations

from reconciler.model.address import Address
from reconciler.model.change import Action, Change, MemberAction
from reconciler.model.resource import Value

Json = dict[str, Value]

VERBS = {
    Action.CREATE: "create",
    Action.UPDATE: "update",
    Action.REPLACE: "update",
    Action.DELETE: "delete",
    Action.MOVE: "move",
    Action.FORGET: "remove",
}
IMPORT, NOOP = "import", "noop"
MEMBER_VERBS = {MemberAction.ADD: "create", MemberAction.CHANGE: "update", MemberAction.REMOVE: "delete"}


def resource_json(address: Address, provider: str) -> Json:
    """Name a resource by the keys that Terraform has; it has no modules and no counted resources."""
    return {
        "addr": str(address),
        "module": "",
        "resource": str(address).partition("/")[2],
        "implied_provider": provider,
        "resource_type": address.kind,
        "resource_name": address.key,
        "resource_key": None,
        "organization": address.organization,
    }


def verb(change: Change) -> str:
    """Give Terraform's word for what is done."""
    return VERBS.get(change.action, IMPORT if change.adopts else NOOP)


def subject(change: Change, provider: str) -> Json:
    """Say whom it is about and what is done, in Terraform's word and in ours."""
    return {
        "resource": resource_json(change.address, provider),
        "action": verb(change),
        "change_action": change.action.value,
    }
