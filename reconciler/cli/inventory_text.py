"""Inventories -> stdout, as text or JSON."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, replace

from reconciler.cli.terminal import out
from reconciler.diff.remembered import DIGESTED
from reconciler.model.address import Address
from reconciler.model.inventory import Holder, Intent, Inventory, Managed
from reconciler.model.resource import Fields, Value
from reconciler.plan.masked_keys import Keys
from reconciler.render.words import counted, inert, json_line
from reconciler.store.inventory_problems import describe

_INHERITED = ", kept under the name that it had before until the next apply"


def tell_inventories(
    inventories: Mapping[str, Inventory | None], holders: Mapping[str, Holder], keys: Keys | None, *, as_json: bool
) -> None:
    """List what is managed of each organization, and who holds its lock; `keys` mask members whose key tells who."""
    if as_json:
        trees = {
            name: None if one is None else _tree(one, holders.get(name), name, keys)
            for name, one in inventories.items()
        }
        out(f"{json_line(trees)}\n")
        return
    for name, one in inventories.items():
        if one is None:
            out(f"{name}: no inventory yet; the first apply or `reconciler adopt` begins it.\n")
            continue
        out(f"{name}: {counted(len(one.managed), 'object')} managed{'' if one.serial else _INHERITED}.\n")
        if name in holders:
            out(f"  locked: {inert(describe(holders[name]))} [id {inert(holders[name].id)}]\n")
        for key in sorted(one.managed):
            entry = one.managed[key]
            notes = f"{entry.document}, {entry.applied_at}{', protected' if entry.protected else ''}"
            out(f"  {inert(_address(name, entry))}  {inert(entry.remote_id)}  ({inert(notes)})\n")
        for intent in one.intents:
            meant = f"{intent.action} intended by run {inert(intent.run)}, its end is not known"
            out(f"  {inert(_address(name, intent))}  {meant}\n")


def tell_entry(entry: Managed, organization: str, keys: Keys | None, *, as_json: bool) -> None:
    """Show one entry; `keys` mask members whose key tells who they are."""
    entry = masked_entry(entry, organization, keys)
    if as_json:
        out(f"{json_line(asdict(entry), default=str)}\n")
        return
    rows: dict[str, str] = {
        "address": entry.name,
        "remote id": entry.remote_id,
        "document": entry.document,
        "applied": f"{entry.applied_at} by run {entry.run}",
        "protected": "yes" if entry.protected else "no",
    }
    for label, text in rows.items():
        out(f"{label:<10} {inert(text)}\n")
    for path, value in sorted(entry.last_applied.items()):
        out(f"  {inert(path)} = {inert(json.dumps(value, ensure_ascii=False, default=str))}\n")
    for path, value in sorted(entry.overridden.items()):
        out(f"  {inert(path)} was set by the vendor to {inert(json.dumps(value, ensure_ascii=False, default=str))}\n")
    for section, members in sorted(entry.members.items()):
        for key, remote_id in sorted(members.items()):
            out(f"  {inert(f'{section}/{key}')}  {inert(remote_id)}\n")


def _address(organization: str, named: Managed | Intent) -> str:
    """Write an address as the commands take it."""
    return str(Address(organization=organization, kind=named.kind, key=named.key))


def masked_entry(entry: Managed, organization: str, keys: Keys | None) -> Managed:
    """Give an entry as it may be seen: personal values are digests already, but keys of members may be addresses."""
    if keys is None:
        return entry
    for key, digests in _digests(entry, keys).items():
        keys.learn_digests(key, organization, digests)
    return replace(
        entry,
        last_applied=_fields(entry.last_applied, organization, keys),
        overridden=_fields(entry.overridden, organization, keys),
        members={
            section: {keys.key(name, organization): remote for name, remote in members.items()}
            for section, members in entry.members.items()
        },
    )


def _digests(entry: Managed, keys: Keys) -> Mapping[str, set[str]]:
    """Give by the keys of members what stands there for their personal values."""
    found: dict[str, set[str]] = defaultdict(set)
    for path, value in entry.last_applied.items():
        section, _, rest = path.partition("/")
        if section in keys.kinds and isinstance(value, str) and value.startswith(DIGESTED):
            found[rest.rpartition("/")[0]].add(value.removeprefix(DIGESTED))
    return found


def _fields(found: Fields, organization: str, keys: Keys) -> Fields:
    return {_path(path, organization, keys): _value(path, value, organization, keys) for path, value in found.items()}


def _path(path: str, organization: str, keys: Keys) -> str:
    """Mask who is in the path of a member's field: its section, its key with slashes in it, the field."""
    section, _, rest = path.partition("/")
    key, slash, name = rest.rpartition("/")
    return f"{section}/{keys.key(key, organization)}/{name}" if slash and section in keys.kinds else path


def _value(path: str, value: Value, organization: str, keys: Keys) -> Value:
    if not isinstance(value, str):
        return value
    section, _, rest = path.partition("/")
    is_key = section in keys.kinds and value == rest.rpartition("/")[0]
    return keys.key(value, organization) if is_key else keys.text(value, organization)


def _tree(one: Inventory, holder: Holder | None, organization: str, keys: Keys | None) -> dict[str, object]:
    return {
        "serial": one.serial,
        "provider": one.provider,
        "endpoint": one.endpoint,
        "sizes": dict(one.sizes),
        "managed": [asdict(masked_entry(one.managed[name], organization, keys)) for name in sorted(one.managed)],
        "intents": [asdict(intent) for intent in one.intents],
        "spent": list(one.spent),
        "lock": None if holder is None else asdict(holder),
    }
