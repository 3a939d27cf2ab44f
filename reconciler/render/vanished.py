"""What goes because no document declares it any more, by the file that declared it: one lost file is one line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from reconciler.model.address import Address
from reconciler.model.plan import Plan
from reconciler.render.paint import Paint, Style
from reconciler.render.words import counted, inert, listed

_MOST_NAMED = 5


def vanished_lines(plan: Plan, paint: Paint) -> Iterator[str]:
    """List the files, with what each declared; refused deletes are among them."""
    groups: dict[tuple[str, str], list[Address]] = defaultdict(list)
    for change in (*plan.changes, *(blocked.change for blocked in plan.blocked)):
        if change.document:
            groups[change.document, change.address.kind].append(change.address)
    if not groups:
        return
    yield "Destroyed because no document declares them any more, by the file that did:"
    for (file, kind), addresses in sorted(groups.items()):
        keys = [inert(address.key) for address in sorted(addresses)]
        rest = [] if len(keys) <= _MOST_NAMED else [f"{len(keys) - _MOST_NAMED} more"]
        names = listed([*keys[:_MOST_NAMED], *rest])
        yield f"  {paint(inert(file), Style.BOLD)}: {counted(len(keys), kind)} ({names})"
    yield ""
