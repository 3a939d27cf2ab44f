"""How an apply ended -> the comment that says so where its plan was reviewed: the outcome, and what was said last.

It is a comment of its own, with a key of its own: that of the plan stays as it was reviewed, so that an apply which
broke off finds its digest again.
"""

from __future__ import annotations

from reconciler.apply.exit import ExitCode
from reconciler.render.comment_key import applied_key
from reconciler.render.markdown import marker
from reconciler.render.markdown_text import fenced
from reconciler.render.words import inert

_LINES = 20
_OUTCOMES = {
    ExitCode.DONE: ("applied", "The plan that was reviewed was carried out."),
    ExitCode.APPLIED_IN_PART: ("applied in part", "Run the job again: it does what is left of that plan."),
    ExitCode.REFUSED: ("not all of it applied", "A guard holds something back, or no plan was reviewed."),
    ExitCode.STALE: ("not applied", "What would be done is not what was reviewed, so nothing was done."),
    ExitCode.LOCKED: ("not applied", "Another run held the lock all the time. Run the job again."),
}
_FAILED = ("not applied to its end", "See the log of the job for the reason.")


def applied_comment(key: str, code: int, said: str, url: str) -> str:
    """Write it: `said` is what the apply printed, `url` leads to the job."""
    title, meaning = next((words for known, words in _OUTCOMES.items() if known == code), _FAILED)
    job = f" [The job]({url})." if url else ""
    lines = [fenced(inert(line)) for line in said.splitlines()[-_LINES:]]
    told = ["", "```text", *lines, "```"] if any(line.strip() for line in lines) else []
    head = [marker(applied_key(key), 1, 1, ""), f"## reconciler: {title}", "", f"{meaning} Exit code {code}.{job}"]
    return "\n".join([*head, *told, ""])
