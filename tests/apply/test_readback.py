"""Which fields the vendor set to something else."""

from __future__ import annotations

from dataclasses import replace

from reconciler.apply.readback import overridden_paths
from reconciler.model.change import Change, FieldChange, MemberAction
from reconciler.model.resource import Fields, Observed, Value
from tests.apply.provider import member, update
from tests.values import CLUB, guest, live_club

ROWING = live_club("ROW", name="Rowing")


def paths(change: Change, fresh: Observed, *, settled: bool = False) -> tuple[tuple[str, ...], ...]:
    """Name what is overridden."""
    return overridden_paths(change, fresh, CLUB, settled=settled)


def standing(name: str, value: Value) -> tuple[FieldChange, ...]:
    """Say that a declared value stood already."""
    return (FieldChange(path=(name,), before=value, after=value),)


def with_guests(*rows: Fields) -> Observed:
    """Have the club stand with these guests."""
    return replace(ROWING, members={"guests": list(rows)})


def test_only_what_differs_is_named() -> None:
    """A field that stands is not named, and "" stands for a cleared one."""
    change = update(ROWING, name="Rowers", plan="gold", founded=None)
    assert paths(change, live_club("ROW", name="Rowers", plan="default", founded="")) == (("plan",),)


def test_a_path_leads_into_a_mapping() -> None:
    """A part of an address is named on its own; a mapping that is gone lacks it."""
    part = FieldChange(path=("address", "city"), before=None, after="Lyon")
    change = replace(update(ROWING), fields=(part,))
    assert paths(change, live_club("ROW", address={"city": "Paris"})) == (("address", "city"),)
    assert paths(change, live_club("ROW", address=None)) == (("address", "city"),)


def test_a_member_is_named_by_its_key() -> None:
    """A changed guest's field, a guest that is missing and one that stayed are named; a kept one never is."""
    change = update(
        ROWING,
        guests=(
            member("ROW", "CHANGED", MemberAction.CHANGE, "g-1", name="Ann"),
            member("ROW", "MISSING", MemberAction.ADD, externalId="MISSING", email="m@example.com"),
            member("ROW", "STAYED", MemberAction.REMOVE, "g-2"),
            member("ROW", "KEPT", MemberAction.KEEP, "g-3"),
        ),
    )
    fresh = with_guests(
        guest("CHANGED", "a@example.com", id="g-1", name="Anne"), guest("STAYED", "s@example.com", id="g-2")
    )
    assert paths(change, fresh) == (("guests", "CHANGED", "name"), ("guests", "MISSING"), ("guests", "STAYED"))


def test_a_member_without_external_id_is_found_by_its_email() -> None:
    """An addition known by a document key alone is found by the e-mail it was sent with, case-folded."""
    change = update(ROWING, guests=(member("ROW", "key:ann", MemberAction.ADD, email="Ann@example.com", name="Ann"),))
    fresh = with_guests(guest(None, "ann@example.com", id="g-1", name="Bob"))
    assert ("guests", "key:ann", "name") in paths(change, fresh)
    assert ("guests", "key:ann") not in paths(change, fresh)


def test_a_member_that_got_a_new_remote_id_is_found_by_its_external_id() -> None:
    """A vendor that makes the row anew still has the person."""
    change = update(ROWING, guests=(member("ROW", "P", MemberAction.CHANGE, "g-old", name="Ann"),))
    fresh = with_guests(guest("P", "p@example.com", id="g-new", name="Bob"))
    assert paths(change, fresh) == (("guests", "P", "name"),)


def test_where_no_field_explains_it_all_that_was_touched_is_named() -> None:
    """Better too much than nothing: the provider still sees something to do."""
    change = update(ROWING, name="Rowing", guests=(member("ROW", "KEPT", MemberAction.KEEP, "g-3"),))
    assert paths(change, ROWING) == (("name",), ("guests",))


def test_a_declared_value_that_stood_and_moved_is_named_whatever_the_provider_says() -> None:
    """Writing one field may set off a rule of the vendor's that moves another one that is declared."""
    change = replace(update(ROWING, name="Rowers"), standing=standing("plan", "gold"))
    moved = live_club("ROW", name="Rowers", plan="default")
    assert paths(change, moved, settled=True) == (("plan",),)
    assert paths(change, moved) == (("plan",),)
    assert paths(change, live_club("ROW", name="Rowers", plan="gold"), settled=True) == ()


def test_a_members_declared_value_that_stood_and_moved_is_named() -> None:
    """Of a kept guest and of a changed one."""
    kept = replace(member("ROW", "KEPT", MemberAction.KEEP, "g-1"), standing=standing("name", "Ann"))
    changed = replace(
        member("ROW", "CHANGED", MemberAction.CHANGE, "g-2", email="b@example.com"), standing=standing("name", "Bob")
    )
    fresh = with_guests(
        guest("KEPT", "a@example.com", id="g-1", name="Anne"), guest("CHANGED", "b@example.com", id="g-2", name="Rob")
    )
    change = update(ROWING, guests=(kept, changed))
    assert paths(change, fresh, settled=True) == (("guests", "KEPT", "name"), ("guests", "CHANGED", "name"))


def test_what_the_provider_sees_standing_is_not_looked_at_again() -> None:
    """It knows what its vendor counts as equal."""
    change = update(ROWING, name="Rowers")
    assert paths(change, live_club("ROW", name="ROWERS"), settled=True) == ()
