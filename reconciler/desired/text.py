"""Bytes of a file → its text: UTF-8, with or without a byte order mark, or a problem that says where it is not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reconciler.errors import Place, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The text of one file, and the path by which problems name it."""

    file: str
    content: str

    def line(self, number: int) -> str:
        """Give a line by its number, counted from 1; empty past the end."""
        lines = self.content.split("\n", number)
        return lines[number - 1] if number <= len(lines) else ""


def read_text(path: Path, name: str) -> Text | Problem:
    """Read a file as text; `name` is how problems call it."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        return unreadable(name, error)
    return decode(raw, name)


def unreadable(name: str, error: OSError) -> Problem:
    """Report a file or folder that the system does not let us read."""
    return Problem(
        code="file-unreadable",
        summary="a file cannot be read",
        where=Place(path=name, line=1, column=1),
        detail=f"The system says: {error.strerror or type(error).__name__}.",
        remedy="Make it readable, or move it out of the folder of documents.",
    )


def irregular(name: str) -> Problem:
    """Refuse what is neither a file nor a folder: reading a pipe or a device may never end."""
    return Problem(
        code="file-unreadable",
        summary="a file cannot be read",
        where=Place(path=name, line=1, column=1),
        detail="This is a pipe, a socket or a device, not a regular file.",
        remedy="Put a regular file in its place, or move it out of the folder of documents.",
    )


def decode(raw: bytes, name: str) -> Text | Problem:
    """Decode bytes as UTF-8; a byte order mark is dropped."""
    try:
        return Text(file=name, content=raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        # `utf-8-sig` reports positions behind the mark that it dropped, so count inside what it saw.
        before = error.object[: error.start].decode("utf-8")
        line = before.count("\n") + 1
        return Problem(
            code="encoding",
            summary="the file is not UTF-8",
            where=Place(path=name, line=line, column=len(before) - (before.rfind("\n") + 1) + 1),
            detail=f"Byte {error.object[error.start]:#04x} does not belong to any UTF-8 character.",
            remedy="Save the file as UTF-8.",
        )
