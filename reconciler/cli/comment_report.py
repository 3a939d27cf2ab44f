"""A folder that `plan --report` wrote -> the parts of one comment, or what keeps it from being one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from reconciler.errors import Problem, ReconcilerError
from reconciler.forge.comments import Wanted, wanted_of
from reconciler.render.comment_key import named
from reconciler.render.report import VERDICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report: where it stands, the comment that it is to be, and what of it is for the summary of a job."""

    folder: Path
    wanted: Wanted
    summary: str


def read_report(folder: Path, key: str | None) -> Report:
    """Read a report; it has a key of its own, if none is given.

    Raises:
        ReconcilerError: `report-unreadable`.
    """
    try:
        verdict: object = json.loads((folder / VERDICT).read_bytes())
        parts = verdict.get("parts") if isinstance(verdict, dict) else None
        own = verdict.get("key") if isinstance(verdict, dict) else None
        if not isinstance(parts, int):
            raise ReconcilerError(_unreadable(folder, "It is no report of a plan: there is nothing in it to comment."))
        texts = [(folder / f"comment-{number}.md").read_text(encoding="utf-8") for number in range(1, parts + 1)]
        summary = (folder / "summary.md").read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ReconcilerError(_unreadable(folder, _reason(folder, error))) from None
    wanted = wanted_of(texts, named(key or str(own)), "")
    if wanted is None:
        raise ReconcilerError(_unreadable(folder, "Its parts do not belong together."))
    return Report(folder=folder, wanted=wanted, summary=summary)


def _reason(folder: Path, error: OSError | ValueError) -> str:
    if not folder.exists():
        return "There is no such folder."
    if not folder.is_dir():
        return "It is no folder."
    if isinstance(error, FileNotFoundError):
        return f"It has no {Path(str(error.filename)).name}."
    return "Its files are none of a report." if isinstance(error, ValueError) else error.strerror or ""


def _unreadable(folder: Path, detail: str) -> Problem:
    return Problem(
        code="report-unreadable",
        summary="there is no report to comment with",
        where=str(folder),
        detail=detail,
        remedy="Make one, and name its folder:",
        command=f"reconciler plan --report {folder}\nreconciler comment --report {folder}",
    )
