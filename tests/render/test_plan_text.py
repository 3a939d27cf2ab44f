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


def test_what_is_only_noted_is_not_called_adopted() -> None:
    """What is ours already and gets a protection or a key has a sign of its own, and the page says what happens."""
    page = plan_text(plan(change("C-1", Action.ADOPT)))
    assert "  = note in the inventory\n" in page
    assert "# acme-fr/customer/C-1 will be noted in the inventory, and stays as it is" in page
    assert '  = customer "C-1"' in page
    assert "adopt" not in page


def test_what_is_forgotten_is_not_said_to_stay() -> None:
    """It may be gone at the vendor: the cause says which it is, the header only that nothing is sent."""
    page = plan_text(plan(change("C-1", Action.FORGET)))
    assert "# acme-fr/customer/C-1 will be forgotten, and nothing is sent" in page
    assert "stays" not in page


def test_what_is_refused_is_not_listed_as_destroyed() -> None:
    """Of one lost file one thing goes, and another is kept by a guard: the page says which."""
    goes, kept = (replace(change(key, Action.DELETE), document="lost.yaml") for key in ("C-1", "C-2"))
    shown = replace(plan(goes), blocked=(Blocked(change=kept, problem=UNREAD),))
    lines = plan_text(shown).splitlines()
    destroyed = lines.index("Destroyed because no document declares them any more, by the file that did:")
    assert lines[destroyed + 1] == "  lost.yaml: 1 customer (C-1)"
    refused = "Not destroyed because that is refused, though no document declares them any more, by the file that did:"
    assert lines[lines.index(refused) + 1] == "  lost.yaml: 1 customer (C-2)"


def test_what_holds_many_back_is_told_once_below_them() -> None:
    """Each keeps its header and its diff; the reason, those it is about and the override stand once."""
    ceiling = Problem(
        code="update-ceiling", summary="too many updates", where="acme-fr", detail="31.", remedy="Allow it."
    )
    alone = Problem(
        code="protected", summary="the object is protected", where="acme-fr/customer/C-00", detail="By hand."
    )
    updates = [change(f"C-{number:02}", Action.UPDATE, field("name", "A", "B")) for number in range(31)]
    held = [Blocked(change=one, problem=ceiling) for one in updates]
    held[0] = replace(held[0], others=(alone,))
    page = plan_text(plan(blocked=held))
    assert page.count("too many updates [update-ceiling]") == page.count("Allow it.") == 1
    assert page.count("Refused by update-ceiling, see below.") == page.count('~ name = "A" -> "B"') == 31
    assert page.count("the object is protected [protected]") == 1
    assert "acme-fr/customer/C-09 and 21 more." in page


def test_many_vanished_files_of_a_folder_are_one_line() -> None:
    """A dump that is gone is told by its folder; few files are told one by one."""
    gone = [
        replace(change(f"C-{number:04}", Action.DELETE), source=None, document=f"customers/dump/{number}.yaml")
        for number in range(2000)
    ]
    few = replace(change("D-1", Action.DELETE), source=None, document="customers/few.yaml")
    page = plan_text(plan(*gone, few))
    assert (
        "  customers/dump/ (2000 files): 2000 customers (C-0000, C-0001, C-0002, C-0003, C-0004 and 1995 more)" in page
    )
    assert "  customers/few.yaml: 1 customer (D-1)" in page
