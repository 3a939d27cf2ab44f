"""Who moved: the table of `diff.drift`, case by case, for fields and for members of a list."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.diff.drift import field_drifts, member_drifts
from reconciler.diff.remembered import Memory
from reconciler.model.address import Address
from reconciler.model.change import MemberAction
from reconciler.model.drift import Label, MemberDrift
from reconciler.model.inventory import Managed
from reconciler.model.resource import Fields, Value
from reconciler.plan.entries import entry_of
from tests.values import CLUB, SECRET, club, guest, live_club

ADDRESS = Address(organization="acme", kind="club", key="C-1")
ANA, BEN = guest("P-1", "ana@club.example", name="Ana"), guest("P-2", "ben@club.example", name="Ben")


def applied(*guests: Fields, **fields: Value) -> Managed:
    """Have applied a club so."""
    declared = replace(club("C-1", guests=guests or None), fields=fields)
    return entry_of(declared, CLUB, SECRET, None)


def memory(entry: Managed | None, *, kept: bool = True, readable: bool = True) -> Memory:
    """Remember a club."""
    return Memory(entry=entry, secret=SECRET, kept=kept, readable=readable)


def rows(*guests: Fields) -> list[dict[str, Value]]:
    """Have guests exist."""
    return [{"id": f"r-{one.get('externalId') or number}", **one} for number, one in enumerate(guests)]


def people(remembered: Memory, declared: list[dict[str, Value]], live: list[dict[str, Value]]) -> list[MemberDrift]:
    """Compare two lists of guests."""
    return list(member_drifts(club("C-1", guests=declared), live_club("C-1", guests=live), CLUB, ADDRESS, remembered))


@pytest.mark.parametrize(
    ("live", "declared", "sent", "label"),
    [
        ("A", "B", "A", Label.CONFIG),
        ("A", "B", "B", Label.LIVE),
        ("A", "B", "C", Label.BOTH),
        (None, "B", "B", Label.LIVE),
        ("A", None, "A", Label.CONFIG),
        ("~A", "B", "B", Label.LIVE),
    ],
)
def test_a_side_that_is_as_it_was_applied_did_not_move(live: Value, declared: Value, sent: Value, label: Label) -> None:
    """The other one did; both did where neither is."""
    (found,) = field_drifts(club("C-1", name=declared), live_club("C-1", name=live), CLUB, memory(applied(name=sent)))
    assert (found.label, found.change.before, found.change.after) == (label, live, declared)


def test_what_agrees_has_no_label() -> None:
    """Whatever was applied, and under whichever key."""
    remembered = memory(applied(name="old"), readable=False)
    assert field_drifts(club("C-1", name="A"), live_club("C-1", name="A"), CLUB, remembered) == ()


def test_nothing_applied_is_not_nothing_known() -> None:
    """Without an entry it was never managed; without an inventory nobody knows."""
    declared, live = club("C-1", name="A"), live_club("C-1", name="B")
    assert [one.label for one in field_drifts(declared, live, CLUB, memory(None))] == [Label.NEVER]
    assert [one.label for one in field_drifts(declared, live, CLUB, memory(None, kept=False))] == [Label.UNKNOWN]
    assert [one.label for one in field_drifts(declared, live, CLUB, memory(applied(tax="1")))] == [Label.NEVER]


def test_a_mapping_is_compared_key_by_key_however_it_was_applied() -> None:
    """Also where it was applied as nothing, or is nothing now."""
    live = live_club("C-1", address={"city": "Lyon", "zip": "1"})
    sent = memory(applied(address={"city": "Nice", "zip": "1"}))
    (found,) = field_drifts(club("C-1", address={"city": "Nice", "zip": "1"}), live, CLUB, sent)
    assert (found.label, found.change.path, found.sent) == (Label.LIVE, ("address", "city"), "Nice")
    (cleared,) = field_drifts(club("C-1", address=None), live, CLUB, memory(applied(address={"city": "Lyon"})))
    assert cleared.label is Label.CONFIG
    (filled,) = field_drifts(
        club("C-1", address={"city": "Nice"}), live_club("C-1"), CLUB, memory(applied(address=None))
    )
    assert filled.label is Label.CONFIG


def test_what_is_declared_beside_what_was_applied_is_declared_otherwise() -> None:
    """Nobody at the vendor did that; what became of the rest there is somebody's doing all the same."""
    wanted, sent = {"card": {"enabled": True, "limit": 3}}, applied(payment={"card": {"enabled": True}})
    for entry, label in ((sent, Label.BOTH), (replace(sent, overridden={"payment.card": None}), Label.CONFIG)):
        (found,) = field_drifts(club("C-1", payment=wanted), live_club("C-1", payment={}), CLUB, memory(entry))
        assert (found.change.path, found.label) == (("payment", "card"), label)


def test_what_the_vendor_sets_back_counts_as_nothing_while_it_stands() -> None:
    """Until the vendor's value moves again, or the document does."""
    entry = replace(applied(name="A"), overridden={"name": "V"})
    pairs = {("V", "A"): Label.OVERRIDDEN, ("W", "A"): Label.LIVE, ("V", "B"): Label.CONFIG, ("W", "B"): Label.BOTH}
    for (live, declared), label in pairs.items():
        (found,) = field_drifts(club("C-1", name=declared), live_club("C-1", name=live), CLUB, memory(entry))
        assert found.label is label


def test_personal_values_are_compared_by_their_digests() -> None:
    """And what was applied is known of them only where it is what is declared."""
    sent = memory(applied(ANA, BEN))
    (live,) = people(sent, [ANA, BEN], rows({**ANA, "name": "Anna"}, BEN))
    assert [(one.label, one.sent) for one in live.fields] == [(Label.LIVE, "Ana")]
    (config,) = people(sent, [{**ANA, "name": "Anna"}, BEN], rows(ANA, BEN))
    assert [(one.label, one.sent_known) for one in config.fields] == [(Label.CONFIG, False)]
    (both,) = people(sent, [{**ANA, "name": "Anna"}, BEN], rows({**ANA, "name": "Hanna"}, BEN))
    assert [one.label for one in both.fields] == [Label.BOTH]


def test_whose_doing_capital_letters_are_nobody_can_say() -> None:
    """A digest folds them."""
    (found,) = people(memory(applied(ANA)), [ANA], rows({**ANA, "name": "ANA"}))
    assert [one.label for one in found.fields] == [Label.UNKNOWN]


def test_under_another_key_personal_values_are_unknown() -> None:
    """Others are not: what they were is there to be read."""
    sent = memory(applied({**ANA, "isMain": True}), readable=False)
    (found,) = people(sent, [{**ANA, "isMain": True}], rows({**ANA, "name": "Anna", "isMain": False}))
    assert {one.change.path[0]: one.label for one in found.fields} == {"name": Label.UNKNOWN, "isMain": Label.LIVE}


def test_whoever_left_a_list_was_removed_there() -> None:
    """If they were applied; somebody who never was is pending."""
    sent = memory(applied(ANA))
    (gone,) = people(sent, [ANA], [])
    assert (gone.action, gone.label, gone.path) == (MemberAction.REMOVE, Label.LIVE, ("guests", 0))
    (both,) = people(sent, [{**ANA, "name": "Anna"}], [])
    assert both.label is Label.BOTH
    (pending,) = people(sent, [ANA, BEN], rows(ANA))
    assert (pending.action, pending.label) == (MemberAction.REMOVE, Label.NEVER)


def test_whoever_came_onto_a_list_was_added_there() -> None:
    """If they were never applied; whoever was is in the documents no more."""
    (came,) = people(memory(applied(ANA)), [ANA], rows(ANA, BEN))
    assert (came.action, came.label, came.live) == (MemberAction.ADD, Label.LIVE, rows(ANA, BEN)[1])
    (left,) = people(memory(applied(ANA, BEN)), [ANA], rows(ANA, BEN))
    assert left.label is Label.CONFIG
    (never,) = people(memory(applied(name="A")), [ANA], rows(ANA, BEN))
    assert never.label is Label.NEVER


def test_a_list_that_was_sent_with_nobody_in_it_is_managed() -> None:
    """One that is newly declared empty is not; and of an entry that is older than this memory nobody can say."""
    empty = entry_of(club("C-1", guests=[]), CLUB, SECRET, None)
    newly = applied(name="A")
    older = replace(newly, fingerprint="")
    labels = [people(memory(entry), [], rows(BEN))[0].label for entry in (empty, newly, older, None)]
    assert labels == [Label.LIVE, Label.NEVER, Label.UNKNOWN, Label.NEVER]
    emptied = entry_of(
        club("C-1", guests=[]), CLUB, SECRET, replace(applied(BEN), members={"guests": {"P-2": "r-P-2"}})
    )
    undeclared = entry_of(club("C-1"), CLUB, SECRET, emptied)
    assert [people(memory(entry), [], rows(ANA))[0].label for entry in (emptied, undeclared)] == [
        Label.LIVE,
        Label.NEVER,
    ]
    assert people(memory(applied(BEN)), [], rows(BEN))[0].label is Label.CONFIG


def test_a_list_that_is_only_added_to_has_nobody_too_many() -> None:
    """The documents do not say who else may be on it."""
    declared = club("C-1", guests=[ANA], only_add=True)
    live = live_club("C-1", guests=rows(ANA, BEN))
    assert list(member_drifts(declared, live, CLUB, ADDRESS, memory(applied(ANA)))) == []


def test_a_list_that_cannot_be_told_apart_is_unknown() -> None:
    """Nobody on it is said to have gone."""
    twice: list[dict[str, Value]] = [
        {"id": "r-1", "email": "ana@club.example"},
        {"id": "r-2", "email": "ana@club.example"},
    ]
    (found,) = people(memory(applied(ANA)), [ANA], twice)
    assert (found.label, found.address, found.fields) == (Label.UNKNOWN, ADDRESS, ())


def test_whoever_goes_by_an_e_mail_alone_is_unknown_under_another_key() -> None:
    """Their very name in the inventory is a digest."""
    nameless = guest(None, "cy@club.example", name="Cy")
    entry = entry_of(club("C-1", guests=[nameless]), CLUB, "another key", None)
    (found,) = people(memory(entry, readable=False), [nameless], [])
    assert found.label is Label.UNKNOWN
