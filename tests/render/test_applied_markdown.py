"""The comment about the end of an apply."""

from __future__ import annotations

import pytest

from reconciler.render.applied_markdown import applied_comment

_REASON = """\
acme-fr: the plan is another one [plan-differs]
    Expected was aaaa, this is bbbb.
    Look at it:
        reconciler plan
"""
_SAID = f"""\
Reading acme-fr…
# acme-fr/customer/C-001 will be updated
Plan: 1 to add, 0 to change, 0 to destroy.
Warning: customers/all.yaml:3: odd [odd-thing]
    It is odd.
{_REASON}"""


@pytest.mark.parametrize(
    ("code", "step"),
    [
        (1, "Run the job again"),
        (3, "somebody who applies it by hand"),
        (5, "open another pull request"),
        (6, "Run the job again when that one has ended"),
        (7, "Run the job again, later"),
        (64, "Correct it, and run the job again"),
        (65, "Correct them in another pull request"),
        (143, "Run the job again"),
    ],
)
def test_it_says_why_and_what_to_do_next(code: int, step: str) -> None:
    """The problems whole; the plan, which is not what was done, only where something may have been."""
    comment = applied_comment("plan", code, _SAID, "")
    assert step in comment
    assert _REASON in comment
    assert ("Plan: 1 to add" in comment) == (code == 3)


def test_what_was_said_is_no_heading_of_ours() -> None:
    """A line that looks like one cannot cut the first outcome off."""
    first = applied_comment("plan", 4, "### Before: x\nremains\n", "")
    again = applied_comment("plan", 0, "", "", standing=first)
    assert again.count("remains") == 1
    assert applied_comment("plan", 0, "", "", standing=again) == again
