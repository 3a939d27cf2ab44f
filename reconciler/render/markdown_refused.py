"""What a plan refuses -> sections that no comment leaves out: each in full, or what many share once and a line each.

Why something is refused and how it is let through is what its reader needs; of very many that cannot be said at each.
But very many are refused for few things. Those stand once, in full, above the lines of what they hold back.

| the problems of one sort (code and summary)           | are told                                                |
|-------------------------------------------------------|---------------------------------------------------------|
| `_FEW` at most                                        | each in full                                            |
| more: those that hold more than `_FEW` changes back   | the `_FEW` most frequent of them in full                |
| more: all others                                      | one of them in full; of each its detail, if that fits   |

Lines go by what is told above them: all that are refused for the same stand together, in plan order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.errors import Problem
from reconciler.model.change import Blocked
from reconciler.render.markdown_losses import DIFF, END, TEXT, placed, within
from reconciler.render.markdown_sheets import Section
from reconciler.render.markdown_text import as_diff, code, fenced
from reconciler.render.paint import PLAIN
from reconciler.render.problems import problem_text
from reconciler.render.refusals import refusal_lines
from reconciler.render.words import counted, listed

_FEW = 10

_NOTE = (
    "These are too many to tell each in full: why, and how to let them through, stands once above those it is about. "
    "What would have changed at each is in `plan.html` of the report, and `reconciler plan` shows it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reason:
    """What is told once, above the lines it is about: a problem, or the first of `several` problems of its sort."""

    problem: Problem
    several: int = 1


def refused_sections(refused: Sequence[Blocked], most: int) -> Iterator[Section]:
    """Tell what is refused and why, in full if that takes so many characters at most."""
    title = f"### Refused: {counted(len(refused), 'change')}"
    full = within(map(as_diff, refusal_lines(refused, PLAIN)), most)
    if full is not None:
        yield Section(title=title, lines=full, opening=DIFF, closing=END)
        return
    groups = _groups(refused)
    detailed = within((line for reasons, held in groups.items() for line in _rows(reasons, held, detailed=True)), most)
    yield Section(title=title, lines=[_NOTE])
    told = set[_Reason]()
    for reasons, held in groups.items():
        new = [reason for reason in reasons if reason not in told]
        told.update(new)
        yield Section(title="", lines=_told(new, detailed=detailed is not None), opening=TEXT, closing=END)
        names = listed([code(name) for name in dict.fromkeys(reason.problem.code for reason in reasons)])
        yield Section(
            title=f"#### Held back by {names}: {counted(len(held), 'change')}",
            lines=_rows(reasons, held, detailed=detailed is not None),
        )


def _groups(refused: Sequence[Blocked]) -> Mapping[tuple[_Reason, ...], list[Blocked]]:
    """Put together what is refused for the same."""
    reasons = _reasons(Counter(problem for blocked in refused for problem in _of(blocked)))
    found: dict[tuple[_Reason, ...], list[Blocked]] = defaultdict(list)
    for blocked in refused:
        found[tuple(dict.fromkeys(reasons[problem] for problem in _of(blocked)))].append(blocked)
    return found


def _of(blocked: Blocked) -> tuple[Problem, ...]:
    return blocked.problem, *blocked.others


def _reasons(counts: Counter[Problem]) -> dict[Problem, _Reason]:
    """Say of each problem what is told for it."""
    sorts: dict[tuple[str, str], list[Problem]] = defaultdict(list)
    for problem, _ in counts.most_common():
        sorts[problem.code, problem.summary].append(problem)
    found: dict[Problem, _Reason] = {}
    for problems in sorts.values():
        alone = [one for one in problems[:_FEW] if len(problems) <= _FEW or counts[one] > _FEW]
        found.update((one, _Reason(problem=one)) for one in alone)
        rest = problems[len(alone) :]
        found.update(dict.fromkeys(rest, _Reason(problem=rest[0], several=len(rest))) if rest else {})
    return found


def _told(reasons: Sequence[_Reason], *, detailed: bool) -> Iterator[str]:
    for number, reason in enumerate(reasons):
        if number:
            yield ""
        if reason.several > 1:
            yield f"The first of {reason.several}, whose details differ{'' if detailed else ' and are left out below'}:"
        yield from map(fenced, problem_text(reason.problem).split("\n"))


def _rows(reasons: Sequence[_Reason], held: Sequence[Blocked], *, detailed: bool) -> Iterator[str]:
    vague = {(one.problem.code, one.problem.summary) for one in reasons if one.several > 1}
    for blocked in held:
        own = [one.detail for one in _of(blocked) if one.detail and (one.code, one.summary) in vague]
        details = "".join(f"; {code(' '.join(one.split()))}" for one in own) if detailed else ""
        yield f"- {code(str(blocked.change.address))}{placed(blocked.change)}{details}"
