"""Making `.reconciler`, the folder of what stays on this machine: its owner's alone, and nothing that git looks into.

It may hold live customer data, so it shuts itself by a `.gitignore` of its own: a folder that was copied, or made by
hand, has none that names it. One that is there is left as it is, and where none can be written nobody waits for it.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_IGNORED = ".gitignore"


def make_own_folder(folder: Path) -> None:
    """Make the folder, with all that is missing above it.

    Raises:
        OSError: it cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(OSError), open(folder / _IGNORED, "x", encoding="utf-8", opener=_private) as file:
        file.write("*\n")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
