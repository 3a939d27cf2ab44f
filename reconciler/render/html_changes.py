"""One change -> its block on the page: a line that can be opened, and a table with before and after side by side.

A list of members stands in the same table: each by its key, on the left as it was, on the right as it will be; the
ones that are kept are counted and named. What comes or goes whole has one column of values and no empty one beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum

from reconciler.errors import Problem
from reconciler.model.change import Action, Blocked, Change, FieldChange, Mark, MemberAction, MemberChange
from reconciler.render.change_text import (
    elsewhere_words,
    member_counts,
    prospect,
    protection,
    refused_prospect,
    spoken_name,
)
from reconciler.render.field_text import shown_parts
from reconciler.render.html_problems import problem_html
from reconciler.render.html_text import NOTHING, address_html, shown, sides
from reconciler.render.symbols import OF_MEMBER, REFUSED, UNKNOWN, Symbol, of_change, of_field
from reconciler.render.words import counted, dotted, plural, spoken

_STATES = {
    MemberAction.ADD: (NOTHING, "added"),
    MemberAction.CHANGE: ("", "changed"),
    MemberAction.REMOVE: ("", "removed"),
}
_MOST_NAMED = 12


def slug(symbol: Symbol) -> str:
    """Give the one word by which styles and filters know a symbol."""
    return symbol.word.partition(" ")[0]


class Fold(StrEnum):
    """How a change stands on the page: open, folded, or put by, so that it is laid out when it is opened first.

    What is put by is in a `<noscript>`, which is one text to a browser that runs scripts, and plain HTML to others.
    """

    OPEN = "open"
    SHUT = "shut"
    PUT_BY = "put by"


def change_html(change: Change, fold: Fold) -> str:
    """Lay one change out."""
    return _block(change, of_change(change), prospect(change), "".join(_body(change)), fold)


def blocked_html(blocked: Blocked, shared: Collection[Problem], fold: Fold) -> str:
    """Lay one refused change out, with why it is refused; what holds back several is told once, above them."""
    change = blocked.change
    reasons = "".join(
        f'<p class="note">Refused by <code>{shown(problem.code)}</code>, see above.</p>'
        if problem in shared
        else problem_html(problem)
        for problem in (blocked.problem, *blocked.others)
    )
    body = "".join(_body(change)) if change.action in (Action.UPDATE, Action.REPLACE) else ""
    return _block(change, REFUSED, refused_prospect(change), reasons + body, fold)


def loses(change: Change) -> bool:
    """Say whether something goes with this change: its object, or a member of it."""
    return change.action is Action.DELETE or bool(change.touched(MemberAction.REMOVE))


def _block(change: Change, symbol: Symbol, outcome: str, body: str, fold: Fold) -> str:
    address, name = change.address, slug(symbol)
    attributes = f'data-a="{name}" data-k="{shown(address.kind)}" data-o="{shown(address.organization)}"'
    attributes += " data-d" if loses(change) else ""
    where = f'<span class="file">{shown(str(change.source))}</span>' if change.source else ""
    inside = _reasons(change) + body
    inside = f"<noscript>{inside}</noscript>" if fold is Fold.PUT_BY and inside else inside
    return (
        f'<details class="c {name}" id="{shown(str(address))}" {attributes}{" open" if fold is Fold.OPEN else ""}>'
        f'<summary><span class="s" aria-hidden="true" title="{shown(symbol.word)}">{symbol.sign}</span>'
        f'<span class="h"><span class="a">{address_html(address)}</span> <span class="o">{shown(outcome)}</span></span>'
        f'{_tally(change)}{where}</summary><div class="b">{inside}</div></details>\n'
    )


def _tally(change: Change) -> str:
    """Count in the line what happens to members, by signs; a reader of the page aloud is told in words."""
    touched = [member for member in change.members if member.action is not MemberAction.KEEP]
    if not touched:
        return ""
    counts = {symbol: sum(OF_MEMBER[member.action] is symbol for member in touched) for symbol in OF_MEMBER.values()}
    signs = " ".join(f'<i class="{slug(symbol)}">{symbol.sign}{count}</i>' for symbol, count in counts.items() if count)
    kinds = {member.address.kind for member in touched}
    what = plural(kinds.pop(), len(touched)) if len(kinds) == 1 else "members"
    return f'<span class="t" title="{shown(member_counts(touched))}">{signs} {shown(what)}</span>'


def _reasons(change: Change) -> str:
    said = [shown(change.cause)] if change.cause else []
    said += [
        f"takes the {plural('value', count)} of {shown(counted(count, kind))} with it"
        for kind, count in sorted(change.takes.items())
    ]
    return f'<p class="why">{" · ".join(said)}</p>' if said else ""


def _body(change: Change) -> Iterator[str]:
    fields = list(shown_parts((*change.fields, *protection(change))))
    whole = change.action in (Action.CREATE, Action.DELETE)
    marks = list(change.marks)
    lists = "".join(
        part
        for section in dict.fromkeys(member.section for member in change.members)
        for part in _list_rows(section, [one for one in change.members if one.section == section], marks, whole=whole)
    )
    if fields or lists or change.unchanged:
        yield f'<table class="f{" one" if whole else ""}">{_HEADS[whole]}<tbody>'
        yield from (_field_row(field, whole=whole) for field in fields)
        if change.unchanged:
            hidden = f"{change.unchanged} unchanged {plural('field', change.unchanged)} hidden"
            yield f'<tr class="quiet"><td></td><td colspan="3">{hidden}</td></tr>'
        yield f"</tbody>{lists}</table>"
    yield from map(_mark, marks)


_HEADS = {
    True: '<thead><tr><th><span class="sr">Sign</span></th><th>Field</th><th colspan="2">Value</th></tr></thead>',
    False: '<thead><tr><th><span class="sr">Sign</span></th><th>Field</th><th>Before</th><th>After</th></tr></thead>',
}


def _field_row(field: FieldChange, *, whole: bool) -> str:
    symbol = of_field(field)
    before, after = sides(field)
    cells = f'<td colspan="2">{after if field.before is None else before}</td>'
    if not whole:
        cells = f'<td class="x">{before}</td><td class="y">{after}</td>'
    return (
        f'<tr class="{slug(symbol)}"><td>{symbol.sign}</td><th scope="row">{shown(dotted(field.path))}</th>{cells}</tr>'
    )


def _list_rows(section: str, members: Sequence[MemberChange], marks: list[Mark], *, whole: bool) -> Iterator[str]:
    """Lay one member list out; takes the marks that belong to its members out of `marks`."""
    counts = shown(member_counts(members))
    yield f'<tbody class="list"><tr><th colspan="4" scope="rowgroup">{shown(spoken(section))}<i>{counts}</i></th></tr>'
    kept = [member for member in members if member.action is MemberAction.KEEP]
    if kept:
        yield f'<tr class="quiet"><td></td><th scope="row">{len(kept)} kept</th><td colspan="2">{_keys(kept)}</td></tr>'
    yield "</tbody>"
    found = _taken(marks, {member.path for member in members if member.path})
    for member in members:
        own = found.pop(member.path, [])
        if own or member.action is not MemberAction.KEEP:
            yield _member_rows(member, own, whole=whole)


def _taken(marks: list[Mark], paths: set[tuple[str | int, ...]]) -> dict[tuple[str | int, ...], list[Mark]]:
    """Take the marks out that are at one of these paths or below it; each is looked at once."""
    found: dict[tuple[str | int, ...], list[Mark]] = {}
    left: list[Mark] = []
    for mark in marks:
        heads = (mark.path[:size] for size in range(1, len(mark.path) + 1))
        head = next((one for one in heads if one in paths), None)
        (left if head is None else found.setdefault(head, [])).append(mark)
    marks[:] = left
    return found


def _keys(members: Sequence[MemberChange]) -> str:
    names = [shown(member.address.key) for member in members]
    if len(names) <= _MOST_NAMED:
        return ", ".join(names)
    return f"<details><summary>{', '.join(names[:_MOST_NAMED])} …</summary>{', '.join(names[_MOST_NAMED:])}</details>"


def _member_rows(member: MemberChange, marks: Sequence[Mark], *, whole: bool) -> str:
    symbol = OF_MEMBER.get(member.action)
    before, after = _STATES.get(member.action, ("", "kept"))
    moved = f'<span class="aside">{shown(elsewhere_words(member).strip(" ()"))}</span>' if member.elsewhere else ""
    note = f'<span class="aside">{shown(member.note)}</span>' if member.note else ""
    cells = f'<td colspan="2">{after}</td>' if whole else f'<td class="x">{before}</td><td class="y">{after}</td>'
    rows = "".join(_field_row(field, whole=whole) for field in shown_parts(member.fields))
    told = "".join(f'<tr><td></td><td colspan="3">{_mark(mark)}</td></tr>' for mark in marks)
    return (
        f'<tbody class="m {slug(symbol) if symbol else "keep"}">'
        f'<tr class="who"><td>{symbol.sign if symbol else ""}</td>'
        f'<th scope="row">{shown(spoken_name(member.address))}{moved}{note}</th>{cells}</tr>{rows}{told}</tbody>'
    )


def _mark(mark: Mark) -> str:
    return f'<p class="mark"><b>{UNKNOWN.sign}</b> {shown(mark.text)} <code>{shown(mark.code)}</code></p>'
