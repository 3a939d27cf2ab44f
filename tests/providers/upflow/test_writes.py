"""Which requests a change takes, case by case of the table at the head of `writes`."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.live.provider import RemoteId
from reconciler.model.address import Address
from reconciler.model.change import Action, Change, FieldChange, MemberAction, MemberChange, Precondition
from reconciler.model.resource import Fields, Observed, Value
from reconciler.providers.upflow.writes import remaining

ADDRESS = Address(organization="acme-fr", kind="customer", key="C-1")
HELD = "a@example.com"


def row(place: int, **fields: Value) -> Fields:
    """Give a live contact P-1, P-2 …"""
    empty = dict.fromkeys(("firstName", "lastName", "phone", "position"))
    return {
        "id": f"c{place}",
        "externalId": f"P-{place}",
        "email": f"p{place}@example.com",
        **empty,
        "isMain": False,
        **fields,
    }


def live(fields: Fields | None = None, contacts: Sequence[Fields] = ()) -> Observed:
    """Give the customer as read just now."""
    return Observed(
        kind="customer", key="C-1", remote_id="u1", fields={"name": "Acme", **(fields or {})},
        members={"contacts": contacts},
    )  # fmt: skip


def fields(**values: Value) -> tuple[FieldChange, ...]:
    """Give changes of top-level fields; a double underscore goes one level down."""
    return tuple(FieldChange(path=tuple(name.split("__")), before=None, after=value) for name, value in values.items())


def member(action: MemberAction, place: int, remote: str | None = None, **values: Value) -> MemberChange:
    """Give one planned member."""
    return MemberChange(
        address=ADDRESS.member("contact", f"P-{place}"),
        section="contacts",
        action=action,
        remote_id=remote,
        fields=fields(**values),
    )


def keep(place: int) -> MemberChange:
    """Give a member that stays as it is."""
    return member(MemberAction.KEEP, place, f"c{place}")


def alter(place: int, **values: Value) -> MemberChange:
    """Give a member that changes."""
    return member(MemberAction.CHANGE, place, f"c{place}", **values)


def add(place: int, **values: Value) -> MemberChange:
    """Give a member that comes."""
    return member(MemberAction.ADD, place, None, externalId=f"P-{place}", email=f"p{place}@example.com", **values)


def remove(place: int, **before: Value) -> MemberChange:
    """Give a member that goes; `before` are fields that it had."""
    lost = tuple(FieldChange(path=(name,), before=value, after=None) for name, value in before.items())
    return MemberChange(
        address=ADDRESS.member("contact", f"P-{place}"),
        section="contacts",
        action=MemberAction.REMOVE,
        remote_id=f"c{place}",
        fields=lost,
    )


def change(
    action: Action, *members: MemberChange, changed: tuple[FieldChange, ...] = (), only_add: bool = False
) -> Change:
    """Give a change of the customer."""
    return Change(
        address=ADDRESS,
        action=action,
        remote_id=None if action is Action.CREATE else "u1",
        precondition=Precondition(digest=None),
        fields=changed,
        members=members,
        only_add=frozenset({"contacts"} if only_add else ()),
    )


def lines(planned: Change, fresh: Observed | None) -> list[str]:
    """Give the requests that remain, as `PUT /customers/u1`, or the conflict."""
    left = remaining(planned, fresh)
    return [left.conflict] if left.conflict else [f"{write.method} {write.path}" for write in left.writes]


def body(planned: Change, fresh: Observed | None, place: int = -1) -> Fields:
    """Give the body of one of the requests that remain."""
    found = remaining(planned, fresh).writes[place].body
    assert isinstance(found, dict)
    return found


def test_a_create_is_one_post_with_everything() -> None:
    """Fields and contacts travel together; what is null is left out, but for a plan that must not be the default."""
    planned = change(
        Action.CREATE,
        add(1, firstName=None, isMain=True),
        member(MemberAction.ADD, 2, email="x@example.com"),
        changed=fields(name="Acme", address__city="Paris", parent="C-0", dunningPlan=None, vatNumber=None),
    )
    assert lines(planned, None) == ["POST /customers"]
    assert body(planned, None) == {
        "externalId": "C-1",
        "name": "Acme",
        "address": {"address": "", "zipcode": "", "city": "Paris", "state": "", "country": ""},
        "parent": {"externalId": "C-0"},
        "dunningPlanId": None,
        "contacts": [
            {"externalId": "P-1", "email": "p1@example.com", "firstName": "", "isMain": True},
            {"email": "x@example.com", "isMain": False},
        ],
    }


def test_a_create_that_stands_needs_nothing_and_one_that_stands_otherwise_is_a_conflict() -> None:
    """After a lost answer our own object is recognized; somebody else's is not written over."""
    planned = change(Action.CREATE, add(1, isMain=True), changed=fields(name="Acme"))
    assert lines(planned, live(contacts=[row(1, isMain=True)])) == []
    for other in (
        live({"name": "Other"}, [row(1, isMain=True)]),
        live(),
        live(contacts=[row(1, isMain=True), row(2)]),
    ):
        assert remaining(planned, other).conflict


def test_fields_go_by_put_with_the_touched_ones_alone() -> None:
    """Only what is not yet so is sent, by the names and in the shapes of the wire."""
    planned = change(
        Action.UPDATE,
        changed=fields(name="Acme", vatNumber=None, parent=None, dunningPlan=None, accountManager="m"),
    )
    fresh = live({"vatNumber": "FR1", "parent": "C-0", "dunningPlan": "d", "accountingRef": "A1"})
    assert lines(planned, fresh) == ["PUT /customers/u1"]
    assert body(planned, fresh) == {"vatNumber": "", "parent": None, "dunningPlanId": None, "accountManagerId": "m"}


def test_mappings_are_sent_whole_with_what_is_live() -> None:
    """An address, payment methods and custom fields lose nothing that the document does not name."""
    planned = change(
        Action.UPDATE,
        changed=fields(address__city="Lyon", paymentMethods__card__enabled=True, customFields__tier={"label": "Gold"}),
    )
    fresh = live(
        {
            "address": {"address": "1 rue A", "zipcode": "75001", "city": "Paris", "state": None, "country": None},
            "paymentMethods": {"card": {"enabled": False, "fee": 1}, "check": {"enabled": True}},
            "customFields": {"note": "n", "gone": None, RemoteId("id:f9"): 5},
        }
    )
    assert body(planned, fresh) == {
        "address": {"address": "1 rue A", "zipcode": "75001", "city": "Lyon", "state": "", "country": ""},
        "paymentMethods": {"card": {"enabled": True, "fee": 1}, "check": {"enabled": True}},
        "customFields": [
            {"id": "f9", "value": 5},
            {"externalId": "note", "value": "n"},
            {"externalId": "tier", "value": {"label": "Gold"}},
        ],
    }


def test_an_update_of_what_is_gone_is_a_conflict() -> None:
    """A customer deleted meanwhile, or deleted and made anew, is not created and not written over."""
    for action in (Action.UPDATE, Action.REPLACE):
        planned = change(action, changed=fields(name="B"))
        assert remaining(planned, None).conflict
        other = Observed(kind="customer", key="C-1", remote_id="u2", fields={"name": "A"})
        assert remaining(planned, other).conflict


def test_several_people_go_by_one_list() -> None:
    """Of five one changes, one goes, one comes: one POST with all live fields and the whole list."""
    people = [row(1, isMain=True), row(2, phone="+33"), row(3), row(4), row(5)]
    planned = change(
        Action.REPLACE, keep(1), alter(2, firstName="Ada"), keep(3), keep(4), add(6), remove(5),
        changed=fields(name="Acme SAS"),
    )  # fmt: skip
    fresh = live({"vatNumber": "FR1", "parent": RemoteId("id:p")}, people)
    assert lines(planned, fresh) == ["POST /customers"]
    sent = body(planned, fresh)
    contacts = sent["contacts"]
    assert isinstance(contacts, list)
    assert {name: value for name, value in sent.items() if name != "contacts"} == {
        "externalId": "C-1", "name": "Acme SAS", "vatNumber": "FR1", "parent": {"id": "p"}
    }  # fmt: skip
    assert [person["externalId"] for person in contacts] == ["P-1", "P-2", "P-3", "P-4", "P-6"]
    assert contacts[1] == {
        "externalId": "P-2", "email": "p2@example.com", "firstName": "Ada", "phone": "+33", "isMain": False
    }  # fmt: skip
    after = live(
        {"name": "Acme SAS", "vatNumber": "FR1"}, [*people[:1], row(2, phone="+33", firstName="Ada"), row(3), row(4)]
    )
    assert lines(planned, live(after.fields, [*(after.members or {})["contacts"], row(6)])) == []


def test_one_person_goes_by_the_contact_route_whole() -> None:
    """The freshly read person is sent back with what is declared."""
    planned = change(Action.REPLACE, alter(1, phone=None), keep(2))
    fresh = live(contacts=[row(1, firstName="Ada", phone="+33"), row(2)])
    assert lines(planned, fresh) == ["PUT /customers/u1/contacts/c1"]
    assert body(planned, fresh) == {
        "externalId": "P-1", "email": "p1@example.com", "firstName": "Ada", "phone": "", "isMain": False
    }  # fmt: skip


def test_only_adding_never_uses_the_list() -> None:
    """The contact routes alone, and people whom nobody declares are no conflict."""
    planned = change(Action.UPDATE, add(3), add(4), alter(1, phone="1"), changed=fields(name="B"), only_add=True)
    assert lines(planned, live(contacts=[row(1), row(2)])) == [
        "PUT /customers/u1",
        "POST /customers/u1/contacts",
        "POST /customers/u1/contacts",
        "PUT /customers/u1/contacts/c1",
    ]


def test_people_without_an_external_id_keep_to_the_contact_routes() -> None:
    """What the list route does with somebody made by hand is unknown, so nobody is put at risk."""
    planned = change(Action.REPLACE, alter(1, externalId="P-1"), alter(2, phone="1"), remove(3))
    fresh = live(contacts=[row(1, externalId=None), row(2), row(3, externalId=None)])
    assert lines(planned, fresh) == [
        "PUT /customers/u1/contacts/c1",
        "PUT /customers/u1/contacts/c2",
        "DELETE /customers/u1/contacts/c3",
    ]
    given = live(contacts=[row(1), row(2)])
    assert lines(planned, given) == ["PUT /customers/u1/contacts/c2"], "the route does not change on the way"


def test_an_email_is_free_before_it_is_taken() -> None:
    """Who gives an e-mail up is written first, whatever the order of the document."""
    planned = change(Action.UPDATE, alter(1, email="p2@example.com"), alter(2, email="new@example.com"), only_add=True)
    assert lines(planned, live(contacts=[row(1), row(2)])) == [
        "PUT /customers/u1/contacts/c2",
        "PUT /customers/u1/contacts/c1",
    ]


def test_an_exchange_of_emails_takes_the_list() -> None:
    """Two people exchange theirs in one request, and not at all where the list route may not be used."""
    swap = (alter(1, email="p2@example.com"), alter(2, email="p1@example.com"))
    assert lines(change(Action.REPLACE, *swap), live(contacts=[row(1), row(2)])) == ["POST /customers"]
    left = remaining(change(Action.UPDATE, *swap, only_add=True), live(contacts=[row(1), row(2)]))
    assert left.conflict is not None
    assert "example.com" not in left.conflict


def test_the_main_contact_is_made_last_and_nobody_else_claims_to_be() -> None:
    """The flag goes to one; the others are sent without it, or the last writer would win."""
    planned = change(Action.UPDATE, add(3, isMain=True), alter(1, phone="1"), add(4), changed=(), only_add=True)
    fresh = live(contacts=[row(1, isMain=True)])
    assert lines(planned, fresh)[-1] == "POST /customers/u1/contacts"
    assert [body(planned, fresh, place)["isMain"] for place in range(3)] == [False, False, True]


def test_whom_the_vendor_makes_main_is_left_to_it() -> None:
    """Where the main contact goes and nobody is named, the requests are the same before and after the vendor chose."""
    planned = change(Action.REPLACE, alter(1, phone="1"), alter(2, phone="2"), remove(3, isMain=True))
    before = remaining(planned, live(contacts=[row(1), row(2), row(3, isMain=True)])).writes
    after = remaining(planned, live(contacts=[row(1, isMain=True), row(2)])).writes
    assert before == after
    contacts = body(planned, live(contacts=[row(1), row(2)]))["contacts"]
    assert isinstance(contacts, list)
    assert all("isMain" not in person for person in contacts)


def test_an_unexpected_list_is_a_conflict() -> None:
    """Somebody new, somebody gone, or a list that was not read: nothing is sent."""
    planned = change(Action.REPLACE, keep(1), alter(2, phone="1"))
    for contacts in ([row(1), row(2), row(3)], [row(2)], [row(1)]):
        assert remaining(planned, live(contacts=contacts)).conflict
    unread = Observed(kind="customer", key="C-1", remote_id="u1", fields={})
    assert remaining(planned, unread).conflict


def test_a_delete_goes_by_remote_id_and_once() -> None:
    """It deletes that object and no other; what is gone needs nothing."""
    planned = change(Action.DELETE)
    assert lines(planned, live()) == ["DELETE /customers/u1"]
    assert lines(planned, None) == []
    assert remaining(planned, Observed(kind="customer", key="C-1", remote_id="u2", fields={})).conflict


def test_custom_fields_are_created_and_deleted() -> None:
    """A definition has routes of its own; one that is there otherwise is a conflict, for it cannot be changed."""
    address = Address(organization="acme-fr", kind="customField", key="tier")
    condition = Precondition(digest=None)
    create = Change(
        address=address, action=Action.CREATE, remote_id=None, precondition=condition, fields=fields(label="Tier")
    )
    there = Observed(kind="customField", key="tier", remote_id="f1", fields={"label": "Tier"})
    assert lines(create, None) == ["POST /custom_fields"]
    assert body(create, None) == {"externalId": "tier", "label": "Tier"}
    assert lines(create, there) == []
    assert remaining(create, Observed(kind="customField", key="tier", remote_id="f1", fields={"label": "T"})).conflict
    delete = Change(address=address, action=Action.DELETE, remote_id="f1", precondition=condition)
    assert lines(delete, there) == ["DELETE /custom_fields/f1"]


def test_what_writes_nothing_has_nothing_remaining() -> None:
    """Adopting, moving and forgetting are ours alone."""
    for action in (Action.ADOPT, Action.MOVE, Action.FORGET):
        assert lines(change(action), live()) == []


def test_summaries_hold_no_personal_value() -> None:
    """What is announced and written down names people by their keys."""
    planned = change(Action.REPLACE, alter(1, email=HELD, firstName="Ada"), remove(2), changed=fields(name="B"))
    told = [write.summary for write in remaining(planned, live(contacts=[row(1), row(2)])).writes]
    assert told == ["update name", "change contact P-1", "delete contact P-2"]


def test_who_holds_a_wanted_email_leaves_first() -> None:
    """An e-mail is free before it is taken, by the list route as by the contact routes; everyone else leaves last."""
    fresh = live(contacts=[row(1), row(2), row(3)])
    taking = alter(1, email="p3@example.com")
    assert lines(change(Action.REPLACE, taking, remove(2), remove(3)), fresh) == [
        "DELETE /customers/u1/contacts/c3",
        "PUT /customers/u1/contacts/c1",
        "DELETE /customers/u1/contacts/c2",
    ]
    several = change(Action.REPLACE, taking, add(4), remove(2), remove(3))
    assert lines(several, fresh) == ["DELETE /customers/u1/contacts/c3", "POST /customers"]


def test_one_made_by_hand_is_deleted_behind_the_list_route() -> None:
    """Whether the list route removes somebody without an external id is unknown, so a DELETE follows it."""
    fresh = live(contacts=[row(1), row(2, externalId=None), row(3)])
    planned = change(Action.REPLACE, alter(1, phone="1"), add(4), remove(2), remove(3))
    assert lines(planned, fresh) == ["POST /customers", "DELETE /customers/u1/contacts/c2"]
