"""What identifies a plan: two plans with one digest do the same to the same objects under the same policy.

Covered: scope, which organizations are planned in part, policy, the settings that decide what is written, overrides,
and per change its address, action, remote id, whether it adopts, field and member changes, precondition, what becomes
of its protection and how much goes with it; the codes of what is blocked. Not covered, because they change nothing that
happens: time, cost, source lines, display names, causes, and since which revision a part was planned.

Digests are published, in a pull request or in an inventory that is pushed, and what they cover are personal values
among others: from a bare hash an e-mail could be found out by trying. So a seal goes into each, made of the
organization's digest key. Without a `digestKey:` that key is derived from the organization's name, and the seal is then
no secret; the git store wants one.
"""

from __future__ import annotations

import hashlib
import hmac

from reconciler.model.change import Change, FieldChange
from reconciler.model.plan import Plan
from reconciler.model.resource import Value
from reconciler.plan.check import canonical_digest


def plan_digest(plan: Plan) -> str:
    """Give the digest of a plan, 64 hex digits; the plan's own `digest` field is not looked at."""
    undoes = {"undoes": plan.undoes} if plan.undoes else {}
    partial = {"partial": sorted(plan.partial)} if plan.partial else {}
    return canonical_digest(
        {
            **undoes,
            **partial,
            "scope": list(plan.scope),
            "policy": {
                share.organization: [
                    *(share.provider, share.endpoint, dict(share.policy), share.seal),
                    *([dict(share.settings)] if share.settings else []),
                ]
                for share in plan.shares
            },
            "overrides": sorted(plan.overrides),
            "changes": [_change(change) for change in plan.changes],
            "blocked": [[str(blocked.change.address), blocked.problem.code] for blocked in plan.blocked],
            "problems": sorted(problem.code for problem in plan.problems),
        }
    )


def change_digest(change: Change, seal: str = "") -> str:
    """Give the digest of one change, under its organization's seal: what it does to which object, as it is now."""
    return canonical_digest([seal, _change(change)])


def seal_of(secret: str) -> str:
    """Give what keys the digests of an organization's plans: 64 hex digits."""
    return hmac.new(secret.encode(), b"reconciler:plan-digest", hashlib.sha256).hexdigest()


def _change(change: Change) -> Value:
    takes = {"takes": dict(change.takes)} if change.takes else {}
    former = {"former": str(change.former)} if change.former else {}
    protects = {} if change.protects is None else {"protects": change.protects}
    return {
        **takes,
        **former,
        **protects,
        "address": str(change.address),
        "action": change.action.value,
        "remote id": change.remote_id,
        "adopts": change.adopts,
        "only add": sorted(change.only_add),
        "precondition": [change.precondition.digest, list(change.precondition.sections), change.precondition.facts],
        "fields": [_field(row) for row in change.fields],
        "members": [
            [str(member.address), member.action.value, member.remote_id, [_field(row) for row in member.fields]]
            for member in change.members
        ],
    }


def _field(row: FieldChange) -> Value:
    return [list(row.path), row.before, row.after]
