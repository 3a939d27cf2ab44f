"""Tests of reconciler.diff.members: each row of the table at the head of that module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reconciler.diff.members import lists_agree, match_members, member_key
from reconciler.model.resource import Fields
from tests.values import GUEST, SECRET, guest


def matched(
    declared: Sequence[Fields],
    live: Sequence[Fields],
    *,
    only_add: bool = False,
    known: Mapping[str, str] | None = None,
) -> list[tuple[object, object]]:
    """Give the pairs as (declared external id or e-mail, live id)."""
    result = match_members(declared, live, GUEST, SECRET, only_add=only_add, known=known or {})
    assert result.flaws == ()
    return [
        (pair.declared and (pair.declared.get("externalId") or pair.declared["email"]), pair.live and pair.live["id"])
        for pair in result.pairs
    ]


def refusal(
    declared: Sequence[Fields],
    live: Sequence[Fields],
    *,
    only_add: bool = False,
    known: Mapping[str, str] | None = None,
) -> str:
    """Give the code of the first flaw."""
    return match_members(declared, live, GUEST, SECRET, only_add=only_add, known=known or {}).flaws[0].code


def test_the_external_id_decides_over_the_email() -> None:
    """A member with a new e-mail stays the same person if its external id stays."""
    assert matched([guest("P-1", "new@x.fr")], [guest("P-1", "old@x.fr", id="1")]) == [("P-1", "1")]


def test_a_hand_made_member_is_paired_by_email() -> None:
    """A live member without external id is meant by the one declared with its e-mail, whatever the case."""
    assert matched([guest("P-1", "Ann@X.fr")], [guest(None, "ann@x.fr", id="1")]) == [("P-1", "1")]
    assert matched([guest(None, "ann@x.fr")], [guest(None, "ANN@x.fr", id="1")]) == [("ann@x.fr", "1")]


def test_an_email_of_another_external_id_is_refused() -> None:
    """An e-mail never overrules an external id: the new one would become a second person under one e-mail."""
    assert refusal([guest("P-2", "ann@x.fr")], [guest("P-1", "ann@x.fr", id="1")]) == "email-held"
    assert refusal([guest(None, "ann@x.fr")], [guest("P-1", "ann@x.fr", id="1")]) == "email-held"


def test_an_email_shared_by_two_hand_made_members_is_refused() -> None:
    """Where two could be meant, nobody is chosen."""
    live = [guest(None, "ann@x.fr", id="1"), guest(None, "Ann@x.fr", id="2")]
    assert refusal([guest("P-1", "ann@x.fr")], live) == "email-ambiguous"


def test_an_external_id_twice_at_the_vendor_is_refused() -> None:
    """Two live members under one external id cannot be told apart."""
    live = [guest("P-1", "a@x.fr", id="1"), guest("P-1", "b@x.fr", id="2")]
    assert refusal([guest("P-1", "a@x.fr")], live) == "member-ambiguous"


def test_an_email_may_be_taken_over_from_one_that_gives_it_up() -> None:
    """A declared new e-mail frees the old one for somebody else, known or new."""
    live = [guest("P-1", "ann@x.fr", id="1"), guest("P-2", "bob@x.fr", id="2")]
    swap: Sequence[Fields] = [guest("P-1", "bob@x.fr"), guest("P-2", "ann@x.fr")]
    assert matched(swap, live) == [("P-1", "1"), ("P-2", "2")]
    assert matched([guest("P-1", "new@x.fr"), guest("P-3", "ann@x.fr")], live[:1]) == [("P-1", "1"), ("P-3", None)]


def test_an_email_may_be_taken_over_from_one_that_leaves_but_not_where_nobody_leaves() -> None:
    """A removal frees an e-mail for a member matched by external id; a list that is only added to removes nobody."""
    live = [guest("P-1", "ann@x.fr", id="1"), guest("P-2", "bob@x.fr", id="2")]
    taking: Sequence[Fields] = [guest("P-1", "bob@x.fr")]
    assert matched(taking, live) == [("P-1", "1"), (None, "2")]
    assert refusal(taking, live, only_add=True) == "email-held"


DESK = guest(None, "new@x.fr", key="desk")
KNOWN = {"key:desk": "1"}


def test_who_is_known_by_a_key_keeps_being_that_one_with_a_new_email() -> None:
    """The inventory's remote id decides where there is no external id; unknown, it is another person."""
    live = [guest(None, "old@x.fr", id="1")]
    assert matched([DESK], live, known=KNOWN) == [("new@x.fr", "1")]
    assert matched([DESK], live) == [("new@x.fr", None), (None, "1")]
    assert matched([DESK], live, known={"key:other": "1"}) == [("new@x.fr", None), (None, "1")]


def test_who_is_known_and_gone_is_looked_for_by_email() -> None:
    """A remote id that nobody has any more says nothing."""
    assert matched([DESK], [guest(None, "new@x.fr", id="2")], known=KNOWN) == [("new@x.fr", "2")]
    assert matched([DESK], [], known=KNOWN) == [("new@x.fr", None)]


def test_who_is_known_may_not_take_the_email_of_one_who_stays() -> None:
    """The new e-mail of a known one is refused while somebody keeps it, with an external id or without."""
    old = guest(None, "old@x.fr", id="1")
    assert refusal([DESK, guest("P", "new@x.fr")], [old, guest("P", "new@x.fr", id="2")], known=KNOWN) == "email-held"
    assert refusal([DESK], [old, guest(None, "new@x.fr", id="2")], known=KNOWN, only_add=True) == "email-held"


def test_who_is_known_may_take_the_email_of_one_who_gives_it_up_or_leaves() -> None:
    """As for those with an external id: the e-mail is free by the time it is taken."""
    live = [guest(None, "old@x.fr", id="1"), guest("P", "new@x.fr", id="2")]
    assert matched([DESK, guest("P", "p@x.fr")], live, known=KNOWN) == [("new@x.fr", "1"), ("P", "2")]
    assert matched([DESK], live, known=KNOWN) == [("new@x.fr", "1"), (None, "2")]


def test_the_old_email_of_who_is_known_may_be_a_newcomers() -> None:
    """A known one is nobody else's match: whoever comes with the old e-mail is a new person."""
    live = [guest(None, "old@x.fr", id="1")]
    for newcomer in (guest("P", "old@x.fr"), guest(None, "old@x.fr"), guest(None, "old@x.fr", key="two")):
        assert [found for _, found in matched([newcomer, DESK], live, known=KNOWN)] == [None, "1"]
    stays = guest(None, "old@x.fr", key="desk")
    assert refusal([stays, guest("P", "old@x.fr")], live, known=KNOWN) == "email-held"


def test_who_is_known_and_has_got_an_external_id_is_refused_until_it_is_declared() -> None:
    """Nobody with an external id is written over by a key, with the same e-mail or another."""
    for email in ("old@x.fr", "new@x.fr"):
        assert refusal([DESK], [guest("E", email, id="1")], known=KNOWN) == "member-identified"
    assert matched([guest("E", "new@x.fr")], [guest("E", "old@x.fr", id="1")], known=KNOWN) == [("E", "1")]


def test_an_external_id_that_is_declared_decides_over_what_is_known() -> None:
    """Where another claims the external id that a known one has got, the key is looked for by e-mail."""
    live = [guest("E", "e@x.fr", id="1")]
    assert matched([DESK, guest("E", "e@x.fr")], live, known=KNOWN) == [("new@x.fr", None), ("E", "1")]


def test_two_keys_known_as_one_are_as_good_as_unknown() -> None:
    """One of them must be wrong, and nobody can say which: the e-mail decides."""
    live = [guest(None, "two@x.fr", id="1")]
    both: Sequence[Fields] = [DESK, guest(None, "two@x.fr", key="two")]
    assert matched(both, live, known={**KNOWN, "key:two": "1"}) == [("new@x.fr", None), ("two@x.fr", "1")]


def test_two_who_are_known_may_exchange_their_emails() -> None:
    """Each gives up what the other takes; whether the vendor's routes can do it is the vendor's table to say."""
    live = [guest(None, "new@x.fr", id="2"), guest(None, "old@x.fr", id="1")]
    swap: Sequence[Fields] = [DESK, guest(None, "old@x.fr", key="two")]
    assert matched(swap, live, known={**KNOWN, "key:two": "2"}) == [("new@x.fr", "1"), ("old@x.fr", "2")]


def test_an_external_id_that_a_move_gave_to_a_known_one_is_given_to_that_one() -> None:
    """Known under its coming external id, a hand-made member is that one whatever the e-mail; others are not."""
    declared = [guest("E", "new@x.fr")]
    assert matched(declared, [guest(None, "old@x.fr", id="1")], known={"E": "1"}) == [("E", "1")]
    other = [guest("F", "old@x.fr", id="1")]
    assert matched(declared, other, known={"E": "1"}) == [("E", None), (None, "1")]


def test_who_is_known_by_the_email_alone_is_known_by_nothing_else() -> None:
    """A row whose e-mail somebody replaced may be another person, so the inventory's remote id does not count."""
    declared = [guest(None, "ann@x.fr")]
    known = {member_key(declared[0], GUEST, SECRET): "1"}
    assert matched(declared, [guest(None, "bob@x.fr", id="1")], known=known) == [("ann@x.fr", None), (None, "1")]


def test_who_goes_is_named_by_the_key_that_the_inventory_knows() -> None:
    """Nobody is named by a digest who had a key, unless that key is somebody else's by now or an external id is."""
    live = [guest(None, "old@x.fr", id="1")]
    digest = member_key(live[0], GUEST, SECRET)
    gone = match_members([guest("P", "p@x.fr")], live, GUEST, SECRET, known=KNOWN).pairs[1]
    assert (gone.key, gone.live) == ("key:desk", live[0])
    kept = [guest(None, "desk@x.fr", key="desk"), guest(None, "o@x.fr", key="two")]
    pairs = match_members(kept, live, GUEST, SECRET, known={**KNOWN, "key:two": "1"}).pairs
    assert [pair.key for pair in pairs] == ["key:desk", "key:two", digest]
    named = match_members([], [guest("E", "old@x.fr", id="1")], GUEST, SECRET, known=KNOWN).pairs
    assert [pair.key for pair in named] == ["E"]


def test_a_digest_under_another_key_knows_nobody() -> None:
    """An inventory written under another digest key holds names that mean nothing now, and misleads nobody."""
    declared = [guest(None, "ann@x.fr"), DESK]
    live = [guest(None, "ann@x.fr", id="2"), guest(None, "old@x.fr", id="1")]
    known = {member_key(declared[0], GUEST, "another key"): "1", **KNOWN}
    assert matched(declared, live, known=known) == [("ann@x.fr", "2"), ("new@x.fr", "1")]


def test_a_key_never_holds_an_email() -> None:
    """A member's key in an address is its external id, its document key, or a digest; never its e-mail."""
    assert member_key(guest("P-1", "ann@x.fr"), GUEST, SECRET) == "P-1"
    assert member_key(guest(None, "ann@x.fr", key="ann"), GUEST, SECRET) == "key:ann"
    by_email = member_key(guest(None, "ann@x.fr"), GUEST, SECRET)
    assert by_email.startswith("email:") and "ann" not in by_email
    assert by_email == member_key(guest(None, "ANN@x.fr "), GUEST, SECRET)
    assert by_email != member_key(guest(None, "ann@x.fr"), GUEST, "another key")


PEOPLE = st.lists(
    st.fixed_dictionaries(
        {"email": st.sampled_from(["a@x", "b@x", "A@x", "c@x", "d@x"])},
        optional={"externalId": st.sampled_from(["1", "2", "3", "4"]), "name": st.sampled_from(["N", "M"])},
    ),
    max_size=5,
    unique_by=(lambda row: str(row["email"]).casefold(), lambda row: row.get("externalId") or row["email"]),
)


@given(
    declared=PEOPLE,
    live=PEOPLE,
    keys=st.lists(st.sampled_from(["", "k", "l", "m"]), min_size=5, max_size=5),
    known=st.dictionaries(st.sampled_from(["key:k", "key:l", "key:m", "1"]), st.sampled_from(["0", "1", "2", "9"])),
)
def test_nobody_is_matched_twice_and_nobody_is_lost(
    declared: Sequence[Fields], live: Sequence[Fields], keys: Sequence[str], known: Mapping[str, str]
) -> None:
    """Every declared and every live member stands in exactly one pair, and no pair that is let through joins another.

    Whatever the inventory holds: who has an external id is paired by that alone, or the list is refused.
    """
    declared = [{**row, "key": key} if key else row for row, key in zip(declared, keys, strict=False)]
    rows = [{**row, "id": str(index)} for index, row in enumerate(live)]
    result = match_members(declared, rows, GUEST, SECRET, known=known)
    pairs = result.pairs
    assert [pair.declared for pair in pairs if pair.declared is not None] == list(declared)
    assert sorted(str(pair.live["id"]) for pair in pairs if pair.live is not None) == [row["id"] for row in rows]
    for pair in pairs:
        if pair.declared and pair.live and pair.live.get("externalId") and not result.flaws:
            assert pair.declared.get("externalId") == pair.live["externalId"]


@given(declared=PEOPLE, live=PEOPLE, only_add=st.booleans())
def test_the_quick_agreement_is_never_wrong(declared: Sequence[Fields], live: Sequence[Fields], only_add: bool) -> None:
    """If the quick look finds two lists equal, matching finds all declared, and in a whole list nobody else."""
    rows = [{**row, "id": str(index)} for index, row in enumerate(live)]
    if lists_agree(declared, rows, GUEST, only_add=only_add):
        result = match_members(declared, rows, GUEST, SECRET, only_add=only_add)
        assert not result.flaws
        assert all(pair.live is not None for pair in result.pairs)
        assert only_add or all(pair.declared is not None for pair in result.pairs)


NAMED = replace(GUEST, identity="", second="fullName")


def named(key: str | None, name: str, email: str | None = None, **more: str) -> dict[str, str]:
    """Write somebody with a full name, with or without an e-mail."""
    return {"fullName": name, **({"key": key} if key else {}), **({"email": email} if email else {}), **more}


def by_name(declared: Sequence[Fields], live: Sequence[Fields], known: Mapping[str, str] | None = None) -> list[object]:
    """Give the live ids of the declared ones, in their order."""
    pairs = match_members(declared, live, NAMED, SECRET, known=known or {}).pairs
    return [pair.live and pair.live["id"] for pair in pairs if pair.declared is not None]


def test_the_very_same_name_tells_somebody_without_an_email() -> None:
    """Whichever side lacks the e-mail, or both."""
    for declared_email, live_email in ((None, None), ("ann@x.fr", None), (None, "ann@x.fr")):
        assert by_name([named("a", "Ann Lee", declared_email)], [named(None, "Ann Lee", live_email, id="1")]) == ["1"]


def test_a_name_says_nothing_against_two_emails() -> None:
    """Two people may share a name: an e-mail on both sides that differs keeps them apart."""
    assert by_name([named("a", "Ann Lee", "ann@x.fr")], [named(None, "Ann Lee", "lee@x.fr", id="1")]) == [None]


def test_a_name_that_is_not_unique_says_nothing() -> None:
    """Neither where two live ones have it, nor where two are declared with it, nor where it is only close."""
    twice = [named(None, "Ann Lee", id="1"), named(None, "Ann Lee", id="2")]
    assert by_name([named("a", "Ann Lee")], twice) == [None]
    assert by_name([named("a", "Ann Lee"), named("b", "Ann Lee")], twice[:1]) == [None, None]
    assert by_name([named("a", "Anne Lee")], twice[:1]) == [None]


def test_a_namesake_whom_somebody_else_is_known_as_is_not_taken() -> None:
    """Not somebody whom the inventory knows under another key, nor whose e-mail another declares."""
    live = [named(None, "Ann Lee", id="1")]
    assert by_name([named("a", "Ann Lee"), named("b", "Zoe")], live, {"key:b": "1"}) == [None, "1"]
    live = [named(None, "Ann Lee", "zoe@x.fr", id="1")]
    assert by_name([named("a", "Ann Lee"), named("b", "Zoe", "zoe@x.fr")], live) == [None, "1"]


def test_a_kind_without_a_second_field_never_compares_names() -> None:
    """Upflow's contacts go by external id and e-mail alone."""
    row = {"externalId": None, "fullName": "Ann Lee", "email": None, "id": "1"}
    declared: Fields = {"key": "a", "fullName": "Ann Lee"}
    (pair, _) = match_members([declared], [row], GUEST, SECRET).pairs
    assert pair.live is None


def test_a_namesake_whom_an_email_tells_is_out_of_the_way() -> None:
    """Of two of one name, one with an e-mail that is declared, the other is meant by the one without."""
    live = [named(None, "Ann Lee", id="1"), named(None, "Ann Lee", "ann@x.fr", id="2")]
    assert by_name([named("a", "Ann Lee"), named("b", "Ann Lee", "ann@x.fr")], live) == ["1", "2"]
