"""What was taken over → the patch of the files, as `diff -u` words it; masked, unless personal values are wanted.

Masked, tags stand where the values of personal fields stand in the parsed text, whatever their quotes or lines: a text
that is looked for as it is would not be found in another spelling, and a short one would be found where it says
something else. There is no context then, in which anybody may stand, and a comment that names somebody is left out.

| where a value stands                                  | what is hidden                                           |
|-------------------------------------------------------|----------------------------------------------------------|
| in an item of a section                               | the personal fields of its kind, and those that name one |
| in a member of a list                                 | its personal fields, and what tells one of them          |
| elsewhere, as in a mapping that others are made from  | whatever has the name of a personal field                |
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.desired.edit_nodes import Entries, Items, Node, Scalar, content_end, parse, walk
from reconciler.desired.edit_scalars import Splice, spliced
from reconciler.desired.text import Text, decode
from reconciler.model.kind import Field, Kind
from reconciler.model.masking import Tagger
from reconciler.plan.build import Part

if TYPE_CHECKING:
    from reconciler.cli.accepting import Accepted

_COMMENT = re.compile(r"#[^\r\n]*")
_TOLD = 3  # characters from which a personal value is known again inside another one


def patch_of(found: Accepted, *, personal: bool) -> Iterator[str]:
    """Word the difference of all files, line by line."""
    tagger = Tagger(keys=found.taken.tags)
    for name, (before, after) in found.files.items():
        sides = [one.decode() for one in (before, after)]
        if not personal:
            owner = next(part for part in found.parts.values() if _holds(part, name))
            sides = _masked([_text_of(one, name) for one in (before, after)], owner, tagger)
        old, new = (side.splitlines(keepends=True) for side in sides)
        for line in difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", n=3 if personal else 0):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _holds(part: Part, name: str) -> bool:
    return Path(name).is_relative_to(part.organization.documents)


def _text_of(raw: bytes, name: str) -> Text:
    text = decode(raw, name)
    if not isinstance(text, Text):
        raise TypeError("A file that was edited is no text. This is a bug in reconciler.")
    return text


def _masked(sides: Sequence[Text], owner: Part, tagger: Tagger) -> list[str]:
    """Hide people on both sides; whoever stands on one of them may be named by a comment of the other."""
    rules, name = _Rules.of(owner.organization.vendor.kinds), owner.organization.name
    tops = [parse(text).documents for text in sides]
    hidden = [{id(node): node for top in side for node in rules.hidden(top)}.values() for side in tops]
    words = {*_people(owner), *(node.text for side in hidden for node in side)}
    masked = []
    for text, side, nodes in zip(sides, tops, hidden, strict=True):
        content = text.content
        splices = [
            Splice(start=node.start, end=content_end(node, content), text=tagger.name(name, node.text))
            for node in nodes
        ]
        scalars = [node for top in side for node in walk(top) if isinstance(node, Scalar)]
        masked.append(spliced(content, [*splices, *_comments(content, scalars, words)]))
    return masked


def _comments(content: str, scalars: Sequence[Scalar], words: Collection[str]) -> Iterator[Splice]:
    """Leave out comments that name somebody; they stand between the values."""
    told = "|".join(re.escape(word) for word in sorted(words) if word.strip())
    names = re.compile(rf"(?<!\w)(?:{told})(?!\w)", re.IGNORECASE) if told else None
    at = 0
    for start, end in [*((one.start, content_end(one, content)) for one in scalars), (len(content), len(content))]:
        for comment in _COMMENT.finditer(content, at, max(at, start)) if names else ():
            if names is not None and names.search(comment.group()):
                yield Splice(start=comment.start(), end=comment.end(), text="# (personal)")
        at = max(at, end)


def _people(part: Part) -> Iterator[str]:
    """Give the people of catalogues whom a field may name."""
    for row in (row for kind in part.organization.vendor.kinds for row in kind.fields if row.names_person):
        for entry in part.live.catalogues.get(row.catalogue or "", ()):
            yield from (text for text in (entry.name, *entry.aliases) if text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """Names of what is personal: by section of an item, by section of a list of members, and anywhere."""

    items: Mapping[str, Collection[str]]
    members: Mapping[str, Collection[str]]
    loose: Collection[str]

    @classmethod
    def of(cls, kinds: Iterable[Kind]) -> _Rules:
        """Read them from a vendor's table."""
        kinds = tuple(kinds)
        items = {kind.section: _personal(kind.fields) for kind in kinds}
        members = {one.section: _personal(one.fields) for kind in kinds for one in kind.members}
        return cls(items=items, members=members, loose=frozenset().union(*items.values(), *members.values()))

    def hidden(self, top: Node) -> Iterator[Scalar]:
        """Give what is to be hidden of a document."""
        for key, value in top.entries if isinstance(top, Entries) else ():
            section = _text(key)
            rows = value.items if isinstance(value, Items) and section in self.items else None
            for item in rows if rows is not None else [value]:
                yield from self._below(item, self.items[section] if rows is not None else self.loose, key)

    def _below(self, node: Node, names: Collection[str], key: Node | None = None) -> Iterator[Scalar]:
        if key is not None and names is self.loose and _text(key) in names:
            yield from _scalars(node)
        elif isinstance(node, Items):
            for item in node.items:
                yield from self._below(item, names)
        elif isinstance(node, Entries):
            for inner, value in node.entries:
                if _text(inner) in names:
                    yield from _scalars(value)
                elif _text(inner) in self.members and isinstance(value, Items):
                    for member in value.items:
                        yield from _of_member(member, self.members[_text(inner)])
                else:
                    yield from self._below(value, names)


def _of_member(node: Node, names: Collection[str]) -> Iterator[Scalar]:
    """Give a member's personal fields, and others that hold the value of one, as an external id may."""
    if not isinstance(node, Entries):
        yield from _scalars(node)
        return
    found = [one for key, value in node.entries if _text(key) in names for one in _scalars(value)]
    yield from found
    told = [one.text.casefold() for one in found if len(one.text) >= _TOLD]
    for key, value in node.entries:
        if _text(key) not in names:
            yield from (
                one for one in _scalars(value) if "@" in one.text or any(text in one.text.casefold() for text in told)
            )


def _scalars(node: Node) -> Iterator[Scalar]:
    yield from (one for one in walk(node) if isinstance(one, Scalar) and one.text)


def _text(key: Node) -> str:
    return key.text if isinstance(key, Scalar) else ""


def _personal(fields: Iterable[Field]) -> frozenset[str]:
    return frozenset(field.name for field in fields if field.personal or field.names_person)
