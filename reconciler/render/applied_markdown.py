"""How an apply ended -> the comment that says so where its plan was reviewed: the outcome, why, and what to do next.

It is a comment of its own, with a key of its own: that of the plan stays as it was reviewed, so that an apply which
broke off finds its digest again. A job that is run again finds less to do, or nothing: what its first run came to stays
below what it says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from reconciler.apply.exit import ExitCode
from reconciler.render.comment_key import applied_key
from reconciler.render.markdown import marker
from reconciler.render.markdown_text import clipped, fenced
from reconciler.render.words import inert

_LINES = 20
_PROBLEM_LINES = 40
_LINE_MOST = 400
_PROBLEM = re.compile(r"(?!Warning: )\S.* \[[a-z][a-z0-9-]*\]")
_HEAD = "## reconciler: "
_BEFORE = "### Before: "
_AGAIN = "Run the job again: it does what is left of that plan."
_ANEW = "What is to be done now takes a plan that is reviewed now: open another pull request, and merge that."
_OUTCOMES: Mapping[int, tuple[str, str]] = {
    ExitCode.DONE: ("applied", "The plan that was reviewed was carried out."),
    ExitCode.ERROR: (
        "not applied",
        f"Something failed, and nothing was written. Mend what is named below if it does not pass by itself. {_AGAIN}",
    ),
    ExitCode.APPLIED_IN_PART: ("applied in part", _AGAIN),
    ExitCode.REFUSED: (
        "not all of it applied",
        "A guard holds something back, or no plan was reviewed. What is held back needs another pull request, or "
        "somebody who applies it by hand and lets it through.",
    ),
    ExitCode.STALE: (
        "not applied",
        f"What would be done is not what was reviewed of the last commit, so nothing was done. {_ANEW}",
    ),
    ExitCode.LOCKED: (
        "not applied",
        "Another run held the lock all the time. Run the job again when that one has ended.",
    ),
    ExitCode.INCOMPLETE: (
        "not applied",
        "Not everything could be read, so nothing was written. Run the job again, later if the vendor is not well.",
    ),
    ExitCode.USAGE: (
        "not applied",
        "A variable, a secret or the command is not as it must be. Correct it, and run the job again.",
    ),
    ExitCode.DOCUMENTS: ("not applied", "The documents are wrong. Correct them in another pull request."),
}
_STOPPED = ("stopped", f"Somebody or something ended the job. {_AGAIN}")
_FAILED = ("not applied to its end", f"See the log of the job for the reason. {_AGAIN}")
_WROTE = (ExitCode.DONE, ExitCode.APPLIED_IN_PART, ExitCode.REFUSED)
_NOTHING_LEFT = "Nothing was left to do."


def applied_comment(key: str, code: int, said: str, url: str, *, about: str = "", standing: str = "") -> str:
    """Write it.

    Args:
        key: that of the comment about the plan.
        code: the exit code of the apply.
        said: what it printed, problems among it.
        url: leads to the job.
        about: the organizations and the folder, as a heading ends with them.
        standing: the comment about an earlier run of the same job.
    """
    title, meaning = _OUTCOMES.get(code, _STOPPED if code > 128 else _FAILED)
    if code == ExitCode.DONE and re.search(r"^No changes\.", said, re.MULTILINE):
        meaning = _NOTHING_LEFT
    job = f" [The job]({url})." if url else ""
    told = [f"{_HEAD}{title}{about}", "", f"{meaning} Exit code {code}.{job}", *_told(said, code)]
    first = _first_of(standing, "\n".join(told))
    return "\n".join([marker(applied_key(key), 1, 1, ""), *told, *(["", *first] if first else []), ""])


def _told(said: str, code: int) -> list[str]:
    """Give the problems, and how it went on; where nothing was written, the problems alone if there are any."""
    problems, others = _parted(said)
    shown = problems[:_PROBLEM_LINES]
    if len(problems) > len(shown):
        shown.append(f"… and {len(problems) - len(shown)} more lines in the log of the job")
    parts = [shown, others[-_LINES:]] if code in _WROTE or not shown else [shown]
    lines = []
    for part in parts:
        if any(line.strip() for line in part):
            lines += ["", "```text", *map(_shown, part), "```"]
    return lines


def _parted(said: str) -> tuple[list[str], list[str]]:
    """Take the problems out of what was printed: a line that ends with a code, and the lines that are indented."""
    problems, others, inside = list[str](), list[str](), False
    for line in said.splitlines():
        begins = _PROBLEM.fullmatch(line) is not None
        inside = begins or (inside and line.startswith("    "))
        if begins and problems:
            problems.append("")
        (problems if inside else others).append(line)
    return problems, others


def _shown(line: str) -> str:
    shown = fenced(clipped(inert(line), _LINE_MOST))
    return f"    {shown}" if shown.startswith("#") else shown  # no heading but ours is found again


def _first_of(standing: str, told: str) -> list[str]:
    """Give what the first run came to, out of the comment that stands; nothing where that says the same."""
    _, _, stood = standing.replace("\r\n", "\n").strip().partition("\n")
    if not stood.startswith(_HEAD):
        return []
    latest, _, first = stood.partition(f"\n{_BEFORE}")
    if first:
        return f"{_BEFORE}{first}".split("\n")
    return [] if latest.strip() == told.strip() else f"{_BEFORE}{latest.removeprefix(_HEAD)}".split("\n")
