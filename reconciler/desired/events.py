"""Text → the events of libyaml's parser, one at a time; its errors → problems with line, column and remedy.

Only PyYAML's wheel carries libyaml ready to use. Its pure Python parser is ten times slower and is not fallen back
to: a silent fallback would be noticed as a slow tool and by nobody as a broken installation.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import Event
from yaml.tokens import Token

from reconciler.desired.text import Text
from reconciler.errors import Place, Problem, UsageInvalid

try:
    from yaml._yaml import CParser
except ImportError as error:  # pragma: no cover - needs an installation without libyaml
    raise UsageInvalid(
        Problem(
            code="libyaml-missing",
            summary="PyYAML is installed without libyaml",
            why="Documents are read by libyaml, which is part of PyYAML's wheels; a build from source may lack it.",
            remedy="Install PyYAML from its wheel:",
            command="pip install --force-reinstall --only-binary :all: PyYAML",
        )
    ) from error

NextEvent = Callable[[], Event | None]
"""Gives the next event of a file, None behind the last.

Raises:
    YAMLError: the text is not YAML from here on; `explain` makes a problem of it.
"""

NextToken = Callable[[], Token | None]
"""Gives the next token of a file, None behind the last; raises as `NextEvent` does."""

_CONFLICT = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: |$)|^={7}$", re.MULTILINE)
_INDENTED_BY_TAB = re.compile(r" *(\t)")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_REMEDIES = (
    ("mapping values are not allowed", "Quote the text that holds the colon, or check the indentation of this line."),
    ("did not find expected key", "Align this line with the keys that it belongs to."),
    ("did not find expected '-' indicator", "Align this line with the items of its list, or check for a missing '-'."),
    ("did not find expected ',' or", "Close the bracket or brace, or add the missing comma."),
    ("could not find expected ':'", "Put a colon and a space behind the key, or indent the text that belongs to it."),
    ("cannot start any token", "Put the text in quotes: a plain one cannot start with this character."),
    ("unexpected end of stream", "Close the quote that was opened."),
    ("unexpected document indicator", "Close the quote that was opened before this line."),
    ("unknown escape character", "Use single quotes, in which a backslash is an ordinary character."),
)


def open_events(text: Text) -> NextEvent:
    """Start the parser on a text."""
    following: NextEvent = CParser(text.content).get_event
    return following


def open_tokens(text: Text) -> NextToken:
    """Start the scanner alone on a text: its tokens say where the signs between values stand."""
    following: NextToken = CParser(text.content).get_token
    return following


def place_of(event: Event, text: Text) -> Place:
    """Give the place where an event starts."""
    mark = event.start_mark
    if mark is None:
        return Place(path=text.file, line=1, column=1)
    return Place(path=text.file, line=mark.line + 1, column=mark.column + 1)


def explain(error: YAMLError, text: Text) -> Problem:
    """Say where and why a text is not YAML, and what to do."""
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return _unprintable(text)
    conflict = _CONFLICT.search(text.content)
    if conflict is not None:
        return _conflicting(text, conflict.start())
    line, column = error.problem_mark.line + 1, error.problem_mark.column + 1
    content = text.line(line)
    tab = _INDENTED_BY_TAB.match(content)
    if tab or content[column - 1 : column] == "\t":
        column = tab.start(1) + 1 if tab else column
        return Problem(
            code="tab",
            summary="a tab where YAML wants spaces",
            where=Place(path=text.file, line=line, column=column),
            why="YAML indents by spaces alone.",
            remedy="Replace the tab by spaces.",
        )
    message = error.problem or "the parser cannot go on"
    return Problem(
        code="yaml-syntax",
        summary="not valid YAML",
        where=Place(path=text.file, line=line, column=column),
        detail=f"{_sentence(message)}{_context(error)}.",
        remedy=_remedy(message, content[: column - 1]),
    )


def _remedy(message: str, before: str) -> str:
    if before.endswith("$"):
        return 'Inside braces put quotes around the reference: "${NAME}".'
    return next((remedy for part, remedy in _REMEDIES if part in message), "Correct the YAML at this place.")


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:]


def _context(error: MarkedYAMLError) -> str:
    if not error.context:
        return ""
    since = f" that starts at line {error.context_mark.line + 1}" if error.context_mark else ""
    return f", {error.context}{since}"


def _conflicting(text: Text, at: int) -> Problem:
    return Problem(
        code="merge-conflict",
        summary="a merge that nobody finished",
        where=Place(path=text.file, line=text.content.count("\n", 0, at) + 1, column=1),
        detail="Git marks here what two sides say differently.",
        remedy="Keep what is meant, and remove the lines of marks: <<<<<<<, ======= and >>>>>>>.",
    )


def _unprintable(text: Text) -> Problem:
    found = _FORBIDDEN.search(text.content)
    at = found.start() if found else 0
    line_start = text.content.rfind("\n", 0, at) + 1
    named = f"U+{ord(found[0]):04X}" if found else "A character"
    return Problem(
        code="character-forbidden",
        summary="a character that YAML does not allow",
        where=Place(path=text.file, line=text.content.count("\n", 0, at) + 1, column=at - line_start + 1),
        detail=f"{named} cannot stand in a YAML file.",
        remedy="Remove it, or write it as an escape inside double quotes.",
    )
