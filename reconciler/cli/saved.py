"""A saved plan against what the folder and the inventory say now: applied where it was made for, whole or in part.

What goes was judged by the inventory, so that is asked again, for want of a declaration or by a `removed:` entry: an
object that was forgotten or protected since, or that another run has taken in, is not deleted on the word of an older
plan. What comes was judged by its absence, and that has a second reason where it came and went again since: so a plan
that creates is begun only while the inventory is the very one that it was made from.

And whether it is the same organization that answers was judged then, so some of its objects are asked again
(`plan.identity`): creates and adoptions rest on nothing else, and key pairs may have changed places since. A plan that
is made now has just been judged so.

What else was written since stays written: of objects that the plan leaves alone, and of the fields that it does not
change, it records nothing then (`apply.kept`).

| the inventory, since the plan was made        | deletes and forgets                 | creates                    |
|-----------------------------------------------|-------------------------------------|----------------------------|
| was not written                               | go                                  | go                         |
| was written by an apply of this very plan     | what that left goes                 | what that left goes        |
| was written by others                         | go where it says the same of them   | the plan is stale          |
| was lost                                      | stale; but what a `removed:` entry  | stale; but go where there  |
|                                               | named and it did not hold, goes     | was none before either     |
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from reconciler.errors import PlanStale, Problem, UsageInvalid
from reconciler.live.asked import ask
from reconciler.live.provider import Provider
from reconciler.live.reads import Progress
from reconciler.model.address import Address
from reconciler.model.change import Action, Change
from reconciler.model.guards import ORGANIZATION_CHANGED
from reconciler.model.inventory import Claims, Inventory
from reconciler.model.organization import Organization
from reconciler.model.plan import Plan, Share
from reconciler.plan.digest import change_digest
from reconciler.plan.identity import SUMMARY, WHY, estrangement, sample_of


def narrowed(plan: Plan, names: Sequence[str]) -> Plan:
    """Keep of a plan what concerns these organizations; no name keeps all.

    Raises:
        UsageInvalid: the plan does not cover one of them.
    """
    if not names:
        return plan
    foreign = [name for name in names if name not in plan.scope]
    if foreign:
        raise UsageInvalid(*(_not_covered(name, plan.scope) for name in foreign))
    return replace(
        plan,
        scope=tuple(name for name in plan.scope if name in names),
        shares=tuple(share for share in plan.shares if share.organization in names),
        changes=tuple(change for change in plan.changes if change.address.organization in names),
        blocked=tuple(blocked for blocked in plan.blocked if blocked.change.address.organization in names),
    )


def left_of(
    plan: Plan, inventories: Mapping[str, Inventory | None], journalled: Collection[tuple[str, Action]] = ()
) -> Plan:
    """Leave out what an earlier apply of this very plan has done: that may be undone again by now, and on purpose.

    Where another plan was applied since, the inventory does not say any more what that was. `journalled` does: the
    changes that the journal of the run which is gone on with says were done, by address and action.
    """
    begun = {share.organization: share.seal for share in plan.shares if is_begun(share, plan, inventories)}
    left = {
        name: frozenset(found.agreement.changes if found is not None and found.agreement is not None else ())
        for name, found in inventories.items()
        if name in begun
    }
    done = {
        one.address
        for one in plan.changes
        for name in (one.address.organization,)
        if (str(one.address), one.action) in journalled
        or (name in begun and change_digest(one, begun[name]) not in left[name])
    }
    if not done:
        return plan
    rest = (one for one in plan.changes if one.address not in done)
    return replace(plan, changes=tuple(replace(one, depends_on=_without(one.depends_on, done)) for one in rest))


def check_owned(plan: Plan, inventories: Mapping[str, Inventory | None], today: date) -> None:
    """Refuse a plan that deletes or forgets what the inventory does not hold any more, or not as it did.

    So is one that creates, where the inventory was written by others since; and one that uses a reviewed override line
    which another apply has consumed, or whose day is past. What this very plan consumed when it was begun is its own.

    Raises:
        PlanStale: it is not what the plan was made from.
    """
    moved = [_expired(share, today) for share in plan.shares if share.until and date.fromisoformat(share.until) < today]
    moved += [_overtaken(share) for share in plan.shares if _is_overtaken(share, plan, inventories)]
    moved += [_spent(share) for share in plan.shares if _is_spent(share, plan, inventories.get(share.organization))]
    claims = {name: one.claims() for name, one in inventories.items() if one is not None}
    moved += [
        _not_ours(change)
        for change in plan.changes
        if change.action in (Action.DELETE, Action.FORGET)
        and not _is_still_ours(change, claims.get(change.address.organization))
    ]
    if moved:
        raise _stale(plan, moved)


def check_fits(plan: Plan, organizations: Iterable[Organization]) -> None:
    """Refuse a plan that was made for another endpoint than the one that would be written to, or for other settings.

    Raises:
        PlanStale: `reconciler.yaml` was changed since.
    """
    now = {organization.name: organization for organization in organizations}
    moved = [
        Problem(
            code="plan-endpoint-moved",
            summary="the plan was made for another endpoint",
            where=share.organization,
            detail=f'The plan was made for "{share.provider}" at "{share.endpoint}"; reconciler.yaml now says '
            f'"{now[share.organization].vendor.name}" at "{now[share.organization].endpoint}".',
            remedy="Plan again:",
        )
        for share in plan.shares
        if (now[share.organization].vendor.name, now[share.organization].endpoint) != (share.provider, share.endpoint)
    ]
    moved += [
        _other_settings(share, now[share.organization])
        for share in plan.shares
        if share.settings != now[share.organization].decisive
    ]
    if moved:
        raise _stale(plan, moved)


async def check_identity(
    plan: Plan, organization: Organization, inventory: Inventory | None, provider: Provider, progress: Progress
) -> None:
    """Refuse a plan where another organization answers now, unless the plan itself was told to go there.

    What only re-keys the inventory is no reason to ask.

    Raises:
        PlanStale: up to twenty of our objects were asked for, and most are strangers; nothing was written.
        LiveStateUnreadable: they could not be asked.
    """
    name = organization.name
    mine = [one for one in plan.changes if one.address.organization == name and one.action is not Action.MOVE]
    told = any(one.startswith(f"{name}: {ORGANIZATION_CHANGED} ") for one in plan.overrides)
    if inventory is None or not mine or told:
        return
    keys: dict[str, set[str]] = defaultdict(set)
    for entry in sample_of(inventory):
        keys[entry.kind].add(entry.key)
    live = await ask(provider, name, keys, progress)
    endpoint = organization.base_url or organization.endpoint
    detail = estrangement(inventory, organization.vendor.name, endpoint, live)
    if detail:
        raise _stale(plan, [_estranged(name, detail)])


def _stale(plan: Plan, problems: Iterable[Problem]) -> PlanStale:
    """Tell how the plan is made again: one that undoes a run by `undo`."""
    again = f"reconciler {f'undo {plan.undoes}' if plan.undoes else 'plan'} --out FILE"
    return PlanStale(*(replace(one, command=again) for one in problems))


def _other_settings(share: Share, organization: Organization) -> Problem:
    names = share.settings.keys() | organization.decisive.keys()
    changed = sorted(name for name in names if share.settings.get(name) != organization.decisive.get(name))
    return Problem(
        code="plan-settings-moved",
        summary="the plan was made under other settings",
        where=share.organization,
        detail=f"reconciler.yaml says otherwise since: {', '.join(changed)}.",
        why="These decide whom a write reaches, and where.",
        remedy="Plan again:",
    )


def _estranged(name: str, detail: str) -> Problem:
    return Problem(
        code=ORGANIZATION_CHANGED,
        summary=SUMMARY,
        where=name,
        detail=detail,
        why=WHY,
        remedy="Correct endpoint or credentials, and apply it again. If it is the same organization, plan again: "
        "the plan shows how to allow it:",
    )


def _is_spent(share: Share, plan: Plan, inventory: Inventory | None) -> bool:
    if inventory is None or set(share.spends).isdisjoint(inventory.spent):
        return False
    return inventory.agreement is None or inventory.agreement.plan != plan.digest


def is_begun(share: Share, plan: Plan, inventories: Mapping[str, Inventory | None]) -> bool:
    """Say whether this very plan was begun at an organization, and nothing else was applied there since.

    A plan that was made later and happens to say the same, because what was done was undone at the vendor, is another.
    """
    inventory = inventories.get(share.organization)
    agreement = inventory.agreement if inventory is not None else None
    return agreement is not None and (agreement.plan, agreement.serial) == (plan.digest, share.serial)


def _is_overtaken(share: Share, plan: Plan, inventories: Mapping[str, Inventory | None]) -> bool:
    """Say whether others wrote the inventory of an organization that the plan creates something at."""
    name = share.organization
    creates = any(one.action is Action.CREATE and one.address.organization == name for one in plan.changes)
    if not creates or is_begun(share, plan, inventories):
        return False
    inventory = inventories.get(name)
    return (0 if inventory is None else inventory.serial) != share.serial


def _without(addresses: Iterable[Address], done: Collection[Address]) -> tuple[Address, ...]:
    return tuple(one for one in addresses if one not in done)


def _overtaken(share: Share) -> Problem:
    return Problem(
        code="plan-overtaken",
        summary="the plan creates, and the inventory was written since",
        where=share.organization,
        detail="Another run wrote the inventory after the plan was made, or it was lost.",
        why="What the plan creates may have come and gone meanwhile, and would come back.",
        remedy="Plan again:",
    )


def _expired(share: Share, today: date) -> Problem:
    return Problem(
        code="plan-override-expired",
        summary="the plan uses an override past its day",
        where=share.organization,
        detail=f"A reviewed line of allow that it uses was good until {share.until}, and today is {today}.",
        remedy="Have the line reviewed again with a later day, and plan again:",
    )


def _spent(share: Share) -> Problem:
    return Problem(
        code="plan-override-spent",
        summary="the plan uses an override that another apply consumed",
        where=share.organization,
        detail="A reviewed line of allow lets something through once, and another plan was applied by it.",
        remedy="Plan again. If the same is needed once more, have a line of its own reviewed:",
    )


def _is_still_ours(change: Change, claims: Claims | None) -> bool:
    """Say whether the inventory says of an object what it said when the plan judged it.

    What was not in it goes because a run that left no ending made it, or because `removed:` names its remote id.
    """
    address, judged = change.address, change.entry
    if claims is None:
        return judged is None and change.source is not None
    entry = claims.managed.get(f"{address.kind}/{address.key}")
    if judged is None and change.source is not None:
        return entry is None and not claims.protection(address.kind, address.key)
    if judged is None:
        return entry is None and claims.intended(address.kind, address.key)
    if entry is None:
        return False
    return (entry.remote_id, entry.run, entry.protected) == (judged.remote_id, judged.run, judged.protected)


def _not_ours(change: Change) -> Problem:
    return Problem(
        code="plan-ownership-moved",
        summary="the plan deletes what the inventory no longer holds so",
        where=str(change.address),
        detail="It was forgotten, deleted, protected or taken in by another run since the plan was made.",
        why="What the plan deletes was judged by the inventory as it was then.",
        remedy="Plan again:",
    )


def _not_covered(name: str, scope: Sequence[str]) -> Problem:
    return Problem(
        code="organization-not-planned",
        summary="the plan does not cover this organization",
        where="--org",
        detail=f'"{name}" is not in the plan.',
        remedy=f"It covers {', '.join(scope)}.",
    )
