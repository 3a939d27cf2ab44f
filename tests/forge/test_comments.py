"""The comments that stand and the parts that are wanted -> what is done; pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import PlanRefused, PlanStale, ReconcilerError
from reconciler.forge.comments import (
    Comment,
    Create,
    Delete,
    Step,
    Update,
    Wanted,
    marker_of,
    reviewed_digest,
    steps_to,
    steps_to_outdate,
    wanted_of,
)

US, THEM = "github-actions[bot]", "mallory"
DIGEST, OTHER = "d" * 64, "e" * 64
HEAD, BEFORE = "a" * 40, "b" * 40


def part(number: int, parts: int, *, key: str = "plan", digest: str = DIGEST) -> str:
    """Give a part as a report has it."""
    return f"<!-- reconciler:{key} part={number}/{parts} digest={digest} -->\n## part {number}\n"


def wanted(parts: int, *, key: str = "plan", digest: str = DIGEST, head: str = HEAD) -> Wanted:
    """Give so many parts, of a plan of this commit."""
    found = wanted_of([part(one, parts, key=key, digest=digest) for one in range(1, parts + 1)], key, head)
    assert found is not None
    return found


def standing(*bodies: str, author: str = US, first: int = 1) -> list[Comment]:
    """Let bodies stand, one after the other."""
    return [Comment(number=number, author=author, body=body) for number, body in enumerate(bodies, first)]


def done(steps: tuple[Step, ...], before: list[Comment]) -> list[Comment]:
    """Carry steps out, as a forge does."""
    found = {one.number: one for one in before}
    for step in steps:
        match step:
            case Create(body=body):
                number = max(found, default=0) + 1
                found[number] = Comment(number=number, author=US, body=body)
            case Update(number=number, body=body):
                found[number] = Comment(number=number, author=found[number].author, body=body)
            case Delete(number=number):
                del found[number]
    return [found[number] for number in sorted(found)]


def test_the_parts_are_made_in_order() -> None:
    """Where nothing stands; and each says which commit its plan is of."""
    steps = steps_to(wanted(2), [], US)
    assert [type(one) for one in steps] == [Create, Create]
    made = done(steps, [])
    assert [str(marker_of(one.body)) for one in made] == [
        f"<!-- reconciler:plan part={number}/2 digest={DIGEST} head={HEAD} -->" for number in (1, 2)
    ]


def test_a_comment_stays_in_its_place() -> None:
    """Brought up to date if its text is another, and left alone if not, however its lines end by now."""
    before = standing("hello", wanted(1).parts[0].replace("\n", "\r\n"))
    assert steps_to(wanted(1), before, US) == ()
    later = wanted(1, digest=OTHER, head=BEFORE)
    assert steps_to(later, before, US) == (Update(number=2, body=later.parts[0]),)


def test_another_plan_of_the_same_commit_is_a_comment_of_its_own() -> None:
    """Who approved the commit saw the former one, which is not changed under them; a second run changes nothing."""
    before = standing(*wanted(2).parts)
    again = wanted(1, digest=OTHER)
    after = done(steps_to(again, before, US), before)
    assert [marker.stale for one in after if (marker := marker_of(one.body))] == [True, True, False]
    assert after[2].body == again.parts[0]
    assert DIGEST in after[0].body
    assert steps_to(again, after, US) == ()
    assert reviewed_digest("plan", HEAD, after, US, "") == OTHER


def test_what_is_no_part_any_more_is_marked_stale_once() -> None:
    """With the digest that it showed; and it is a part again when the plan grows."""
    before = standing(*wanted(3).parts)
    shorter = wanted(1, digest=OTHER, head=BEFORE)
    after = done(steps_to(shorter, before, US), before)
    assert len(after) == 3
    assert [marker.stale for one in after if (marker := marker_of(one.body))] == [False, True, True]
    assert f"part 3 of 3 of the plan with the digest `{DIGEST}`" in after[2].body
    assert steps_to(shorter, after, US) == ()
    assert done(steps_to(wanted(3), after, US), after) == before


def test_what_is_superseded_says_what_it_was_about() -> None:
    """The organizations and the folder, as the heading of what stood there did."""
    told = "2 to add, 0 to change, 0 to destroy at acme-fr and acme-ch in `data`"
    body = (
        f"<!-- reconciler:plan part=1/2 digest={DIGEST} -->\r\n## reconciler: {told} (part 1 of 2)\r\n\r\nBeside.\r\n"
    )
    (step,) = steps_to_outdate("plan", standing(body), US)
    assert isinstance(step, Update)
    assert step.body.splitlines()[1] == "## reconciler: superseded at acme-fr and acme-ch in `data`"


def test_one_that_was_deleted_by_hand_is_made_again() -> None:
    """The others stay."""
    before = standing(*wanted(3).parts)
    assert steps_to(wanted(3), [before[0], before[2]], US) == (Create(body=wanted(3).parts[1]),)


def test_a_second_one_of_a_part_is_deleted() -> None:
    """The oldest is the one that people have linked to."""
    before = standing(wanted(1).parts[0], wanted(1).parts[0])
    assert steps_to(wanted(1), before, US) == (Delete(number=2),)


@pytest.mark.parametrize(
    ("author", "body"),
    [
        (THEM, part(1, 1)),
        (US, "a comment of another job"),
        (US, f"> {part(1, 1)}"),
        (US, f"see\n{part(1, 1)}"),
        (US, part(1, 1, key="acme-ch")),
        (US, part(1, 1, key="plan-2")),
        ("", part(1, 1)),
    ],
)
def test_what_is_not_ours_is_left(author: str, body: str) -> None:
    """It takes the marker, at the very beginning, of this key, and us as the author."""
    before = standing(body, author=author)
    assert steps_to(wanted(1), before, US) == (Create(body=wanted(1).parts[0]),)
    assert steps_to_outdate("plan", before, US) == ()
    with pytest.raises(PlanRefused):
        reviewed_digest("plan", HEAD, before, US, "")


def test_nothing_looks_current_once_it_is_outdated() -> None:
    """Each part says so, once."""
    before = standing(*wanted(2).parts)
    after = done(steps_to_outdate("plan", before, US), before)
    assert all("superseded" in one.body for one in after)
    assert steps_to_outdate("plan", after, US) == ()


@given(
    now=st.integers(1, 4),
    before=st.lists(
        st.tuples(st.sampled_from([US, THEM]), st.sampled_from(["plan", "other"]), st.integers(1, 5), st.booleans()),
        max_size=8,
    ),
)
def test_afterwards_exactly_the_parts_stand(now: int, before: list[tuple[str, str, int, bool]]) -> None:
    """Whatever stood: the parts once each, the rest of the key stale, all else as it was, and nothing left to do."""
    old = [
        Comment(number=number, author=author, body=part(one, 5, key=key, digest=OTHER if other else DIGEST))
        for number, (author, key, one, other) in enumerate(before, 1)
    ]
    asked = wanted(now)
    after = done(steps_to(asked, old, US), old)
    ours = [one for one in after if one.author == US and (marker := marker_of(one.body)) and marker.key == "plan"]
    current = [one.body for one in ours if (marker := marker_of(one.body)) and not marker.stale]
    assert sorted(current) == sorted(asked.parts)
    assert [one for one in after if one not in ours] == [
        one for one in old if one.author != US or ":other " in one.body
    ]
    assert steps_to(asked, after, US) == ()
    assert reviewed_digest("plan", HEAD, after, US, "") == DIGEST


REFUSED: dict[str, tuple[type[ReconcilerError], list[Comment]]] = {
    "none stands": (PlanRefused, []),
    "a part was deleted": (PlanRefused, standing(*wanted(3).parts[:2])),
    "its first part was deleted": (PlanRefused, standing(*wanted(3).parts[1:])),
    "parts of two plans stand": (PlanRefused, standing(wanted(2).parts[0], wanted(2, digest=OTHER).parts[1])),
    "parts of two commits stand": (PlanRefused, standing(wanted(2).parts[0], wanted(2, head=BEFORE).parts[1])),
    "a part stands twice, and differs": (
        PlanRefused,
        standing(wanted(1).parts[0], wanted(1, digest=OTHER).parts[0]),
    ),
    "no plan could be made": (PlanRefused, standing(*wanted(1, digest="").parts)),
    "it is of an earlier commit": (PlanStale, standing(*wanted(1, head=BEFORE).parts)),
    "nobody knows of which": (PlanStale, standing(*wanted(1, head="").parts)),
    "it is superseded": (
        PlanStale,
        done(steps_to_outdate("plan", standing(*wanted(1).parts), US), standing(*wanted(1).parts)),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_digest_that_was_not_reviewed_is_refused(case: str) -> None:
    """For whatever reason."""
    kind, comments = REFUSED[case]
    with pytest.raises(kind):
        reviewed_digest("plan", HEAD, comments, US, "pull request 7")


def test_parts_that_do_not_belong_together_are_no_report() -> None:
    """Nor is none at all."""
    assert wanted_of([], "plan", HEAD) is None
    assert wanted_of([part(1, 2)], "plan", HEAD) is None
    assert wanted_of(["text"], "plan", HEAD) is None
    assert wanted_of([part(2, 2), part(1, 2)], "plan", HEAD) is None
