"""A saved plan, in part and in the right place."""

from __future__ import annotations

import pytest

from reconciler.cli.composition import together
from reconciler.cli.saved import narrowed
from reconciler.errors import DesiredStateInvalid, LiveStateUnreadable, Problem, ProviderRejected, UsageInvalid
from reconciler.model.change import Action
from tests.clock import run_virtual
from tests.render.plans import change, everything, plan


def test_a_part_of_a_plan_keeps_only_its_own() -> None:
    """Changes, refusals and shares of other organizations are gone."""
    whole = everything()
    assert narrowed(whole, []) is whole
    assert narrowed(whole, ["acme-fr"]).changes == whole.changes


def test_what_a_plan_does_not_cover_cannot_be_taken_from_it() -> None:
    """A plan may be applied in part, never more than it."""
    with pytest.raises(UsageInvalid):
        narrowed(plan(change("C-1", Action.UPDATE)), ["other"])


async def _fail(error: Exception) -> None:
    raise error


def problem(code: str) -> Problem:
    """A problem by its code."""
    return Problem(code=code, summary="wrong", where=code)


def test_several_errors_are_told_whole_as_the_one_that_waiting_helps_least() -> None:
    """Trying again helps with a vendor that fails, never with wrong documents; nothing of either is kept back."""
    with pytest.raises(DesiredStateInvalid) as raised:
        run_virtual(
            together(
                _fail(error)
                for error in (
                    LiveStateUnreadable(problem("c")),
                    DesiredStateInvalid(problem("b")),
                    DesiredStateInvalid(problem("a")),
                )
            )
        )
    assert [one.code for one in raised.value.problems] == ["a", "b", "c"]


def test_a_vendor_that_refuses_hides_no_vendor_that_fails() -> None:
    """One organization cannot be read and another refuses its credentials: both are told."""
    errors = (LiveStateUnreadable(problem("unread")), ProviderRejected(problem("refused")))
    with pytest.raises(ProviderRejected) as raised:
        run_virtual(together(_fail(error) for error in errors))
    assert [one.code for one in raised.value.problems] == ["refused", "unread"]


def test_a_bug_is_not_hidden_behind_problems() -> None:
    """It comes first, so that it is seen."""
    with pytest.raises(ZeroDivisionError):
        run_virtual(together(_fail(error) for error in (DesiredStateInvalid(problem("a")), ZeroDivisionError())))
