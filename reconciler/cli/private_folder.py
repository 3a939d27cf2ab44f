"""`.reconciler/` beside `reconciler.yaml`: what stays on this machine. Readable by its owner alone."""

from __future__ import annotations

from pathlib import Path

from reconciler.store.journal import Journals

NAME = ".reconciler"


def private_folder(directory: Path) -> Path:
    """Give the folder, made if it is not there yet."""
    folder = directory / NAME
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def journals_of(directory: Path) -> Journals:
    """Give the journals of a folder; nothing is made there before a run begins."""
    return Journals(directory / NAME)


def sandbox_file(directory: Path) -> Path:
    """Give the file that the embedded sandbox lives in; its folder is there."""
    return private_folder(directory) / "sandbox.db"
