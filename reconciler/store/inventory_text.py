"""An inventory as text: one for both stores, the same inventory always the same text, an entry a line.

The text is one JSON object. Its first lines are fixed for every format to come, so that any version can tell a later
one from a damaged one, and so that the serial is known without reading 100,000 entries:

    {"checksum":"…",                                                      SHA-256 of everything below this line
    "format":"reconciler-inventory","format_version":1,"serial":12,"tool_version":"…",
    "organization":"acme-fr", … ,"managed":[
    {"applied_at":…,"document":…,"key":"C-001","kind":"customer", …},     what is as by default is left out
    …
    ]}

One entry a line, sorted by address, so that a diff of two of them shows what happened and git keeps little per write.
The checksum tells accidents and edits by hand, not a forger.

| the text                                      | problem              |
|-----------------------------------------------|----------------------|
| empty, half, no JSON, checksum does not match | inventory-unreadable |
| other JSON, another organization's inventory  | inventory-foreign    |
| of a later format                             | inventory-newer      |

Rejected: taking what can still be read of a torn inventory. What is missing would no longer be ours, and its removal
from the documents would go unnoticed.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version

import orjson
from pydantic import TypeAdapter, ValidationError

from reconciler.desired.collector import collector_held
from reconciler.model.inventory import FORMAT_VERSION, Agreement, Intent, Inventory, Managed
from reconciler.model.resource import Value
from reconciler.store import inventory_problems as problems

FORMAT = "reconciler-inventory"
_SERIAL = re.compile(rb'"format":"reconciler-inventory","format_version":\d+,"serial":(\d{1,18})[,}]')
_HEAD_BYTES = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """The text's tree, as it stands."""

    checksum: str
    format: str
    format_version: int
    serial: int
    tool_version: str
    organization: str
    provider: str
    endpoint: str
    digest_key_id: str
    managed: list[Managed]
    intents: tuple[Intent, ...] = ()
    sizes: dict[str, int] = field(default_factory=dict)
    spent: tuple[str, ...] = ()
    agreement: Agreement | None = None


def inventory_text(inventory: Inventory) -> bytes:
    """Give the text of an inventory."""
    with collector_held():
        body = b"".join(_lines(inventory))
    return b'{"checksum":"%s",\n%s' % (_checksum(body), body)


def parse_inventory(content: bytes, organization: str) -> Inventory:
    """Read the text of an organization's inventory.

    Raises:
        ReconcilerError: `inventory-unreadable`, `inventory-foreign` or `inventory-newer`.
    """
    first, _, body = content.partition(b"\n")
    _check_format(content, body, organization)
    if first != b'{"checksum":"%s",' % _checksum(body):
        raise problems.unreadable(organization, "Its checksum does not match its content: it is torn, or was edited.")
    try:
        with collector_held():
            stored = _adapter().validate_json(content)
            managed = {entry.name: entry for entry in stored.managed}
    except ValidationError as error:
        # The error itself is not shown and not chained: it quotes values.
        place = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        raise problems.unreadable(organization, f"It is not as an inventory is built, at {place}.") from None
    if stored.organization != organization:
        raise problems.foreign(organization, f'It is the inventory of "{stored.organization}".')
    if len(managed) != len(stored.managed):
        raise problems.unreadable(organization, "It names the same address twice.")
    return Inventory(
        organization=stored.organization,
        provider=stored.provider,
        endpoint=stored.endpoint,
        digest_key_id=stored.digest_key_id,
        serial=stored.serial,
        managed=managed,
        intents=stored.intents,
        sizes=stored.sizes,
        spent=stored.spent,
        agreement=stored.agreement,
    )


def serial_of(content: bytes) -> int | None:
    """Give the serial that the head of a text names, whatever is wrong with the rest; None if it names none."""
    found = _SERIAL.search(content, 0, _HEAD_BYTES)
    return int(found[1]) if found else None


def _check_format(content: bytes, body: bytes, organization: str) -> None:
    head = _mapping(b"{%s}" % body.partition(b"\n")[0].rstrip(b","))
    if head.get("format") != FORMAT:
        whole = _mapping(content)
        if whole and whole.get("format") != FORMAT:  # one of ours that was laid out anew is an altered one
            raise problems.foreign(organization, "What stands there is no inventory of reconciler.")
        raise problems.unreadable(organization, "It is no inventory of reconciler, or only a part of one.")
    found, tool = head.get("format_version"), head.get("tool_version")
    if not isinstance(found, int):
        raise problems.unreadable(organization, "It does not say which format it has.")
    if found > FORMAT_VERSION:
        raise problems.newer(organization, found, tool if isinstance(tool, str) else "")
    if found < FORMAT_VERSION:
        raise problems.unreadable(organization, f"It has format {found}, which this version no longer reads.")


def _mapping(content: bytes) -> Mapping[str, Value]:
    try:
        tree: Value = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return tree if isinstance(tree, dict) else {}


def _lines(inventory: Inventory) -> Iterator[bytes]:
    head = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "serial": inventory.serial,
        "tool_version": _tool_version(),
    }
    rest: dict[str, Value] = {
        "organization": inventory.organization,
        "provider": inventory.provider,
        "endpoint": inventory.endpoint,
        "digest_key_id": inventory.digest_key_id,
        "sizes": inventory.sizes,
        "spent": inventory.spent,
    }
    if inventory.agreement is not None:
        rest["agreement"] = asdict(inventory.agreement)
    yield b"%s,\n%s,\n" % (_canonical(head)[1:-1], _canonical(rest)[1:-1])
    yield b'"intents":[%s],\n' % _listed(map(_intent, inventory.intents))
    entries = (_entry(inventory.managed[name]) for name in sorted(inventory.managed))
    yield b'"managed":[%s]}\n' % _listed(entries)


def _listed(trees: Iterator[dict[str, Value]]) -> bytes:
    lines = b",\n".join(map(_canonical, trees))
    return b"\n%s\n" % lines if lines else b""


def _intent(intent: Intent) -> dict[str, Value]:
    return {
        "kind": intent.kind,
        "key": intent.key,
        "action": intent.action,
        "remote_id": intent.remote_id,
        "run": intent.run,
    }


def _entry(entry: Managed) -> dict[str, Value]:
    tree: dict[str, Value] = {
        "kind": entry.kind,
        "key": entry.key,
        "remote_id": entry.remote_id,
        "document": entry.document,
        "applied_at": entry.applied_at,
        "run": entry.run,
    }
    if entry.protected:
        tree["protected"] = True
    if entry.last_applied:
        tree["last_applied"] = entry.last_applied
    if entry.members:
        tree["members"] = entry.members
    return tree


def _canonical(tree: Mapping[str, Value]) -> bytes:
    try:
        return orjson.dumps(tree, default=_plain, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # an integer of more than 64 bits
        text = json.dumps(tree, default=_plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return text.encode()


def _plain(value: Value) -> Value:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError(f"{type(value).__name__} is no value")  # This is a bug in reconciler.


def _checksum(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()


@functools.cache
def _adapter() -> TypeAdapter[_Stored]:
    return TypeAdapter(_Stored)


@functools.cache
def _tool_version() -> str:
    try:
        return version("reconciler")
    except PackageNotFoundError:  # run from a bare checkout
        return "0"
