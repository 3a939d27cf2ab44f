"""Laying files out: which ones, what is said of them, and what is written.

A file that cannot be laid out is in nobody's way: the others are, and its problems are told in the end.
"""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import click

from reconciler.apply.exit import ExitCode
from reconciler.cli.composition import configured, scope_of
from reconciler.cli.options import Session
from reconciler.cli.terminal import now, out
from reconciler.desired.configuration import FILE
from reconciler.desired.edit_files import replace_document
from reconciler.desired.files import find_files
from reconciler.desired.ignored import Ignored
from reconciler.desired.layout import lay_out
from reconciler.desired.text import irregular, unreadable
from reconciler.errors import DesiredStateInvalid, Problem, ReconcilerError, in_order
from reconciler.model.organization import Organization

_STREAM = "<stdin>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatting:
    """What is wanted: to be told alone (`check`, `diff`), or to have it written."""

    check: bool = False
    diff: bool = False

    @property
    def writes(self) -> bool:
        """Whether files are replaced."""
        return not self.check and not self.diff


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The files by the name that is told, whose documents they are, and what could not be looked into."""

    paths: Mapping[str, Path] = field(default_factory=dict)
    owners: tuple[Organization, ...] = ()
    problems: tuple[Problem, ...] = ()


def named_files(session: Session, paths: Sequence[Path], organizations: Sequence[str]) -> Files:
    """Find the files that are meant; no path means all that `reconciler.yaml` names, and itself.

    Raises:
        UsageInvalid, UsageError: there is no organization, file or folder of that name.
    """
    problems: list[Problem] = []
    found: dict[str, Path] = {}
    if paths:
        missing = [path for path in paths if not session.seen(path).exists()]
        if missing:
            raise click.UsageError(f'There is no file or folder "{missing[0]}".')
        for path in paths:
            inside = find_files(session.directory, path.as_posix(), problems) if session.seen(path).is_dir() else None
            names = [path.as_posix()] if inside is None else inside.documents
            found.update((name, session.directory / name) for name in names)
        return _once(found, problems, _configured(session.directory))
    scope = scope_of(session.directory, organizations, now().date())
    if not organizations:
        found[FILE] = session.directory / FILE
    for one in scope.organizations:
        inside = find_files(session.directory, one.documents.as_posix(), problems, Ignored(one.ignore))
        found.update((name, session.directory / name) for name in inside.documents)
    return _once(found, problems, scope.organizations)


def _configured(directory: Path) -> tuple[Organization, ...]:
    """Give the organizations, or none where the configuration cannot tell: files that are named need none."""
    try:
        return configured(directory)
    except ReconcilerError:
        return ()


def _once(found: Mapping[str, Path], problems: Sequence[Problem], owners: tuple[Organization, ...]) -> Files:
    """Leave out what another name leads to as well."""
    real: dict[str, str] = {}
    for name, path in found.items():
        real.setdefault(os.path.realpath(path), name)
    return Files(paths={name: found[name] for name in real.values()}, owners=owners, problems=tuple(problems))


def format_files(files: Files, wanted: Formatting) -> int:
    """Lay files out and name those that changed, or would.

    Raises:
        DesiredStateInvalid: with the problems of all files that could not be laid out; the others were.
    """
    problems = list(files.problems)
    changed = False
    for name, path in files.paths.items():
        try:
            before, after = _laid_out(name, path, files.owners)
        except DesiredStateInvalid as error:
            problems += error.problems
            continue
        if before == after:
            continue
        changed = True
        if wanted.writes:
            replace_document(path, after)
        out(_diff(name, before, after) if wanted.diff else f"{name}\n")
    if problems:
        raise DesiredStateInvalid(*in_order(problems))
    return ExitCode.CHANGES if changed and wanted.check else ExitCode.DONE


def format_stream(wanted: Formatting) -> int:
    """Lay out what comes on stdin, and write it on stdout, unless it is only to be checked.

    Raises:
        DesiredStateInvalid: it cannot be laid out; nothing is written then.
    """
    before = sys.stdin.buffer.read()
    after = lay_out(before, _STREAM)
    if wanted.diff:
        out(_diff(_STREAM, before, after))
    elif wanted.writes:
        click.echo(after, nl=False)
    return ExitCode.CHANGES if wanted.check and before != after else ExitCode.DONE


def _laid_out(name: str, path: Path, owners: Sequence[Organization]) -> tuple[bytes, bytes]:
    if not path.is_file():
        raise DesiredStateInvalid(irregular(name))
    try:
        before = path.read_bytes()
    except OSError as error:
        raise DesiredStateInvalid(unreadable(name, error)) from error
    owner = next((one for one in owners if PurePosixPath(name).is_relative_to(one.documents.as_posix())), None)
    return before, lay_out(before, name, owner)


def _diff(name: str, before: bytes, after: bytes) -> str:
    """Word the difference as `diff -u` and `git apply` do."""
    return "".join(_patch(difflib.unified_diff(_rows(before), _rows(after), f"a/{name}", f"b/{name}")))


def _rows(raw: bytes) -> list[str]:
    """Split at line feeds alone: other breaks are part of a line to whoever reads a patch."""
    rows = raw.decode().split("\n")
    return [f"{row}\n" for row in rows[:-1]] + ([rows[-1]] if rows[-1] else [])


def _patch(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
