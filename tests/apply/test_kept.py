"""What an entry goes on with of what it held, path by path."""

from __future__ import annotations

from dataclasses import replace

from reconciler.apply.kept import laid_over, standing_answers, values_at
from reconciler.diff.remembered import remembered
from reconciler.model.change import Action, MemberAction
from tests.apply.provider import member, update
from tests.apply.test_record import ENTRY, ROWING, UPDATE
from tests.values import CLUB, guest, live_club

KNOWN = replace(
    ENTRY,
    remote_id="r-ROW",
    document="newer.yaml",
    protected=True,
    last_applied={
        "name": "Rowing",
        "tax": "T2",
        "guests/G-1/email": "~1",
        "guests/G-1/name": "~2",
        "guests/G/2/email": "~3",
    },
    members={"guests": {"G-1": "g-1", "G/2": "g-2"}},
    overridden={"tax": "T9", "guests/G-1/name": "~9"},
)
PLANNED = replace(
    ENTRY,
    last_applied={
        "name": "Rowers",
        "tax": "T1",
        "guests/G-1/email": "~8",
        "guests/G-1/name": "~7",
        "guests/G-3/email": "~4",
    },
    members={"guests": {"G-1": "g-1"}},
    fingerprint="planned",
)
LISTS = (
    member("ROW", "G-1", MemberAction.CHANGE, "g-1", email="new@x"),
    member("ROW", "G/2", MemberAction.REMOVE, "g-2"),
    member("ROW", "G-3", MemberAction.ADD, None, email="three@x"),
)


def test_a_change_of_an_older_plan_records_what_it_names() -> None:
    """Of people too: who comes with all that is declared of them, who goes with nothing, whoever changes in that."""
    whole = laid_over(KNOWN, PLANNED, replace(UPDATE, members=LISTS), {})
    assert whole.last_applied == {
        "name": "Rowers",
        "tax": "T2",
        "guests/G-1/email": "~8",
        "guests/G-1/name": "~2",
        "guests/G-3/email": "~4",
    }
    assert (whole.document, whole.protected, whole.fingerprint) == ("newer.yaml", True, "")


def test_what_a_look_shows_as_declared_may_count_too() -> None:
    """And a plan that says of protection what becomes of it is heard."""
    whole = laid_over(KNOWN, PLANNED, replace(UPDATE, protects=False), {"tax": "T1", "guests/G-1/name": "~2"})
    assert (whole.last_applied["tax"], whole.last_applied["guests/G-1/name"]) == ("T1", "~2")
    assert not whole.protected


def test_an_answer_stands_beside_what_it_was_an_answer_to() -> None:
    """While the last look shows it, whatever part of the object was written; unseen, unless it is written itself."""
    change = update(ROWING, tax="T2")
    ann, bob = (
        live_club("ROW", name="Rowing", tax="T9", guests=[{"id": "g-1", **guest("G-1", "a@x", name=name)}])
        for name in ("Ann", "Bob")
    )
    hers = {"guests/G-1/name": remembered("Ann", "secret", personal=True)}
    known = replace(KNOWN, overridden={"tax": "T9", **hers})
    assert standing_answers(known, known, change, ann, CLUB, "secret") == known.overridden
    assert standing_answers(known, known, change, bob, CLUB, "secret") == {"tax": "T9"}
    assert standing_answers(known, known, change, None, CLUB, "secret") == hers
    resent = replace(known, last_applied={**known.last_applied, "tax": "T3"})
    assert standing_answers(known, resent, replace(change, action=Action.ADOPT), ann, CLUB, "secret") == hers
    assert standing_answers(replace(known, remote_id="r-old"), known, change, ann, CLUB, "secret") == {}


def test_a_value_is_found_where_names_hold_dots_and_strokes() -> None:
    """Names in a mapping are the customer's own, and so are external ids; what was not read has no value."""
    found = live_club(
        "ROW", tags={"a.b/c": {"label": "X"}, "a": "Y"}, guests=[{"id": "g-2", **guest("G/2", "a@x", isMain=True)}]
    )
    paths = ("tags.a.b/c", "tags.a", "tags.a.b/c.label", "tags.z", "guests/G/2/isMain", "guests/G-1/isMain", "other")
    assert values_at(paths, found, KNOWN, CLUB, "secret") == {
        "tags.a.b/c": {"label": "X"},
        "tags.a": "Y",
        "tags.a.b/c.label": "X",
        "tags.z": None,
        "guests/G/2/isMain": True,
    }
