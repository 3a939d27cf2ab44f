"""The page of what drifted: every difference with its label, whose turn it is, and nothing asked of anybody."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from reconciler.errors import Problem
from reconciler.model.change import FieldChange, MemberAction
from reconciler.model.drift import Drift, FieldDrift, Label, MemberDrift, ObjectDrift, Unmanaged
from reconciler.model.resource import Source
from reconciler.render.drift_words import ADVICE
from reconciler.render.html_drift import drift_html
from tests.render.pages import Page, read
from tests.render.plans import address, field

AT = datetime(2026, 11, 22, 0, 40, tzinfo=UTC)
_HOSTILE = "</noscript></script><img src=x onerror=alert(1)>"


def _field(label: Label, change: FieldChange) -> FieldDrift:
    return FieldDrift(label=label, change=change, sent="C", sent_known=True)


def _drift(hostile: str = "live") -> Drift:
    person = MemberDrift(
        address=address("C-1").member("contact", "P-1"),
        section="contacts",
        action=MemberAction.REMOVE,
        label=Label.LIVE,
    )
    one = ObjectDrift(
        address=address("C-1"),
        source=Source(file="customers/acme.yaml", line=3, column=5),
        fields=(
            _field(Label.BOTH, field("name", hostile, "declared")),
            _field(Label.CONFIG, field("address.city", None, "Lyon")),
        ),
        members=(person,),
    )
    gone = ObjectDrift(address=address("C-2"), label=Label.GONE, reason="nothing has this id any more")
    never = ObjectDrift(address=address("C-3"), fields=(_field(Label.NEVER, field("name", "a", "b")),))
    unmanaged = Unmanaged(organization="acme-fr", kind="customer", keys=("C-9",))
    return Drift(scope=("acme-fr",), objects=(one, gone, never), unmanaged=(unmanaged,), providers={"acme-fr": "x"})


def _words(page: Page) -> str:
    return re.sub(r"\s+", " ", "".join(page.pieces))


def test_everything_is_there() -> None:
    """Each label with who is to act, each difference with both sides, who came or went, and what nobody manages."""
    drift = _drift()
    words = _words(read(drift_html(drift, AT)))
    for label in drift.counts:
        assert ADVICE[label].replace("`", "") in words
    for text in ('"live"', '"declared"', 'last applied "C"', "is not on the list", "customers/acme.yaml:3", "C-9"):
        assert text in words


def test_labels_filter() -> None:
    """There is a filter for each label in use, and an object has all of its labels."""
    page = read(drift_html(_drift(), AT))
    assert [one["data-a"] for one in page.named("button") if "data-a" in one] == [
        "live",
        "both",
        "gone",
        "config",
        "never",
    ]
    assert [one["data-a"] for one in page.named("details")] == ["live both config", "gone", "never"]


def test_text_is_text() -> None:
    """What a user or the vendor wrote is text: no script, no picture."""
    drift = _drift(_HOSTILE)
    problem = Problem(code="x", summary="x", where=_HOSTILE, detail=_HOSTILE)
    page = read(drift_html(replace(drift, problems=(problem,), without=(_HOSTILE,)), AT))
    assert not page.named("img")
    assert len(page.named("script")) == 1
    assert _words(page).count(_HOSTILE) == 4


def test_no_drift() -> None:
    """Where nothing differs, the page says so, and has nothing to search."""
    page = read(drift_html(Drift(scope=("acme-fr",)), AT))
    assert "No drift at acme-fr." in _words(page)
    assert not page.named("form")
