"""The comment on a pull request; what it says of losses is in `test_markdown_losses`."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.errors import Problem
from reconciler.model.change import Action, Blocked, Change, MemberAction
from reconciler.model.plan import Plan
from reconciler.model.resource import Source
from reconciler.render.markdown import comment_parts, marker, summary
from reconciler.render.markdown_text import LINE_MOST, code, fenced
from reconciler.render.words import inert
from tests.render.comments import REFUSAL, destroying, mixed, worded
from tests.render.forge import Page
from tests.render.plans import change, contact, everything, field, plan, replacement

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


@pytest.mark.parametrize(
    ("shown", "title", "verdict"),
    [
        (plan(), "no changes at acme-fr", "**Nothing to do.**"),
        (Plan(scope=(), shares=(), changes=(), problems=(UNREAD,)), "there is no plan", "**No plan could be made.**"),
        (plan(problems=[UNREAD]), "not everything could be read at acme-fr", "**Nothing of this may be applied:**"),
        (plan(destroying(1)), "0 to add, 0 to change, 1 to destroy at acme-fr", "**It can be applied.**"),
        (
            plan(blocked=[Blocked(change=destroying(1), problem=REFUSAL)]),
            "0 to add, 0 to change, 0 to destroy, 1 refused at acme-fr",
            "**All of it is refused.**",
        ),
        (
            plan(replacement(), blocked=[Blocked(change=destroying(1), problem=REFUSAL)]),
            "0 to add, 1 to change, 0 to destroy, 1 contact to remove, 1 refused at acme-fr",
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


def test_a_heading_says_what_it_is_about() -> None:
    """The organizations up to three, else how many; and the folder, where it is not the top."""

    def heading(shown: Plan, **about: object) -> str:
        (part,) = comment_parts(shown, "plan", folder=str(about.get("folder", "")), names=("acme-it",))
        worded(part)
        return part.splitlines()[1]

    two = replace(plan(), scope=("acme-fr", "acme-de"))
    assert heading(two) == "## reconciler: no changes at acme-fr and acme-de"
    many = replace(plan(), scope=("a", "b", "c", "d"))
    assert heading(many, folder="data/fr") == "## reconciler: no changes at 4 organizations in `data/fr`"
    failed = Plan(scope=(), shares=(), changes=(), problems=(UNREAD,))
    assert heading(failed) == "## reconciler: there is no plan at acme-it"


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
    assert marker("a --> <b>@x", 1, 2, "00") == "<!-- reconciler:a-b-x~9d4b4e2bb232 part=1/2 digest=00 -->"
    assert marker("--", 1, 2, "00").startswith("<!-- reconciler:plan~")
    assert marker("", 1, 2, "00") == "<!-- reconciler:plan part=1/2 digest=00 -->"


def test_a_plan_that_failed_has_no_digest_to_expect() -> None:
    """Neither where none could be made nor where not everything could be read."""
    problem = Problem(code="x", summary="went wrong")
    for failed in (Plan(scope=(), shares=(), changes=(), problems=(problem,)), plan(problems=[problem])):
        assert comment_parts(failed, "plan")[0].startswith("<!-- reconciler:plan part=1/1 digest= -->\n")


def test_a_job_has_the_first_part_without_its_marker() -> None:
    """And a word where there are more."""
    assert summary(comment_parts(plan(), "plan")).startswith("## reconciler: no changes at acme-fr\n")
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
