"""What the inventory will hold of a resource once its change stands.

Values are kept by dotted path, personal ones as keyed digests: enough to tell later who changed what, and nothing to
read. Member fields are kept the same way under `section/key/field`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reconciler.diff.compare import field_changes
from reconciler.diff.members import match_members, member_key, sent_fields
from reconciler.diff.remembered import remembered
from reconciler.model.inventory import Inventory, Managed, Standing
from reconciler.model.kind import Field, Kind, MemberKind
from reconciler.model.resource import Declared, Fields, Observed, Value
from reconciler.plan.fingerprint import declared_print, table_of, whole_print


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
        members=_known_members(declared, before),
        fingerprint=declared_print(declared, table_of(kind), secret),
    )


def _known_members(declared: Declared, before: Managed | None) -> dict[str, Mapping[str, str]]:
    """Give whom the inventory knows, and the lists that are declared empty; plans are saved, so no text of a store."""
    known = {} if before is None else {section: ids for section, ids in before.members.items() if ids}
    return {**known, **{section: {} for section, rows in declared.members.items() if not rows}}


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
    standing: Iterable[tuple[Declared, Observed]], kinds: Mapping[str, Kind], inventory: Inventory, secret: str
) -> tuple[dict[str, Standing], dict[str, str]]:
    """Give, by `kind/key`, what is to be held of what stands as declared, where the inventory has otherwise.

    Live and declared came to agree without a write: somebody typed the same at both, a live value was accepted, or a
    person was entered anew. Beside it stand the fingerprints of those entries that lack nothing else.
    """
    managed = inventory.managed
    applied: dict[str, Standing] = {}
    fingerprints: dict[str, str] = {}
    tables = {name: table_of(kind) for name, kind in kinds.items()}
    for declared, found in standing:
        name, kind = f"{declared.kind}/{declared.key}", kinds[declared.kind]
        entry = managed.get(name)
        if entry is None:
            continue
        fingerprint = whole_print(declared_print(declared, tables[declared.kind], secret), found, kind, secret)
        if fingerprint and entry.fingerprint == fingerprint:
            continue  # nearly all
        now = _standing(entry, declared, found, kind, secret, fingerprint)
        if (entry.last_applied, entry.members, entry.overridden) != (now.last_applied, now.members, now.overridden):
            applied[name] = now
        elif now.fingerprint:
            fingerprints[name] = now.fingerprint
    return applied, fingerprints


def _standing(
    entry: Managed, declared: Declared, found: Observed, kind: Kind, secret: str, fingerprint: str
) -> Standing:
    """Give what the entry is to hold; `fingerprint` is that of declared values and people."""
    members: dict[str, Mapping[str, str]] = {}
    differing: set[str] = set()
    if entry.overridden:
        differing = {".".join(one.path) for one in field_changes(declared.fields, found.fields, kind.fields)}
    for member in kind.members:
        section, known = member.section, entry.members.get(member.section, {})
        rows = (found.members or {}).get(section)
        if section not in declared.members or rows is None:
            ids = {} if rows is not None else known  # a list that was not read is as it was
        elif not entry.overridden and (named := _by_identity(declared.members[section], rows, member, secret)):
            ids = named
        else:
            only_add = section in declared.only_add
            matched = match_members(declared.members[section], rows, member, secret, only_add=only_add, known=known)
            pairs = [(one.key, one.declared, one.live) for one in matched.pairs]
            ids = {key: str(row[member.remote]) for key, wanted, row in pairs if wanted is not None and row is not None}
            differing |= {
                f"{section}/{key}/{'.'.join(one.path)}"
                for key, wanted, row in pairs
                if entry.overridden and wanted is not None
                for one in field_changes(sent_fields(wanted, member), row or {}, member.fields)
            }
        if ids or (section in declared.members and not declared.members[section]):
            members[section] = ids
    overridden = {path: value for path, value in entry.overridden.items() if path in differing}
    return Standing(
        last_applied=last_applied(declared, kind, secret),
        members=members,
        overridden=overridden,
        fingerprint="" if overridden else fingerprint,
    )


def _by_identity(
    declared: Sequence[Fields], live: Sequence[Fields], kind: MemberKind, secret: str
) -> dict[str, str] | None:
    """Give the remote ids of a list in which everybody is known by an external id, as nearly everybody is."""
    rows = {row[kind.identity]: row for row in live if row.get(kind.identity)}
    if not all(one.get(kind.identity) in rows for one in declared):
        return None
    return {member_key(one, kind, secret): str(rows[one[kind.identity]][kind.remote]) for one in declared}


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
