"""Where an organization's inventory is kept: in a file on this machine, or in a git ref that is pushed to a remote.

Only a remote by name is taken, one that whoever set up the clone has chosen: an address in the file would let whoever
changes a document have the inventory pushed elsewhere. What is pushed is read by many, so there the digests that stand
for personal values must be keyed by a secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from reconciler.desired.wording import Path, suggest, unknown_key, wrong_type
from reconciler.model.kind import Flaw
from reconciler.model.organization import InventorySettings
from reconciler.model.resource import Value

KEYS = ("store", "remote")
STORES = ("file", "git")
_FILE, _GIT = STORES
REMOTE = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"


def read_inventory(fields: Mapping[str, Value], path: Path, flaws: list[Flaw]) -> InventorySettings:
    """Read `inventory:` of an organization, whose keys are `fields`."""
    written, inside = fields.get("inventory", {}), (*path, "inventory")
    if not isinstance(written, dict):
        flaws.append(wrong_type(inside, f"a mapping with {' and '.join(KEYS)}"))
        return InventorySettings()
    flaws += (unknown_key((*inside, key), KEYS) for key in written if key not in KEYS)
    store, remote = written.get("store", _FILE), written.get("remote", "origin")
    if store not in STORES:
        flaws.append(_store_unknown((*inside, "store"), store))
    elif store == _FILE and "remote" in written:
        flaws.append(_remote_unused((*inside, "remote")))
    elif store == _GIT and "digestKey" not in fields:
        flaws.append(_digest_key_needed(inside))
    if not isinstance(remote, str) or not re.fullmatch(REMOTE, remote):
        flaws.append(_remote_invalid((*inside, "remote")))
        return InventorySettings()
    return InventorySettings(store=_GIT if store == _GIT else _FILE, remote=remote)


def _store_unknown(path: Path, store: Value) -> Flaw:
    return Flaw(
        path=path,
        code="store-unknown",
        summary="unknown store",
        detail=f"An inventory is kept in one of {', '.join(STORES)}.",
        remedy=suggest(store, STORES, "Write one of") if isinstance(store, str) else "Write one of them.",
    )


def _remote_unused(path: Path) -> Flaw:
    return Flaw(
        path=path,
        code="remote-unused",
        summary="a remote for an inventory that is not pushed",
        detail="The inventory is kept in a file, which goes to no remote.",
        remedy="Add store: git, or remove the remote.",
        on_key=True,
    )


def _remote_invalid(path: Path) -> Flaw:
    return Flaw(
        path=path,
        code="remote-invalid",
        summary="not the name of a remote",
        why="Only a remote that the clone already knows is pushed to, never an address in this file.",
        remedy="Write its name as git remote shows it, such as origin.",
    )


def _digest_key_needed(path: Path) -> Flaw:
    return Flaw(
        path=path,
        code="digest-key-needed",
        summary="an inventory in git needs a digest key",
        detail="Digests stand for names, e-mail addresses and phone numbers in what is pushed.",
        why="Without a secret key, whoever can fetch it could find out by trying which values they stand for.",
        remedy='Refer to an environment variable that holds a secret: digestKey: "${NAME}"',
    )
