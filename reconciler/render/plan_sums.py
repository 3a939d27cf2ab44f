"""A plan -> its closing sentences: how much of what, what it costs, and what reading it took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from reconciler.model.change import Action
from reconciler.model.plan import Plan, Share
from reconciler.render.change_text import replaced_lists, totals_of
from reconciler.render.overridden import overridden_count
from reconciler.render.paint import Paint, Style
from reconciler.render.words import counted, duration, inert, listed, plural


def sums_lines(plan: Plan, paint: Paint) -> Iterator[str]:
    """Close the page. The first sentence reads as Terraform's does, word for word."""
    if plan.empty:
        if plan.complete:
            yield paint("No changes.", Style.BOLD, Style.GREEN) + f" {_agreement(plan)}"
    else:
        totals = plan.totals
        head = paint("Plan:", Style.BOLD)
        yield f"{head} {totals.add} to add, {totals.change} to change, {totals.destroy} to destroy."
        clauses = list(_clauses(plan))
        if clauses:
            yield f"Also: {', '.join(clauses)}."
        yield from _cost_lines(plan)
    yield from overridden_count(plan)
    yield from since_lines(plan)
    yield from _renamed_lines(plan)
    yield from _unmanaged_lines(plan)
    yield from _read_lines(plan)


def _agreement(plan: Plan) -> str:
    if plan.undoes:
        return f"Nothing that can be undone is left of run {plan.undoes}."
    unchanged: Counter[str] = Counter()
    for share in plan.shares:
        unchanged.update(share.unchanged)
    counts = [counted(count, kind) for kind, count in sorted(unchanged.items()) if count]
    beside = ", but for what the vendor overrides" if plan.overridden else ""
    if plan.partial:
        return f"All of it that was looked at is so already{beside}{f': {listed(counts)}' if counts else ''}."
    if not counts:
        return "The documents declare nothing that differs."
    return f"All that the documents declare is so already{beside}: {listed(counts)}."


def _clauses(plan: Plan) -> Iterator[str]:
    lists = Counter(
        kind for change in plan.changes if change.action is Action.REPLACE for kind in replaced_lists(change)
    )
    yield from (f"{counted(count, f'{kind} list')} to replace" for kind, count in sorted(lists.items()))
    members = totals_of(plan.changes)
    if members:
        yield members
    actions = Counter(change.action for change in plan.changes)
    adopted = sum(change.adopts for change in plan.changes)
    noted = sum(change.action is Action.ADOPT and not change.adopts for change in plan.changes)
    counts = {"adopt": adopted, "note": noted, "move": actions[Action.MOVE], "forget": actions[Action.FORGET]}
    yield from (f"{count} to {verb}" for verb, count in counts.items() if count)
    if plan.blocked:
        yield f"{len(plan.blocked)} refused"
    marks = sum(len(change.marks) for change in plan.changes)
    if marks:
        yield f"{marks} unknown"


def _cost_lines(plan: Plan) -> Iterator[str]:
    for share in plan.shares:
        cost = share.cost
        if cost.reads or cost.writes:
            yield (
                f"{_prefix(plan, share)}About {counted(cost.reads, 'read')} and {counted(cost.writes, 'write')}, "
                f"~{duration(cost.seconds)} at {cost.requests_per_minute} requests/min."
            )


def since_lines(plan: Plan) -> Iterator[str]:
    """Say that the plan is of a part, of how large a one, and what is planned whole all the same."""
    since = plan.since
    if since is None:
        return
    if since.parts:
        yield (
            f"Plans only what changed since {inert(since.revision)} (merge base {since.base[:12]}): "
            f"{since.touched:,} of {counted(since.total, 'resource')}. What else differs, a full plan shows."
        )
    for reason in sorted(set(since.whole.values())):
        names = listed([name for name, why in since.whole.items() if why == reason])
        yield f"Plans all of {names}, not only what changed since {inert(since.revision)}: {reason}."


def _renamed_lines(plan: Plan) -> Iterator[str]:
    """Tell an organization's move, which is no change of anything in it."""
    for share in plan.shares:
        if share.former:
            yield (
                f"{share.organization} has moved from {share.former}: it goes on with the inventory of {share.former}, "
                "and an apply writes that under the new name."
            )


def _unmanaged_lines(plan: Plan) -> Iterator[str]:
    """Say what is live and nobody's here; where nothing is managed yet, that this is why nothing goes."""
    for share in plan.shares:
        if share.managed is not None and share.unmanaged:
            others = listed([counted(count, kind) for kind, count in sorted(share.unmanaged.items())])
            yield f"{_prefix(plan, share)}Not managed from here, and left alone: {others}."
        adopts = any(one.adopts and one.address.organization == share.organization for one in plan.changes)
        unnamed = any(one.reason == "no-inventory" for one in share.spared)
        if share.managed is None and (adopts or unnamed or share.unmanaged):
            others = listed([counted(count, kind) for kind, count in sorted(share.unmanaged.items())])
            left = f" ({others} here)" if others else ""
            yield (
                f"{_prefix(plan, share)}There is no inventory yet, so nothing counts as managed from here: "
                f"what no document declares{left} is left alone."
            )


def _read_lines(plan: Plan) -> Iterator[str]:
    for share in plan.shares:
        made, foreseen = share.reads_made, share.reads_foreseen
        yield f"{_prefix(plan, share)}Read with {made} {plural('request', made)}; {foreseen} foreseen."


def _prefix(plan: Plan, share: Share) -> str:
    return f"{share.organization}: " if len(plan.shares) > 1 else ""
