"""Live customers and definitions as documents spell them: what `readings` and `rules` undo.

| live                        | in the document                                              |
|-----------------------------|--------------------------------------------------------------|
| nothing there               | left out: an empty field is nobody's                         |
| id of a dunning plan        | its name where that is nobody else's name or id, else the id |
| id of a user                | the e-mail address on the same condition, else the id        |
| `{"label": "Gold"}`         | `Gold`; several of them a list                               |
| a position that is mapped   | its code                                                     |
| a contact with external id  | the external id                                              |
| a contact without one       | `key:` with the remote id: it never changes and says nothing |
| isMain: false               | left out; only the main contact says so                      |

What has no external id where documents need one (a parent, a custom field) is left out and told. Whether the rest is
read back as it was is checked by the caller, who leaves out what is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reconciler.live.provider import RemoteId
from reconciler.model.kind import Omission, Spelling
from reconciler.model.resource import Fields, Observed, Value
from reconciler.model.state import Surroundings
from reconciler.providers.upflow.names import plan_spellings, user_spellings

_NO_EXTERNAL_ID = "it has no external id"
_CONTACT_FIELDS = ("externalId", "key", "email", "firstName", "lastName", "phone", "position")
_PLAIN = ("name", "vatNumber", "accountingRef", "address")


def dump_customer(found: Observed, surroundings: Surroundings) -> Spelling:
    """Spell a customer; its contacts where they were read."""
    fields = found.fields
    item: dict[str, Value] = {name: _without_nothing(fields.get(name)) for name in _PLAIN}
    omissions: list[Omission] = []
    parent = fields.get("parent")
    if isinstance(parent, RemoteId):
        omissions.append(Omission(path=("parent",), reason=_NO_EXTERNAL_ID))
    else:
        item["parent"] = parent
    item["dunningPlan"] = _plan_of(fields.get("dunningPlan"), surroundings)
    item["accountManager"] = _user_of(fields.get("accountManager"), surroundings)
    item["paymentMethods"] = _without_nothing(fields.get("paymentMethods"))
    item["customFields"] = _values_of(fields.get("customFields"), omissions)
    if found.members is None:
        omissions.append(Omission(path=("contacts",), reason="they were not read"))
    elif rows := found.members.get("contacts", ()):
        item["contacts"] = _contacts_of(rows, _codes(surroundings.settings.get("positions")))
    return Spelling(item=_filled(item), omissions=tuple(omissions))


def dump_custom_field(found: Observed, _surroundings: Surroundings) -> Spelling:
    """Spell the definition of a custom field."""
    return Spelling(item=_filled(found.fields))


def _plan_of(identifier: Value, surroundings: Surroundings) -> Value:
    entries = surroundings.catalogues.get("dunningPlan", ())
    spellings = plan_spellings(entries)
    names = (entry.name for entry in entries if entry.id == identifier)
    return next((name for name in names if spellings.get(name) == (identifier,)), identifier)


def _user_of(identifier: Value, surroundings: Surroundings) -> Value:
    entries = surroundings.catalogues.get("user", ())
    spellings = user_spellings(entries)
    emails = (alias for entry in entries if entry.id == identifier for alias in entry.aliases)
    return next((email for email in emails if spellings.get(email.casefold()) == (identifier,)), identifier)


def _values_of(values: Value, omissions: list[Omission]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, value in sorted(values.items()) if isinstance(values, Mapping) else ():
        if isinstance(name, RemoteId):
            omissions.append(Omission(path=("customFields", str(name)), reason=_NO_EXTERNAL_ID))
        elif value is not None:
            found[name] = _label_of(value)
    return found


def _label_of(value: Value) -> Value:
    if isinstance(value, list):
        return [_label_of(part) for part in value]
    return value["label"] if isinstance(value, Mapping) and value.keys() == {"label"} else value


def _codes(positions: Value) -> Mapping[Value, str]:
    """Give the code to write for each position that the organization maps one to, the first by name of several."""
    pairs: Iterable[tuple[str, Value]] = positions.items() if isinstance(positions, Mapping) else ()
    return {name: code for code, name in sorted(pairs, reverse=True)}


def _contacts_of(rows: Sequence[Fields], codes: Mapping[Value, str]) -> list[Fields]:
    return sorted((_contact_of(row, codes) for row in rows), key=_order)


def _contact_of(row: Fields, codes: Mapping[Value, str]) -> Fields:
    named: dict[str, Value] = {**row, "key": None if row.get("externalId") else row.get("id")}
    position = row.get("position")
    named["position"] = codes.get(position, position) if isinstance(position, str) else position
    contact = _filled({name: named.get(name) for name in _CONTACT_FIELDS})
    return {**contact, "isMain": True} if row.get("isMain") is True else contact


def _order(contact: Fields) -> tuple[bool, str]:
    """Sort by external id, then those without one; the vendor's order may differ from one read to the next."""
    return ("externalId" not in contact, str(contact.get("externalId") or contact.get("key")))


def _without_nothing(value: Value) -> Value:
    if not isinstance(value, Mapping):
        return value
    return _filled({name: _without_nothing(inner) for name, inner in value.items()})


def _filled(fields: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in fields.items() if value not in (None, "", {}, [])}
