"""Live accounts as documents spell them: what `readings` undoes. Nothing is left out but what is empty.

A person's `key:` is the beginning of the remote id: it never changes and says nothing of anybody. Parties are not told
as such: whoever is on a list is declared on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from reconciler.model.kind import Omission, Spelling
from reconciler.model.resource import Fields, Observed, Value
from reconciler.model.state import Surroundings
from reconciler.providers.billabex.keys import id_of, source_of
from reconciler.providers.billabex.matching import CONTACTS, LISTS
from reconciler.providers.billabex.wire import ACCOUNT_FIELDS, PERSON_FIELDS

_SHORT = 8


def dump_account(found: Observed, surroundings: Surroundings) -> Spelling:
    """Spell an account; its people where they were read."""
    item: dict[str, Value] = {name: _filled(found.fields.get(name)) for name in ACCOUNT_FIELDS}
    if found.members is None:
        return Spelling(
            item=_without_nothing(item), omissions=(Omission(path=(CONTACTS,), reason="they were not read"),)
        )
    sections = (CONTACTS,) if surroundings.settings.get("generation") == "contacts" else LISTS
    everybody = [str(row["id"]) for section in sections for row in found.members.get(section, ())]
    shorts = Counter(one[:_SHORT] for one in everybody)
    for section in sections:
        rows = found.members.get(section, ())
        if rows:
            item[section] = sorted((_person_of(row, shorts) for row in rows), key=lambda one: str(one["key"]))
    return Spelling(item=_without_nothing(item))


def spell_key(key: str) -> Fields:
    """Spell what an account is known by."""
    source = source_of(key)
    if source is None:
        return {"id": id_of(key)}
    return {"source": {"connectionId": source[0], "sourceId": source[1]}}


def _person_of(row: Fields, shorts: Mapping[str, int]) -> Fields:
    remote_id = str(row["id"])
    short = remote_id[:_SHORT]
    person: dict[str, Value] = {"key": short if shorts[short] == 1 else remote_id}
    person |= {name: row.get(name) for name in PERSON_FIELDS if name != "isPrimary"}
    return _without_nothing(person) | ({"isPrimary": True} if row.get("isPrimary") is True else {})


def _filled(value: Value) -> Value:
    return _without_nothing(value) if isinstance(value, Mapping) else value


def _without_nothing(fields: Mapping[str, Value]) -> dict[str, Value]:
    empty: Sequence[Value] = (None, "", {}, [])
    return {name: value for name, value in fields.items() if value not in empty}
