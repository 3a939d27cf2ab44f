"""What drifted -> Markdown for the summary of a job: the verdict, who is to act, and a table of the differences.

Where it is longer than a forge takes, the table ends and says how much of it is left out: nothing is decided by a
summary, and the JSON beside it is whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reconciler.model.drift import Drift, MemberDrift, ObjectDrift
from reconciler.render.drift_words import ADVICE, presence_of, unmanaged_lines, values_of, verdict_of
from reconciler.render.markdown_text import code, fenced
from reconciler.render.problems import problems_text
from reconciler.render.words import dotted

MOST = 60_000
"""Characters of a summary, at most."""
_RESERVE = 200  # characters for the line that says what is left out
_PROBLEMS = 20_000  # characters of problems, and of what is unmanaged, at most: the table is what a summary is for
_UNMANAGED = 10_000


def drift_markdown(drift: Drift) -> str:
    """Write it, in at most `MOST` characters."""
    lines = [f"### {verdict_of(drift)}", ""]
    lines += [f"- **{label.value}** ({number}): {ADVICE[label]}" for label, number in drift.counts.items()]
    if drift.told:
        told = _fitting(map(fenced, problems_text(drift.told).splitlines()), _PROBLEMS, "lines of problems")
        lines += ["", "```", *told, "```"]
    rows = [row for one in drift.objects for row in _rows(one)]
    if rows:
        lines += ["", "| Label | Address | Field | What | Declared in |", "| --- | --- | --- | --- | --- |"]
    tail = ["", *_fitting(map(code, unmanaged_lines(drift)), _UNMANAGED, "lines of what is unmanaged")]
    tail = tail if drift.unmanaged else []
    left = MOST - _RESERVE - sum(len(line) + 1 for line in (*lines, *tail))
    for number, row in enumerate(rows):
        left -= len(row) + 1
        if left < 0:
            lines += ["", f"{len(rows) - number} more differences are in the JSON."]
            break
        lines.append(row)
    return "\n".join([*lines, *tail]) + "\n"


def _fitting(lines: Iterable[str], most: int, what: str) -> list[str]:
    """Give the lines that fit, and say how many do not."""
    every, shown = list(lines), list[str]()
    for line in every:
        most -= len(line) + 1
        if most < 0:
            return [*shown, f"{len(every) - len(shown)} more {what} are in the JSON."]
        shown.append(line)
    return shown


def _rows(one: ObjectDrift) -> Iterator[str]:
    place = code(str(one.source) if one.source else one.document) if one.source or one.document else ""
    address = code(str(one.address))
    if one.label is not None:
        yield _row(one.label.value, address, "", one.reason, place)
    for field in one.fields:
        yield _row(field.label.value, address, code(dotted(field.change.path)), code(values_of(field)), place)
    for member in one.members:
        yield from _member_rows(member, place)


def _member_rows(member: MemberDrift, place: str) -> Iterator[str]:
    address = code(str(member.address))
    if member.label is not None:
        yield _row(member.label.value, address, "", presence_of(member), place)
        return
    for field in member.fields:
        yield _row(field.label.value, address, code(dotted(field.change.path)), code(values_of(field)), place)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
