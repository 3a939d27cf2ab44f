"""What a plan destroys and what it refuses -> sections that no comment leaves out: in full, or a line each.

A member whom a list replacement removes is a delete like any other and stands among them. In full a delete is its block
of the page, with the values that go. Where that would make more comments than anybody scrolls through, each becomes one
line with its address and its place in the files, and all of them are still there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reconciler.errors import Problem
from reconciler.model.change import Action, Blocked, Change, MemberAction, MemberChange
from reconciler.render.change_text import change_lines
from reconciler.render.field_text import field_lines, field_rows
from reconciler.render.literals import literal
from reconciler.render.markdown_sheets import Section
from reconciler.render.markdown_text import as_diff, code, fenced
from reconciler.render.paint import PLAIN
from reconciler.render.problems import problem_text
from reconciler.render.refusals import refusal_lines
from reconciler.render.symbols import DELETE
from reconciler.render.words import counted, inert, spoken

_TOGETHER = 2_000
"""The characters of a line that names members who go with their owner; one more name may stand in it."""

DIFF = ("```diff",)
TEXT = ("```text",)
END = ("```",)


def refused_section(refused: Sequence[Blocked], most: int) -> Section:
    """Tell what is refused and why, in full if that takes so many characters at most."""
    title = f"### Refused: {counted(len(refused), 'change')}"
    full = _within(map(as_diff, refusal_lines(refused, PLAIN)), most) if refused else []
    if full is not None:
        return Section(title=title, lines=full, opening=DIFF, closing=END)
    lines = (
        f"- {code(str(one.change.address))}{_place(one.change)}: "
        + ", ".join(f"{problem.summary} (`{problem.code}`)" for problem in (one.problem, *one.others))
        for one in refused
    )
    return Section(title=title, lines=lines)


def destroyed_section(changes: Sequence[Change], most: int) -> tuple[Section, bool]:
    """Tell what goes, in full if that takes so many characters at most; and say whether it is in full."""
    title = f"### Destroyed: {counted(sum(1 for _ in _losses(changes)), 'object')}"
    full = _within(_blocks(changes), most)
    if full is not None:
        return Section(title=title, lines=full, opening=DIFF, closing=END), True
    return Section(title=title, lines=_rows(changes)), False


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


def _rows(changes: Iterable[Change]) -> Iterator[str]:
    for change in changes:
        going = change.touched(MemberAction.REMOVE)
        if change.action is Action.DELETE:
            yield f"- {code(str(change.address))}{_place(change)}"
        named: list[str] = []
        for member in going:
            if sum(map(len, named)) > _TOGETHER:
                yield f"- {', '.join(named)}{_place(change)}"
                named = []
            named.append(code(str(member.address)))
        if named:
            yield f"- {', '.join(named)}{_place(change)}"


def _place(change: Change) -> str:
    return f" ({code(str(change.source))})" if change.source else ""


def _within(lines: Iterable[str], most: int) -> list[str] | None:
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
    full = _within((line for one in problems for line in f"{problem_text(one)}\n".split("\n")), most)
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
