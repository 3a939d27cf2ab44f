"""Tests of reconciler.plan.overrides: what an override covers, when it is used, and what is said of one that is not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.guards import TARGETS, Target
from reconciler.model.plan import Plan
from reconciler.model.state import Allowance
from reconciler.plan.build import Part, build
from tests.plan.guarding import CASES, MANY, ONE, OTHER, declared, made, plan, refused, warned
from tests.values import club, desired, inventory, live, live_club, organization, source


@pytest.mark.parametrize("guard", [guard for guard in CASES if TARGETS[guard] in (Target.KIND, Target.COUNTED_KIND)])
def test_a_count_is_of_all_that_the_guard_holds_back(guard: str) -> None:
    """One too few and none goes; the organization may stand before the kind."""
    case = CASES[guard]
    exact = replace(case.allow, count=case.blocked)
    assert plan(case, exact).blocked == ()
    assert plan(case, replace(exact, target="acme/club")).blocked == ()
    short = plan(case, replace(exact, count=case.blocked - 1))
    assert len(short.blocked) == case.blocked
    assert warned(short) == []  # the refusal says the count


def test_a_kind_with_a_count_lets_that_many_objects_through() -> None:
    """Leave for two protected ones is none for three."""
    some = MANY[:3]
    wanted, found = desired(*declared(MANY[3:30])), live(*MANY[:30])
    ours = inventory(*MANY[:30], protected=[str(one.key) for one in some])
    two = Allowance(guard="protected", target="club", count=2)
    assert list(refused(made(wanted, found, ours, two))) == ["C000", "C001", "C002"]
    assert made(wanted, found, ours, replace(two, count=3)).blocked == ()


class TestSeveralGuards:
    """One change may be held back by several guards."""

    WANTED = desired(*declared(MANY[5:]))
    FOUND = live(*MANY)
    OURS = inventory(*MANY, protected=["C000"])
    COUNT = Allowance(guard="delete-ceiling", target="club", count=5)
    LINE = Allowance(guard="protected", target="club/C000", id="line-1", reason="it closed", until=date(2030, 1, 1))

    def test_all_of_them_are_told(self) -> None:
        """Who has read the plan can type every override at once."""
        assert refused(made(self.WANTED, self.FOUND, self.OURS))["C000"] == ["delete-ceiling", "protected"]

    def test_each_needs_an_override_of_its_own(self) -> None:
        """Leave for one guard leaves what others refuse."""
        found = made(self.WANTED, self.FOUND, self.OURS, self.COUNT)
        assert refused(found) == {"C000": ["protected"]}
        assert len(found.changes) == 4
        assert made(self.WANTED, self.FOUND, self.OURS, self.COUNT, self.LINE).blocked == ()

    def test_an_override_that_is_not_enough_is_not_used(self) -> None:
        """A line on whose account nothing goes is neither shown as used nor consumed, nor is it idle."""
        found = made(self.WANTED, self.FOUND, self.OURS, self.LINE)
        assert (found.overrides, found.shares[0].spends, warned(found)) == ((), (), [])
        both = made(self.WANTED, self.FOUND, self.OURS, self.LINE, self.COUNT)
        assert both.shares[0].spends == ("line-1",)
        assert "acme: protected club/C000 (it closed; until 2030-01-01)" in both.overrides

    def test_an_option_goes_before_a_line(self) -> None:
        """What this run was told need not consume what was reviewed."""
        option = Allowance(guard="protected", target="acme/club/C000")
        found = made(self.WANTED, self.FOUND, self.OURS, self.LINE, self.COUNT, option)
        assert (found.shares[0].spends, warned(found)) == ((), [])

    def test_what_waits_for_something_refused_uses_no_override(self) -> None:
        """A line for a parent whose child stays by another guard is kept for when the parent goes."""
        parent, child = live_club("A", balance=1), live_club("K", parent="A")
        wanted = desired(club("B", name="B"))
        ours = inventory(parent, child, OTHER, protected=["K"])
        line = Allowance(guard="not-empty", target="club/A", id="line-1")
        found = made(wanted, live(parent, child, OTHER), ours, line)
        assert refused(found) == {"A": ["dependency-blocked"], "K": ["protected"]}
        assert found.shares[0].spends == ()


class TestLines:
    """Reviewed lines are good for once."""

    CASE = CASES["protected"]
    LINE = replace(CASES["protected"].allow, id="line-1", source=source(7, "allow.yaml"))

    def with_line(self, line: Allowance, *spent: str) -> Plan:
        """Plan with a line in the documents."""
        wanted = replace(self.CASE.wanted, allowances=(line,))
        return plan(replace(self.CASE, wanted=wanted), ours=replace(self.CASE.ours, spent=spent))

    def test_a_spent_line_is_inert_and_told(self) -> None:
        """It was consumed by the apply that used it, and should leave the documents."""
        assert self.with_line(self.LINE).blocked == ()
        found = self.with_line(self.LINE, "line-1")
        assert (len(found.blocked), warned(found)) == (1, ["allowance-spent"])
        assert str(found.warnings[0].where) == "allow.yaml:7:5"

    def test_a_line_that_names_nothing_refused_is_told(self) -> None:
        """It may be misspelt; what is close is suggested."""
        found = self.with_line(replace(self.LINE, target="acme/club/AA"))
        assert warned(found) == ["allowance-unused"]
        assert found.warnings[0].remedy == 'Did you mean "acme/club/A"?'

    def test_without_all_evidence_nothing_is_called_idle(self) -> None:
        """What could not be read may be what an override is about."""
        case = replace(self.CASE, found=live(ONE, flaw="a page failed"))
        assert warned(plan(case, Allowance(guard="protected", target="club/X"))) == []


def test_an_option_is_idle_only_where_no_organization_needs_it() -> None:
    """Options are for all organizations of a run; one of them may be the only one concerned."""
    case = CASES["protected"]
    beta = replace(case.wanted, organization="beta")
    calm = Part(organization=organization("beta"), desired=beta, live=live(ONE, OTHER), inventory=None)
    busy = Part(organization=organization(), desired=case.wanted, live=case.found, inventory=case.ours)
    parts = [replace(one, allowances=(case.allow,)) for one in (calm, busy)]
    assert warned(build(parts)) == []
    idle = Allowance(guard="protected", target="gamma/club/A")
    assert warned(build([replace(one, allowances=(case.allow, idle)) for one in parts])) == ["allowance-unused"]


class TestSeveralOrganizations:
    """The same guard holds five objects of one kind back in each of two organizations."""

    CASE = CASES["delete-ceiling"]

    def made(self, *allowances: Allowance, lines: tuple[Allowance, ...] = ()) -> Plan:
        """Plan both."""
        case = self.CASE
        return build(
            [
                Part(
                    organization=organization(name),
                    desired=replace(case.wanted, organization=name, allowances=lines),
                    live=case.found,
                    inventory=replace(case.ours, organization=name),
                    allowances=allowances,
                )
                for name in ("acme", "beta")
            ]
        )

    def blocked(self, *allowances: Allowance, lines: tuple[Allowance, ...] = ()) -> dict[str, int]:
        """Count what stays refused, by organization."""
        return Counter(one.change.address.organization for one in self.made(*allowances, lines=lines).blocked)

    def test_a_count_of_a_run_is_of_all_of_them(self) -> None:
        """Five are not five in each; ten are all."""
        assert self.blocked(self.CASE.allow) == {"acme": 5, "beta": 5}
        assert self.blocked(replace(self.CASE.allow, count=10)) == {}

    def test_a_count_that_names_one_is_of_that_one(self) -> None:
        """The other stays as it is; and that is what the refusals say to type."""
        both = [replace(self.CASE.allow, target=f"{name}/club") for name in ("acme", "beta")]
        assert self.blocked(both[0]) == {"beta": 5}
        assert self.blocked(*both) == {}
        commands = dict.fromkeys(one.problem.command for one in self.made().blocked)
        assert list(commands) == [f"reconciler plan --allow-delete {name}/club=5" for name in ("acme", "beta")]

    def test_a_reviewed_line_counts_in_its_own(self) -> None:
        """It stands among the documents of one organization, or in its configuration."""
        assert self.blocked(lines=(replace(self.CASE.allow, id="line-1", source=source(1)),)) == {}


KEYS = ("C000", "C001", "C002", "C003")


@given(protected=st.sets(st.sampled_from(KEYS)), full=st.sets(st.sampled_from(KEYS)), data=st.data())
def test_a_change_goes_if_every_guard_that_holds_it_back_was_told_so(
    protected: set[str], full: set[str], data: st.DataObject
) -> None:
    """Whatever is refused and whatever is allowed: no more goes than was named, and no less."""
    pairs = [("protected", key) for key in KEYS] + [("not-empty", key) for key in KEYS]
    told = data.draw(st.sets(st.sampled_from(pairs)))
    found = [live_club(key, balance=int(key in full)) for key in KEYS] + MANY[4:]
    wanted, ours = desired(*declared(MANY[4:])), inventory(*found, protected=sorted(protected))
    leaves = [Allowance(guard=guard, target=f"club/{key}") for guard, key in sorted(told)]
    plan = made(wanted, live(*found), ours, *leaves)
    held = [("protected", key) for key in protected] + [("not-empty", key) for key in full]
    stays = {key for guard, key in held if (guard, key) not in told}
    assert {one.address.key for one in plan.changes} == set(KEYS) - stays
    assert set(refused(plan)) == stays
    useless = sum(pair not in held for pair in told)
    assert warned(plan) == ["allowance-unused"] * useless
