"""What the vendor sets back and a plan leaves: one line for each field, with what is live and what is declared."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.change import Overridden
from reconciler.model.plan import Plan
from reconciler.render.change_json import Json, plain
from reconciler.render.literals import literal
from reconciler.render.paint import Paint, Style
from reconciler.render.words import counted, dotted, inert

_MOST_SHOWN = 20


def overridden_lines(plan: Plan, paint: Paint) -> Iterator[str]:
    """List them by address and field, as `drift accept` takes them; of very many, the first ones."""
    rows = plan.overridden
    if not rows:
        return
    yield "Overridden by the vendor, and left:"
    for one in rows[:_MOST_SHOWN]:
        name = paint(inert(f"{one.address}.{dotted(one.field.path)}"), Style.BOLD)
        live, declared = (
            literal(one.field.before, one.field.before_name),
            literal(one.field.after, one.field.after_name),
        )
        yield f"  {name}: live {live}, declared {declared}"
    if len(rows) > _MOST_SHOWN:
        yield f"  {len(rows) - _MOST_SHOWN:,} more, which --json lists"
    yield ""


def overridden_count(plan: Plan) -> Iterator[str]:
    """Say how many fields are left, and how they are sent all the same."""
    count = len(plan.overridden)
    if count:
        verb, them = ("is", "it") if count == 1 else ("are", "them")
        told = f"{counted(count, 'field')} {verb} overridden by the vendor, and left"
        yield f"{told}: --retry-overridden sends {them} again."


def overridden_json(one: Overridden) -> Json:
    """Give one field that is left."""
    row = one.field
    return {
        "address": str(one.address),
        "organization": one.address.organization,
        "path": list(row.path),
        "live": plain(row.before),
        "declared": plain(row.after),
        "sensitive": row.personal,
        "names": {"live": row.before_name, "declared": row.after_name},
    }
