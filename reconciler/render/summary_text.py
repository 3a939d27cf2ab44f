"""What an apply came to -> the closing page: Terraform's sentence, our own clauses, and what a person must be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from reconciler.apply.summary import Summary
from reconciler.model.change import Action, MemberAction
from reconciler.model.event import Failed, Stale, Unknown
from reconciler.render.change_text import replaced_lists
from reconciler.render.paint import PLAIN, Paint, Style
from reconciler.render.problems import problem_text
from reconciler.render.words import counted, dotted, listed

_DEEDS = {MemberAction.ADD: "added", MemberAction.CHANGE: "changed", MemberAction.REMOVE: "removed"}
_OTHERS = {Action.MOVE: "moved", Action.FORGET: "forgotten"}


def summary_text(summary: Summary, paint: Paint = PLAIN) -> str:
    """Lay an apply's end out; ends with a line break."""
    return "\n".join([*_told(summary, paint), *_closing(summary, paint), ""])


def closing_sentence(summary: Summary) -> str:
    """Say in Terraform's words what was added, changed and destroyed, and whether that is all that was planned."""
    totals = summary.totals
    head = "Apply complete!" if whole(summary) else "Apply incomplete."
    return f"{head} Resources: {totals.add} added, {totals.change} changed, {totals.destroy} destroyed."


def whole(summary: Summary) -> bool:
    """Say whether everything that the plan is about stands, with nothing refused."""
    return not summary.unfinished and not summary.not_tried and not summary.refused


def _closing(summary: Summary, paint: Paint) -> Iterator[str]:
    fine = whole(summary)
    yield paint(closing_sentence(summary), Style.BOLD, Style.GREEN if fine else Style.RED)
    clauses = [*_deeds(summary), *_shortfalls(summary)]
    if clauses:
        yield f"Also: {', '.join(clauses)}."


def _deeds(summary: Summary) -> Iterator[str]:
    lists = Counter(
        kind for change in summary.done if change.action is Action.REPLACE for kind in replaced_lists(change)
    )
    yield from (f"{counted(count, f'{kind} list')} replaced" for kind, count in sorted(lists.items()))
    members = Counter((member.address.kind, member.action) for change in summary.done for member in change.members)
    for kind in sorted({kind for kind, _ in members}):
        for action, deed in _DEEDS.items():
            if members[kind, action]:
                yield f"{counted(members[kind, action], kind)} {deed}"
    if summary.standing:
        yield f"{len(summary.standing)} already so"
    adopted = sum(change.adopts for change in summary.done)
    noted = sum(change.action is Action.ADOPT and not change.adopts for change in summary.done)
    yield from (f"{count} {deed}" for count, deed in ((adopted, "adopted"), (noted, "noted")) if count)
    for verb, deed in _OTHERS.items():
        tally = summary.by_action.get(verb)
        if tally and tally.done:
            yield f"{tally.done} {deed}"


def _shortfalls(summary: Summary) -> Iterator[str]:
    total = summary.total
    in_part = sum(1 for ending in summary.unfinished if isinstance(ending, Failed) and ending.written)
    counts = {
        "skipped as stale": total.stale,
        "failed": total.failed - in_part,
        "failed after a part was written": in_part,
        "skipped because another was not done": total.skipped,
        "with an unknown outcome": total.unknown,
        "not tried": total.not_tried,
        "overridden by the vendor in part": total.overridden,
        "refused": summary.refused,
    }
    yield from (f"{count} {words}" for words, count in counts.items() if count)


def _told(summary: Summary, paint: Paint) -> Iterator[str]:
    """Name what ended otherwise than planned, each with its problem."""
    for ending in summary.unfinished:
        if isinstance(ending, Stale | Failed | Unknown):
            yield problem_text(ending.problem, paint)
            yield ""
    for done in summary.overridden:
        names = listed([dotted(path) for path in done.overridden])
        yield f"{done.change.address}: the vendor set {names} to something else than the documents say."
    if summary.overridden:
        yield ""
