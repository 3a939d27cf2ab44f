"""Remarks at lines of the documents."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import Place, Problem
from reconciler.model.change import Action, Blocked, Mark
from reconciler.model.resource import Source
from reconciler.render.annotations import Remark, Weight, remarks
from reconciler.render.annotations_github import MOST_OF_A_LEVEL, workflow_commands
from reconciler.render.annotations_gitlab import SEVERITIES, code_quality
from tests.render.plans import change, everything, field, plan, replacement

COMMAND = re.compile(r"::(error|warning|notice) ([^\r\n]*?)::([^\r\n]*)")
AT_LINE = Problem(code="email-held", summary="e-mail held", where=Place(path="a.yaml", line=7, column=3), detail="D.")


def unescaped(text: str) -> str:
    """Read an escaped text as a runner does."""
    for code, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, sign)
    return text


def test_a_plan_is_remarked_on_at_the_lines_that_ask_for_it() -> None:
    """The gravest first; files as seen from the top of the repository."""
    found = remarks(everything(), "company/data")
    assert [one.weight for one in found] == sorted(one.weight for one in found)
    assert {one.file for one in found} == {"company/data/customers/acme.yaml"}
    assert {one.weight for one in found} == set(Weight) - {Weight.UNREAD}


def test_a_contact_that_goes_is_a_remark_of_its_own() -> None:
    """And no value stands in any."""
    found = remarks(plan(replacement()))
    (loss,) = (one for one in found if one.weight is Weight.DESTROYED)
    assert (loss.title, loss.line, loss.column) == ("Removes 1 contact", 3, 5)
    assert "acme-fr/customer/C-001/contact/P-4" in loss.text
    assert not any("@" in one.text or "+33" in one.text or "SAS" in one.text for one in found)


def test_a_refusal_stands_at_its_own_place_or_at_that_of_what_it_refuses() -> None:
    """What has neither has no remark."""
    one = change("C-1", Action.UPDATE, field("name", "A", "B"))
    elsewhere = replace(AT_LINE, where="acme-fr", code="protected")
    homeless = replace(one, source=None)
    refused = [Blocked(change=one, problem=AT_LINE, others=(elsewhere,)), Blocked(change=homeless, problem=elsewhere)]
    found = remarks(plan(blocked=refused, problems=[AT_LINE], warnings=[elsewhere]))
    assert [(one.weight, one.check, one.file, one.line) for one in found] == [
        (Weight.UNREAD, "email-held", "a.yaml", 7),
        (Weight.REFUSED, "email-held", "a.yaml", 7),
        (Weight.REFUSED, "protected", "customers/acme.yaml", 3),
    ]


def test_github_gets_ten_of_each_level_and_the_number_of_the_rest() -> None:
    """More than that it drops without a word."""
    many = [change(f"C-{number:03}", Action.UPDATE, field("name", "A", "B")) for number in range(40)]
    lines = workflow_commands(remarks(plan(*many))).splitlines()
    assert len(lines) == MOST_OF_A_LEVEL
    assert lines[0].startswith(
        "::notice file=customers/acme.yaml,line=3,col=5,title=Update [update]::acme-fr/customer/C-000"
    )
    assert lines[-1] == "::notice title=reconciler::31 more like these are in the comment and in the plan."


@given(st.text(), st.text(), st.text(min_size=1))
def test_no_text_of_a_user_is_a_command(title: str, text: str, file: str) -> None:
    """Each remark is one line, and a runner reads back what was said."""
    one = change("C-1", Action.UPDATE)
    problem = replace(AT_LINE, summary="s", detail=text, remedy="::error::x", where="acme-fr")
    placed = replace(one, source=Source(file=file, line=2, column=1), cause=title)
    (shown, *_) = found = remarks(plan(placed, blocked=[Blocked(change=placed, problem=problem)]))
    lines = workflow_commands(found).split("\n")
    assert lines.pop() == ""
    assert len(lines) == 2
    read = [COMMAND.fullmatch(line) for line in lines]
    assert all(read)
    assert read[0] is not None
    assert unescaped(read[0][3]) == shown.text
    assert dict(part.split("=", 1) for part in read[0][2].split(","))["line"] == "2"


def test_nor_in_the_older_syntax_which_may_stand_anywhere() -> None:
    """In a name of a file, and in a key."""
    one = change("C ##[error]x", Action.UPDATE)
    placed = replace(one, source=Source(file="a ##[add-mask]y.yaml", line=2, column=1))
    assert "##[" not in workflow_commands(remarks(plan(placed)))


def test_a_mark_is_remarked_on_without_the_value_that_it_quotes() -> None:
    """It ends in logs, and somebody may have typed an address where a position belongs."""
    mark = Mark(code="position-unseen", text='"zqada@x.example" was not seen on any contact.')
    one = replace(change("C-1", Action.UPDATE), marks=(mark,))
    said = workflow_commands(remarks(plan(one))) + code_quality(remarks(plan(one)))
    assert "zqada" not in said
    assert "was not seen on any contact" in said


def test_what_is_not_declared_any_more_is_remarked_on_where_it_was() -> None:
    """A delete is what a reviewer must not miss, and has no line."""
    gone = replace(change("C-1", Action.DELETE), source=None, document="customers/old.yaml")
    (found,) = remarks(plan(gone), "data")
    assert (found.weight, found.file, found.line) == (Weight.DESTROYED, "data/customers/old.yaml", 1)


def test_what_is_only_noted_crowds_no_change_out() -> None:
    """A first plan adopts thousands."""
    adopted = [change(f"A-{number}", Action.ADOPT, adopts=True) for number in range(40)]
    said = workflow_commands(remarks(plan(*adopted, change("C-1", Action.UPDATE, field("name", "A", "B")))))
    assert "acme-fr/customer/C-1 will be updated: name." in said.splitlines()[0]


def test_gitlab_gets_all_of_them_with_fingerprints_that_outlive_a_line() -> None:
    """Something inserted above changes the place and not the fingerprint; two that are alike differ."""
    plain = remarks(plan(change("C-1", Action.UPDATE), change("C-1", Action.UPDATE), change("C-2", Action.UPDATE)))
    moved = [replace(one, line=one.line + 10) for one in plain]
    told, later = json.loads(code_quality(plain)), json.loads(code_quality(moved))
    assert [one["fingerprint"] for one in told] == [one["fingerprint"] for one in later]
    assert len({one["fingerprint"] for one in told}) == 3
    assert told[0]["location"] == {
        "path": "customers/acme.yaml",
        "lines": {"begin": 3},
        "positions": {"begin": {"line": 3, "column": 5}},
    }
    assert told[0]["check_name"] == "reconciler/update"
    assert json.loads(code_quality([])) == []


def test_every_weight_has_a_severity_that_gitlab_knows() -> None:
    """info, minor, major, critical or blocker."""
    assert set(SEVERITIES) == set(Weight)
    assert set(SEVERITIES.values()) == {"info", "minor", "major", "critical", "blocker"}


def test_a_remark_has_a_line_where_its_source_has_none() -> None:
    """Lines count from one."""
    one = replace(change("C-1", Action.UPDATE), source=Source(file="a.yaml", line=0, column=0))
    found: list[Remark] = remarks(plan(one))
    assert (found[0].line, found[0].column) == (1, 1)
