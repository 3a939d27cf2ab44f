"""Tests of reconciler.diff.members: each row of the table at the head of that module."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from reconciler.diff.members import lists_agree, match_members, member_key
from reconciler.model.resource import Fields
from tests.values import GUEST, SECRET, guest


def matched(
    declared: Sequence[Fields], live: Sequence[Fields], *, only_add: bool = False
) -> list[tuple[object, object]]:
    """Give the pairs as (declared external id or e-mail, live id)."""
    result = match_members(declared, live, GUEST, SECRET, only_add=only_add)
    assert result.flaws == ()
    return [
        (pair.declared and (pair.declared.get("externalId") or pair.declared["email"]), pair.live and pair.live["id"])
        for pair in result.pairs
    ]


def refusal(declared: Sequence[Fields], live: Sequence[Fields], *, only_add: bool = False) -> str:
    """Give the code of the first flaw."""
    return match_members(declared, live, GUEST, SECRET, only_add=only_add).flaws[0].code


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


@given(declared=PEOPLE, live=PEOPLE)
def test_nobody_is_matched_twice_and_nobody_is_lost(declared: Sequence[Fields], live: Sequence[Fields]) -> None:
    """Every declared and every live member stands in exactly one pair, and a pair never joins two external ids."""
    rows = [{**row, "id": str(index)} for index, row in enumerate(live)]
    pairs = match_members(declared, rows, GUEST, SECRET).pairs
    assert [pair.declared for pair in pairs if pair.declared is not None] == list(declared)
    assert sorted(str(pair.live["id"]) for pair in pairs if pair.live is not None) == [row["id"] for row in rows]
    for pair in pairs:
        if pair.declared and pair.live and pair.live.get("externalId"):
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
