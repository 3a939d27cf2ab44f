"""What the vendor sets back: a plan lists it, and changes nothing for it, until one of the two sides moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.diff.remembered import remembered
from reconciler.model.change import MemberAction
from reconciler.model.inventory import Inventory
from reconciler.model.plan import Plan
from reconciler.model.resource import Declared, Fields, Observed, Value
from reconciler.model.state import Entry
from reconciler.model.vendor import Vendor
from reconciler.plan.build import Part, build
from reconciler.plan.entries import last_applied
from reconciler.plan.masked import masked, tagger_of
from reconciler.store.plan_file import read_plan, write_plan
from tests.values import CLUB, SECRET, VENDOR, club, desired, guest, inventory, live, live_club, organization

HERS = guest("G-1", "a@x", id="r-1", name="Ann", isMain=False)
"""How the vendor has somebody whom the document wants as the main one, by another name."""
WANTED = guest("G-1", "a@x", name="Anna", isMain=True)


def token(value: Value) -> Value:
    """Give what stands for a personal value."""
    return remembered(value, SECRET, personal=True)


def known(sent: Declared, found: Observed, overridden: Fields) -> Inventory:
    """Remember what was sent of a club, and what the vendor made of it."""
    held = inventory(found)
    rows = (found.members or {}).get("guests", ())
    members = {"guests": {str(row["externalId"]): str(row["id"]) for row in rows}}
    applied = last_applied(sent, CLUB, SECRET)
    name = f"club/{found.key}"
    entry = replace(held.managed[name], last_applied=applied, overridden=overridden, members=members)
    return replace(held, managed={name: entry})


def planned(
    wanted: Declared,
    found: Observed,
    overridden: Fields,
    *,
    sent: Declared | None = None,
    retry: bool = False,
    vendor: Vendor = VENDOR,
) -> Plan:
    """Plan one club; what was last sent is what is declared, unless it is said."""
    return build(
        [
            Part(
                organization=replace(organization(), vendor=vendor),
                desired=desired(wanted),
                live=replace(live(found), catalogues={"plan": (Entry(id="p-1", name="Slow"),)}),
                inventory=known(sent or wanted, found, overridden),
                retry_overridden=retry,
            )
        ]
    )


def left(made: Plan) -> list[tuple[str, Value, Value]]:
    """Give what is left, by address and path: what is live, and what is declared."""
    return [
        (f"{one.address}.{'.'.join(one.field.path)}", one.field.before, one.field.after)
        for one in made.shares[0].overridden
    ]


def written(made: Plan) -> list[tuple[str, ...]]:
    """Give the paths of the fields that the one change writes."""
    (change,) = made.changes
    return [row.path for row in change.fields]


def people(made: Plan) -> list[tuple[str, str, list[str]]]:
    """Give who of the list comes to what, and in which fields."""
    (change,) = made.changes
    return [(one.address.key, one.action.value, [row.path[0] for row in one.fields]) for one in change.members]


def test_what_the_vendor_sets_back_is_no_change() -> None:
    """It is listed with both values and the name of an id, and the object counts as unchanged."""
    made = planned(club("A", name="A", plan="p-2"), live_club("A", name="A", plan="p-1"), {"plan": "p-1"})
    assert (made.empty, made.complete) == (True, True)
    assert left(made) == [("acme/club/A.plan", "p-1", "p-2")]
    assert made.shares[0].overridden[0].field.before_name == "Slow"
    assert made.shares[0].unchanged == {"club": 1}


@pytest.mark.parametrize(
    ("wanted", "found", "remembered"),
    [
        ("p-3", "p-1", {"plan": "p-1"}),  # declared otherwise since
        ("p-2", "p-4", {"plan": "p-1"}),  # live otherwise since
        ("p-2", None, {"plan": "p-1"}),
        ("p-2", "p-1", {}),  # nobody remembers that the vendor did it
        ("p-2", "p-1", {"name": "p-1"}),
    ],
)
def test_where_a_side_moved_it_is_a_change(wanted: str, found: str | None, remembered: Mapping[str, Value]) -> None:
    """As it is where nothing is remembered of that very field."""
    sent = club("A", name="A", plan="p-2")
    made = planned(club("A", name="A", plan=wanted), live_club("A", name="A", plan=found), remembered, sent=sent)
    assert (written(made), left(made)) == ([("plan",)], [])


@pytest.mark.parametrize(
    ("wanted", "found", "sent", "answer"),
    [
        ({"enabled": True, "limit": 3}, None, {"enabled": True}, None),  # declared beside it since
        ({"enabled": True}, None, {"enabled": True, "limit": 3}, None),  # not declared any more
        (None, {"enabled": True, "limit": 5}, None, {"enabled": True}),  # somebody added to it there
        (None, {"enabled": True}, None, {"enabled": True, "limit": 5}),
    ],
)
def test_a_mapping_that_has_more_or_less_is_another_one(
    wanted: Value, found: Value, sent: Value, answer: Value
) -> None:
    """So it is written, and does not count as applied before."""
    declared, before = club("A", name="A", payment={"card": wanted}), club("A", name="A", payment={"card": sent})
    there = live_club("A", name="A", payment={"card": found})
    made = planned(declared, there, {"payment.card": answer}, sent=before)
    assert (written(made), left(made), made.shares[0].applied) == ([("payment", "card")], [], {})
    assert planned(before, there, {"payment.card": found}).empty


def test_what_is_known_is_known_of_that_very_object() -> None:
    """Another object under the name, or an organization without an inventory, has no past."""
    wanted, found = club("A", name="A", plan="p-2"), live_club("A", name="A", plan="p-1")
    ours = known(wanted, found, {"plan": "p-1"})
    other = {name: replace(entry, remote_id="r-other") for name, entry in ours.managed.items()}
    for held in (None, replace(ours, managed=other)):
        part = Part(organization=organization(), desired=desired(wanted), live=live(found), inventory=held)
        made = build([part])
        fields = [
            row.path for change in (*made.changes, *(one.change for one in made.blocked)) for row in change.fields
        ]
        assert (fields, left(made)) == ([("plan",)], [])


def test_it_is_sent_again_when_that_is_asked_for() -> None:
    """Then it is a change as any other, which the digest covers, and nothing of it is remembered in advance."""
    wanted, found = club("A", name="A", plan="p-2"), live_club("A", name="A", plan="p-1")
    made = planned(wanted, found, {"plan": "p-1"}, retry=True)
    assert (written(made), left(made)) == ([("plan",)], [])
    assert made.digest != planned(wanted, found, {"plan": "p-1"}).digest
    assert made.changes[0].entry is not None and made.changes[0].entry.overridden == {}


def test_beside_another_field_it_is_left_as_it_is() -> None:
    """The change does not write it, looks at it, and keeps in mind what the vendor made of it."""
    wanted = club("A", name="B", plan="p-2", address={"city": "Lyon", "zipcode": "1"})
    found = live_club("A", name="A", plan="p-1", address={"city": "LYON", "zipcode": "2"})
    sent = club("A", name="A", plan="p-2", address={"city": "Lyon", "zipcode": "2"})
    made = planned(wanted, found, {"plan": "p-1", "address.city": "LYON"}, sent=sent)
    assert written(made) == [("name",), ("address", "zipcode")]
    (change,) = made.changes
    assert [(row.path, row.before, row.after) for row in change.left] == [
        (("address", "city"), "LYON", "Lyon"),
        (("plan",), "p-1", "p-2"),
    ]
    assert change.entry is not None
    assert change.entry.overridden == {"plan": "p-1", "address.city": "LYON"}
    assert change.entry.last_applied["plan"] == "p-2"
    assert len(left(made)) == 2


def test_a_reference_is_never_left() -> None:
    """What may be deleted, and who may get a parent, is judged as if it stood."""
    wanted, found = club("A", name="A", parent="P"), live_club("A", name="A", parent="Q")
    parents = [live_club(key, name=key) for key in ("P", "Q")]
    part = Part(
        organization=organization(),
        desired=desired(wanted),
        live=live(found, *parents),
        inventory=known(wanted, found, {"parent": "Q"}),
    )
    assert written(build([part])) == [("parent",)]


def test_somebody_whom_the_vendor_has_otherwise_is_no_change() -> None:
    """By digests; who else is on the list does not matter."""
    overridden = {"guests/G-1/name": token("Ann"), "guests/G-1/isMain": False}
    made = planned(club("A", name="A", guests=[WANTED]), live_club("A", name="A", guests=[HERS]), overridden)
    assert made.empty
    assert left(made) == [
        ("acme/club/A/guest/G-1.name", "Ann", "Anna"),
        ("acme/club/A/guest/G-1.isMain", False, True),
    ]
    shown = masked(made, tagger_of(made))
    assert "Ann" not in repr(shown)
    assert shown.shares[0].overridden[0].field.after != shown.shares[0].overridden[0].field.before


@pytest.mark.parametrize(
    ("others", "rows", "expected"),
    [
        ([guest("G-2", "b@x")], [], [("G-1", "change", ["isMain"]), ("G-2", "add", ["externalId", "email"])]),
        ([], [guest("G-2", "b@x", id="r-2")], [("G-1", "change", ["isMain"]), ("G-2", "remove", [])]),
    ],
)
def test_where_a_list_changes_who_is_who_and_who_is_main_is_sent(
    others: Sequence[Fields], rows: Sequence[Fields], expected: list[tuple[str, str, list[str]]]
) -> None:
    """The rest of somebody is left: the vendor has it, and a list that is written whole says what it has."""
    overridden = {"guests/G-1/name": token("Ann"), "guests/G-1/isMain": False}
    wanted = club("A", name="A", guests=[WANTED, *others])
    found = live_club("A", name="A", guests=[HERS, *rows])
    made = planned(wanted, found, overridden)
    told = [(key, action, [] if action == "remove" else fields) for key, action, fields in people(made)]
    assert told == expected
    assert [row.path for row in made.changes[0].members[0].left] == [("name",)]
    assert left(made) == [("acme/club/A/guest/G-1.name", "Ann", "Anna")]
    entry = made.changes[0].entry
    assert entry is not None and entry.overridden == {"guests/G-1/name": token("Ann")}


def test_a_list_of_which_all_is_left_is_not_touched() -> None:
    """Another field of the object is written without it, and it stays in mind."""
    overridden = {"guests/G-1/name": token("Ann"), "guests/G-1/isMain": False}
    wanted = club("A", name="B", guests=[WANTED])
    made = planned(
        wanted, live_club("A", name="A", guests=[HERS]), overridden, sent=club("A", name="A", guests=[WANTED])
    )
    (change,) = made.changes
    assert (written(made), change.members, change.action.value) == ([("name",)], (), "update")
    assert change.precondition.sections == ()
    assert change.entry is not None and change.entry.overridden == overridden


def test_whoever_is_changed_otherwise_keeps_what_is_left() -> None:
    """Of one person one field is written and another is left."""
    overridden = {"guests/G-1/name": token("Ann")}
    hers, wanted = {**HERS, "isMain": True}, {**WANTED, "email": "new@x"}
    made = planned(
        club("A", name="A", guests=[wanted]),
        live_club("A", name="A", guests=[hers]),
        overridden,
        sent=club("A", name="A", guests=[WANTED]),
    )
    assert people(made) == [("G-1", "change", ["email"])]
    assert [row.path for row in made.changes[0].touched(MemberAction.CHANGE)[0].left] == [("name",)]


def test_it_is_kept_in_a_plan_that_is_saved(tmp_path: Path) -> None:
    """And is left when that is applied."""
    overridden = {"guests/G-1/name": token("Ann"), "plan": "p-1"}
    wanted, hers = club("A", name="B", plan="p-2", guests=[{**WANTED, "email": "new@x"}]), {**HERS, "isMain": True}
    sent = club("A", name="A", plan="p-2", guests=[WANTED])
    made = planned(wanted, live_club("A", name="A", plan="p-1", guests=[hers]), overridden, sent=sent)
    write_plan(tmp_path / "plan", made)
    assert read_plan(tmp_path / "plan") == made
    assert (len(made.changes[0].left), len(made.changes[0].members[0].left), len(made.overridden)) == (1, 1, 2)


def test_lists_that_are_written_together_are_one() -> None:
    """Where one of them changes, the main one of another is sent too."""
    staff = replace(CLUB.members[0], name="helper", section="staff")
    kind = replace(CLUB, members=(*CLUB.members, staff), lists_together=True)
    vendor = replace(VENDOR, kinds=(VENDOR.kinds[0], kind))
    wanted = club("A", name="A", guests=[WANTED])
    wanted = replace(wanted, members={**wanted.members, "staff": [guest("S-1", "s@x")]})
    found = live_club("A", name="A", guests=[HERS])
    found = replace(found, members={**(found.members or {}), "staff": []})
    made = planned(wanted, found, {"guests/G-1/isMain": False, "guests/G-1/name": token("Ann")}, vendor=vendor)
    assert ("G-1", "change", ["isMain"]) in people(made)


def test_what_agrees_beside_it_counts_as_applied() -> None:
    """As it does of an object that stands as declared in all."""
    sent = club("A", name="Old", plan="p-2")
    made = planned(club("A", name="A", plan="p-2"), live_club("A", name="A", plan="p-1"), {"plan": "p-1"}, sent=sent)
    assert made.empty
    (now,) = made.shares[0].applied.values()
    assert (now.last_applied, now.overridden) == ({"name": "A", "plan": "p-2"}, {"plan": "p-1"})
