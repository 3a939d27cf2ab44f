"""What a plan destroys -> a section that no comment leaves out: in full, a line each with its values, or a line each.

A member whom a list replacement removes is a delete like any other and stands among them. In full a delete is its block
of the page, with the values that go. Where that would make more comments than anybody scrolls through, each becomes one
line, with its address, its place in the files, and what goes; where that makes too many too, the values are left out,
and it says so. All that goes is still there, and so is where somebody goes who only changes places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from reconciler.errors import Problem
from reconciler.model.change import Action, Change, FieldChange, MemberAction, MemberChange
from reconciler.render.change_text import change_lines
from reconciler.render.field_text import field_lines, field_rows, shown_parts
from reconciler.render.literals import literal
from reconciler.render.markdown_sheets import Section
from reconciler.render.markdown_text import as_diff, code, fenced
from reconciler.render.paint import PLAIN
from reconciler.render.problems import problem_text
from reconciler.render.symbols import DELETE
from reconciler.render.words import counted, dotted, inert, spoken

_TOGETHER = 2_000
"""The characters of a line that names members who go with their owner; one more name may stand in it."""

DIFF = ("```diff",)
TEXT = ("```text",)
END = ("```",)


_BRIEFLY = (
    "These are too many to tell each as a block: each is a line, with the values that go. "
    "`plan.html` of the report has the blocks, and `reconciler plan` shows them."
)
_WITHOUT = (
    "**The values that go are left out here:** these are too many to tell each with its values. "
    "`plan.html` of the report has them, and `reconciler plan` shows them."
)


def destroyed_section(changes: Sequence[Change], most: int) -> Section:
    """Tell what goes, with as much about it as takes so many characters at most."""
    title = f"### Destroyed: {counted(sum(1 for _ in _losses(changes)), 'object')}"
    full = within(_blocks(changes), most)
    if full is not None:
        return Section(title=title, lines=full, opening=DIFF, closing=END)
    valued = within(_valued_rows(changes), most)
    if valued is not None:
        return Section(title=title, lines=[_BRIEFLY, "", *valued])
    return Section(title=title, lines=chain([_WITHOUT, ""], _rows(changes)))


def _losses(changes: Iterable[Change]) -> Iterator[Change | MemberChange]:
    for change in changes:
        if change.action is Action.DELETE:
            yield change
        yield from change.touched(MemberAction.REMOVE)


def _blocks(changes: Iterable[Change]) -> Iterator[str]:
    for change in changes:
        if change.action is Action.DELETE:
            yield from map(as_diff, change_lines(change, PLAIN))
            yield ""
        else:
            for member in change.touched(MemberAction.REMOVE):
                yield from map(as_diff, _member_block(change, member))
                yield ""


def _member_block(change: Change, member: MemberChange) -> Iterator[str]:
    place = f" ({inert(str(change.source))})" if change.source else ""
    yield f"  # {member.address} will be removed{place}"
    if member.elsewhere is not None:
        yield f"  # (moves to {member.elsewhere}, once added there)"
    yield f"  {DELETE.sign} {spoken(member.address.kind)} {literal(member.address.key)} {{"
    yield from field_lines(field_rows(member.fields), "      ", PLAIN)
    yield "    }"


def _valued_rows(changes: Iterable[Change]) -> Iterator[str]:
    for change in changes:
        if change.action is Action.DELETE:
            yield f"- {code(str(change.address))}{placed(change)}{_values(change.fields)}"
        for member in change.touched(MemberAction.REMOVE):
            yield f"- {_member(member)}{placed(change)}{_values(member.fields)}"


def _values(fields: Iterable[FieldChange]) -> str:
    """Write the values that go behind what they go from."""
    going = [f"{dotted(one.path)} = {literal(one.before, one.before_name)}" for one in shown_parts(fields)]
    return f": {', '.join(map(code, going))}" if going else ""


def _rows(changes: Iterable[Change]) -> Iterator[str]:
    for change in changes:
        if change.action is Action.DELETE:
            yield f"- {code(str(change.address))}{placed(change)}"
        named: list[str] = []
        for member in change.touched(MemberAction.REMOVE):
            if sum(map(len, named)) > _TOGETHER:
                yield f"- {', '.join(named)}{placed(change)}"
                named = []
            named.append(_member(member))
        if named:
            yield f"- {', '.join(named)}{placed(change)}"


def _member(member: MemberChange) -> str:
    """Name a member who goes, with whom it goes to, where the same one is added elsewhere."""
    to = f" (moves to {code(str(member.elsewhere))})" if member.elsewhere is not None else ""
    return f"{code(str(member.address))}{to}"


def placed(change: Change) -> str:
    """Say behind a change where it stands in the documents."""
    return f" ({code(str(change.source))})" if change.source else ""


def within(lines: Iterable[str], most: int) -> list[str] | None:
    """Lay lines out, or give None as soon as they take more characters than that."""
    taken: list[str] = []
    for line in lines:
        most -= len(line) + 1
        if most < 0:
            return None
        taken.append(line)
    return taken


def others(changes: Iterable[Change]) -> list[Change]:
    """Give the changes that destroy nothing themselves."""
    return [change for change in changes if change.action is not Action.DELETE]


def unread_section(problems: Sequence[Problem], most: int) -> Section:
    """Tell why a plan is not complete: in full, or a line each, or as many of those as fit, with how many more."""
    title = "### Problems"
    full = within((line for one in problems for line in f"{problem_text(one)}\n".split("\n")), most)
    if full is not None:
        return Section(title=title, lines=map(fenced, full[:-1]), opening=TEXT, closing=END)
    lines: list[str] = []
    for number, one in enumerate(problems):
        line = fenced(problem_text(replace(one, detail="", why="", remedy="", command="")))
        most -= len(line) + 1
        if most < 0:
            lines.append(f"and {counted(len(problems) - number, 'more problem')}, which reconciler plan shows")
            break
        lines.append(line)
    return Section(title=title, lines=lines, opening=TEXT, closing=END)


def problems_section(title: str, text: str) -> Section:
    """Tell problems in full."""
    return Section(title=title, lines=map(fenced, text.splitlines()), opening=TEXT, closing=END)
