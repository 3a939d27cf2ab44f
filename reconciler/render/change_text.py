"""One change -> its block on the page: what will happen to which object, where it is declared, why, and what alters.

    # acme-fr/customer/C-001 will be updated in-place (customers/acme.yaml:3)
    # (differs from the documents)
    ~ customer "C-001" {
        ~ name = "Acme" -> "Acme SAS"
          # (5 unchanged fields hidden)
        ~ contacts: 2 kept, 1 changed, 1 added, 1 removed
        ~ contact "P-2" {
            ~ phone = "+33 1" -> "+33 2"
          }
      }

Members are named by their keys; where they stood in a list is not shown. What the vendor itself will make of one, where
its own matching decides, stands below the member's header. Whoever goes at one object and comes at
another says so at both. A move is told as Terraform tells it:

    # acme-fr/customer/C-001/contact/key:desk has moved from acme-fr/customer/C-001/contact/key:reception
    → contact "key:desk"
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from reconciler.errors import Problem
from reconciler.model.address import Address
from reconciler.model.change import Action, Blocked, Change, FieldChange, Mark, MemberAction, MemberChange
from reconciler.render.field_text import field_lines, field_rows
from reconciler.render.literals import literal
from reconciler.render.paint import Paint, Style
from reconciler.render.problems import problem_text
from reconciler.render.symbols import OF_MEMBER, REFUSED, UNKNOWN, UPDATE, of_change
from reconciler.render.words import counted, inert, listed, plural, spoken

_OUTCOMES = {
    Action.CREATE: "created",
    Action.UPDATE: "updated in-place",
    Action.REPLACE: "updated in-place",
    Action.DELETE: "destroyed",
    Action.ADOPT: "noted in the inventory",
    Action.MOVE: "moved",
    Action.FORGET: "forgotten",
}
_MEMBER_WORDS = {
    MemberAction.KEEP: "kept",
    MemberAction.CHANGE: "changed",
    MemberAction.ADD: "added",
    MemberAction.REMOVE: "removed",
}
_EDGE = "  "
_INNER = "      "
_DEEPER = "          "


def change_lines(change: Change, paint: Paint) -> Iterator[str]:
    """Lay one change out."""
    yield from _header(change, prospect(change), paint)
    sign = of_change(change).painted(paint)
    body = list(_body(change, paint))
    yield f"{_EDGE}{sign} {spoken_name(change.address)}{' {' if body else ''}"
    if body:
        yield from body
        yield f"{_EDGE}  }}"


def blocked_lines(blocked: Blocked, paint: Paint, shared: Collection[Problem] = ()) -> Iterator[str]:
    """Lay one refused change out: what it would have done, and why it may not; what several share is only named.

    What would change is shown. What would come or go is in the documents, or in the live state, and stays there.
    """
    change = blocked.change
    yield from _header(change, refused_prospect(change), paint)
    body = list(_body(change, paint)) if change.action in (Action.UPDATE, Action.REPLACE) else []
    yield f"{_EDGE}{REFUSED.painted(paint)} {spoken_name(change.address)}{' {' if body else ''}"
    if body:
        yield from body
        yield f"{_EDGE}  }}"
    for problem in (blocked.problem, *blocked.others):
        text = f"Refused by {problem.code}, see below." if problem in shared else problem_text(problem, paint)
        for line in text.splitlines():
            yield f"{_INNER}{line}"


def prospect(change: Change) -> str:
    """Say what will happen to the object of a change."""
    outcome = f"has moved from {change.former}" if change.former else f"will be {_outcome(change)}"
    if change.action is Action.REPLACE:
        return f"{outcome}, and its {_lists(change)} replaced"
    if change.action is Action.FORGET:
        return f"{outcome}, and nothing is sent"  # whether it is gone or stays, the cause says
    return f"{outcome}, and stays as it is" if change.action is Action.ADOPT and not change.adopts else outcome


def refused_prospect(change: Change) -> str:
    """Say what would have happened to the object of a refused change."""
    return f"would be {_outcome(change)}, and is refused"


def _header(change: Change, outcome: str, paint: Paint) -> Iterator[str]:
    place = f" ({inert(str(change.source))})" if change.source else ""
    yield f"{_EDGE}{paint(f'# {change.address}', Style.BOLD)} {outcome}{place}"
    if change.cause:
        yield f"{_EDGE}# ({inert(change.cause)})"
    for kind, count in sorted(change.takes.items()):
        yield f"{_EDGE}# (takes the {plural('value', count)} of {counted(count, kind)} with it)"


def _outcome(change: Change) -> str:
    if change.action is Action.ADOPT:
        return "adopted as it is" if change.adopts else _OUTCOMES[Action.ADOPT]
    return f"adopted and {_OUTCOMES[change.action]}" if change.adopts else _OUTCOMES[change.action]


def spoken_name(address: Address) -> str:
    """Name an object without its organization: `customer "C-001"`."""
    return f"{spoken(address.kind)} {literal(address.key)}"


def replaced_lists(change: Change) -> list[str]:
    """Name the kinds of members whose list is stated whole by a change and comes out otherwise; sorted."""
    kinds = {
        member.address.kind
        for member in change.members
        if member.action is not MemberAction.KEEP and member.section not in change.only_add
    }
    return sorted(kinds) or ["member"]


def _lists(change: Change) -> str:
    return listed([f"{spoken(kind)} list" for kind in replaced_lists(change)])


def _body(change: Change, paint: Paint) -> Iterator[str]:
    yield from field_lines(field_rows((*change.fields, *protection(change))), _INNER, paint)
    if change.unchanged:
        hidden = f"# ({change.unchanged} unchanged {plural('field', change.unchanged)} hidden)"
        yield f"{_INNER}  {paint(hidden, Style.DIM)}"
    marks = list(change.marks)
    for section in dict.fromkeys(member.section for member in change.members):
        members = [member for member in change.members if member.section == section]
        yield from _list_lines(change, section, members, marks, paint)
    yield from _mark_lines(marks, _INNER, paint)


def protection(change: Change) -> Iterator[FieldChange]:
    """Give what becomes of the protection as a field, though it is the inventory's and no field at the vendor."""
    if change.protects is not None:
        before = None if change.action is Action.CREATE else not change.protects
        yield FieldChange(path=("protected",), before=before, after=change.protects)


def _list_lines(
    change: Change, section: str, members: list[MemberChange], marks: list[Mark], paint: Paint
) -> Iterator[str]:
    """Lay one member list out; takes the marks that belong to its members out of `marks`."""
    whole = OF_MEMBER[MemberAction.ADD] if change.action is Action.CREATE else UPDATE
    yield f"{_INNER}{whole.painted(paint)} {spoken(section)}: {member_counts(members)}"
    for member in members:
        own = [mark for mark in marks if member.path and mark.path[: len(member.path)] == member.path]
        for mark in own:
            marks.remove(mark)
        if own or member.action is not MemberAction.KEEP:
            yield from _member_lines(member, own, paint)


def member_counts(members: Iterable[MemberChange]) -> str:
    """Count what happens in a list: `2 kept, 1 changed`."""
    counts = Counter(member.action for member in members)
    return ", ".join(f"{counts[action]} {word}" for action, word in _MEMBER_WORDS.items() if counts[action])


def _member_lines(member: MemberChange, marks: list[Mark], paint: Paint) -> Iterator[str]:
    symbol = OF_MEMBER.get(member.action)
    sign = symbol.painted(paint) if symbol else " "
    rows = field_rows(member.fields)
    inner = bool(rows or marks or member.note)
    yield f"{_INNER}{sign} {spoken_name(member.address)}{elsewhere_words(member)}{' {' if inner else ''}"
    if inner:
        if member.note:
            yield f"{_DEEPER}{paint(f'# {inert(member.note)}', Style.DIM)}"
        yield from field_lines(rows, _DEEPER, paint)
        yield from _mark_lines(marks, _DEEPER, paint)
        yield f"{_INNER}  }}"


def elsewhere_words(member: MemberChange) -> str:
    """Say where somebody goes to or comes from who only changes places."""
    if member.elsewhere is None:
        return ""
    if member.action is MemberAction.ADD:
        return f" (moves here from {spoken_name(member.elsewhere)})"
    return f" (moves to {spoken_name(member.elsewhere)}, once added there)"


def _mark_lines(marks: Iterable[Mark], indent: str, paint: Paint) -> Iterator[str]:
    for mark in marks:
        yield f"{indent}{UNKNOWN.painted(paint)} {inert(mark.text)} [{mark.code}]"


def totals_of(changes: Iterable[Change]) -> str:
    """Say how many members of each kind come, change and go: `1 contact to add, 2 contacts to remove`."""
    touched = Counter((member.address.kind, member.action) for change in changes for member in change.members)
    verbs = {MemberAction.ADD: "add", MemberAction.CHANGE: "change", MemberAction.REMOVE: "remove"}
    kinds = sorted({kind for kind, _ in touched})
    counts = [(kind, verb, touched[kind, action]) for kind in kinds for action, verb in verbs.items()]
    return ", ".join(f"{counted(count, kind)} to {verb}" for kind, verb, count in counts if count)
