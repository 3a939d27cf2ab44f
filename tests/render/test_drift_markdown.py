"""The summary of a drift: never longer than a forge takes, and nothing in it is more than text."""

from __future__ import annotations

from dataclasses import replace

from reconciler.errors import Problem
from reconciler.model.address import Address
from reconciler.model.change import FieldChange
from reconciler.model.drift import Drift, FieldDrift, Label, ObjectDrift, Unmanaged
from reconciler.render.drift_markdown import MOST, drift_markdown


def drift(number: int, live: str) -> Drift:
    """Have so many objects called otherwise."""
    change = FieldChange(path=("name",), before=live, after="Declared")
    objects = tuple(
        ObjectDrift(
            address=Address(organization="acme", kind="club", key=f"C-{index:05}"),
            fields=(FieldDrift(label=Label.LIVE, change=change),),
        )
        for index in range(number)
    )
    return Drift(scope=("acme",), objects=objects)


def test_it_ends_where_a_forge_would_cut_it_and_says_so() -> None:
    """The verdict stands first, whatever there is."""
    text = drift_markdown(drift(5_000, "Live"))
    assert len(text) <= MOST
    assert text.startswith("### Drift at acme: 5000 live changed.\n")
    shown = text.count("| live changed |")
    assert f"{5_000 - shown} more differences are in the JSON." in text


def test_values_are_text() -> None:
    """No mention, no table cell, no markup."""
    text = drift_markdown(drift(1, "@all | `x` <b>"))
    row = next(line for line in text.splitlines() if line.startswith("| live changed"))
    assert row.count(" | ") == 4
    assert "@all" not in row
    assert "<b>" not in row


def test_problems_and_strangers_are_bounded_as_well_and_inert() -> None:
    """However many there are, and whatever stands in them."""
    problems = [
        Problem(code="any", summary="any", where=f"a{n}", detail="\u202e\x1b[31m" + "x" * 900) for n in range(99)
    ]
    strangers = [Unmanaged(organization=f"acme-{n}", kind="club", keys=("k" * 900,), nameless=0) for n in range(99)]
    found = replace(drift(5_000, "Live"), problems=tuple(problems), unmanaged=tuple(strangers))
    text = drift_markdown(found)
    assert len(text) <= MOST
    assert "more lines of problems are in the JSON." in text
    assert "more lines of what is unmanaged are in the JSON." in text
    assert "| live changed |" in text
    assert not {"\u202e", "\x1b"} & set(text)
