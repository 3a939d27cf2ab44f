"""What the inventory will hold of a resource once its change stands.

Values are kept by dotted path, personal ones as keyed digests: enough to tell later who changed what, and nothing to
read. Member fields are kept the same way under `section/key/field`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reconciler.diff.members import member_key
from reconciler.diff.remembered import remembered
from reconciler.model.inventory import Inventory, Managed
from reconciler.model.kind import Field, Kind
from reconciler.model.resource import Declared, Fields, Value


def entry_of(declared: Declared, kind: Kind, secret: str, before: Managed | None) -> Managed:
    """Give the entry of a resource as declared now; remote id, time and run are the apply's to fill in."""
    protected = before.protected if before is not None and declared.protected is None else bool(declared.protected)
    return Managed(
        kind=kind.name,
        key=declared.key,
        remote_id=before.remote_id if before is not None else "",
        document=declared.source.file,
        applied_at="",
        run="",
        protected=protected,
        members_only=declared.members_only,
        last_applied=last_applied(declared, kind, secret),
        members=dict(before.members) if before is not None else {},  # a plan is saved, and holds no text of a store's
    )


def documents_now(declared: Iterable[Declared], inventory: Inventory) -> dict[str, str]:
    """Give, by `kind/key`, the file that something of ours stands in, where the inventory names another one."""
    managed, found = inventory.managed, {}
    for resource in declared:
        name = f"{resource.kind}/{resource.key}"
        entry = managed.get(name)
        if entry is not None and entry.document != resource.source.file:
            found[name] = resource.source.file
    return found


def applied_now(
    standing: Iterable[Declared], kinds: Mapping[str, Kind], inventory: Inventory, secret: str
) -> dict[str, Fields]:
    """Give, by `kind/key`, what counts as last applied of what stands as declared, where the inventory has otherwise.

    Live and declared came to agree without a write: somebody typed the same at both, or a live value was accepted.
    """
    managed, found = inventory.managed, {}
    for resource in standing:
        name = f"{resource.kind}/{resource.key}"
        entry, now = managed.get(name), last_applied(resource, kinds[resource.kind], secret)
        if entry is not None and entry.last_applied != now:
            found[name] = now
    return found


def last_applied(declared: Declared, kind: Kind, secret: str) -> Fields:
    """Flatten the declared values, its members' included, into paths; personal ones become digests."""
    found: dict[str, Value] = {}
    _flatten(declared.fields, kind.fields, "", secret, found)
    for member in kind.members:
        for row in declared.members.get(member.section, ()):
            _flatten(row, member.fields, f"{member.section}/{member_key(row, member, secret)}/", secret, found)
    return found


def _flatten(fields: Fields, rows: Sequence[Field], prefix: str, secret: str, found: dict[str, Value]) -> None:
    for row in rows:
        if row.name in fields:
            _put(fields[row.name], row, f"{prefix}{row.name}", row.depth, secret, found)


def _put(value: Value, row: Field, path: str, depth: int, secret: str, found: dict[str, Value]) -> None:
    if depth and isinstance(value, Mapping):
        for name in sorted(value):
            _put(value[name], row, f"{path}.{name}", depth - 1, secret, found)
    else:
        found[path] = remembered(value, secret, personal=row.personal)
