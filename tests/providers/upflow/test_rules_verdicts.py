"""Claims about what a change newly sets: SELECT labels, positions, contacts without an address."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.address import Address
from reconciler.model.change import Action, Change, FieldChange, MemberAction, MemberChange, Precondition
from reconciler.model.kind import Verdict
from reconciler.model.resource import Declared, Observed, Source, Value
from reconciler.model.state import Entry, Surroundings
from reconciler.providers.upflow.verdicts import exchange_flaw, judge, seen

SOURCE = Source(file="customers.yaml", line=1, column=1)
ADDRESS = Address(organization="acme-fr", kind="customer", key="C-001")
TIER = Entry(
    id="id-tier",
    name="Tier",
    aliases=("tier",),
    fields={"externalId": "tier", "dataType": "SELECT", "entityType": "CUSTOMER", "options": [{"label": "Silver"}]},
)


def customer(key: str = "C-001", tier: str | None = None, create: bool = False) -> Declared:
    """Declare a customer."""
    fields: dict[str, Value] = {} if tier is None else {"customFields": {"tier": {"label": tier}}}
    options: dict[str, Value] = {"createOptions": True} if create else {}
    return Declared(kind="customer", key=key, fields=fields, source=SOURCE, options=options)


def around(*declared: Declared, listed: bool = True) -> Surroundings:
    """Give surroundings in which "Gold" and "Silver" are known labels, and PAYER and Comptabilité positions."""
    return Surroundings(
        catalogues={"customField": (TIER,)},
        seen={"customFields.tier": frozenset({"Gold"}), "contacts.position": frozenset({"PAYER"})},
        listed=listed,
        declared={"customer": {one.key: one for one in declared or (customer(),)}},
        settings={"positions": {"ACCOUNTING": "Comptabilité"}},
    )


def label_change(after: Value, before: Value = None, action: Action = Action.UPDATE) -> Change:
    """Change the tier of C-001."""
    field = FieldChange(path=("customFields", "tier"), before=before, after=after)
    return Change(
        address=ADDRESS, action=action, remote_id="r-1", precondition=Precondition(digest="d"), fields=(field,)
    )


def member_change(action: MemberAction, **fields: Value) -> Change:
    """Change the second contact of C-001."""
    member = MemberChange(
        address=ADDRESS.member("contact", "P-1"),
        section="contacts",
        action=action,
        fields=tuple(FieldChange(path=(name,), before=None, after=value) for name, value in fields.items()),
        path=("contacts", 1),
    )
    return replace(label_change({"label": "Gold"}), fields=(), members=(member,), action=Action.REPLACE)


def verdict(change: Change, surroundings: Surroundings) -> Verdict:
    """Judge a change that earns one verdict."""
    (found,) = judge(change, surroundings)
    return found


@pytest.mark.parametrize("label", ["Gold", "Silver"])
def test_a_label_that_is_an_option_or_seen_is_let_through(label: str) -> None:
    """Options of the definition and labels of other customers both count."""
    assert judge(label_change({"label": label}), around()) == ()


def test_an_unknown_label_blocks_and_suggests() -> None:
    """A typo would become a permanent option."""
    found = verdict(label_change({"label": "Godl"}), around())
    assert (found.code, found.blocks, found.path) == ("option-unknown", True, ("customFields", "tier"))
    assert found.remedy == 'Did you mean "Gold"?'
    assert '"Gold", "Silver"' in found.detail


def test_an_unknown_label_says_when_not_all_customers_were_read() -> None:
    """Not seen means less where only some were looked at."""
    assert "Only the customers" not in verdict(label_change({"label": "New"}), around()).detail
    assert "Only the customers" in verdict(label_change({"label": "New"}), around(listed=False)).detail


def test_create_options_lets_a_new_label_through() -> None:
    """The document says that it is meant."""
    assert judge(label_change({"label": "Platinum"}), around(customer(create=True))) == ()


@pytest.mark.parametrize("create", [True, False])
def test_a_case_twin_of_a_known_label_always_blocks(create: bool) -> None:
    """No document means two options that differ in their case alone."""
    found = verdict(label_change({"label": "gold"}), around(customer(create=create)))
    assert (found.code, found.blocks, found.remedy) == ("option-case-twin", True, 'Did you mean "Gold"?')


def test_two_documents_cannot_create_case_twins_of_each_other() -> None:
    """Neither exists yet, both may be created: still one of them is a mistake."""
    surroundings = around(customer(tier="Bronze", create=True), customer("C-002", tier="BRONZE", create=True))
    found = verdict(label_change({"label": "Bronze"}), surroundings)
    assert (found.code, found.remedy) == ("option-case-twin", 'Did you mean "BRONZE"?')


def test_only_newly_set_labels_are_judged() -> None:
    """A label that stands already is no news, whatever is known of it."""
    before = [{"label": "Odd"}]
    after = [{"label": "Gold"}, {"label": "Odd"}]
    assert judge(label_change(after, before), around()) == ()
    assert judge(label_change(None, {"label": "Odd"}), around()) == ()


def test_each_unknown_label_of_a_list_has_its_verdict() -> None:
    """MULTI_SELECT values are judged label by label, in order."""
    found = judge(label_change([{"label": "Zeta"}, {"label": "Alpha"}]), around())
    assert ['"Alpha"' in found[0].detail, '"Zeta"' in found[1].detail] == [True, True]


def test_a_whole_mapping_of_values_is_judged_like_single_ones() -> None:
    """A create may carry its custom fields in one piece."""
    whole = FieldChange(path=("customFields",), before=None, after={"tier": {"label": "Godl"}, "note": "free text"})
    change = replace(label_change(None), fields=(whole,), action=Action.CREATE)
    assert verdict(change, around()).code == "option-unknown"


def test_plain_values_are_not_labels() -> None:
    """A text field takes any text."""
    assert judge(label_change("any text"), around()) == ()


@pytest.mark.parametrize("action", [Action.DELETE, Action.ADOPT, Action.FORGET, Action.MOVE])
def test_what_writes_no_fields_is_not_judged(action: Action) -> None:
    """Deleting a customer creates no option."""
    assert judge(label_change({"label": "Godl"}, action=action), around()) == ()


@pytest.mark.parametrize("position", ["PAYER", "Comptabilité"])
def test_a_position_seen_or_mapped_is_verified(position: str) -> None:
    """What another contact has exists, and what the organization maps is taken at its word."""
    assert judge(member_change(MemberAction.CHANGE, position=position), around()) == ()


def test_another_position_is_marked_and_not_blocked() -> None:
    """It may exist: no route lists positions."""
    found = verdict(member_change(MemberAction.CHANGE, position="Payeur"), around(listed=False))
    assert (found.code, found.blocks, found.path) == ("position-unverified", False, ("contacts", 1, "position"))
    assert '"Comptabilité", "PAYER"' in found.detail and "Only the customers" in found.detail


def test_a_position_that_is_not_set_is_not_judged() -> None:
    """Kept and removed contacts, and other fields, have no say."""
    assert judge(member_change(MemberAction.CHANGE, phone="+33"), around()) == ()
    assert judge(member_change(MemberAction.KEEP, position="Odd"), around()) == ()
    assert judge(member_change(MemberAction.REMOVE, position="Odd"), around()) == ()


def test_a_new_contact_needs_an_address() -> None:
    """Upflow takes no contact without an e-mail address; an existing one has its own."""
    found = verdict(member_change(MemberAction.ADD, externalId="P-1"), around())
    assert (found.code, found.blocks, found.path) == ("contact-email-missing", True, ("contacts", 1))
    assert judge(member_change(MemberAction.ADD, email="a@example.com"), around()) == ()
    assert judge(member_change(MemberAction.CHANGE, externalId="P-1"), around()) == ()


def test_seen_collects_positions_and_labels_of_live_customers() -> None:
    """Positions of all contacts that were read, labels by field; plain values and unread lists do not count."""
    one = Observed(
        kind="customer",
        key="C-001",
        remote_id="r-1",
        fields={"customFields": {"tier": {"label": "Gold"}, "tags": [{"label": "a"}, {"label": "b"}], "note": "x"}},
        members={"contacts": [{"id": "1", "position": "PAYER"}, {"id": "2", "position": ""}, {"id": "3"}]},
    )
    two = Observed(
        kind="customer", key=None, remote_id="r-2", fields={"customFields": {"tier": {"label": "Silver"}, "tags": None}}
    )
    assert seen([one, two]) == {
        "contacts.position": {"PAYER"},
        "customFields.tier": {"Gold", "Silver"},
        "customFields.tags": {"a", "b"},
    }
    assert seen([]) == {"contacts.position": frozenset()}


def person(key: str, action: MemberAction, before: str | None = None, after: str | None = None) -> MemberChange:
    """Have a contact change its e-mail, or stay, come or go with it."""
    moved = (FieldChange(path=("email",), before=before, after=after, personal=True),) if before != after else ()
    return MemberChange(
        address=ADDRESS.member("contact", key), section="contacts", action=action, fields=moved, path=("contacts", 0)
    )


def listed(*members: MemberChange, only_add: bool = False) -> Change:
    """Change a contact list."""
    return Change(
        address=ADDRESS,
        action=Action.REPLACE,
        remote_id="r-1",
        precondition=Precondition(digest="d"),
        members=members,
        only_add=frozenset({"contacts"} if only_add else ()),
    )


SWAP = (
    person("P-1", MemberAction.CHANGE, "a@example.com", "B@example.com"),
    person("P-2", MemberAction.CHANGE, "b@example.com", "a@example.com"),
)
RING = (
    person("P-0", MemberAction.CHANGE, "x@example.com", "a@example.com"),  # leads into the ring
    person("P-1", MemberAction.CHANGE, "a@example.com", "b@example.com"),
    person("P-2", MemberAction.CHANGE, "b@example.com", "c@example.com"),
    person("P-3", MemberAction.CHANGE, "c@example.com", "a@example.com"),
)
HAND_MADE = person("key:clerk", MemberAction.KEEP)
GIVEN_AN_ID = MemberChange(
    address=ADDRESS.member("contact", "P-9"),
    section="contacts",
    action=MemberAction.CHANGE,
    fields=(FieldChange(path=("externalId",), before=None, after="P-9"),),
)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(listed(*SWAP, only_add=True), id="only added to"),
        pytest.param(listed(*SWAP, HAND_MADE), id="one without external id stays"),
        pytest.param(listed(*SWAP, GIVEN_AN_ID), id="one is given its external id"),
        pytest.param(listed(*SWAP, person("email:0123", MemberAction.ADD, None, "n@example.com")), id="one comes"),
        pytest.param(listed(*RING, HAND_MADE), id="three in a ring"),
    ],
)
def test_an_exchange_of_e_mails_that_no_route_can_do_is_blocked(change: Change) -> None:
    """It is said while planning, by the contacts' keys; the addresses are in no text."""
    flaw = exchange_flaw(change)
    assert flaw is not None
    assert (flaw.code, flaw.blocks) == ("email-exchange", True)
    assert 'contact "P-1", contact "P-2"' in flaw.detail
    assert "example.com" not in flaw.detail
    assert flaw in judge(change, around())


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(listed(*SWAP, person("P-3", MemberAction.KEEP)), id="the list route knows all of them"),
        pytest.param(listed(*SWAP, person("key:clerk", MemberAction.REMOVE, "c@example.com", None)), id="one goes"),
        pytest.param(listed(*RING[1:3], HAND_MADE), id="a chain, which ends at a free address"),
        pytest.param(listed(HAND_MADE), id="nobody moves"),
        pytest.param(
            listed(person("P-1", MemberAction.CHANGE, "a@example.com", "A@example.com"), HAND_MADE), id="only the case"
        ),
    ],
)
def test_whoever_can_be_written_in_turn_or_as_a_list_is_let_through(change: Change) -> None:
    """An exchange needs a ring, and a list that cannot be written whole."""
    assert exchange_flaw(change) is None
