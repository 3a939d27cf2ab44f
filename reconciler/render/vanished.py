"""What no document declares any more, by the file that declared it: one lost file is one line.

What goes and what a guard keeps are told apart: a page must not say "destroyed" of what stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.plan import Plan
from reconciler.render.paint import Paint, Style
from reconciler.render.words import counted, inert, listed

_MOST_NAMED = 5


def vanished_lines(plan: Plan, paint: Paint) -> Iterator[str]:
    """List the files with what of each goes, then those with what of each would go and is refused."""
    going = "Destroyed because no document declares them any more, by the file that did:"
    yield from _by_file(going, plan.changes, paint)
    kept = "Not destroyed because that is refused, though no document declares them any more, by the file that did:"
    yield from _by_file(kept, (blocked.change for blocked in plan.blocked), paint)


def _by_file(heading: str, changes: Iterable[Change], paint: Paint) -> Iterator[str]:
    groups: dict[tuple[str, str], list[Address]] = defaultdict(list)
    for change in changes:
        if change.document:
            groups[change.document, change.address.kind].append(change.address)
    if not groups:
        return
    yield heading
    for (file, kind), addresses in sorted(groups.items()):
        keys = [inert(address.key) for address in sorted(addresses)]
        rest = [] if len(keys) <= _MOST_NAMED else [f"{len(keys) - _MOST_NAMED} more"]
        names = listed([*keys[:_MOST_NAMED], *rest])
        yield f"  {paint(inert(file), Style.BOLD)}: {counted(len(keys), kind)} ({names})"
    yield ""
