"""What stays though no document declares it any more, or one removes it: how many, which, and what holds them back."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.plan import Plan, Spared
from reconciler.render.paint import Paint, Style
from reconciler.render.words import counted, inert, listed

_MOST_NAMED = 5


def spared_lines(plan: Plan, paint: Paint) -> Iterator[str]:
    """List them by organization and reason; what stays because nothing is managed yet is told with the sums."""
    rows = [(share.organization, one) for share in plan.shares for one in share.spared if one.keys]
    if not rows:
        return
    yield "Left as it is, though no document declares it any more:"
    for organization, one in rows:
        keys = [inert(key) for key in one.keys[:_MOST_NAMED]]
        rest = [f"{len(one.keys) - _MOST_NAMED} more"] if len(one.keys) > _MOST_NAMED else []
        count = paint(counted(len(one.keys), one.kind), Style.BOLD)
        yield f"  {organization}: {count} ({listed([*keys, *rest])}): {_reason(one)}."
    yield ""


def _reason(one: Spared) -> str:
    if one.reason == "documents-incomplete":
        place = f", see {inert(one.where)}" if one.where else ""
        return f"it is not proven that all documents were read{place}"
    if one.reason == "document-ignored":
        return f"{inert(one.where)}, which declared {'it' if len(one.keys) == 1 else 'them'}, is named in ignore:"
    if one.reason == "members-only":
        return "its member lists alone were managed from here, and it is protected"
    if one.reason == "listed":
        who = "it goes" if len(one.keys) == 1 else "each goes"
        return f"{who} only by an entry under removed:, by the policy prune: listed"
    return "nothing is deleted, by the policy prune: off"
