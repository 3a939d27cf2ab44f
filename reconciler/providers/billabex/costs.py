"""How many requests a change of an account takes, and how many its lists of people. Pure.

| what is done             | requests to read                                        | requests to write             |
|--------------------------|---------------------------------------------------------|-------------------------------|
| make an account          | the look at the end                                     | one                           |
| make one with people     | a look once it is there, and one at the end, with lists | one, and those of people      |
| change one               | before and after, with lists where people change        | one for fields, and of people |
| delete one               | before, with lists; after, when it is gone              | one                           |
| take one in              | one look, with lists                                    | none                          |

A look at the lists is one request for each that the generation has. Whoever comes, changes or leaves takes one write;
two where name and address change one after the other (`sequence`).

Not counted here: passes over the list of accounts, by which accounts that are made prove that nobody
has their sources (`account_ids`; `plan.cost` counts them). Not counted at all: another look where a write had to wait.
"""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.model.change import Action, Change, MemberAction
from reconciler.model.resource import Value


def list_reads(settings: Mapping[str, Value]) -> int:
    """Say how many requests the lists of one account take."""
    return 1 if settings.get("generation") == "contacts" else 2


def requests_of(change: Change, settings: Mapping[str, Value]) -> tuple[int, int]:
    """Count the requests of one change, to read and to write."""
    lists = list_reads(settings) if change.members or change.precondition.sections else 0
    touched = change.touched(MemberAction.ADD, MemberAction.CHANGE, MemberAction.REMOVE)
    people = sum(member.writes for member in touched)
    if change.action is Action.ADOPT:
        return 1 + list_reads(settings), 0
    if change.action is Action.DELETE:
        return 2 + lists, 1
    if change.action is Action.CREATE:
        return 2 * (1 + lists) if change.members else 1, 1 + people
    return 2 * (1 + lists), bool(change.fields) + people
