"""The page that a person reads before saying yes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.errors import Problem
from reconciler.model.change import Action, Blocked, MemberAction
from reconciler.model.plan import Plan
from reconciler.render.paint import Paint
from reconciler.render.plan_text import plan_text
from tests.render.plans import change, everything, field, plan, replacement, transfer

GOLDEN = Path(__file__).parent / "golden"
UNREAD = Problem(code="listing-incomplete", summary="listing incomplete", where="acme-fr", remedy="Try again.")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("everything", everything()),
        ("replacement", plan(replacement())),
        ("nothing", plan()),
        ("incomplete", plan(problems=[UNREAD])),
    ],
)
def test_the_page_reads_as_the_golden_file(name: str, shown: Plan) -> None:
    """Each page is, to the letter, what was once read and found good."""
    assert plan_text(shown) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_the_legend_shows_only_symbols_in_use() -> None:
    """A plan that only creates explains one symbol."""
    page = plan_text(plan(change("C-1", Action.CREATE, field("name", None, "A"))))
    assert "  + create\n" in page
    assert "destroy\n" not in page.split("Plan:")[0]


def test_the_sum_reads_as_terraform_prints_it() -> None:
    """`Plan: X to add, Y to change, Z to destroy.` stands on a line of its own."""
    assert "Plan: 2 to add, 1 to change, 1 to destroy." in plan_text(everything()).splitlines()


def test_a_list_of_five_reads_contact_by_contact() -> None:
    """One changed, one added, one removed, two kept: named so, and the kept ones are not laid out."""
    page = plan_text(plan(replacement()))
    assert "contacts: 2 kept, 1 changed, 1 added, 1 removed" in page
    assert '- contact "P-4"' in page
    assert "P-1" not in page


def test_who_changes_places_is_told_at_both() -> None:
    """The addition and the removal read as one thing that happens."""
    page = plan_text(transfer())
    assert '+ contact "P-1" (moves here from customer "C-002") {' in page
    assert '- contact "P-1" (moves to customer "C-001", once added there) {' in page


def test_a_renamed_organization_is_told() -> None:
    """Also where nothing else is to be done."""
    same = plan()
    (share,) = same.shares
    renamed = replace(same, shares=(replace(share, former="acme"),))
    assert "acme-fr has moved from acme:" in plan_text(renamed) and "has moved" not in plan_text(same)


def test_colour_adds_nothing_but_colour() -> None:
    """Without its escape sequences the painted page is the plain one."""
    painted = plan_text(everything(), Paint(enabled=True))
    for code in ("1", "2", "31", "32", "33", "36", "0", "1;31", "1;32", "1;33"):
        painted = painted.replace(f"\x1b[{code}m", "")
    assert painted == plan_text(everything())


def test_a_plan_that_is_all_refused_is_not_called_no_changes() -> None:
    """A refusal is something to report."""
    blocked = Blocked(change=change("C-1", Action.UPDATE), problem=UNREAD)
    page = plan_text(plan(blocked=[blocked]))
    assert "No changes" not in page
    assert "1 refused" in page


def test_an_unreadable_world_is_not_called_no_changes() -> None:
    """Nothing read is not the same as nothing to do."""
    assert "No changes" not in plan_text(plan(problems=[UNREAD]))


def test_a_value_cannot_command_the_terminal() -> None:
    """Escape sequences, line breaks and reversed text out of a document or a vendor arrive as visible escapes."""
    page = plan_text(plan(change("C-1", Action.UPDATE, field("name", "a\x1b[2Jb", "c\nd\u202ee"))))
    assert r"a\x1b[2Jb" in page
    assert r"c\nd\u202ee" in page


def test_what_the_vendor_makes_of_a_member_stands_below_its_header() -> None:
    """A member's note is one line of its own, of everybody who is written."""
    replaced = replacement()
    members = tuple(replace(one, note="upsert hits 7 by e-mail") for one in replaced.members)
    page = plan_text(plan(replace(replaced, members=members)), Paint(enabled=False))
    assert page.count("# upsert hits 7 by e-mail") == sum(one.action is not MemberAction.KEEP for one in members)
    assert "list replaced" in page
