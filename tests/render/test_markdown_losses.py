"""What a plan destroys and refuses, in the comment on a pull request: all of it, and as much about it as fits."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest

from reconciler.errors import Problem
from reconciler.model.change import Action, Blocked, MemberAction
from reconciler.render.markdown import PART_MOST, comment_parts, marker
from tests.render.comments import REFUSAL, addresses, destroying, going, mixed, under, worded
from tests.render.plans import change, contact, field, plan, replacement, transfer


def test_a_delete_is_told_in_full_and_so_is_a_contact_that_goes() -> None:
    """With the values that go, signs first so that a forge colours them."""
    (part,) = comment_parts(plan(replacement(), destroying(1)), "plan")
    told = part.partition("### Destroyed: 2 objects")[2].partition("| Kind |")[0]
    assert "# acme-fr/customer/C-001/contact/P-4 will be removed (customers/acme.yaml:3)" in told
    assert '-       email = "four@acme.example" -> null' in told
    assert '-       name = "Company number 1" -> null' in told
    assert "moves to customer" not in told
    assert "(moves to acme-fr/customer/C-001, once added there)" in comment_parts(transfer(), "plan")[0]


@pytest.mark.parametrize("number", [1, 100, 5_000, 50_000])
def test_every_part_is_short_enough_and_no_delete_is_missing(number: int) -> None:
    """Of 50,000 changes too, and within seconds; parts are numbered, each with its marker and its title."""
    whole = mixed(number)
    begun = time.process_time()
    parts = comment_parts(whole, "plan")
    assert time.process_time() - begun < 15
    assert max(map(len, parts)) <= PART_MOST
    destroyed = under(parts, "Destroyed: ")
    assert addresses(destroyed) == going(whole)
    values = {f'"Company number {index}"' for index in range(0, number, 10)}
    assert ("The values that go are left out here" in destroyed) == (number == 50_000)
    assert number == 50_000 or values <= set(re.findall(r'"[^"]*"', destroyed))
    for place, part in enumerate(parts, 1):
        assert part.startswith(f"{marker('plan', place, len(parts), whole.digest)}\n## reconciler: ")
        assert (f"(part {place} of {len(parts)})" in part) == (len(parts) > 1)
        assert part.count("```") % 2 == 0
    worded(parts[0], parts[-1])


def test_of_very_many_each_delete_is_a_line_with_its_values() -> None:
    """As long as they fit into ten comments; and it says where the rest is."""
    parts = comment_parts(plan(*map(destroying, range(5_000))), "plan")
    worded(*parts)
    destroyed = under(parts, "Destroyed: 5000 objects")
    rows = re.findall(r'^- `acme-fr/customer/D-(\d+)`: `name = "Company number (\d+)"`$', destroyed, re.M)
    assert rows == [(str(number), str(number)) for number in range(5_000)]
    assert len(parts) <= 10
    assert "`plan.html` of the report has the blocks" in parts[0]


def test_whoever_moves_is_told_with_where_to_in_a_line_too() -> None:
    """That is no loss, and looks like one."""
    (_, owner) = transfer().changes
    gone = [replace(destroying(number), fields=(field("name", "x" * 150, None),)) for number in range(5_000)]
    for number, without in ((0, False), (2_500, False), (5_000, True)):
        destroyed = under(comment_parts(plan(owner, *gone[:number]), "plan"), "Destroyed: ")
        assert ("values that go are left out" in destroyed) == without
        assert re.search(r"moves to `?acme-fr/customer/C-001", destroyed)


def test_of_more_than_that_each_delete_is_one_line() -> None:
    """Above ten comments nobody would scroll; a customer with very many contacts takes several lines."""
    wide = [
        contact("C-1", f"P-{number}", MemberAction.REMOVE, field("email", "x" * 90, None)) for number in range(9_000)
    ]
    whole = plan(change("C-1", Action.REPLACE, members=tuple(wide)))
    parts = comment_parts(whole, "plan")
    worded(*parts)
    assert len(parts) > 1
    assert "### Destroyed: 9000 objects (continued)" in parts[1]
    destroyed = under(parts, "Destroyed: ")
    assert addresses(destroyed) == going(whole)
    assert "**The values that go are left out here:**" in destroyed.splitlines()[2]
    assert "`plan.html`" in destroyed.splitlines()[2]


CEILING = Problem(
    code="delete-ceiling",
    summary="too many deletes",
    where="acme-fr",
    detail="The plan deletes 5000 of 5000.",
    why="Nobody looks at so many.",
    remedy="If they are all meant:",
    command="--allow-delete customer=5000",
)


@pytest.mark.parametrize("number", [1, 2, 100, 5_000])
def test_why_very_many_are_refused_is_told_once_and_in_full(number: int) -> None:
    """And how to let them through; each of them below it, by its address."""
    blocked = [Blocked(change=destroying(index), problem=CEILING) for index in range(number)]
    parts = comment_parts(plan(blocked=blocked), "plan")
    worded(*parts)
    text = "\n".join(parts)
    assert all(text.count(line) == 1 for line in str(CEILING).splitlines())
    assert addresses(under(parts, "Refused: ") + under(parts, "Held back by ")) == {
        str(one.change.address) for one in blocked
    }
    assert len(parts) <= 5
    assert number < 5_000 or str(CEILING) in parts[0].partition("#### Held back by `delete-ceiling`: 5000 changes")[0]


def test_few_reasons_of_very_many_are_each_told_in_full() -> None:
    """Those of one sort among them, and together those that have the same; of the rest one, and all their details."""
    other = replace(CEILING, where="acme-ch", detail="The plan deletes 2500 of 2500.")
    blocked = [
        Blocked(
            change=destroying(number),
            problem=CEILING if number % 2 else other,
            others=(replace(REFUSAL, detail=f"Of number {number}."),) if number % 5 == 0 else (),
        )
        for number in range(5_000)
    ]
    parts = comment_parts(plan(blocked=blocked), "plan")
    worded(*parts)
    text = "\n".join(parts)
    assert all(text.count(str(one)) == 1 for one in (CEILING, other))
    assert text.count("The first of 1000, whose details differ:\nacme-fr: protected [protected]\n") == 1
    held = under(parts, "Held back by ").splitlines()
    titles = [line for line in held if line.startswith("#") and "(continued)" not in line]
    assert titles == [
        "#### Held back by `delete-ceiling` and `protected`: 500 changes",
        "#### Held back by `delete-ceiling`: 2000 changes",
        "#### Held back by `delete-ceiling`: 2000 changes",
        "#### Held back by `delete-ceiling` and `protected`: 500 changes",
    ]
    assert sum(line.startswith("- `acme-fr/customer/D-") for line in held) == 5_000
    assert "- `acme-fr/customer/D-4995`; `Of number 4995.`" in held


def test_of_very_many_each_refusal_is_one_line() -> None:
    """Where not even their details fit, it says so, and one of them is told in full."""
    blocked = [
        Blocked(change=destroying(number), problem=replace(REFUSAL, detail=f"{number} {'x' * 300}"))
        for number in range(2_000)
    ]
    parts = comment_parts(plan(blocked=blocked), "plan")
    worded(*parts)
    assert "whose details differ and are left out below:" in parts[0]
    assert str(blocked[0].problem) in parts[0]
    held = under(parts, "Held back by ").splitlines()
    assert [line for line in held if line.startswith("-")] == [f"- `{one.change.address}`" for one in blocked]


def test_what_is_shared_by_refusals_is_not_cut_in_the_middle() -> None:
    """Its lines are lines of the fence, each with room of its own."""
    lines = [f"Line {number} of the detail, which is long enough." for number in range(60)]
    shared = Problem(code="many", summary="too many deletes", detail="\n".join(lines), remedy="Allow them:")
    refused = [Blocked(change=change(f"C-{number}", Action.DELETE), problem=shared) for number in range(2)]
    text = "".join(comment_parts(plan(blocked=refused), "k"))
    assert all(line in text for line in (*lines, "Allow them:"))


def test_members_with_long_keys_fit_into_a_part() -> None:
    """A pipe takes five signs where it is written as an entity."""
    members = tuple(contact("C-1", f"{'|' * 900}{number}", MemberAction.REMOVE) for number in range(800))
    parts = comment_parts(plan(change("C-1", Action.REPLACE, members=members)), "k")
    assert max(map(len, parts)) <= PART_MOST
