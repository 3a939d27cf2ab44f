"""Inventories -> stdout, as text or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from reconciler.cli.terminal import out
from reconciler.model.inventory import Inventory, Managed
from reconciler.render.words import counted, inert

_INHERITED = ", kept under the name that it had before until the next apply"


def tell_inventories(inventories: Mapping[str, Inventory | None], *, as_json: bool) -> None:
    """List what is managed of each organization."""
    if as_json:
        trees = {name: None if one is None else _tree(one) for name, one in inventories.items()}
        out(f"{json.dumps(trees, ensure_ascii=False)}\n")
        return
    for name, one in inventories.items():
        if one is None:
            out(f"{name}: no inventory yet; the first apply or `reconciler adopt` begins it.\n")
            continue
        out(f"{name}: {counted(len(one.managed), 'object')} managed{'' if one.serial else _INHERITED}.\n")
        for key in sorted(one.managed):
            entry = one.managed[key]
            notes = f"{entry.document}, {entry.applied_at}{', protected' if entry.protected else ''}"
            out(f"  {inert(f'{name}/{key}')}  {inert(entry.remote_id)}  ({inert(notes)})\n")
        for intent in one.intents:
            meant = f"{intent.action} intended by run {inert(intent.run)}, its end is not known"
            out(f"  {inert(f'{name}/{intent.kind}/{intent.key}')}  {meant}\n")


def tell_entry(entry: Managed, *, as_json: bool) -> None:
    """Show one entry."""
    if as_json:
        out(f"{json.dumps(asdict(entry), ensure_ascii=False, default=str)}\n")
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
    for section, members in sorted(entry.members.items()):
        for key, remote_id in sorted(members.items()):
            out(f"  {inert(f'{section}/{key}')}  {inert(remote_id)}\n")


def _tree(one: Inventory) -> dict[str, object]:
    return {
        "serial": one.serial,
        "provider": one.provider,
        "endpoint": one.endpoint,
        "sizes": dict(one.sizes),
        "managed": [asdict(one.managed[name]) for name in sorted(one.managed)],
        "intents": [asdict(intent) for intent in one.intents],
        "spent": list(one.spent),
    }
