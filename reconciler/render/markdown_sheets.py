"""Sections -> parts of a bounded length. A section that does not fit goes on in the next part, closed and opened again.

A forge takes so many characters in a comment and no more. What must not be dropped is continued, line by line; what may
be is asked beforehand whether it fits, and is not begun otherwise. Every line is looked at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Lines under a title, between what opens and what closes them in every part: a fence, a table's head, a fold."""

    title: str
    lines: Iterable[str]
    opening: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()

    def head(self, *, again: bool) -> list[str]:
        """Give what stands before the lines, in the part where they begin or in one where they go on."""
        title = [f"{self.title} (continued)" if again else self.title, ""] if self.title else []
        return [*title, *self.opening]

    @property
    def tail(self) -> list[str]:
        """Give what stands behind the lines, and the empty line after it."""
        return [*self.closing, ""]


class Sheets:
    """Parts that are being filled, none beyond `room` characters, the line breaks counted."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._left = room
        self._parts: list[list[str]] = [[]]

    @property
    def left(self) -> int:
        """How many characters the last part still takes."""
        return self._left

    @property
    def parts(self) -> list[str]:
        """Give the parts as they are now."""
        return ["\n".join(part).rstrip("\n") for part in self._parts]

    def add(self, section: Section) -> None:
        """Take a section in, in as many parts as it needs; one without lines is left out."""
        tail, begun, opened = section.tail, False, False
        for line in section.lines:
            if not opened or length([line, *tail]) > self._left:
                if opened:
                    self._write(tail)
                head = section.head(again=begun)
                if opened or length([*head, line, *tail]) > self._left:
                    self._turn()
                self._write(head)
                begun = opened = True
            self._write([line])
        if opened:
            self._write(tail)

    def _turn(self) -> None:
        if self._parts[-1]:
            self._parts.append([])
            self._left = self._room

    def _write(self, lines: Sequence[str]) -> None:
        self._parts[-1] += lines
        self._left -= length(lines)


def length(lines: Sequence[str]) -> int:
    """Count the characters of lines, each with its break."""
    return sum(map(len, lines)) + len(lines)


def fitting(sections: Iterable[Section], room: int) -> list[Section] | None:
    """Give sections with their lines laid out if all of them fit, or None; looks no further than the room reaches."""
    taken: list[Section] = []
    for section in sections:
        room -= length(section.head(again=False)) + length(section.tail)
        lines: list[str] = []
        for line in section.lines:
            room -= len(line) + 1
            if room < 0:
                return None
            lines.append(line)
        if room < 0:
            return None
        taken.append(Section(title=section.title, lines=lines, opening=section.opening, closing=section.closing))
    return taken


def first_fitting(choices: Iterable[Callable[[], Iterable[Section]]], room: int) -> list[Section]:
    """Give the first choice that fits into the room; nothing where none does."""
    for choice in choices:
        found = fitting(choice(), room)
        if found is not None:
            return found
    return []
