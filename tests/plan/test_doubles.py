"""Tests of reconciler.plan.doubles: each row of the table at the head of that module."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from reconciler.model.change import Action
from reconciler.model.plan import Plan
from reconciler.model.resource import Observed, Removal
from reconciler.model.state import Allowance
from reconciler.plan.build import Part, build
from tests.values import club, desired, inventory, live, live_club, organization, source

R = "the-object"
OTHERS = [live_club(f"C{number}", name="N") for number in range(3)]


def named(key: str, name: str = "A") -> Observed:
    """Have the one object answer under a name."""
    return replace(live_club(key, name=name), remote_id=R)


def plan(part: Part) -> Plan:
    """Plan one organization."""
    return build([part])


def refused(made: Plan) -> list[tuple[str, str, list[str]]]:
    """Give what is refused: action, key, and all codes."""
    return [
        (one.change.action.value, one.change.address.key, [problem.code for problem in (one.problem, *one.others)])
        for one in made.blocked
    ]


def removal(key: str, remote_id: str | None = None) -> Removal:
    """Ask for a removal."""
    return Removal(kind="club", key=key, remote_id=remote_id, reason="left", until=date(2030, 1, 1), source=source(9))


def test_what_is_adopted_under_one_name_is_not_pruned_under_another() -> None:
    """The inventory's name is declared no more, and the same object is declared under another: neither goes."""
    made = plan(
        Part(
            organization=organization(),
            desired=desired(club("new", name="A")),
            live=live(named("old", name="A"), named("new", name="A")),
            inventory=inventory(named("old")),
        )
    )
    assert not made.changes
    assert refused(made) == [
        ("adopt", "new", ["object-named-twice"]),
        ("delete", "old", ["object-named-twice"]),
    ]
    problem = made.blocked[1].problem
    assert str(problem.where) == "acme/club/old"
    assert "acme/club/old" in problem.detail and "acme/club/new" in problem.detail
    assert problem.command == "reconciler inventory forget acme/club/old"


def test_a_removal_under_one_name_spares_what_is_declared_under_another() -> None:
    """Nothing changes under the declared name, and the delete under the other is refused all the same."""
    made = plan(
        Part(
            organization=organization(),
            desired=replace(desired(club("new", name="A")), removals=(removal("old", R),)),
            live=live(named("old", name="A"), named("new", name="A")),
            inventory=inventory(named("new")),
        )
    )
    assert refused(made) == [("delete", "old", ["object-named-twice"])]
    assert "removed:" in made.blocked[0].problem.remedy and not made.blocked[0].problem.command


def test_a_name_that_the_inventory_holds_and_nobody_could_read_counts() -> None:
    """What is declared, ours and unread is not deleted under another name."""
    whole = live(named("old", name="A"))
    unread = replace(whole, certificates=tuple(replace(one, flaw="torn") for one in whole.certificates))
    made = plan(
        Part(
            organization=organization(),
            desired=replace(desired(club("new", name="A")), removals=(removal("old", R),)),
            live=unread,
            inventory=inventory(named("new")),
        )
    )
    assert refused(made) == [("delete", "old", ["object-named-twice"])]


def test_two_declared_names_of_one_object_are_refused() -> None:
    """Two items would fight over it."""
    made = plan(
        Part(
            organization=organization(),
            desired=desired(club("one", name="B"), club("two", name="C")),
            live=live(named("one", name="A"), named("two", name="A")),
            inventory=inventory(named("one"), named("two")),
        )
    )
    assert [(action, key) for action, key, _ in refused(made)] == [("update", "one"), ("update", "two")]
    assert made.blocked[0].problem.remedy == "Declare it once, under one of the names."


def test_what_lost_its_name_at_the_vendor_is_not_made_again() -> None:
    """The inventory knows the object by its remote id, and that one is there under another name."""
    made = plan(
        Part(
            organization=organization(),
            desired=desired(club("old", name="A"), *(club(str(one.key), name="N") for one in OTHERS)),
            live=live(named("other", name="A"), *OTHERS),
            inventory=inventory(named("old"), *OTHERS),
        )
    )
    assert refused(made) == [("create", "old", ["object-named-twice"])]
    assert "acme/club/other" in made.blocked[0].problem.detail


def test_where_strangers_are_let_answer_their_ids_say_nothing() -> None:
    """Another organization may have given the same remote id to something else: what was allowed goes."""
    allowed = Allowance(guard="organization-changed", target="acme")
    made = plan(
        Part(
            organization=organization(),
            desired=desired(club("old", name="A")),
            live=live(named("other")),
            inventory=inventory(named("old")),
            allowances=(allowed,),
        )
    )
    assert [change.action for change in made.changes] == [Action.CREATE] and not made.blocked


def test_what_has_no_name_at_all_any_more_is_to_get_it_back() -> None:
    """An object without a key cannot be declared by one."""
    nameless = replace(live(*OTHERS), keyless={"club": (replace(named("old"), key=None),)})
    made = plan(
        Part(
            organization=organization(),
            desired=desired(club("old", name="A"), *(club(str(one.key), name="N") for one in OTHERS)),
            live=nameless,
            inventory=inventory(named("old"), *OTHERS),
        )
    )
    assert refused(made) == [("create", "old", ["object-named-twice"])]
    assert made.blocked[0].problem.remedy.startswith("Give it its name back at Clubs.")


def test_what_is_gone_is_made_again() -> None:
    """An object of ours that is there under no name at all is created, as declared."""
    made = plan(
        Part(
            organization=organization(),
            desired=desired(club("old", name="A"), *(club(str(one.key), name="N") for one in OTHERS)),
            live=live(live_club("other"), *OTHERS),
            inventory=inventory(named("old"), *OTHERS),
        )
    )
    assert [change.action for change in made.changes] == [Action.CREATE]


def test_an_old_name_is_forgotten_beside_the_adoption_under_a_new_one() -> None:
    """Forgetting sends nothing, and is how an old name ends."""
    made = plan(
        Part(
            organization=organization(),
            desired=desired(club("new", name="A"), *(club(str(one.key), name="N") for one in OTHERS)),
            live=live(named("new", name="A"), *OTHERS),
            inventory=inventory(named("old"), *OTHERS),
        )
    )
    assert not made.blocked
    assert sorted(change.action.value for change in made.changes) == ["adopt", "forget"]
