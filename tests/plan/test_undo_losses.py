"""Tests of reconciler.plan.undo_losses: what is lost is told once for all the objects that it is true of."""

from __future__ import annotations

from reconciler.model.address import Address
from reconciler.plan.undo_losses import told, unseen


def test_many_objects_are_named_up_to_a_number_and_the_rest_counted() -> None:
    """Thousands of keys in one line tell nobody anything."""
    keys = [f"C-{number:03}" for number in range(60)]
    (problem,) = told(unseen(Address(organization="acme", kind="customer", key=key)) for key in keys)
    named, _, rest = problem.detail.partition(": ")
    assert named == f"{', '.join(keys[:50])} and 10 more"
    assert rest.startswith("the run created it")
