"""One journal read: its ends alone, which cost nothing however long it is, or line by line, in one pass.

| the file                                               | read as                                   |
|--------------------------------------------------------|-------------------------------------------|
| ends in a line that is none, or a half                 | without it: the run died while writing it |
| has such lines among those that settled it             | the same: so did those who settled it     |
| has such a line anywhere else, or no beginning         | not at all: `journal-unreadable`          |
| of a later format                                      | not at all: `journal-newer`               |

The head of a run that came to its end and left nothing open is its first line and its last. Of another, what settled it
may stand anywhere behind, if the run was taken for dead and went on; such lines are told by how they begin, and no
other is looked into. So damage between the ends shows only to who reads the changes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from reconciler.model.change import Action
from reconciler.model.journal import (
    FORMAT,
    FORMAT_VERSION,
    Answer,
    Closed,
    Ended,
    Entry,
    Line,
    Opening,
    Run,
    Settled,
    Try,
    Wrote,
)
from reconciler.store import journal_problems as problems
from reconciler.store.journal_lines import LATE, parse_line

_TAIL = 65536

Name = tuple[str, str]


def never_began(path: Path) -> bool:
    """Say whether a run died before one line of its journal was written whole; then it sent nothing either.

    A file that is gone since it was listed, because another run pruned it, is taken for such a one.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_TAIL)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return len(head) < _TAIL and b"\n" not in head


def has_ended(path: Path) -> bool:
    """Say by its last line alone that a run came to an end, or was settled, and leaves nothing open."""
    line = _last_line(path)
    return _is_end(line) or (isinstance(line, Settled) and not line.left)


def read_opening(path: Path) -> Opening:
    """Read the first line.

    Raises:
        FileNotFoundError: there is no such file.
        ReconcilerError: `journal-missing`: the run died before it wrote anything; or as `lines_of`.
    """
    if path.exists() and never_began(path):
        raise problems.unbegun(path.stem)
    line = next(lines_of(path), None)
    if isinstance(line, Opening):
        return line
    raise problems.unreadable(str(path), "It has no beginning.")


def read_head(path: Path) -> Run:
    """Read what tells of the run as a whole.

    Raises:
        FileNotFoundError, ReconcilerError: as `read_opening`.
    """
    opening, last = read_opening(path), _last_line(path)
    if isinstance(last, Closed) and _is_end(last):
        return Run(opening=opening, closed=last)
    closed, settled = None, []
    for line in _late_lines(path):
        match line:
            case Closed():
                closed = line
            case Settled():
                settled.append(line)
    return Run(opening=opening, closed=closed, settled=tuple(settled))


def entries_of(path: Path, settled: Iterable[Settled]) -> Iterator[Entry]:
    """Read the changes one by one, in the order in which they ended; those without an ending come last.

    Raises:
        FileNotFoundError, ReconcilerError: as `lines_of`.
    """
    found = {(one.address, one.action): one for one in settled}
    writes: dict[Name, list[Wrote]] = {}
    answers: dict[int, Answer | None] = {}
    for line in lines_of(path):
        match line:
            case Wrote():
                writes.setdefault((line.address, line.action), []).append(line)
                answers[line.n] = None
            case Answer() if line.n in answers:
                answers[line.n] = answers[line.n] or line
            case Ended():
                name = (line.address, line.action)
                yield _entry(name, writes.pop(name, []), answers, found.get(name), line)
    for name, left in writes.items():
        yield _entry(name, left, answers, found.get(name), None)


def lines_of(path: Path) -> Iterator[Line]:
    """Read the lines one by one.

    Raises:
        FileNotFoundError: there is no such file.
        ReconcilerError: `journal-unreadable` or `journal-newer`.
    """
    torn = 0
    for number, text in enumerate(_texts(path), start=1):
        line = parse_line(text) if text.endswith(b"\n") else None
        if line is None:
            torn = torn or number
        elif torn and not isinstance(line, Settled):
            raise problems.unreadable(str(path), f"Line {torn} is damaged.")
        elif (number == 1) is not isinstance(line, Opening):
            raise problems.unreadable(str(path), "It does not begin as a journal does.")
        else:
            _check_format(path, line)
            yield line


def _late_lines(path: Path) -> Iterator[Line | None]:
    return (parse_line(text) for text in _texts(path) if text.startswith(LATE) and text.endswith(b"\n"))


def _texts(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from file
    except FileNotFoundError:
        raise
    except OSError as error:
        raise problems.unreadable(str(path), error.strerror or "") from error


def _last_line(path: Path) -> Line | None:
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL))
            tail = file.read()
    except OSError:
        return None
    lines = tail.splitlines()
    return parse_line(lines[-1]) if lines and tail.endswith(b"\n") else None


def _is_end(line: Line | None) -> bool:
    return isinstance(line, Closed) and not line.open


def _entry(
    name: Name, writes: Iterable[Wrote], answers: dict[int, Answer | None], settled: Settled | None, ended: Ended | None
) -> Entry:
    address, action = name
    tries = tuple(Try(wrote=one, answer=answers.pop(one.n, None)) for one in writes)
    return Entry(address=address, action=Action(action), tries=tries, settled=settled, ended=ended)


def _check_format(path: Path, line: Line) -> None:
    if not isinstance(line, Opening):
        return
    if line.format != FORMAT:
        raise problems.unreadable(str(path), "It is no journal of reconciler.")
    if line.format_version > FORMAT_VERSION:
        raise problems.newer(str(path), line.format_version, FORMAT_VERSION)
