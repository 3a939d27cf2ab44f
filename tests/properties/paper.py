"""The documents of one small organization as a value: what is written, in which files, and what came between.

`Paper` goes in and out of every edit; `texts` gives what stands on disk. A `Gap` is what keeps a reader from seeing
all that was written: a file renamed out of sight, a pointer in its place, the folder gone. With a gap a missing block
is no removal, and `Paper.complete` says so. Edits of the documents themselves leave no gap: they are meant.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from reconciler.sandbox.values import JsonObject

FOLDER = "documents"
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 120\n"
REMOVAL = {"reason": "it closed", "until": "2099-12-31"}


class Gap(StrEnum):
    """What keeps a reader from seeing all documents."""

    NONE = "none"
    BACKUP = "backup"  # a file was renamed to .bak
    POINTER = "pointer"  # Git LFS left its pointer in the place of a file
    TORN = "torn"  # a file breaks off in the middle
    TWIN = "twin"  # a .yml stands beside a .yaml
    FOLDER = "folder"  # the folder is not there


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A contact that a block lists; the e-mail goes by the key."""

    key: str
    first_name: str | None = None

    @property
    def email(self) -> str:
        """The e-mail."""
        return f"{self.key.lower()}@example.com"

    @property
    def row(self) -> JsonObject:
        """The contact as documents and seeds write it."""
        named: JsonObject = {} if self.first_name is None else {"firstName": self.first_name}
        return {"externalId": self.key, "email": self.email, **named}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A customer that the documents declare; `people` is None where the list is left out."""

    key: str
    name: str
    city: str | None = None
    people: tuple[Person, ...] | None = None
    only_add: bool = False
    protected: bool | None = None

    @property
    def live(self) -> JsonObject:
        """The customer as a seed writes it."""
        address: JsonObject = {} if self.city is None else {"address": {"city": self.city}}
        return {
            "externalId": self.key,
            "name": self.name,
            **address,
            "contacts": [person.row for person in self.people or ()],
        }

    @property
    def row(self) -> JsonObject:
        """The customer as a document declares it."""
        row = self.live
        if self.people is None:
            del row["contacts"]
        elif self.only_add:
            row["contactsMode"] = "add"
        return row if self.protected is None else {**row, "protected": self.protected}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """All documents: blocks by file, `removed:` entries by key with their remote id, and a gap in a file."""

    files: Mapping[str, tuple[Block, ...]] = field(default_factory=dict)
    removed: Mapping[str, str | None] = field(default_factory=dict)
    gap: Gap = Gap.NONE
    gap_file: str = ""

    @property
    def written(self) -> Mapping[str, Block]:
        """Every block, by key, whether it can be read or not."""
        return {block.key: block for blocks in self.files.values() for block in blocks}

    @property
    def readable(self) -> Mapping[str, Block]:
        """The blocks that a reader sees, by key."""
        hidden = self.gap_file if self.gap is Gap.BACKUP else ""
        return {block.key: block for file, blocks in self.files.items() if file != hidden for block in blocks}

    @property
    def complete(self) -> bool:
        """Say whether a missing block is a removal."""
        return self.gap is Gap.NONE or (self.gap is not Gap.FOLDER and self.gap_file not in self.files)

    def file_of(self, key: str) -> str | None:
        """Name the file that holds a block."""
        return next((file for file, blocks in self.files.items() if any(one.key == key for one in blocks)), None)

    def with_block(self, block: Block, file: str) -> Paper:
        """Write a block, in the file where it stands already or in this one."""
        place = self.file_of(block.key) or file
        kept = tuple(one for one in self.files.get(place, ()) if one.key != block.key)
        removed = {key: remote_id for key, remote_id in self.removed.items() if key != block.key}
        return replace(self, files={**self.files, place: (*kept, block)}, removed=removed)

    def without_block(self, key: str) -> Paper:
        """Take a block out; its file stays."""
        files = {file: tuple(one for one in blocks if one.key != key) for file, blocks in self.files.items()}
        return replace(self, files=files)

    def without_file(self, file: str) -> Paper:
        """Remove a file with all that it declares."""
        return replace(self, files={name: blocks for name, blocks in self.files.items() if name != file})

    def with_removal(self, key: str, remote_id: str | None) -> Paper:
        """Take a block out, and write that its object is to be deleted."""
        return replace(self.without_block(key), removed={**self.removed, key: remote_id})

    def texts(self) -> Mapping[str, str]:
        """Give what stands on disk, by path."""
        return {} if self.gap is Gap.FOLDER else {f"{FOLDER}/{name}": text for name, text in self._texts()}

    def _texts(self) -> Iterator[tuple[str, str]]:
        yield "removed.yaml", "removed: [" + ", ".join(self._removals()) + "]\n"
        for file, blocks in sorted(self.files.items()):
            text = "customers: [" + ",\n  ".join(json.dumps(block.row) for block in blocks) + "]\n"
            gap = self.gap if file == self.gap_file else Gap.NONE
            match gap:
                case Gap.BACKUP:
                    yield f"{file}.bak", text
                case Gap.POINTER:
                    yield file, POINTER
                case Gap.TORN:
                    yield file, text[: len(text) // 2]
                case Gap.TWIN:
                    yield file, text
                    yield file.replace(".yaml", ".yml"), "customers: []\n"
                case _:
                    yield file, text

    def _removals(self) -> Iterator[str]:
        for key, remote_id in sorted(self.removed.items()):
            named: JsonObject = {} if remote_id is None else {"remoteId": remote_id}
            yield json.dumps({"address": f"customer/{key}", **named, **REMOVAL})
