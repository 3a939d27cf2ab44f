"""What an inventory that is made anew takes over from the one before, and what is asked of that one first.

Premise. An inventory holds what can be found out anew, and what cannot: what is protected, which lines of `allow:` were
used, how much the last complete listings gave, whose organization it was. To make it anew must not be the way around
the guards that rest on these.

| of the old inventory              | can be read                                          | cannot be read            |
|-----------------------------------|------------------------------------------------------|---------------------------|
| whether the same organization     | asked, by the rule of `plan.identity`; refused       | nobody can say            |
| answers                           | unless `--allow organization-changed=` says so       |                           |
| the sizes of listings             | compared; refused unless `--allow live-shrank=` says | nobody can say            |
|                                   | so; kept for kinds that are not listed now           |                           |
| protected entries, and intents    | kept, whatever is declared and live                  | lost                      |
| creates that may not show yet     | kept, where their objects make no entry              | lost                      |
| lines that were used              | kept                                                 | taken for used (`doubted`)|
| all other entries and intents     | made anew, or gone                                   | made anew, or gone        |

Rejected: reviewed lines as overrides here. Nothing is applied by which they could be consumed.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from reconciler.errors import PlanRefused, Problem
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.guards import LIVE_SHRANK, ORGANIZATION_CHANGED
from reconciler.model.inventory import Claims, Inventory
from reconciler.model.state import Allowance
from reconciler.plan.build import Part
from reconciler.plan.ceilings import believed_sizes
from reconciler.plan.identity import SUMMARY, WHY, estrangement
from reconciler.plan.scene import Scene

PROTECTED = "protected"
UNASKED = (
    "{}: what stood there cannot be read, so it could not be asked whether the same organization answers and lists as "
    "much as before. What was protected is not known any more: declare it `protected: true` and apply that."
)


def check_rebuild(part: Part, old: Inventory, allowances: Collection[Allowance]) -> None:
    """Refuse to make an inventory anew from what another organization answers, or one that lists much less.

    Raises:
        PlanRefused: it is so, and was not allowed; nothing was written.
    """
    problems = [*_doubts(part, old, allowances)]
    if problems:
        raise PlanRefused(*problems)


def taken_over(old: Inventory, entered: Collection[str]) -> Inventory:
    """Give what of the old inventory stays, beside the entries (by `kind/key`) that are made anew."""
    return replace(
        old,
        managed={name: old.managed[name] for name in protected_beside(old, entered)},
        intents=tuple(one for one in old.intents if one.protected or one.at),
        agreement=None,
    )


def protected_beside(old: Inventory | None, entered: Collection[str]) -> tuple[str, ...]:
    """Name the protected entries that are not made anew."""
    entries = old.managed if old is not None else {}
    return tuple(sorted(name for name, entry in entries.items() if entry.protected and name not in entered))


def still_protected(change: Change, old: Claims | None) -> Change:
    """Keep a protection that only the inventory remembers."""
    address = change.address
    if old is None or change.entry is None or not old.protection(address.kind, address.key):
        return change
    return replace(change, entry=replace(change.entry, protected=True))


def check_forgettable(inventory: Inventory, address: Address, allowances: Iterable[Allowance]) -> None:
    """Refuse to forget what is protected: afterwards nothing would keep it from being deleted.

    Raises:
        PlanRefused: it is, and was not allowed by its address.
    """
    detail = inventory.claims().protection(address.kind, address.key)
    if not detail or any((one.guard, one.target) == (PROTECTED, str(address)) for one in allowances):
        return
    named = shlex.quote(str(address))
    raise PlanRefused(
        Problem(
            code=PROTECTED,
            summary="a protected object would be forgotten",
            where=str(address),
            detail=f"It was applied with `protected: true` {detail}, and that was never taken back.",
            why="Once forgotten, nothing keeps it from being deleted.",
            remedy="Declare it with `protected: false` and apply that first.\nIf it is to be forgotten now, say so:",
            command=f"reconciler inventory forget {named} --allow {PROTECTED}={named}",
        )
    )


def _doubts(part: Part, old: Inventory, allowances: Collection[Allowance]) -> Iterator[Problem]:
    organization = part.organization
    name, endpoint = organization.name, organization.base_url or organization.endpoint
    detail = estrangement(old, organization.vendor.name, endpoint, part.live)
    if detail and not _allows(allowances, ORGANIZATION_CHANGED, name):
        instead = "Correct endpoint or credentials, or give the other organization a name of its own."
        yield _doubt(ORGANIZATION_CHANGED, name, SUMMARY, detail, WHY, instead, name)
    listed = {one.kind: one.rows for one in part.live.certificates if one.complete}
    believed = believed_sizes(_scene(part, old, endpoint), frozenset())
    for kind in sorted(listed.keys() - believed.keys()):
        if not _allows(allowances, LIVE_SHRANK, kind, f"{name}/{kind}"):
            detail = f"The last complete listing gave {old.sizes[kind]} {kind} objects, this one gives {listed[kind]}."
            why = "What is missing may be hidden rather than gone, and would no longer be ours."
            yield _doubt(LIVE_SHRANK, name, "the live state shrank", detail, why, "", kind)


def _scene(part: Part, old: Inventory, endpoint: str) -> Scene:
    vendor = part.organization.vendor
    return Scene(
        organization=part.organization.name,
        endpoint=endpoint,
        provider=vendor.name,
        title=vendor.title,
        inventory=old,
        kinds={kind.name: kind for kind in vendor.kinds},
        declared={},
        live=part.live,
        changes=(),
    )


def _allows(allowances: Iterable[Allowance], guard: str, *targets: str) -> bool:
    return any(one.guard == guard and one.target in targets for one in allowances)


def _doubt(code: str, name: str, summary: str, detail: str, why: str, instead: str, target: str) -> Problem:
    return Problem(
        code=code,
        summary=summary,
        where=name,
        detail=detail,
        why=why,
        remedy="\n".join(filter(None, (instead, "If that is meant, say so:"))),
        command=f"reconciler inventory rebuild --org {name} --allow {code}={shlex.quote(target)}",
    )
