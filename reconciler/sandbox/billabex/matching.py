"""Whom an upsert hits: the guide's two steps over the people of one account. Pure; nothing here is the client's.

1. Somebody with the same e-mail address, capitals aside (see `similarity`).
2. Otherwise, or if nobody has it, somebody whose name is close enough (see `similarity`).

| Several are found | Who is hit |
|---|---|
| by e-mail, of the sort that is asked for and the other | the one of the sort that is asked for |
| by e-mail, of one sort | the oldest or the newest, a setting |
| by name | the closest, of these the oldest; or the oldest of all, a setting |

Step 2 also runs when an address was given: two people with close names are one person, whose address is overwritten.
"""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.sandbox.billabex.records import Person, Sort
from reconciler.sandbox.billabex.settings import Settings
from reconciler.sandbox.billabex.similarity import folded_address, name_distance


def find_match(
    people: Sequence[Person], *, email: str | None, name: str | None, preferred: Sort, settings: Settings
) -> Person | None:
    """Return the person that an upsert hits, of people in the order of birth; `preferred` settles a shared e-mail."""
    if email is not None:
        found = _by_email(people, email, preferred, settings)
        if found is not None:
            return found
    return None if name is None else _by_name(people, name, settings)


def same_address(one: str, other: str, settings: Settings) -> bool:
    """Return whether two addresses are one to the vendor."""
    return folded_address(one, settings) == folded_address(other, settings)


def _by_email(people: Sequence[Person], email: str, preferred: Sort, settings: Settings) -> Person | None:
    holders = [person for person in people if person.email is not None and same_address(person.email, email, settings)]
    chosen = [person for person in holders if person.sort == preferred] or holders
    if not chosen:
        return None
    return chosen[0] if settings.same_email == "oldest" else chosen[-1]


def _by_name(people: Sequence[Person], name: str, settings: Settings) -> Person | None:
    near = [
        (apart, place)
        for place, person in enumerate(people)
        if (apart := name_distance(person.name, name, settings)) is not None
    ]
    if not near:
        return None
    _, place = min(near) if settings.name_ties == "closest" else near[0]
    return people[place]
