"""What a plan leaves as the vendor has it, in text and sums."""

from __future__ import annotations

from dataclasses import replace

from reconciler.model.change import Overridden
from reconciler.model.plan import Plan
from reconciler.render.markdown import comment_parts
from reconciler.render.overridden import overridden_json
from reconciler.render.plan_text import plan_text
from tests.render.plans import address, field, plan


def leaving(count: int) -> Plan:
    """Leave so many fields, each of another customer, in a plan without changes."""
    made = plan()
    rows = tuple(
        Overridden(address=address(f"C-{number}"), field=field("phone", "1", None), path="phone")
        for number in range(count)
    )
    return replace(made, shares=(replace(made.shares[0], overridden=rows),), changes=())


def test_of_very_many_the_first_are_shown_and_all_are_counted() -> None:
    """A page is to be read; the JSON has all of them."""
    text = plan_text(leaving(25))
    assert text.count(': live "1", declared null') == 20
    assert "  5 more, which --json lists\n" in text
    assert "25 fields are overridden by the vendor, and left: --retry-overridden sends them again." in text
    assert "overridden" not in plan_text(leaving(0))
    assert overridden_json(leaving(1).overridden[0])["declared"] is None


def test_however_short_a_comment_the_count_is_in_it() -> None:
    """It stands among the sums, which are never left out."""
    (first, *_) = comment_parts(leaving(25), "", 1_500)
    assert "25 fields are overridden by the vendor, and left" in first
