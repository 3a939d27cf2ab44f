"""Text of a user -> Markdown in which it is text and nothing else: no link, no mention, no table cell, no markup.

Names, values, files and reasons are the user's, and a forge does things with what stands in a comment: `@name` calls
somebody, `#12` links an issue, `/close` at the beginning of a line closes one at GitLab. So user text stands in code,
in a fence or in a span, where no forge looks for any of that.

| the text has              | in a fence                        | in a span                                            |
|---------------------------|-----------------------------------|------------------------------------------------------|
| what does not print, or   | is escaped (`render.words.inert`) | the same                                             |
| turns other text round    |                                   |                                                      |
| backticks                 | no line begins with one           | `<code>` with entities, which no text can end        |
| a pipe                    | is a letter like others           | the same: forges disagree on how to escape one       |
| nothing but blanks        | is a letter like others           | the same: a span cannot hold that                    |
| very many letters         | the line is cut, and says so      | the text is cut, and says so                         |
"""

from __future__ import annotations

import re

from reconciler.render.words import inert

LINE_MOST = 2_000
"""The characters of one line; a name that is longer tells nobody anything."""
_SPAN_MOST = 1_000
_SIGNED = re.compile(r"( +)([-+~!?.=→⇠]) (.*)")


def code(text: str) -> str:
    """Write a text as a span of code, in a sentence or in a table."""
    shown = clipped(inert(text), _SPAN_MOST)
    if not shown.strip():
        return f"<code>{'&#32;' * len(shown)}</code>"
    if "`" in shown or "|" in shown or shown != shown.strip():
        return f"<code>{''.join(_entity(sign) for sign in shown)}</code>"
    return f"`{shown}`"


def fenced(line: str) -> str:
    """Write a line so that it may stand in a fence: none begins as a fence does, and none is without an end."""
    shown = clipped(line.rstrip("\n"), LINE_MOST)
    return f"    {shown.lstrip()}" if shown.lstrip().startswith(("`", "~~~")) else shown


def as_diff(line: str) -> str:
    """Put the sign of a page's line first, where forges colour by it."""
    found = _SIGNED.fullmatch(line)
    return fenced(f"{found[2]}{found[1]} {found[3]}" if found else line)


def clipped(text: str, most: int) -> str:
    """Cut a text that is too long, and say how long it was."""
    if len(text) <= most:
        return text
    note = f"… ({len(text)} characters)"
    return f"{text[: most - len(note)]}{note}"


def _entity(sign: str) -> str:
    return sign if sign.isalnum() else f"&#{ord(sign)};"
