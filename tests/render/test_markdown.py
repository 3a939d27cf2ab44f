"""The comment on a pull request."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.errors import Problem
from reconciler.model.change import Action, Blocked, Change, MemberAction
from reconciler.model.plan import Plan
from reconciler.model.resource import Source
from reconciler.render.markdown import PART_MOST, comment_parts, marker, summary
from reconciler.render.markdown_text import LINE_MOST, code, fenced
from reconciler.render.words import inert
from tests.render.forge import Page
from tests.render.plans import change, contact, everything, field, plan, replacement, transfer

REFUSAL = Problem(code="protected", summary="protected", where="acme-fr", detail="It is protected.", remedy="Ask.")
UNREAD = Problem(code="listing-incomplete", summary="listing incomplete", where="acme-fr", remedy="Try again.")
NASTY = (
    "`" * 7,
    "a | b ` c",
    "\\| x",
    "@everyone",
    "fixes #1",
    "<script>alert(1)</script>",
    "--> <b>",
    "</details></code>",
    "![x](http://evil.example/x.png)",
    "\u202egnp.exe",
    "\u2066\u200b\x1b[31m\r\n/close",
    "x" * 5000,
    " ",
    "&lt;b&gt;",
    "www.evil.example ada@acme.example ~~gone~~ **bold**",
)


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


def going(whole: Plan) -> set[str]:
    """Name all that a plan destroys."""
    deletes = {str(one.address) for one in whole.changes if one.action is Action.DELETE}
    return deletes | {str(one.address) for owner in whole.changes for one in owner.touched(MemberAction.REMOVE)}


def test_a_small_plan_is_one_part_with_all_in_it() -> None:
    """Title, verdict, refusals, deletes, counts, a table, the diff folded, and the digest to expect."""
    (part,) = comment_parts(everything(), "plan")
    page = worded(part)
    assert part.startswith("<!-- reconciler:plan part=1/1 digest=sha256-0123 -->\n## reconciler: ")
    assert "`sha256:0123`" in part
    order = [
        "Plan: ",
        "### Refused: ",
        "### Destroyed: ",
        "| Kind |",
        "#### Customers (",
        "<summary>Full diff</summary>",
    ]
    places = [part.index(one) for one in order]
    assert places == sorted(places)
    assert page.folds == 1
    assert len(set(page.cells)) == 2, "the table of counts and that of changes, and every row as wide as its head"


def test_a_delete_is_told_in_full_and_so_is_a_contact_that_goes() -> None:
    """With the values that go, signs first so that a forge colours them."""
    (part,) = comment_parts(plan(replacement(), destroying(1)), "plan")
    told = part.partition("### Destroyed: 2 objects")[2].partition("| Kind |")[0]
    assert "# acme-fr/customer/C-001/contact/P-4 will be removed (customers/acme.yaml:3)" in told
    assert '-       email = "four@acme.example" -> null' in told
    assert '-       name = "Company number 1" -> null' in told
    assert "moves to customer" not in told
    assert "(moves to acme-fr/customer/C-001, once added there)" in comment_parts(transfer(), "plan")[0]


@pytest.mark.parametrize(
    ("shown", "title", "verdict"),
    [
        (plan(), "no changes", "**Nothing to do.**"),
        (Plan(scope=(), shares=(), changes=(), problems=(UNREAD,)), "there is no plan", "**No plan could be made.**"),
        (plan(problems=[UNREAD]), "not everything could be read", "**Nothing of this may be applied:**"),
        (plan(destroying(1)), "0 to add, 0 to change, 1 to destroy", "**It can be applied.**"),
        (
            plan(blocked=[Blocked(change=destroying(1), problem=REFUSAL)]),
            "0 to add, 0 to change, 0 to destroy, 1 refused",
            "**All of it is refused.**",
        ),
        (
            plan(replacement(), blocked=[Blocked(change=destroying(1), problem=REFUSAL)]),
            "0 to add, 1 to change, 0 to destroy, 1 refused",
            "**A part of it is refused,**",
        ),
    ],
)
def test_title_and_verdict_say_what_it_comes_to(shown: Plan, title: str, verdict: str) -> None:
    """A reader who stops there knows it."""
    (part,) = comment_parts(shown, "plan")
    worded(part)
    assert part.splitlines()[1] == f"## reconciler: {title}"
    assert verdict in part.splitlines()[3]


@pytest.mark.parametrize("number", [1, 100, 5_000, 50_000])
def test_every_part_is_short_enough_and_no_delete_is_missing(number: int) -> None:
    """Of 50,000 changes too, and within seconds; parts are numbered, each with its marker and its title."""
    whole = mixed(number)
    begun = time.process_time()
    parts = comment_parts(whole, "plan")
    assert time.process_time() - begun < 15
    assert max(map(len, parts)) <= PART_MOST
    told = set(re.findall(r"acme-fr/customer/[^\s`]+", "\n".join(parts)))
    assert going(whole) <= told
    for place, part in enumerate(parts, 1):
        assert part.startswith(f"{marker('plan', place, len(parts), whole.digest)}\n## reconciler: ")
        assert (f"(part {place} of {len(parts)})" in part) == (len(parts) > 1)
        assert part.count("```") % 2 == 0
    worded(parts[0], parts[-1])


def test_it_gets_shorter_step_by_step() -> None:
    """First the fields of what is created go, then the diff, then rows of the table, and it says so."""
    fields = [field(f"customFields.f{number}", None, "x" * 60) for number in range(10)]
    created = [change(f"C-{number}", Action.CREATE, *fields) for number in range(100)]
    updates = [change(f"C-{number}", Action.UPDATE, field("name", "A" * 200, "B")) for number in range(3000)]

    def steps(*changes: Change) -> tuple[int, bool, bool, bool]:
        (part,) = comment_parts(plan(*changes), "plan")
        worded(part)
        return len(part), "Full diff" in part, "Diff, without" in part, "Too long for a comment" in part

    assert steps(*created[:9])[1:] == (True, False, False)
    assert steps(*created)[1:] == (False, True, False)
    assert steps(*updates[:300])[1:] == (False, False, True)
    (part,) = comment_parts(plan(*updates), "plan")
    assert "#### Customers (the first 400 of 3000)" in part


def test_of_very_many_each_delete_is_one_line() -> None:
    """Above ten comments of blocks nobody would scroll; a customer with very many contacts takes several lines."""
    wide = [
        contact("C-1", f"P-{number}", MemberAction.REMOVE, field("email", "x" * 90, None)) for number in range(9_000)
    ]
    whole = plan(change("C-1", Action.REPLACE, members=tuple(wide)))
    parts = comment_parts(whole, "plan")
    worded(*parts)
    assert len(parts) > 1
    assert "### Destroyed: 9000 objects (continued)" in parts[1]
    assert going(whole) <= set(re.findall(r"acme-fr/customer/[^\s`]+", "\n".join(parts)))


def test_of_very_many_each_refusal_is_one_line() -> None:
    """With its code, by which its page is found."""
    blocked = [
        Blocked(change=destroying(number), problem=replace(REFUSAL, detail=f"{number} {'x' * 300}"))
        for number in range(2_000)
    ]
    parts = comment_parts(plan(blocked=blocked), "plan")
    worded(*parts)
    assert "- `acme-fr/customer/D-1999`: protected (`protected`)" in "\n".join(parts)


@pytest.mark.parametrize("text", NASTY)
def test_a_span_of_code_says_the_text_and_nothing_else(text: str) -> None:
    """In a sentence, in an item and in a cell."""
    span = code(f"Zq{text}Zq") if len(text) < 1000 else code(text)
    page = Page(f"- it is {span} here\n\n| a | b |\n| --- | --- |\n| {span} | c |\n")
    assert (page.wrong, page.open, page.cells) == ([], [], [2, 2])
    assert "Zq" not in page.said
    if len(text) < 1000:
        assert page.quoted.count(inert(f"Zq{text}Zq")) == 2


@pytest.mark.parametrize("line", ["```", "   ````", "```text", "~~~", "", "plain", "`a`"])
def test_no_line_ends_a_fence(line: str) -> None:
    """Whatever it is made of."""
    page = Page(f"```text\n{fenced(line)}\nZq\n```\n")
    assert (page.wrong, page.open, page.said.strip()) == ([], [], "")
    assert page.quoted.split() == [*line.split(), "Zq"]


def test_a_line_has_an_end() -> None:
    """And says how long it was."""
    shown = fenced("x" * 10_000)
    assert len(shown) == LINE_MOST
    assert shown.endswith("… (10000 characters)")


WORDS = st.sampled_from(NASTY) | st.text(max_size=30) | st.text("`|\\<>@#*_[]()!&~-\n ", max_size=30)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WORDS, min_size=8, max_size=8), st.integers(0, 40))
def test_no_text_of_a_user_is_more_than_text(words: list[str], number: int) -> None:
    """As a key, a value, a name, a path, a file, a reason, in a problem; wherever a plan holds it."""
    key, value, name, path, file, cause, detail, override = (f"Zq{word}" for word in words)
    rows = [field("name", value, name), replace(field("x", value, None), path=("customFields", path))]
    member = contact(key, name, MemberAction.REMOVE, *rows)
    source = Source(file=file, line=1, column=1)
    one = replace(change(key, Action.REPLACE, *rows, members=(member,)), source=source, cause=cause)
    gone = replace(one, action=Action.DELETE, document=file)
    problem = replace(REFUSAL, detail=detail, remedy=cause, where=file)
    whole = plan(*[one] * number, gone, blocked=[Blocked(change=one, problem=problem)] * 2, warnings=[problem])
    parts = comment_parts(replace(whole, overrides=(override,)), "plan")
    worded(*parts)


def test_a_key_cannot_end_the_marker() -> None:
    """Nor does it hold anything that a forge reads."""
    assert marker("a --> <b>@x", 1, 2, "00") == "<!-- reconciler:a-b-x part=1/2 digest=00 -->"
    assert marker("--", 1, 2, "00") == "<!-- reconciler:plan part=1/2 digest=00 -->"


def test_a_plan_that_failed_has_no_digest_to_expect() -> None:
    """Neither where none could be made nor where not everything could be read."""
    problem = Problem(code="x", summary="went wrong")
    for failed in (Plan(scope=(), shares=(), changes=(), problems=(problem,)), plan(problems=[problem])):
        assert comment_parts(failed, "plan")[0].startswith("<!-- reconciler:plan part=1/1 digest= -->\n")


def test_a_job_has_the_first_part_without_its_marker() -> None:
    """And a word where there are more."""
    assert summary(comment_parts(plan(), "plan")).startswith("## reconciler: no changes\n")
    assert "It goes on in" in summary(comment_parts(mixed(6_000), "plan"))


def test_problems_without_end_are_counted() -> None:
    """Nobody scrolls through two hundred comments of them."""
    found = [
        Problem(
            code="field-unknown", summary="unknown field", where=f"acme-fr/customer/C-{number}", detail="Wrong. " * 20
        )
        for number in range(50_000)
    ]
    parts = comment_parts(plan(problems=found), "k")
    assert len(parts) <= 12
    assert "more problems" in parts[-1]


def test_what_is_shared_by_refusals_is_not_cut_in_the_middle() -> None:
    """Its lines are lines of the fence, each with room of its own."""
    lines = [f"Line {number} of the detail, which is long enough." for number in range(60)]
    shared = Problem(code="many", summary="too many deletes", detail="\n".join(lines), remedy="Allow them:")
    refused = [Blocked(change=change(f"C-{number}", Action.DELETE), problem=shared) for number in range(2)]
    text = "".join(comment_parts(plan(blocked=refused), "k"))
    assert all(line in text for line in (*lines, "Allow them:"))


def test_members_with_long_keys_fit_into_a_part() -> None:
    """A pipe takes five signs where it is written as an entity."""
    members = tuple(contact("C-1", f"{'|' * 900}{number}", MemberAction.REMOVE) for number in range(800))
    parts = comment_parts(plan(change("C-1", Action.REPLACE, members=members)), "k")
    assert max(map(len, parts)) <= PART_MOST
