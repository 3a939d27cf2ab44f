"""Remarks -> workflow commands of GitHub Actions, which a job prints and GitHub shows at the lines.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands

A step may make ten errors, ten warnings and ten notices, a job fifty of all; what comes beyond is dropped without a
word. So no more than ten of each are written, and where there are more, the tenth says how many.

What a runner reads as its own is escaped as its toolkit does: `%` and line breaks everywhere, `:` and `,` in
properties; and `##[`, which an older syntax of commands begins with anywhere in a line. Every line of the output is a
command, so that no text of a user begins one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.render.annotations import Remark, Weight
from reconciler.render.markdown_text import clipped

MOST_OF_A_LEVEL = 10
_TEXT_MOST = 2_000
_TITLE_MOST = 200

LEVELS = {
    Weight.UNREAD: "error",
    Weight.REFUSED: "error",
    Weight.DESTROYED: "warning",
    Weight.WARNING: "warning",
    Weight.CHANGED: "notice",
    Weight.NOTED: "notice",
}


def workflow_commands(remarks: Sequence[Remark], rest: str = "are in the comment and in the plan") -> str:
    """Write one command a line; `rest` says where those are that GitHub would not show."""
    levels = ("error", "warning", "notice")
    return "".join(f"{command}\n" for level in levels for command in _of_level(level, remarks, rest))


def _of_level(level: str, remarks: Sequence[Remark], where: str) -> Iterator[str]:
    mine = [one for one in remarks if LEVELS[one.weight] == level]
    shown = mine if len(mine) <= MOST_OF_A_LEVEL else mine[: MOST_OF_A_LEVEL - 1]
    yield from (_command(level, one) for one in shown)
    if len(shown) < len(mine):
        rest = len(mine) - len(shown)
        yield f"::{level} title=reconciler::{rest} more like these {where}."


def _command(level: str, remark: Remark) -> str:
    properties = {
        "file": remark.file,
        "line": str(remark.line),
        "col": str(remark.column),
        "title": clipped(f"{remark.title} [{remark.check}]", _TITLE_MOST),
    }
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {told}::{_data(clipped(remark.text, _TEXT_MOST))}"


def _data(text: str) -> str:
    text = text.replace("##[", "##\\x5b")
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
