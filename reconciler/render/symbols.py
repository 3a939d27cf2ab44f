"""One symbol, one style and one phrase for everything that a plan can do. The legend shows those that are in use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reconciler.model.change import Action, Change, FieldChange, MemberAction
from reconciler.model.plan import Plan
from reconciler.render.paint import Paint, Style


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Symbol:
    """A sign, the word that the legend gives it, and how it is painted. There is one of each, told by identity."""

    sign: str
    word: str
    style: Style

    def painted(self, paint: Paint) -> str:
        """Give the sign in its style."""
        return paint(self.sign, self.style)


CREATE = Symbol(sign="+", word="create", style=Style.GREEN)
UPDATE = Symbol(sign="~", word="update in-place", style=Style.YELLOW)
DELETE = Symbol(sign="-", word="destroy", style=Style.RED)
MOVE = Symbol(sign="→", word="move", style=Style.CYAN)
ADOPT = Symbol(sign="⇠", word="adopt", style=Style.CYAN)
NOTE = Symbol(sign="=", word="note in the inventory", style=Style.CYAN)
FORGET = Symbol(sign=".", word="forget", style=Style.DIM)
REFUSED = Symbol(sign="!", word="refused", style=Style.RED)
UNKNOWN = Symbol(sign="?", word="unknown", style=Style.CYAN)

LEGEND = (CREATE, UPDATE, DELETE, MOVE, ADOPT, NOTE, FORGET, REFUSED, UNKNOWN)

OF_ACTION = {
    Action.CREATE: CREATE,
    Action.UPDATE: UPDATE,
    Action.REPLACE: UPDATE,
    Action.DELETE: DELETE,
    Action.ADOPT: NOTE,  # of what is ours already; else it `adopts`
    Action.MOVE: MOVE,
    Action.FORGET: FORGET,
}
OF_MEMBER = {MemberAction.ADD: CREATE, MemberAction.CHANGE: UPDATE, MemberAction.REMOVE: DELETE}


def of_change(change: Change) -> Symbol:
    """Choose the symbol of a change: an adoption is one whatever it changes."""
    return ADOPT if change.adopts else OF_ACTION[change.action]


def of_field(field: FieldChange) -> Symbol:
    """Choose the symbol of one field: it comes, it goes, or it changes."""
    if field.before is None:
        return CREATE
    return DELETE if field.after is None else UPDATE


def in_use(plan: Plan) -> tuple[Symbol, ...]:
    """Collect the symbols that the plan's page shows, in the legend's order."""
    used = {REFUSED} if plan.blocked else set()
    for change in plan.changes:
        used |= _of_change(change)
        if len(used) == len(LEGEND):
            break
    return tuple(symbol for symbol in LEGEND if symbol in used)


def _of_change(change: Change) -> set[Symbol]:
    used = {of_change(change), *_of_fields(change.fields)}
    for member in change.members:
        if member.action is not MemberAction.KEEP:
            used |= {OF_MEMBER[member.action], *_of_fields(member.fields)}
    return used | {UNKNOWN} if change.marks else used


def _of_fields(fields: Iterable[FieldChange]) -> set[Symbol]:
    return {of_field(field) for field in fields if field.before is not None or field.after is not None}
