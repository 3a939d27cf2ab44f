"""`.reconciler/` beside `reconciler.yaml`: what stays on this machine. Readable by its owner alone."""

from __future__ import annotations

from pathlib import Path

from reconciler.store.journal import Journals
from reconciler.store.own_folder import make_own_folder

NAME = ".reconciler"


def private_folder(directory: Path) -> Path:
    """Give the folder, made if it is not there yet."""
    folder = directory / NAME
    make_own_folder(folder)
    return folder


def journals_of(directory: Path) -> Journals:
    """Give the journals of a folder; nothing is made there before a run begins."""
    return Journals(directory / NAME)


def sandbox_file(directory: Path) -> Path:
    """Give the file that the embedded sandbox lives in; its folder is there."""
    return private_folder(directory) / "sandbox.db"
