"""Changes -> Markdown tables: one of counts, and one for each kind that says of every change what it is about."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from reconciler.model.change import Action, Change, MemberAction
from reconciler.model.plan import Plan
from reconciler.render.markdown_sheets import Section
from reconciler.render.markdown_text import code
from reconciler.render.symbols import OF_MEMBER, Symbol, of_change
from reconciler.render.words import counted, dotted, plural, spoken

_MOST_NAMED = 5
_COLUMNS = ("create", "update", "destroy", "adopt", "move", "other", "refused")
_COLUMN = {
    Action.CREATE: "create",
    Action.UPDATE: "update",
    Action.REPLACE: "update",
    Action.DELETE: "destroy",
    Action.MOVE: "move",
}
_MEMBER_COLUMN = {MemberAction.ADD: "create", MemberAction.CHANGE: "update", MemberAction.REMOVE: "destroy"}
_MEMBER_WORDS = {MemberAction.ADD: "added", MemberAction.CHANGE: "changed", MemberAction.REMOVE: "removed"}


def counts_section(plan: Plan) -> Section:
    """Count what happens by kind, members among them; an adoption that changes something counts as that too."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for change in plan.changes:
        row = counts[change.address.kind]
        column = _COLUMN.get(change.action, "" if change.adopts else "other")
        row[column] += 1
        row["adopt"] += change.adopts
        for member in change.members:
            if member.action is not MemberAction.KEEP:
                counts[member.address.kind][_MEMBER_COLUMN[member.action]] += 1
    for blocked in plan.blocked:
        counts[blocked.change.address.kind]["refused"] += 1
    used = [column for column in _COLUMNS if any(row[column] for row in counts.values())]
    lines = (_row(spoken(kind), *(str(counts[kind][column] or "") for column in used)) for kind in sorted(counts))
    return Section(title="", lines=lines, opening=_opening("Kind", *(column.capitalize() for column in used)))


def kind_sections(changes: Sequence[Change], most: int | None = None) -> Iterator[Section]:
    """Give a table for each kind, all of them together with at most so many rows."""
    kinds: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        kinds[change.address.kind].append(change)
    left = most
    for kind in sorted(kinds):
        rows = kinds[kind]
        shown = len(rows) if left is None else min(left, len(rows))
        left = None if left is None else left - shown
        if shown:
            yield Section(
                title=f"#### {plural(kind, len(rows)).capitalize()} ({_of(shown, len(rows))})",
                lines=map(_change_row, islice(rows, shown)),
                opening=_opening("", "Address", "What", "Declared in"),
            )


def _of(shown: int, number: int) -> str:
    return str(number) if shown == number else f"the first {shown} of {number}"


def _change_row(change: Change) -> str:
    source = code(str(change.source)) if change.source else ""
    return _row(_sign(of_change(change)), code(str(change.address)), _what(change), source)


def _what(change: Change) -> str:
    if change.former is not None:
        return f"from {code(str(change.former))}"
    words = [change.action.value] if change.action in (Action.CREATE, Action.DELETE, Action.FORGET) else []
    if change.fields and change.action not in (Action.CREATE, Action.DELETE):
        names = list(dict.fromkeys(code(dotted(row.path)) for row in change.fields[: _MOST_NAMED + 1]))
        rest = len(change.fields) - _MOST_NAMED
        words.append(", ".join([*names[:_MOST_NAMED], *([f"{rest} more"] if rest > 0 else [])]))
    words += _member_words(change)
    return "; ".join(words) or ("as it is" if change.adopts else change.action.value)


def _member_words(change: Change) -> Iterator[str]:
    touched = Counter(
        (member.address.kind, member.action) for member in change.members if member.action is not MemberAction.KEEP
    )
    for (kind, action), number in sorted(touched.items()):
        yield f"{_sign(OF_MEMBER[action])} {counted(number, kind)} {_MEMBER_WORDS[action]}"


def _sign(symbol: Symbol) -> str:
    return f"`{symbol.sign}`"


def _opening(*titles: str) -> tuple[str, ...]:
    return _row(*titles), _row(*("---" for _ in titles))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
