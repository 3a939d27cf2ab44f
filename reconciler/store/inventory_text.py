"""An inventory as text: one for both stores, the same inventory always the same text.

The text is one JSON object. Its first lines are fixed for every format to come, so that any version can tell a later
one from a damaged one, and so that the serial is known without reading 100,000 entries:

    {"checksum":"…",                                                      SHA-256 of everything below this line
    "format":"reconciler-inventory","format_version":1,"serial":12,"tool_version":"…",
    "organization":"acme-fr", … ,"managed":[
    {"applied_at":…,"document":…,"key":"C-001","kind":"customer", …},     `entry_lines` says what stands here
    …
    ]}

Entries are sorted by address, so that a diff of two of them shows what happened. The text can be had in pieces, of
which a change leaves most as they were: so a store may write those alone that are new.

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
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version

from pydantic import TypeAdapter, ValidationError

from reconciler.desired.collector import collector_held
from reconciler.model.inventory import FORMAT_VERSION, Agreement, Intent, Inventory
from reconciler.model.resource import Value
from reconciler.plan.canonical import canonical
from reconciler.store import inventory_problems as problems
from reconciler.store.entry_lines import entry_chunks, read_entries

FORMAT = "reconciler-inventory"
_SERIAL = re.compile(rb'"format":"reconciler-inventory","format_version":\d+,"serial":(\d{1,18})[,}]')
_HEAD_BYTES = 1024
_MANAGED, _END = b'"managed":[', b"]}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """The text's tree without the entries."""

    checksum: str
    format: str
    format_version: int
    serial: int
    tool_version: str
    organization: str
    provider: str
    endpoint: str
    digest_key_id: str
    intents: tuple[Intent, ...] = ()
    sizes: dict[str, int] = field(default_factory=dict)
    spent: tuple[str, ...] = ()
    agreement: Agreement | None = None
    moved_to: str = ""


def inventory_text(inventory: Inventory) -> bytes:
    """Give the text of an inventory."""
    return b"".join(inventory_parts(inventory))


def inventory_parts(inventory: Inventory) -> list[bytes]:
    """Give the text of an inventory in pieces; the first has the head, the others have entries alone."""
    with collector_held():
        first, *others = [*entry_chunks(inventory.managed)] or [b""]
        first = b"%s%s%s%s" % (_head(inventory), _MANAGED, b"\n" if first else b"", first)
        parts = [first, *others]
        parts[-1] += _END
        return [b'{"checksum":"%s",\n%s' % (_checksum(parts), parts[0]), *parts[1:]]


def parse_inventory(content: bytes, organization: str) -> Inventory:
    """Read the text of an organization's inventory.

    Raises:
        ReconcilerError: `inventory-unreadable`, `inventory-foreign` or `inventory-newer`.
    """
    begin = content.find(b"\n") + 1
    _check_format(content, begin, organization)
    if content[:begin] != b'{"checksum":"%s",\n' % _checksum([memoryview(content)[begin:]]):
        raise problems.unreadable(organization, "Its checksum does not match its content: it is torn, or was edited.")
    at = content.find(b",\n" + _MANAGED)
    if at < 0 or not content.endswith(_END):
        raise problems.unreadable(organization, "It is not as an inventory is built: it lists nothing.")
    try:
        stored = _adapter().validate_json(b"%s}" % content[:at])
    except ValidationError as error:
        # The error itself is not shown and not chained: it quotes values.
        place = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        raise problems.unreadable(organization, f"It is not as an inventory is built, at {place}.") from None
    if stored.organization != organization:
        raise problems.foreign(organization, f'It is the inventory of "{stored.organization}".')
    with collector_held():
        managed = read_entries(content, at + len(_MANAGED) + 3, len(content) - len(_END) - 1, organization)
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
        moved_to=stored.moved_to,
    )


def serial_of(content: bytes) -> int | None:
    """Give the serial that the head of a text names, whatever is wrong with the rest; None if it names none."""
    found = _SERIAL.search(content, 0, _HEAD_BYTES)
    return int(found[1]) if found else None


def _check_format(content: bytes, begin: int, organization: str) -> None:
    end = content.find(b"\n", begin)
    head = _mapping(b"{%s}" % content[begin : end if end >= 0 else len(content)].rstrip(b",")) if begin else {}
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


def _head(inventory: Inventory) -> bytes:
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
    if inventory.moved_to:
        rest["moved_to"] = inventory.moved_to
    intents = b",\n".join(canonical(_intent(intent)) for intent in inventory.intents)
    between = b"\n%s\n" % intents if intents else b""
    return b'%s,\n%s,\n"intents":[%s],\n' % (canonical(head)[1:-1], canonical(rest)[1:-1], between)


def _intent(intent: Intent) -> dict[str, Value]:
    return {
        "kind": intent.kind,
        "key": intent.key,
        "action": intent.action,
        "remote_id": intent.remote_id,
        "run": intent.run,
        **({"protected": True} if intent.protected else {}),
        **({"at": intent.at} if intent.at else {}),
    }


def _checksum(parts: Iterable[bytes | memoryview]) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest().encode()


@functools.cache
def _adapter() -> TypeAdapter[_Stored]:
    return TypeAdapter(_Stored)


@functools.cache
def _tool_version() -> str:
    try:
        return version("reconciler")
    except PackageNotFoundError:  # run from a bare checkout
        return "0"
