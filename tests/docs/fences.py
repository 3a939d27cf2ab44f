"""A Markdown page -> its fenced blocks, so that tests can run what the pages show."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """One fenced block: the language after the backticks, and what stands inside."""

    language: str
    content: str


def fences(page: Path) -> tuple[Fence, ...]:
    """Give the fenced blocks of a page in order."""
    found = _FENCE.finditer(page.read_text(encoding="utf-8"))
    return tuple(Fence(language=match[1], content=match[2]) for match in found)
