"""Plans made by hand, one for each thing that a page can show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from reconciler.errors import Place, Problem
from reconciler.model.address import Address
from reconciler.model.change import (
    Action,
    Blocked,
    Change,
    FieldChange,
    Mark,
    MemberAction,
    MemberChange,
    Precondition,
)
from reconciler.model.plan import Cost, Plan, Share
from reconciler.model.resource import Source, Value


def address(key: str, kind: str = "customer") -> Address:
    """Name a resource of the one organization."""
    return Address(organization="acme-fr", kind=kind, key=key)


def field(path: str, before: Value, after: Value, *, personal: bool = False) -> FieldChange:
    """Write a field change with a dotted path."""
    return FieldChange(path=tuple(path.split(".")), before=before, after=after, personal=personal)


def change(
    key: str,
    action: Action,
    *fields: FieldChange,
    members: tuple[MemberChange, ...] = (),
    marks: tuple[Mark, ...] = (),
    unchanged: int = 0,
    depends_on: tuple[Address, ...] = (),
    kind: str = "customer",
    adopts: bool = False,
) -> Change:
    """Write a change that is declared in a file, unless it deletes."""
    exists = action is not Action.CREATE
    return Change(
        address=address(key, kind),
        action=action,
        remote_id=f"remote-{key}" if exists else None,
        precondition=Precondition(digest=f"sha256:{key}" if exists else None),
        fields=fields,
        members=members,
        adopts=adopts,
        unchanged=unchanged,
        depends_on=depends_on,
        cause={Action.CREATE: "declared, and not there"}.get(action, "differs from the documents"),
        source=Source(file="customers/acme.yaml", line=3, column=5),
        marks=marks,
    )


def contact(owner: str, key: str, action: MemberAction, *fields: FieldChange, index: int = 0) -> MemberChange:
    """Write what happens to one contact."""
    return MemberChange(
        address=address(owner).member("contact", key),
        section="contacts",
        action=action,
        remote_id=None if action is MemberAction.ADD else f"remote-{key}",
        fields=fields,
        path=() if action is MemberAction.REMOVE else ("contacts", index),
    )


def plan(
    *changes: Change,
    blocked: Iterable[Blocked] = (),
    problems: Iterable[Problem] = (),
    warnings: Iterable[Problem] = (),
) -> Plan:
    """Write a plan of one organization."""
    cost = Cost(reads=4, writes=len(changes), requests_per_minute=600, seconds=1.2)
    share = Share(
        organization="acme-fr",
        provider="upflow",
        endpoint="sandbox",
        policy={"contactsMode": "whole"},
        reads_foreseen=2,
        reads_made=3,
        cost=cost if changes else Cost(reads=0, writes=0, requests_per_minute=600, seconds=0),
        unchanged={"customer": 20, "customField": 1},
    )
    return Plan(
        scope=("acme-fr",),
        shares=(share,),
        changes=changes,
        blocked=tuple(blocked),
        warnings=tuple(warnings),
        problems=tuple(problems),
        digest="sha256:0123",
    )


def replacement() -> Change:
    """A contact list of five: two kept, one changed, one removed, one added, and a position nobody has seen."""
    return change(
        "C-001",
        Action.REPLACE,
        field("name", "Acme", "Acme SAS"),
        field("address.city", None, "Lyon"),
        field("customFields.tier", {"label": "Silver"}, {"label": "Gold"}),
        FieldChange(
            path=("dunningPlan",), before="d-1", after="d-2", before_name="Standard", after_name='Big "key" accounts'
        ),
        members=(
            contact("C-001", "P-1", MemberAction.KEEP),
            contact("C-001", "P-2", MemberAction.CHANGE, field("phone", "+33 1", "+33 2", personal=True), index=1),
            contact("C-001", "P-3", MemberAction.KEEP, index=2),
            contact(
                "C-001",
                "P-9",
                MemberAction.ADD,
                field("email", None, "nine@acme.example", personal=True),
                field("position", None, "CFO"),
                index=3,
            ),
            contact("C-001", "P-4", MemberAction.REMOVE, field("email", "four@acme.example", None, personal=True)),
        ),
        marks=(
            Mark(code="position-unseen", text='No contact has the position "CFO".', path=("contacts", 3, "position")),
        ),
        unchanged=5,
    )


def moved() -> Change:
    """A contact that goes by another key from now on."""
    known = change("C-004", Action.MOVE)
    former, now = (known.address.member("contact", key) for key in ("key:reception", "key:desk"))
    return replace(known, address=now, former=former, cause="")


def transfer() -> Plan:
    """Somebody who leaves one customer for another."""
    coming = contact("C-001", "P-1", MemberAction.ADD, field("email", None, "one@acme.example", personal=True))
    going = contact("C-002", "P-1", MemberAction.REMOVE, field("email", "one@acme.example", None, personal=True))
    return plan(
        change("C-001", Action.REPLACE, members=(replace(coming, elsewhere=address("C-002")),)),
        change(
            "C-002",
            Action.REPLACE,
            members=(replace(going, elsewhere=address("C-001")),),
            depends_on=(address("C-001"),),
        ),
    )


def everything() -> Plan:
    """A plan in which every symbol is used."""
    creation = change(
        "C-002",
        Action.CREATE,
        field("name", None, "Lyon SARL"),
        field("vatNumber", None, None),
        field("address", None, {"address": None, "city": "Lyon", "zipcode": "69001"}),
        members=(contact("C-002", "P-5", MemberAction.ADD, field("email", None, "five@acme.example", personal=True)),),
        depends_on=(address("tier", "customField"),),
    )
    refused = Blocked(
        change=change("C-009", Action.UPDATE, field("name", "A", "B")),
        problem=Problem(
            code="email-held",
            summary="e-mail held by another contact",
            where=Place(path="customers/acme.yaml", line=9, column=7),
            detail='Contact "P-7" has it.',
            remedy="Give it up there first.",
        ),
    )
    return plan(
        change("tier", Action.CREATE, field("label", None, "Tier"), kind="customField"),
        creation,
        replacement(),
        change("C-003", Action.ADOPT, adopts=True),
        moved(),
        change("C-005", Action.FORGET),
        change("C-006", Action.DELETE, field("name", "Gone", None)),
        blocked=[refused],
        warnings=[
            Problem(code="contact-differs", summary="one contact told in two ways", where="acme-fr", warning=True)
        ],
    )
