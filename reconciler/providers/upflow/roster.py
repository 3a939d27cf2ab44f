"""A planned contact list held against the live one: who is still to be added, changed or removed. Pure.

A person that the plan judged is known by remote id. One that it adds has none yet; after a lost answer that person may
be there already, and is known by external id, else by e-mail, among those that the plan did not judge.

The main contact needs care, because Upflow moves the flag by itself: the first contact of a list gets it, another may
inherit it when the main one goes, and who gets it takes it from the one before. So:

| the plan                              | the flag of the others                                                    |
|---------------------------------------|---------------------------------------------------------------------------|
| makes somebody the main contact       | is sent as false, and not looked at: the vendor takes it from them        |
| removes the main one and names nobody | is not sent: whom the vendor chose since is the vendor's affair           |
| neither                               | is sent as it is                                                          |

Were it sent "as it is" always, what remains after a lost DELETE would differ from what was planned by the vendor's own
move, and would be taken for somebody else's edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.model.change import Change, MemberAction, MemberChange
from reconciler.model.resource import Fields, Observed, Value
from reconciler.providers.upflow.bodies import Body, contact_body, same
from reconciler.providers.upflow.wire import CONTACTS

_WRITTEN = (MemberAction.ADD, MemberAction.CHANGE)


class ListConflict(ValueError):
    """The live list is not one that this plan can be carried out on; its text says why and names nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One contact: the planned change, the fields it gives (none to one who leaves), and the live row, if any."""

    change: MemberChange
    given: Fields
    row: Fields | None

    @property
    def becomes_main(self) -> bool:
        """Whether the plan makes this the main contact."""
        return self.given.get("isMain") is True

    @property
    def email_held(self) -> str:
        """The e-mail that this one has, folded; empty if none."""
        return folded(self.row.get("email")) if self.row is not None else ""

    @property
    def email_wanted(self) -> str:
        """The e-mail that this one needs and does not have, folded; empty if none."""
        wanted = folded(self.given.get("email"))
        return "" if wanted == self.email_held else wanted

    @property
    def imported(self) -> bool:
        """Whether the list route knows this one: by an external id that it has, or comes with."""
        if self.row is None or self.change.action is MemberAction.ADD:
            return bool(self.given.get("externalId"))
        return bool(self.row.get("externalId")) and "externalId" not in self.given


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The whole list: `people` in the planned order, and those who are still to be removed."""

    people: tuple[Person, ...]
    leaving: tuple[Person, ...]
    main_named: bool
    main_leaves: bool

    @property
    def pending(self) -> tuple[Person, ...]:
        """Those who are not yet as planned."""
        return tuple(person for person in self.people if not self._stands(person))

    @property
    def planned(self) -> int:
        """How many additions and changes the plan has, done or not."""
        return sum(person.change.action in _WRITTEN for person in self.people)

    def body(self, person: Person) -> Body:
        """Write one person whole."""
        body = contact_body(person.row or {}, person.given)
        if "isMain" not in person.given and self.main_named:
            body["isMain"] = False
        elif "isMain" not in person.given and self.main_leaves:
            body.pop("isMain", None)
        return body

    def _stands(self, person: Person) -> bool:
        if person.change.action not in _WRITTEN:
            return True
        if person.row is None:
            return False
        ignored = {"isMain"} if self.main_named and not person.becomes_main else set()
        return all(same(value, person.row.get(name)) for name, value in person.given.items() if name not in ignored)


def roster_of(change: Change, fresh: Observed) -> Roster:
    """Hold the planned list against the live one.

    Raises:
        ListConflict: somebody is there whom the plan did not judge, or somebody whom it counts on is gone.
    """
    rows = _rows(fresh)
    planned_ids = {member.remote_id for member in change.members if member.remote_id is not None}
    strangers = [row for row in rows.values() if row["id"] not in planned_ids]
    people = []
    for member in change.members:
        if member.action is not MemberAction.REMOVE:
            given = {row.path[0]: row.after for row in member.fields}
            people.append(Person(change=member, given=given, row=_row_of(member, given, rows, strangers)))
    if strangers and not change.only_add:
        raise ListConflict("It has a contact that the plan did not judge.")
    removed = [member for member in change.members if member.action is MemberAction.REMOVE]
    main_named = any(person.becomes_main for person in people)
    was_main = any(row.path == ("isMain",) and row.before is True for member in removed for row in member.fields)
    return Roster(
        people=tuple(people),
        leaving=tuple(
            Person(change=member, given={}, row=rows[member.remote_id or ""])
            for member in removed
            if member.remote_id in rows
        ),
        main_named=main_named,
        main_leaves=was_main and not main_named,
    )


def folded(email: Value) -> str:
    """Give an e-mail as it is compared."""
    return str(email or "").strip().casefold()


def _rows(fresh: Observed) -> dict[str, Fields]:
    if fresh.members is None:
        raise ListConflict("Its contacts were not read.")
    return {str(row["id"]): row for row in fresh.members.get(CONTACTS, ())}


def _row_of(member: MemberChange, given: Fields, rows: dict[str, Fields], strangers: list[Fields]) -> Fields | None:
    """Find the live row of one who stays or comes; a stranger who is the one that comes is a stranger no more."""
    if member.action is not MemberAction.ADD:
        row = rows.get(member.remote_id or "")
        if row is None:
            raise ListConflict("A contact that the plan counts on is gone.")
        return row
    found = _newcomer(given, strangers)
    if found is not None:
        strangers.remove(found)
    return found


def _newcomer(given: Fields, strangers: Sequence[Fields]) -> Fields | None:
    identity, email = given.get("externalId"), folded(given.get("email"))
    if identity:
        return next((row for row in strangers if row.get("externalId") == identity), None)
    return next((row for row in strangers if not row.get("externalId") and folded(row.get("email")) == email), None)
