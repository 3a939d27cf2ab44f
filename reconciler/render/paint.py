"""Colour for a terminal, or none. Colour only ever repeats what a symbol or a word says already."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Style(IntEnum):
    """What text may look like; the numbers are those of ECMA-48 (SGR)."""

    BOLD = 1
    DIM = 2
    RED = 31
    GREEN = 32
    YELLOW = 33
    CYAN = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class Paint:
    """A brush that paints, or leaves text as it is."""

    enabled: bool

    def __call__(self, text: str, *styles: Style) -> str:
        """Give `text` in these styles."""
        if not self.enabled or not styles or not text:
            return text
        codes = ";".join(str(int(style)) for style in styles)
        return f"\x1b[{codes}m{text}\x1b[0m"


PLAIN = Paint(enabled=False)
