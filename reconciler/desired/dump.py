"""The live state → documents that declare it as it is, and the list of what no document can say.

The promise: load what was dumped, and the plan is empty. It is kept by trying, object by object, before anything is
written: the item is read and resolved as loading and planning would, and compared with the object. Whatever is
refused, or comes back as something else, is left out and listed with the reason.

| what cannot be said                                    | what is left out                                     |
|--------------------------------------------------------|------------------------------------------------------|
| an object without external id                          | the object                                           |
| a value that is needed (a label) or names the object   | the object                                           |
| a value that documents may not hold: a broken e-mail   | the value, where its owner is known without it       |
| a name that no catalogue knows                         | the field                                            |
| a parent that was not read, or on a second level       | the field                                            |
| a member that cannot be told from the others           | the whole list: one that lacks a person removes one  |

What is empty at the vendor is left out as well, without a word: the documents own what they say and nothing else.
The live state must be whole for this: every listing, member list and catalogue.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from reconciler.desired.retelling import LeftOut, Retelling
from reconciler.desired.writing import write_document
from reconciler.model.kind import Kind
from reconciler.model.organization import Organization
from reconciler.model.resource import Fields
from reconciler.model.state import LiveState

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 100
_RESERVED = re.compile(
    r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE
)  # file names that Windows keeps to itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Dump:
    """The documents by their path from the folder that holds `reconciler.yaml`, and what they cannot say."""

    files: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()


def dump(organization: Organization, live: LiveState, *, one_file: bool, schemas: str = "schemas") -> Dump:
    """Write documents from live state; pure.

    Args:
        organization: Whose documents they become: its folder, its vendor, its settings.
        live: Everything that exists there, with member lists and catalogues.
        one_file: Whether all stands in one file, or each object of a kind that can change in one of its own.
        schemas: The folder of JSON Schemas, from the folder that holds `reconciler.yaml`.
    """
    retelling = Retelling(organization, live)
    items = {kind.section: dict(retelling.items(kind)) for kind in _in_order(organization.vendor.kinds)}
    folder = PurePosixPath(organization.documents.as_posix())
    files: dict[str, str] = {}
    for path, sections in _sorted_out(organization, items, one_file):
        head = f"{'../' * len((folder / path).parent.parts)}{schemas}/{organization.vendor.name}.schema.json"
        files[str(folder / path)] = write_document(sections, f"yaml-language-server: $schema={head}")
    return Dump(files=files, left_out=tuple(retelling.left_out))


def _in_order(kinds: Iterable[Kind]) -> list[Kind]:
    return sorted(kinds, key=lambda kind: (kind.rank, kind.name))


def _sorted_out(
    organization: Organization, items: Mapping[str, Mapping[str, Fields]], one_file: bool
) -> Iterator[tuple[str, Mapping[str, list[Fields]]]]:
    """Say which items go into which file, by path from the folder of documents; an empty section is not written.

    Where nothing is live, one document says so: git keeps no empty folder, and a missing one is a problem.
    """
    filled = {section: rows for section, rows in items.items() if rows}
    if one_file or not filled:
        none: dict[str, list[Fields]] = {kind.section: [] for kind in organization.vendor.kinds if kind.mutable}
        told = {section: [*rows.values()] for section, rows in filled.items()}
        yield f"{organization.name}.yaml", told or none
        return
    taken: set[str] = set()
    for kind in _in_order(organization.vendor.kinds):
        rows = filled.get(kind.section, {})
        if not kind.mutable and rows:
            yield f"{kind.section}.yaml", {kind.section: [*rows.values()]}
            continue
        for key, row in rows.items():
            yield f"{kind.section}/{_file_name(key, taken)}.yaml", {kind.section: [row]}


def _file_name(key: str, taken: set[str]) -> str:
    """Make a file name of a key that is one on every system; what is changed or taken gets a digest behind it.

    A colon, which stands between the parts of a key, becomes a hyphen without that.
    """
    plain = key.replace(":", "-")
    name = _UNSAFE.sub("-", plain)[:_LONGEST].strip(".-")
    if name != plain or _RESERVED.fullmatch(name) or name.casefold() in taken:
        name = f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:8]}".lstrip("-")
    taken.add(name.casefold())
    return name
