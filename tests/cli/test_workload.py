"""What an apply has still to ask."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.cli.workload import Workload
from reconciler.model.change import Action
from tests.render.plans import change, plan
from tests.values import organization

ACME = organization("acme-fr")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A provider that was asked so often."""

    requests_made: int
    requests_per_minute: int = 540


def test_what_is_left_goes_down_as_changes_end() -> None:
    """Each by what the plan foresees for it, at whatever it ended; a second ending of one changes nothing."""
    changes = (
        change("C-1", Action.UPDATE, kind="club"),
        change("C-2", Action.DELETE, kind="club"),
        change("C-3", Action.ADOPT, kind="club", adopts=True),
    )
    workload = Workload(plan(*changes), [ACME], {"acme-fr": Counted(requests_made=7)})
    left: list[int] = []
    for one in (*changes, changes[0]):
        left += [row[2] for row in workload.standing()]
        workload.end(one)
    assert left == sorted(set(left), reverse=True)
    assert [*workload.standing()] == [("acme-fr", 7, 0, 540)]


def test_an_organization_without_a_change_leaves_nothing() -> None:
    """Nothing is asked of it any more."""
    rows = Workload(plan(), [ACME], {"acme-fr": Counted(requests_made=7)}).standing()
    assert sum(left for _, _, left, _ in rows) == 0
