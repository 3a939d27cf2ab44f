"""What came to be as declared without a write is remembered from the next apply on, and drift is labelled by that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reconciler.apply.record import Record
from reconciler.cli.locking import circumstances_of
from reconciler.diff.members import member_key
from reconciler.model.address import digest_key_id
from reconciler.model.drift import Label, ObjectDrift
from reconciler.model.event import Done, Started
from reconciler.model.inventory import Inventory
from reconciler.model.resource import Declared, Fields, Observed
from reconciler.plan.build import Part, build
from reconciler.plan.drift import drift_of
from reconciler.plan.entries import entry_of
from tests.values import CLUB, GUEST, SECRET, club, desired, guest, inventory, live, live_club, organization

KEY_ID = digest_key_id(SECRET)


def applied(declared: Declared, found: Observed, overridden: Fields | None = None) -> Inventory:
    """Have something applied that was as declared then, but for what the vendor made of it."""
    rows: Mapping[str, Sequence[Fields]] = found.members or {}
    pairs = zip(declared.members.get("guests", ()), rows.get("guests", ()), strict=True)
    ids = {member_key(one, GUEST, SECRET): str(row["id"]) for one, row in pairs}
    entry = replace(
        entry_of(declared, CLUB, SECRET, None),
        remote_id=found.remote_id,
        members={"guests": ids},
        overridden=overridden or {},
    )
    return replace(inventory(), digest_key_id=KEY_ID, managed={entry.name: entry})


def part(declared: Declared, found: Observed, ours: Inventory) -> Part:
    """Set one club's states beside what is managed."""
    return Part(organization=organization(), desired=desired(declared), live=live(found), inventory=ours)


def next_apply(declared: Declared, found: Observed, ours: Inventory) -> Inventory:
    """Apply where there is nothing to write."""
    plan = build([part(declared, found, ours)])
    assert plan.empty
    circumstances = circumstances_of(organization(), plan.shares[0], "run-2")
    return Record(ours, (), circumstances).ended()


def drifted(declared: Declared, found: Observed, ours: Inventory) -> ObjectDrift:
    """Give the drift of the only club."""
    (one,) = drift_of([part(declared, found, ours)], {"acme": KEY_ID}).objects
    return one


def test_who_was_entered_anew_is_known_by_the_new_remote_id() -> None:
    """The same external id at somebody whom another entered: known still where it is taken from them again."""
    declared = club("C-1", name="A", guests=[guest("P-1", "ana@club.example")])
    ours = applied(declared, live_club("C-1", name="A", guests=[guest("P-1", "ana@club.example", id="g-1")]))
    again = live_club("C-1", name="A", guests=[guest("P-1", "ana@club.example", id="g-2")])
    ours = next_apply(declared, again, ours)
    assert ours.managed["club/C-1"].members == {"guests": {"P-1": "g-2"}}
    edited = live_club("C-1", name="A", guests=[guest(None, "ana@new.example", id="g-2")])
    (member,) = drifted(declared, edited, ours).members
    assert {(".".join(one.change.path), one.label) for one in member.fields} == {
        ("externalId", Label.LIVE),
        ("email", Label.LIVE),
    }


def test_who_goes_by_a_key_is_known_by_the_new_remote_id() -> None:
    """Where people are matched one by one, what was applied and who they are is remembered as well."""
    before = club("C-1", name="A", guests=[{**guest(None, "ana@club.example"), "key": "ana"}])
    ours = applied(before, live_club("C-1", name="A", guests=[guest(None, "ana@club.example", id="g-1")]))
    declared = replace(before, fields={"name": "B"})
    again = live_club("C-1", name="B", guests=[guest(None, "ana@club.example", id="g-2")])
    ours = next_apply(declared, again, ours)
    edited = live_club("C-1", name="A", guests=[guest(None, "ana@new.example", id="g-2")])
    found = drifted(declared, edited, ours)
    assert [one.label for one in found.fields] == [Label.LIVE], "somebody set it back"
    assert [one.label for member in found.members for one in member.fields] == [Label.LIVE], "and nobody came or went"


def test_what_the_vendor_takes_after_all_is_overridden_no_more() -> None:
    """Whoever sets it again to what the vendor once made of it, is somebody else."""
    declared = club("C-1", name="A", tax="T-1")
    ours = applied(declared, live_club("C-1"), {"name": "Z"})
    ours = next_apply(declared, live_club("C-1", name="A", tax="T-1"), ours)
    assert ours.managed["club/C-1"].overridden == {}
    assert [one.label for one in drifted(declared, live_club("C-1", name="Z", tax="T-1"), ours).fields] == [Label.LIVE]


def test_a_list_that_stands_empty_is_remembered_as_sent() -> None:
    """Of an older entry nobody knows whether it was; the next apply writes it down, and only once."""
    declared, found = club("C-1", name="A", guests=[]), live_club("C-1", name="A")
    ours = applied(declared, found)
    entry = replace(ours.managed["club/C-1"], members={}, fingerprint="")
    ours = replace(ours, managed={entry.name: entry})
    came = live_club("C-1", name="A", guests=[guest("P-9", "nine@club.example", id="g-9")])
    assert [member.label for member in drifted(declared, came, ours).members] == [Label.UNKNOWN]
    ours = next_apply(declared, found, ours)
    assert ours.managed["club/C-1"].members == {"guests": {}}
    assert [member.label for member in drifted(declared, came, ours).members] == [Label.LIVE]
    share = build([part(declared, found, ours)]).shares[0]
    assert (share.applied, share.fingerprints) == ({}, {})
    undeclared = next_apply(club("C-1", name="A"), came, ours)
    assert [member.label for member in drifted(declared, came, undeclared).members] == [Label.NEVER]


def test_what_is_remembered_already_is_not_remembered_again() -> None:
    """Nothing is to be written then, so that no lock is taken; a fingerprint that is missing waits for a write."""
    declared = club("C-1", name="A", guests=[{**guest(None, "ana@club.example"), "key": "ana"}])
    found = live_club("C-1", name="A", guests=[guest(None, "ana@club.example", id="g-1")])
    ours = applied(declared, found)
    share = build([part(declared, found, ours)]).shares[0]
    assert (share.applied, list(share.fingerprints)) == ({}, ["club/C-1"])
    share = build([part(declared, found, next_apply(declared, found, ours))]).shares[0]
    assert (share.applied, share.fingerprints) == ({}, {})


def test_what_an_apply_wrote_has_its_fingerprint() -> None:
    """Unless the vendor made something else of it: then every plan looks closely."""
    declared = club("C-1", name="A", guests=[guest("P-1", "ana@club.example")])
    found = live_club("C-1", name="A", guests=[guest("P-1", "ana@club.example", id="g-1")])
    plan = build([part(declared, live_club("C-1", name="B"), replace(inventory(), digest_key_id=KEY_ID))])
    (change,) = plan.changes
    set_back = replace(found, fields={"name": "V"})
    for seen, overridden, expected in ((found, (), True), (set_back, (("name",),), False)):
        record = Record(inventory(), plan.changes, circumstances_of(organization(), plan.shares[0], "run-2"))
        record.take(Started(change=change, step=1, steps=1, attempt=1, summary=""), "now")
        record.take(Done(change=change, remote_id=found.remote_id, found=seen, overridden=overridden), "now")
        ours = record.ended()
        share = build([part(declared, found, ours)]).shares[0]
        assert bool(ours.managed["club/C-1"].fingerprint) is expected
        assert (share.applied == {}, share.fingerprints) == (expected, {})
