"""What the plan will do to one address: a closed family of values, complete enough to be carried out as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reconciler.errors import Problem
from reconciler.model.address import Address
from reconciler.model.inventory import Managed
from reconciler.model.resource import Fields, Source, Value


class Action(StrEnum):
    """The verb of a change. `replace` is a member-list replacement, alone or together with changed fields."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    ADOPT = "adopt"
    MOVE = "move"
    FORGET = "forget"


class MemberAction(StrEnum):
    """What happens to one member of a list."""

    KEEP = "keep"
    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One path with its value before and after, in normal shape; None is "nothing there".

    `before_name` and `after_name` say what people call an id out of a catalogue; they are for display only. What
    `names_person` has the name of a person there.
    """

    path: tuple[str, ...]
    before: Value
    after: Value
    personal: bool = False
    before_name: str | None = None
    after_name: str | None = None
    names_person: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Overridden:
    """A declared value that the vendor set to something else, and that is left so.

    `address` is the object's or the member's. `field` goes from what the vendor made of it to what is declared; `path`
    is what the inventory remembers it by.
    """

    address: Address
    field: FieldChange
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChange:
    """What happens to one member: `remote_id` is None for an addition, `fields` are empty where it is kept.

    An addition lists every declared field with `before` None; a removal lists every live field with `after` None.
    `standing` are the declared values that already stand, for the look at the end: the vendor may move them meanwhile.
    `left` are those that the vendor sets back, and that are not written.
    `elsewhere` is the resource that the same person comes from, of an addition, or goes to, of a removal.
    `options` are the document fields that steer how it is written; `note` says what the vendor will do with it, and
    `writes` in how many requests, where members are written one by one.
    """

    address: Address
    section: str
    action: MemberAction
    remote_id: str | None = None
    fields: tuple[FieldChange, ...] = ()
    standing: tuple[FieldChange, ...] = ()
    left: tuple[FieldChange, ...] = ()
    path: tuple[str | int, ...] = ()
    elsewhere: Address | None = None
    options: Fields = field(default_factory=dict)
    note: str = ""
    writes: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Precondition:
    """What must still hold when a change is written: a digest of the live object that the plan judged.

    `digest` is None where the plan judged the object absent. `sections` are the member lists that it covers, and
    `facts` says whether the read-only facts (balances, counts) belong to it, as they do for deletes.
    """

    digest: str | None
    sections: tuple[str, ...] = ()
    facts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something about a change that could not be verified while planning; shown as `?`."""

    code: str
    text: str
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that the plan will do to one address.

    `fields` of a create list every declared field with `before` None. `members` list a touched member list whole,
    kept ones included, in the order in which it will stand. `only_add` names the lists that are only added to: members
    that the documents do not name stay. `standing` are the declared values that already stand, for the look at the
    end: the vendor may move them meanwhile; `left` are those that the vendor sets back, and that are not written.
    `adopts` says that the object is there and was not ours. `entry` is what
    the inventory will hold once the change stands, but for remote id, time and run; of what is deleted or forgotten it
    is what it held, to be known again. `takes` counts by kind the objects that lose a value with what is deleted.
    `document` is the file that declared what goes because nothing declares it any more. `depends_on` are changes of the
    same plan that must be done before this one; `follows` are those that must have ended, however they did. `former` is
    the address that a move takes the inventory's knowledge from. `protects` says that the object is protected from then
    on, or no longer; None where that stays as it is.
    """

    address: Address
    action: Action
    remote_id: str | None
    precondition: Precondition
    fields: tuple[FieldChange, ...] = ()
    members: tuple[MemberChange, ...] = ()
    only_add: frozenset[str] = frozenset()
    standing: tuple[FieldChange, ...] = ()
    left: tuple[FieldChange, ...] = ()
    adopts: bool = False
    entry: Managed | None = None
    takes: Mapping[str, int] = field(default_factory=dict)
    unchanged: int = 0
    depends_on: tuple[Address, ...] = ()
    follows: tuple[Address, ...] = ()
    cause: str = ""
    document: str = ""
    source: Source | None = None
    marks: tuple[Mark, ...] = ()
    former: Address | None = None
    protects: bool | None = None

    def touched(self, *actions: MemberAction) -> tuple[MemberChange, ...]:
        """Give the members that undergo one of these actions."""
        return tuple(member for member in self.members if member.action in actions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """A change that is not let through, with the problem that says why and what to do, and `others` beside it."""

    change: Change
    problem: Problem
    others: tuple[Problem, ...] = ()
