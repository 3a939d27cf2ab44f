"""States that each guard objects to, and short ways to plan them and to tell what is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from reconciler.model.inventory import Inventory
from reconciler.model.plan import Plan
from reconciler.model.resource import Declared, Observed, Removal
from reconciler.model.state import Allowance, DesiredState, LiveState
from reconciler.plan.build import Part, build
from tests.values import club, desired, guest, inventory, live, live_club, live_tag, organization, source


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """States that a guard objects to, the override that it names, and what then happens."""

    wanted: DesiredState
    found: LiveState
    ours: Inventory
    allow: Allowance
    blocked: int
    changes: int


def clubs(count: int, first: int = 0) -> list[Observed]:
    """Have clubs exist."""
    return [live_club(f"C{number:03}", name="N") for number in range(first, first + count)]


def declared(found: Sequence[Observed], name: str = "N") -> list[Declared]:
    """Declare what exists."""
    return [club(str(one.key), name=name) for one in found]


def removal(key: str, kind: str = "club") -> Removal:
    """Ask for a removal."""
    return Removal(kind=kind, key=key, remote_id=f"r-{key}", reason="left", until=date(2030, 1, 1), source=source(9))


MANY = clubs(40)
P, Q = guest("P", "p@x", id="1", isMain=True), guest("Q", "q@x", id="2")
ONE = live_club("A", name="A", guests=[P, Q])
OTHER = live_club("B", name="B")
CASES = {
    "delete-ceiling": Case(
        wanted=desired(*declared(MANY[5:])),
        found=live(*MANY),
        ours=inventory(*MANY),
        allow=Allowance(guard="delete-ceiling", target="club", count=5),
        blocked=5,
        changes=5,
    ),
    "update-ceiling": Case(
        wanted=desired(*declared(MANY[:13], "M"), *declared(MANY[13:])),
        found=live(*MANY),
        ours=inventory(*MANY),
        allow=Allowance(guard="update-ceiling", target="club", count=13),
        blocked=13,
        changes=13,
    ),
    "desired-empty": Case(
        wanted=desired(),
        found=live(*MANY[:3]),
        ours=inventory(*MANY[:3]),
        allow=Allowance(guard="desired-empty", target="club"),
        blocked=3,
        changes=3,
    ),
    "live-shrank": Case(
        wanted=desired(*declared(MANY[:6]), club("NEW", name="N")),
        found=live(*MANY[:7]),
        ours=inventory(*MANY[:8], sizes={"club": 10}),
        allow=Allowance(guard="live-shrank", target="club"),
        blocked=3,
        changes=3,
    ),
    "organization-changed": Case(
        wanted=desired(club("NEW", name="N")),
        found=live(*(replace(one, remote_id="other") for one in MANY[:3])),
        ours=inventory(*MANY[:3]),
        allow=Allowance(guard="organization-changed", target="acme"),
        blocked=4,
        changes=4,
    ),
    "protected": Case(
        wanted=desired(club("B")),
        found=live(ONE, OTHER),
        ours=inventory(ONE, OTHER, protected=["A"]),
        allow=Allowance(guard="protected", target="acme/club/A"),
        blocked=1,
        changes=1,
    ),
    "not-empty": Case(
        wanted=desired(club("B")),
        found=live(live_club("A", balance=5), OTHER),
        ours=inventory(ONE, OTHER),
        allow=Allowance(guard="not-empty", target="club/A"),
        blocked=1,
        changes=1,
    ),
    "child-of-deleted": Case(
        wanted=desired(club("B")),
        found=live(ONE, OTHER, live_club("K", parent="A")),
        ours=inventory(ONE, OTHER),
        allow=Allowance(guard="child-of-deleted", target="club/A"),
        blocked=1,
        changes=1,
    ),
    "recreated-twin": Case(
        wanted=desired(club("B"), club("NEW", name="A", tax="FR1")),
        found=live(live_club("A", tax="FR1"), OTHER),
        ours=inventory(ONE, OTHER),
        allow=Allowance(guard="recreated-twin", target="club", count=1),
        blocked=2,
        changes=2,
    ),
    "list-emptied": Case(
        wanted=desired(club("A", guests=[])),
        found=live(ONE),
        ours=inventory(ONE),
        allow=Allowance(guard="list-emptied", target="club/A"),
        blocked=1,
        changes=1,
    ),
    "main-removed": Case(
        wanted=desired(club("A", guests=[guest("Q", "q@x")])),
        found=live(ONE),
        ours=inventory(ONE),
        allow=Allowance(guard="main-removed", target="club/A"),
        blocked=1,
        changes=1,
    ),
    "destroys-uncounted": Case(
        wanted=replace(desired(), removals=(replace(removal("T", "tag"), destroys=True),)),
        found=replace(live(live_tag("T")), certificates=live().certificates[:1]),
        ours=inventory(live_tag("T")),
        allow=Allowance(guard="destroys-uncounted", target="tag/T"),
        blocked=1,
        changes=1,
    ),
    "adopt-removes": Case(
        wanted=desired(club("A", guests=[guest("P", "p@x")])),
        found=live(ONE),
        ours=inventory(),
        allow=Allowance(guard="adopt-removes", target="acme/club/A"),
        blocked=1,
        changes=1,
    ),
}


def plan(case: Case, *allowances: Allowance, ours: Inventory | None = None) -> Plan:
    """Plan a case with leave for something."""
    part = Part(
        organization=organization(),
        desired=case.wanted,
        live=case.found,
        inventory=ours or case.ours,
        allowances=allowances,
    )
    return build([part])


def made(wanted: DesiredState, found: LiveState, ours: Inventory, *allowances: Allowance) -> Plan:
    """Plan states that no case holds."""
    return build([Part(organization=organization(), desired=wanted, live=found, inventory=ours, allowances=allowances)])


def refused(of: Plan) -> Mapping[str, list[str]]:
    """Give the codes that stand at every refused change, by key."""
    return {
        one.change.address.key: [one.problem.code, *(other.code for other in one.others)]
        for one in sorted(of.blocked, key=lambda one: one.change.address)
    }


def done(of: Plan) -> list[tuple[str, str]]:
    """Give what a plan does, by key."""
    return sorted((change.address.key, change.action.value) for change in of.changes)


def warned(of: Plan) -> list[str]:
    """Give the codes of a plan's warnings."""
    return [problem.code for problem in of.warnings]
