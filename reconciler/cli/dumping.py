"""The run behind `dump`: read everything, write documents, and list what they cannot say."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from reconciler.apply.exit import ExitCode
from reconciler.cli.composition import scope_of
from reconciler.cli.connections import connected
from reconciler.cli.leaving import leaving_at_once
from reconciler.cli.running import result_of
from reconciler.cli.terminal import now, out
from reconciler.cli.watching import watched
from reconciler.desired.dump import Dump, dump
from reconciler.desired.load import load
from reconciler.errors import DesiredStateInvalid, Problem, UsageInvalid
from reconciler.live.whole import observe_all
from reconciler.model.organization import Organization
from reconciler.render.progress import Narration
from reconciler.render.words import counted, inert, json_line


def dumped(
    directory: Path, name: str | None, narration: Narration, folder: Path, *, one_file: bool, most: int | None = None
) -> Dump:
    """Read an organization and make documents of it for a folder; nothing is written yet.

    Raises:
        UsageInvalid: there are several organizations and none was named, or the folder holds documents of it already.
        LiveStateUnreadable: not everything could be read.
    """
    organizations = scope_of(directory, [name] if name else [], now().date(), most).organizations
    if len(organizations) != 1:
        raise UsageInvalid(
            Problem(
                code="organization-needed",
                summary="which organization?",
                where="reconciler dump",
                detail=f"There are {', '.join(one.name for one in organizations)}.",
                remedy="Name the one that is meant, such as:",
                command=f"reconciler dump --org {organizations[0].name}",
            )
        )
    _check_vacant(organizations[0], folder)
    with asyncio.Runner() as runner:
        return result_of(runner, _read(organizations[0], directory, narration, one_file=one_file))


def _check_vacant(organization: Organization, folder: Path) -> None:
    """Refuse a folder with documents that declare anything: beside a dump it would be declared twice.

    A document that declares nothing, such as the one that `init` writes, is in nobody's way.
    """
    if not (folder / organization.documents).is_dir():
        return
    try:
        state = load(organization, folder, now().date())
    except DesiredStateInvalid:  # whatever they declare, they are somebody's documents
        state = None
    if state is None or state.declared or state.removals or state.moves:
        raise UsageInvalid(
            Problem(
                code="documents-exist",
                summary="there are documents of this organization already",
                where=str(folder / organization.documents),
                detail=f'Documents of "{organization.name}" stand there, and a dump beside them would say all twice.',
                remedy="Write it elsewhere, and take from there what you want; or empty the folder first:",
                command=f"reconciler dump --org {organization.name} --out dumped",
            )
        )


async def _read(organization: Organization, directory: Path, narration: Narration, *, one_file: bool) -> Dump:
    async with connected([organization], directory, os.environ) as providers, watched(narration) as watch:
        with leaving_at_once():
            watch.turn_to(f"Reading {organization.name}")
            live = await observe_all(
                providers[organization.name],
                organization.name,
                lambda made, foreseen: watch.reads(organization.name, made, foreseen),
            )
            watch.turn_to("Writing documents")
            return await asyncio.to_thread(dump, organization, live, one_file=one_file)


def write_dump(found: Dump, folder: Path) -> None:
    """Write the files, or none of them where one is there already.

    Raises:
        UsageInvalid: a file would be overwritten.
    """
    there = [name for name in found.files if os.path.lexists(folder / name)]  # a link that leads nowhere is there too
    if there:
        raise UsageInvalid(
            Problem(
                code="file-exists",
                summary="a document would be overwritten",
                where=there[0],
                detail=f"{counted(len(there), 'file')} of the dump {'is' if len(there) == 1 else 'are'} there already.",
                remedy="Write it elsewhere with --out, and take from there what you want.",
            )
        )
    for name, text in found.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        with (folder / name).open("x", encoding="utf-8") as file:
            file.write(text)


def tell_dump(found: Dump, folder: Path, *, as_json: bool) -> int:
    """Say what was written below a folder, what was left out and what comes next, and give the exit code."""
    if as_json:
        left = [
            {"kind": one.kind, "key": one.key, "remote_id": one.remote_id, "path": list(one.path), "reason": one.reason}
            for one in found.left_out
        ]
        out(f"{json_line({'files': sorted(found.files), 'left_out': left})}\n")
        return ExitCode.DONE
    for one in found.left_out:
        out(f"Left out  {inert(str(one))}\n")
    out(f"Wrote {counted(len(found.files), 'file')}; {len(found.left_out)} left out.\n")
    out("Next: commit them where reconciler.yaml looks for documents; then `reconciler adopt` and `reconciler plan`.\n")
    out(f"For editors: `reconciler schema --out {folder / 'schemas'}` makes the schema that their first line names.\n")
    return ExitCode.DONE
