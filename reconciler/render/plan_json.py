"""A plan -> JSON, a superset of Terraform's plan representation (format 1.2), so that its tools read it unmodified.

https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
The time comes in from outside; all else follows from the plan, key by key in a fixed order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from reconciler.errors import Problem
from reconciler.model.plan import Plan, Share
from reconciler.model.resource import Value
from reconciler.render.change_json import Json, blocked_json, plain, resource_changes
from reconciler.render.drift_json import resource_drift
from reconciler.render.overridden import overridden_json
from reconciler.render.problems import problems_json
from reconciler.render.words import json_line

FORMAT_VERSION = "1.2"


def plan_json(plan: Plan, at: datetime) -> str:
    """Write a plan as one line of JSON, stamped with this time."""
    return json_line(plan_object(plan, at))


def no_plan_json(problems: Iterable[Problem], at: datetime) -> str:
    """Write on one line why there is no plan, by the keys that a plan has too."""
    told: Json = {
        "format_version": FORMAT_VERSION,
        "timestamp": at.isoformat(timespec="seconds"),
        "applyable": False,
        "complete": False,
        "errored": True,
        "problems": problems_json(problems),
    }
    return json_line(told)


def plan_object(plan: Plan, at: datetime) -> Json:
    """Give a plan as one JSON object."""
    providers = {share.organization: share.provider for share in plan.shares}
    return {
        "format_version": FORMAT_VERSION,
        "timestamp": at.isoformat(timespec="seconds"),
        "digest": plan.digest,
        **({"undoes": plan.undoes} if plan.undoes else {}),
        "scope": list(plan.scope),
        **({"changed_since": asdict(plan.since)} if plan.since is not None else {}),
        "applyable": plan.complete and bool(plan.changes),
        "complete": plan.complete,
        "errored": not plan.complete,
        "resource_changes": [
            entry
            for change in plan.changes
            for entry in resource_changes(change, providers.get(change.address.organization, ""))
        ],
        "resource_drift": list(resource_drift(plan.drifted, providers)),
        "blocked": [
            blocked_json(blocked, providers.get(blocked.change.address.organization, "")) for blocked in plan.blocked
        ],
        "overrides": list(plan.overrides),
        "overridden": [overridden_json(one) for one in plan.overridden],
        "totals": asdict(plan.totals),
        "reads": [_reads(share) for share in plan.shares],
        "cost": [_cost(share) for share in plan.shares],
        "organizations": [_organization(share) for share in plan.shares],
        "warnings": problems_json(plan.warnings),
        "problems": problems_json(plan.problems),
    }


def _reads(share: Share) -> dict[str, Value]:
    return {
        "organization": share.organization,
        "foreseen": share.reads_foreseen,
        "made": share.reads_made,
        "certificates": [
            {**asdict(certificate), "complete": certificate.complete} for certificate in share.certificates
        ],
    }


def _cost(share: Share) -> dict[str, Value]:
    return {"organization": share.organization, **asdict(share.cost)}


def _organization(share: Share) -> dict[str, Value]:
    return {
        "name": share.organization,
        "provider": share.provider,
        "endpoint": share.endpoint,
        "policy": plain(share.policy),
        "settings": plain(share.settings),
        "unchanged": dict(sorted(share.unchanged.items())),
        "managed": share.managed,
        "former": share.former or None,
        "unmanaged": dict(sorted(share.unmanaged.items())),
        "spared": [{**asdict(one), "keys": list(one.keys)} for one in share.spared],
    }
