"""Replacing a file whole: after a crash there is the old content or the new one, never half of either.

The new content goes into a temporary file beside the old one, readable by its owner alone from its first byte on
(plans hold personal data), reaches the disk, and takes the old one's place in a single step.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Write `content` to `path` with mode 0600, replacing what is there.

    Raises:
        OSError: it could not be written; what was there is untouched, and nothing is left beside it. It names `path`.
    """
    try:
        _replace(path, content)
    except OSError as error:
        error.filename, error.filename2 = str(path), None  # and not a temporary one that nobody knows of
        raise


def _replace(path: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)  # mode 0600
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make new names in a folder survive a power cut, where the system lets a folder be opened for that.

    Raises:
        OSError: they may not.
    """
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
