"""Which folder an organization's documents stand in: inside the configuration's own, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath, PurePosixPath

from reconciler.desired.wording import Path as Steps
from reconciler.desired.wording import expected_text
from reconciler.model.kind import Flaw
from reconciler.model.resource import Value


def read_folder(value: Value, path: Steps, root: Path) -> PurePath | Flaw:
    """Check a folder of documents: relative, below `root`, links included."""
    if not isinstance(value, str) or not value.strip():
        return expected_text(path, "Name a folder, relative to this file.")
    folder = PurePosixPath(value)
    outside = folder.is_absolute() or ".." in folder.parts or "\\" in value or not folder.parts
    if outside or not (root / folder).resolve().is_relative_to(root.resolve()):
        return Flaw(
            path=path,
            code="documents-outside",
            summary="documents that stand outside",
            detail="The folder must stand below the one that holds this file; links count as what they point to.",
            remedy="Name a folder below this file, such as the organization's name.",
        )
    return folder


def find_overlaps(folders: Mapping[str, PurePath], root: Path) -> Iterator[Flaw]:
    """Find organizations that would read each other's documents."""
    real = sorted(((root / folder).resolve().parts, name) for name, folder in folders.items())
    outer: tuple[tuple[str, ...], str] | None = None  # what stands inside a folder follows it in this order
    for parts, name in real:
        if outer is None or parts[: len(outer[0])] != outer[0]:
            outer = parts, name
            continue
        yield Flaw(
            path=("organizations", name, "documents"),
            code="documents-overlap",
            summary="two organizations with the same documents",
            detail=f'"{name}" would read documents of "{outer[1]}": its folder is the same or stands inside.',
            remedy="Give each organization a folder of its own.",
        )
