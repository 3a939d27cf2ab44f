"""Comments on pull requests: what is in them, held against what they may be made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from reconciler.errors import Problem
from reconciler.model.change import Action, Change, MemberAction
from reconciler.model.plan import Plan
from reconciler.render.markdown import PART_MOST
from tests.render.forge import Page
from tests.render.plans import change, contact, field, plan

REFUSAL = Problem(code="protected", summary="protected", where="acme-fr", detail="It is protected.", remedy="Ask.")


def worded(*parts: str) -> Page:
    """Hold parts against what a comment may be made of, and give the last as a page."""
    for part in parts:
        assert len(part) <= PART_MOST
        page = Page(part)
        assert (page.wrong, page.open) == ([], [])
        assert len(page.comments) == 1
        assert not any(sign in page.said for sign in ("Zq", "@", "#", "```"))
    return page


def destroying(number: int) -> Change:
    """Write a delete with values that go."""
    gone = change(f"D-{number}", Action.DELETE, field("name", f"Company number {number}", None))
    return replace(gone, source=None, cause="no document declares it any more")


def mixed(number: int) -> Plan:
    """Write a plan in which a tenth goes, a tenth loses a contact, and the rest comes or changes."""
    changes = []
    for index in range(number):
        if index % 10 == 0:
            changes.append(destroying(index))
        elif index % 10 == 1:
            leaver = contact(f"C-{index}", f"P-{index}", MemberAction.REMOVE, field("email", "x", None))
            changes.append(change(f"C-{index}", Action.REPLACE, members=(leaver,)))
        elif index % 10 == 2:
            changes.append(change(f"C-{index}", Action.CREATE, field("name", None, f"Company {index}")))
        else:
            changes.append(change(f"C-{index}", Action.UPDATE, field("name", "A", f"B {index}")))
    return plan(*changes)


def under(parts: Sequence[str], title: str) -> str:
    """Give what stands under a title, in the parts where it goes on too; neither tables nor the diff."""
    told, inside = [], False
    for line in "\n".join(parts).splitlines():
        if line.startswith(("#", "| Kind |", "<!--")):
            inside = line.startswith((f"### {title}", f"#### {title}"))
        if inside:
            told.append(line)
    return "\n".join(told)


def addresses(text: str) -> set[str]:
    """Give the addresses in a text."""
    return set(re.findall(r"acme-fr/customer/[^\s`]*[^\s`.,]", text))


def going(whole: Plan) -> set[str]:
    """Name all that a plan destroys."""
    deletes = {str(one.address) for one in whole.changes if one.action is Action.DELETE}
    return deletes | {str(one.address) for owner in whole.changes for one in owner.touched(MemberAction.REMOVE)}
