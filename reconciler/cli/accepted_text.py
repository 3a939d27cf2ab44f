"""What was taken over → files and words: every value that changes, masked as elsewhere, or the patch of the files."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.apply.exit import ExitCode
from reconciler.cli.terminal import out
from reconciler.desired.edit_files import replace_document
from reconciler.desired.writing import write_quoted
from reconciler.model.change import MemberAction
from reconciler.model.drift import FieldDrift, MemberDrift, ObjectDrift
from reconciler.model.kind import Field
from reconciler.model.masking import Tagger
from reconciler.model.resource import Fields
from reconciler.plan.build import Part
from reconciler.plan.drift_masked import masked_drift
from reconciler.render.literals import literal
from reconciler.render.words import counted, dotted, inert

if TYPE_CHECKING:
    from reconciler.cli.accepting import Accepted

_CHANGE = {MemberAction.ADD: "added", MemberAction.REMOVE: "removed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What is wanted: whether personal values are shown, the patch instead of words, and whether files are written."""

    personal: bool = False
    diff: bool = False
    writes: bool = True


def tell_accepted(found: Accepted, directory: Path, showing: Showing) -> int:
    """Write the files if that is wanted, say what changed in them, and give the exit code.

    Raises:
        OSError: a file cannot be written; then none of them is changed.
    """
    if showing.writes:
        _write(found.files, directory)
    if showing.diff:
        out("".join(_patch(found, showing)))
        return ExitCode.DONE
    shown = found.taken if showing.personal else masked_drift(found.taken)
    for one in shown.objects:
        out("".join(f"{line}\n" for line in _lines(one)))
    for name, reason in found.left:
        out(f"Left  {inert(name)}: {reason}\n")
    number = counted(len(found.files), "file")
    if not found.files:
        out("Nothing to take over.\n")
    elif showing.writes:
        out(f"Wrote {number}. Commit them where they are reviewed; `reconciler plan` shows what is left.\n")
    else:
        out(f"Would write {number}; nothing was written.\n")
    return ExitCode.DONE


def _lines(one: ObjectDrift) -> Iterator[str]:
    place = inert(one.source.file) if one.source else ""
    for row in one.fields:
        yield f"{place}: {inert(str(one.address))} {_values(row)}"
    for member in one.members:
        yield from (f"{place}: {line}" for line in _member_lines(member))


def _member_lines(member: MemberDrift) -> Iterator[str]:
    name = inert(str(member.address))
    if member.action in _CHANGE:
        yield f"{name} {_CHANGE[member.action]}"
    else:
        yield from (f"{name} {_values(row)}" for row in member.fields)


def _values(row: FieldDrift) -> str:
    change = row.change
    before, after = literal(change.after, change.after_name), literal(change.before, change.before_name)
    return f"{dotted(change.path)} = {before} -> {after}"


def _write(files: Mapping[str, tuple[bytes, bytes]], directory: Path) -> None:
    """Write all files, or put back those that were written already."""
    written: list[str] = []
    try:
        for name, (_, after) in files.items():
            replace_document(directory / name, after)
            written.append(name)
    except OSError:
        for name in written:
            replace_document(directory / name, files[name][0])
        raise


def _patch(found: Accepted, showing: Showing) -> Iterator[str]:
    """Word the difference as `diff -u` does; masked, without the lines around, where anybody may stand."""
    hidden = {} if showing.personal else dict(_hidden(found))
    for name, (before, after) in found.files.items():
        context = 3 if showing.personal else 0
        for line in difflib.unified_diff(_rows(before), _rows(after), f"a/{name}", f"b/{name}", n=context):
            text = line
            for value, tag in hidden.items():
                text = text.replace(value, tag)
            yield text if text.endswith("\n") else f"{text}\n\\ No newline at end of file\n"


def _rows(raw: bytes) -> list[str]:
    return raw.decode().splitlines(keepends=True)


def _hidden(found: Accepted) -> Iterator[tuple[str, str]]:
    """Give the personal values that may stand in the files, the longest first, with what stands for each."""
    values = {pair for part in found.parts.values() for pair in _personal(part, found.files)}
    tagger = Tagger(keys=found.taken.tags)
    forms = {(form, organization, value) for organization, value in values for form in _forms(value)}
    for form, organization, value in sorted(forms, key=lambda one: (-len(one[0]), one)):
        yield form, tagger.name(organization, value)


def _forms(value: str) -> Iterator[str]:
    """Give what may stand in a file for a text: as it is, in either quotes, and each of its lines."""
    yield value
    yield value.replace("'", "''")
    yield value.replace("\\", "\\\\").replace('"', '\\"')
    yield write_quoted(value)[1:-1]
    yield from filter(None, map(str.strip, value.splitlines()))


def _personal(part: Part, files: Iterable[str]) -> Iterator[tuple[str, str]]:
    names = set(files)
    kinds = {kind.name: kind for kind in part.organization.vendor.kinds}
    for row in (row for kind in kinds.values() for row in kind.fields if row.names_person):
        for entry in part.live.catalogues.get(row.catalogue or "", ()):
            yield from ((part.organization.name, text) for text in (entry.name, *entry.aliases) if text)
    for one in part.desired.declared:
        if one.source.file not in names:
            continue
        kind, live = kinds[one.kind], part.live.objects.get(one.kind, {}).get(one.key)
        sides = [one.fields, *([live.fields] if live else [])]
        texts = [text for side in sides for text in _texts(side, kind.fields)]
        for member in kind.members:
            rows = [
                *one.members.get(member.section, ()),
                *((live.members or {}).get(member.section, ()) if live else ()),
            ]
            texts += [text for row in rows for text in _texts(row, member.fields)]
        yield from ((part.organization.name, text) for text in texts)


def _texts(row: Fields, fields: Iterable[Field]) -> Iterator[str]:
    for field in fields:
        value = row.get(field.name)
        if field.personal and isinstance(value, str) and value:
            yield value
