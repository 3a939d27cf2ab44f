"""The page of a plan: all of it in one file, user text as text, nothing asked of anybody."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.errors import Problem
from reconciler.model.change import Action, Blocked, Mark, MemberAction
from reconciler.model.plan import Plan
from reconciler.plan.masked import masked, tagger_of
from reconciler.render.html import plan_html
from reconciler.render.html_text import sides
from reconciler.render.paint import PLAIN
from reconciler.render.plan_sums import sums_lines
from reconciler.render.words import inert
from tests.render.pages import Page, read
from tests.render.plans import address, change, contact, everything, field, moved, plan, transfer

AT = datetime(2026, 11, 22, 0, 40, tzinfo=UTC)
_HOSTILE = '</script></noscript></title><img src=x onerror=alert(1)>"\' onload=alert(1) x="&lt;'
_ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "a", "header", "div", "span", "ul", "li", "b", "i", "time"),
    *(
        "h1",
        "h2",
        "h3",
        "p",
        "code",
        "main",
        "section",
        "form",
        "fieldset",
        "label",
        "input",
        "kbd",
        "button",
        "select",
    ),
    *("option", "output", "details", "summary", "table", "thead", "tbody", "tr", "th", "td", "del", "ins", "article"),
    *("pre", "br", "script", "noscript"),
}


def _read(found: Plan) -> Page:
    return read(plan_html(found, AT))


def _words(page: Page) -> str:
    return re.sub(r"\s+", " ", "".join(page.pieces))


def test_policy() -> None:
    """The page may run its own script and use its own styles, known by their digests, and may ask for nothing."""
    page = _read(everything())
    policy = next(one["content"] for one in page.named("meta") if one.get("http-equiv") == "Content-Security-Policy")
    rules = dict(rule.strip().split(" ", 1) for rule in (policy or "").split(";"))
    digests = {
        name: "'sha256-" + base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() + "'"
        for name, code in page.code.items()
    }
    assert rules == {
        "default-src": "'none'",
        "style-src": digests["style"],
        "script-src": digests["script"],
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_nothing_is_fetched() -> None:
    """No element names a file, no style names an address, and the script asks for nothing."""
    page = _read(everything())
    for name, attributes in page.elements:
        assert not {"src", "srcset", "action", "data", "style", "ping"} & set(attributes), name
        assert str(attributes.get("href", "#")).startswith("#"), name
    assert not re.search(r"url\(|@import|https?:", page.code["style"])
    assert not re.search(r"fetch|XMLHttpRequest|WebSocket|sendBeacon|import\(|eval|https?:", page.code["script"])


def _hostile() -> Plan:
    bad = _HOSTILE
    problem = Problem(code="x", summary="x", where=bad, detail=bad, why=bad, remedy=bad, command=bad)
    known = change(bad, Action.REPLACE, field("name", f"a{bad}", f"b{bad}"), field(f"notes.{bad}", None, bad))
    touched = replace(contact("C-1", bad, MemberAction.ADD, field("position", None, {"label": bad})), note=bad)
    refused = Blocked(change=change(f"{bad}2", Action.DELETE), problem=problem)
    found = plan(
        replace(known, cause=bad, members=(touched,), document=bad),
        blocked=[refused],
        problems=[problem],
        warnings=[replace(problem, warning=True)],
    )
    return replace(found, overrides=(bad,), digest=bad)


def test_text_is_text() -> None:
    """Whatever a user wrote, wherever it is shown: the page has no element and no attribute that we did not give it."""
    page = _read(_hostile())
    assert {name for name, _ in page.elements} <= _ALLOWED
    assert len(page.named("script")) == len(page.named("style")) == len(page.named("title")) == 1
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert page.code == _read(everything()).code
    assert _words(page).count(_HOSTILE) > 10


@settings(max_examples=50)
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text(before: str, after: str) -> None:
    """What is read off the page is what stands there, whatever it is; and what differs is marked, nothing else."""
    old, new = sides(field("name", before, after))
    shown = [read(side) for side in (old, new)]
    assert [
        page.pieces and "".join(page.pieces).removesuffix("the same letters, composed otherwise") for page in shown
    ] == [f'"{inert(text.translate({34: chr(92) + chr(34), 92: chr(92) * 2}))}"' for text in (before, after)]
    assert {name for page in shown for name, _ in page.elements} <= {"del", "ins", "span"}


def test_contrast() -> None:
    """Of two texts that have much in common, what they have not is marked; in others nothing is."""
    assert sides(field("name", "Acme SARL", "Acme SAS")) == (
        "&quot;Acme SA<del>RL</del>&quot;",
        "&quot;Acme SA<ins>S</ins>&quot;",
    )
    assert sides(field("name", "One", "Two")) == ("&quot;One&quot;", "&quot;Two&quot;")


def test_everything_is_there() -> None:
    """Every change, every member that is touched, every problem with what to do, and the sums, are on the page."""
    found = everything()
    page = _read(found)
    ids = {attributes.get("id") for attributes in page.named("details")}
    assert {str(one.address) for one in found.changes} | {str(one.change.address) for one in found.blocked} <= ids
    words = _words(page)
    for line in sums_lines(found, PLAIN):
        assert line in words
    for text in (
        'contact "P-4"',
        "P-1, P-3",
        "2 kept",
        "5 unchanged fields hidden",
        "Give it up there first.",
        "email-held",
    ):
        assert text in words
    assert "has moved from acme-fr/customer/C-004/contact/key:reception" in words
    assert "customers/acme.yaml:3" in words
    assert "moves here from" in _words(_read(transfer()))


def test_sides() -> None:
    """A contact of a list stands once, with before on the left and after on the right."""
    text = plan_html(everything(), AT)
    row = text[text.index("phone</th>") :]
    assert row.index("+33 1") < row.index('<td class="y">') < row.index("+33 2")


def test_masked() -> None:
    """What is masked is shown as its tag, without the value."""
    found = everything()
    found = replace(found, shares=tuple(replace(share, tags="key") for share in found.shares))
    text = plan_html(masked(found, tagger_of(found)), AT)
    assert "+33 1" not in text and "@acme.example" not in text
    assert len(re.findall(r'<span class="tag"[^>]*>personal [0-9a-f]{6}</span>', text)) == 5


def test_readable_without_scripts() -> None:
    """What a large plan puts by for later is plain HTML to a browser that runs no scripts, and all of it is there."""
    found = plan(*(change(f"C-{number}", Action.UPDATE, field("name", "A", f"B{number}")) for number in range(2_001)))
    page = _read(found)
    assert len(page.named("noscript")) == len(page.named("table")) == 2_001
    assert "B1999" in page.text


def test_size() -> None:
    """A change takes about a kilobyte, however many there are."""
    sizes = [
        len(plan_html(plan(*(change(f"C-{number:05}", Action.CREATE, *_FIELDS) for number in range(count))), AT))
        for count in (3_000, 6_000)
    ]
    assert (sizes[1] - sizes[0]) / 3_000 < 1_500


_FIELDS = [field("name", None, "Société"), field("vatNumber", None, "FR1"), field("address", None, {"city": "Lyon"})]


def test_no_changes() -> None:
    """A plan without changes says so, and has nothing to search."""
    page = _read(plan())
    assert "No changes." in _words(page)
    assert not page.named("form")


def test_no_plan() -> None:
    """Where there is no plan, the page says why."""
    none = Plan(scope=(), shares=(), changes=(), problems=(Problem(code="tab", summary="a tab", remedy="Use blanks."),))
    words = _words(_read(none))
    assert "No plan could be made." in words
    assert "Use blanks." in words


def test_filters() -> None:
    """A page can be filtered by what there is; where there is one kind there is no choice of it."""
    page = _read(plan(moved(), change("C-1", Action.DELETE, field("name", "A", None))))
    pressed = [one["data-a"] for one in page.named("button") if "data-a" in one]
    assert pressed == ["destroy", "move"]
    assert page.named("select")
    assert not _read(plan(change("C-1", Action.DELETE))).named("select")
    losing = [one for one in page.named("details") if "data-d" in one]
    assert [one["id"] for one in losing] == [str(address("C-1"))]


def test_marks_find_their_members_in_one_pass() -> None:
    """Ten thousand of each: what looks each mark up for each member takes minutes."""
    count = 10_000
    members = tuple(contact("C-1", f"P-{number}", MemberAction.ADD, index=number) for number in range(count))
    marks = tuple(Mark(code="m", text=f"mark {number}", path=("contacts", number, "email")) for number in range(count))
    begun = time.process_time()
    page = plan_html(plan(replace(change("C-1", Action.REPLACE, members=members), marks=marks)), AT)
    assert time.process_time() - begun < 10
    assert page.count("mark 9999") == 1
