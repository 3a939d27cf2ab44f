"""Putting an edited file in the place of the old one: whole or not at all, with the old one's mode, through links."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path


def replace_document(path: Path, content: bytes) -> None:
    """Write `content` to `path`, which exists; a link stays a link, and what it points to is replaced.

    Raises:
        OSError: it could not be written; what was there is untouched, and nothing is left beside it.
    """
    real = path.resolve(strict=True)
    mode = stat.S_IMODE(real.stat().st_mode)
    descriptor, name = tempfile.mkstemp(prefix=f".{real.name}.", suffix=".tmp", dir=real.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(real)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
