"""A plan -> every surface that it is reviewed on, by the name of its file. All of them show one plan value.

| file                             | for whom                                                                          |
|----------------------------------|-----------------------------------------------------------------------------------|
| `comment-1.md` … `comment-N.md`  | the comment on a pull request, in as many parts as it takes                       |
| `summary.md`                     | the summary of a job                                                              |
| `plan.html`                      | a person, in a browser                                                            |
| `plan.json`                      | policies and other programs                                                       |
| `annotations.github`             | a job at GitHub, which prints it                                                  |
| `code-quality.json`              | GitLab                                                                            |
| `digest`                         | `apply --expect`                                                                  |
| `verdict.json`                   | what a job branches on; it is the last, so that it is there when all the rest are |

Another surface is a line in `_PAGES`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from reconciler.model.change import Action, MemberAction
from reconciler.model.plan import Plan
from reconciler.model.resource import Value
from reconciler.render.annotations import remarks
from reconciler.render.annotations_github import workflow_commands
from reconciler.render.annotations_gitlab import code_quality
from reconciler.render.comment_key import named
from reconciler.render.html import plan_html
from reconciler.render.lines import Places
from reconciler.render.markdown import comment_parts, summary, title
from reconciler.render.plan_json import plan_json
from reconciler.render.whereabouts import whereabouts
from reconciler.render.words import json_line

Page = Callable[[Plan, datetime], str]

_PAGES: Mapping[str, Page] = {
    "plan.html": plan_html,
    "plan.json": lambda plan, at: f"{plan_json(plan, at)}\n",
}
"""Surfaces that need nothing but the plan and the time."""

VERDICT = "verdict.json"
VERDICT_VERSION = 1
_PART = re.compile(r"comment-[1-9][0-9]*\.md")
_OTHERS = ("summary.md", "annotations.github", "code-quality.json", "digest", VERDICT, "drift.html", "drift.json")


def report_files(
    plan: Plan, at: datetime, *, key: str, prefix: str, code: int, places: Places, names: Sequence[str] = ()
) -> Iterator[tuple[str, str]]:
    """Give the files of a report with what stands in them, one after the other.

    Args:
        plan: as it may be seen; nothing is masked here. Without a scope it stands for there being none.
        at: the time that stands in it.
        key: what tells the comment from others of the same pull request.
        prefix: the folder of the documents as seen from the top of the repository.
        code: the exit code of the plan.
        places: those of the documents that `lines.wanted` asks for.
        names: the organizations that were asked for, where there is no plan to say them.
    """
    parts = comment_parts(plan, key, folder=prefix, names=names)
    about = whereabouts(plan.scope or names, prefix)
    yield from ((f"comment-{number}.md", part) for number, part in enumerate(parts, 1))
    yield "summary.md", summary(parts)
    yield from ((name, page(plan, at)) for name, page in _PAGES.items())
    said = remarks(plan, prefix, places)
    yield "annotations.github", workflow_commands(said)
    yield "code-quality.json", code_quality(said)
    yield "digest", f"{plan.digest}\n"
    yield VERDICT, f"{json_line(verdict(plan, parts, key=key, code=code, about=about))}\n"


def verdict(plan: Plan, parts: Sequence[str], *, key: str, code: int, about: str) -> Mapping[str, Value]:
    """Give what a job branches on; `about` is what the title ends with."""
    return {
        "format_version": VERDICT_VERSION,
        "digest": plan.digest,
        "exit_code": code,
        "title": f"{title(plan)}{about}",
        "complete": plan.complete,
        "empty": plan.empty,
        "applyable": plan.complete and bool(plan.changes),
        "scope": list(plan.scope),
        "totals": asdict(plan.totals),
        "destroyed": sum(
            (change.action is Action.DELETE) + len(change.touched(MemberAction.REMOVE)) for change in plan.changes
        ),
        "refused": len(plan.blocked),
        "overridden": len(plan.overridden),
        "warnings": len(plan.warnings),
        "problems": len(plan.problems),
        "key": named(key),
        "parts": len(parts),
    }


def is_of_report(name: str) -> bool:
    """Say whether a file of this name is one of a report, and goes when another takes its place."""
    return name in _PAGES or name in _OTHERS or _PART.fullmatch(name) is not None
