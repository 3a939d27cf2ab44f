"""What was taken over → files and words: every value that changes, masked as elsewhere, or the patch of the files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.apply.exit import ExitCode
from reconciler.cli.accepted_patch import patch_of
from reconciler.cli.pages import PEOPLE
from reconciler.cli.terminal import err, out
from reconciler.desired.edit_files import replace_document
from reconciler.model.change import MemberAction
from reconciler.model.drift import FieldDrift, MemberDrift, ObjectDrift
from reconciler.plan.drift_masked import masked_drift
from reconciler.render.literals import literal
from reconciler.render.problems import problems_text
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
    if found.warnings:
        err(problems_text([one if showing.personal else found.keys.problem(one) for one in found.warnings]))
    if showing.diff:
        out("".join(patch_of(found, personal=showing.personal)))
    else:
        shown = found.taken if showing.personal else masked_drift(found.taken, PEOPLE)
        for one in shown.objects:
            out("".join(f"{line}\n" for line in _lines(one)))
    for line in _ending(found, showing):
        if showing.diff:
            err(line)
        else:
            out(f"{line}\n")
    return ExitCode.DONE


def _ending(found: Accepted, showing: Showing) -> Iterator[str]:
    """Say what was left, what agrees, and what became of the files."""
    for one in found.left:
        address = one.address if showing.personal else found.keys.address(one.address)
        yield f"Left  {inert(f'{address}{one.part}')}: {one.reason}"
    named = found.agreeing if showing.personal else map(found.keys.text, found.agreeing)
    yield from (f"Nothing differs at {inert(name)}." for name in named)
    number = counted(len(found.files), "file")
    if found.files and showing.writes:
        yield f"Wrote {number}. Commit them where they are reviewed; `reconciler plan` shows what is left."
    elif found.files:
        yield f"Would write {number}; nothing was written."
    elif found.left or not found.agreeing:
        yield "Nothing to take over."


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
    """Write all files, or put back those that were written already, whatever came between."""
    written: list[str] = []
    try:
        for name, (_, after) in files.items():
            written.append(name)
            replace_document(directory / name, after)
    except BaseException:  # a signal among them
        for name in written:
            with suppress(OSError):  # the one that cannot be written keeps no other from being put back
                replace_document(directory / name, files[name][0])
        raise
