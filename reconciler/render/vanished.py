"""What no document declares any more, by the file that declared it: one lost file is one line, and so is a
folder that lost many.

What goes and what a guard keeps are told apart: a page must not say "destroyed" of what stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.plan import Plan
from reconciler.render.paint import Paint, Style
from reconciler.render.words import counted, inert, listed

_MOST_NAMED, _MOST_FILES = 5, 10


def vanished_lines(plan: Plan, paint: Paint) -> Iterator[str]:
    """List the files with what of each goes, then those with what of each would go and is refused."""
    going = "Destroyed because no document declares them any more, by the file that did:"
    yield from _by_file(going, plan.changes, paint)
    kept = "Not destroyed because that is refused, though no document declares them any more, by the file that did:"
    yield from _by_file(kept, (blocked.change for blocked in plan.blocked), paint)


def _by_file(heading: str, changes: Iterable[Change], paint: Paint) -> Iterator[str]:
    gone = [change for change in changes if change.document]
    if not gone:
        return
    files: dict[str, set[str]] = defaultdict(set)
    for change in gone:
        files[_folder(change.document)].add(change.document)
    groups: dict[tuple[str, str], list[Address]] = defaultdict(list)
    for change in gone:
        folder = _folder(change.document)
        place = change.document if len(files[folder]) <= _MOST_FILES else folder
        groups[place, change.address.kind].append(change.address)
    yield heading
    for (place, kind), addresses in sorted(groups.items()):
        keys = [inert(address.key) for address in sorted(addresses)]
        rest = [] if len(keys) <= _MOST_NAMED else [f"{len(keys) - _MOST_NAMED} more"]
        names = listed([*keys[:_MOST_NAMED], *rest])
        many = f" ({counted(len(files[place]), 'file')})" if place in files else ""
        yield f"  {paint(inert(place), Style.BOLD)}{many}: {counted(len(keys), kind)} ({names})"
    yield ""


def _folder(file: str) -> str:
    """Give the folder of a file, with a slash at its end so that it cannot be taken for a file."""
    return f"{PurePosixPath(file).parent}/"
