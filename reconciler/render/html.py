"""A plan -> one page in one file, for reading in a browser, with nothing to fetch and nobody to tell.

| what a page could do           | what keeps it from that                                                             |
|--------------------------------|-------------------------------------------------------------------------------------|
| ask others for something       | its policy (`Content-Security-Policy`) allows its own script and styles, no more    |
| run what a user wrote          | user text is in elements and attributes, escaped; script and styles are constant    |
| send somewhere what was typed  | the policy lets no form go out, and no link leads out of the page                   |
| hide something without scripts | all of it is in the page, folded at most; what searches and filters comes on top    |

The changes stand in groups of a hundred. A browser lays a group out when it comes into sight, and of a large plan reads
no more than the lines of the changes until one is opened. So a plan of fifty thousand changes can be scrolled and
searched. The file grows with the plan, by about a kilobyte for a change, and is written in one walk.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import islice

from reconciler.model.plan import Plan
from reconciler.render.html_changes import Fold, blocked_html, change_html
from reconciler.render.html_controls import controls_html
from reconciler.render.html_problems import notes_html, problem_html, problems_html, section_html
from reconciler.render.html_text import shown
from reconciler.render.markdown import title, verdict_words
from reconciler.render.paint import PLAIN
from reconciler.render.plan_sums import sums_lines
from reconciler.render.refusals import first_named, shared_problems
from reconciler.render.spared import spared_lines
from reconciler.render.vanished import vanished_lines
from reconciler.render.words import counted

_GROUP = 100
_OPEN_MOST = 40
"""Of more changes than this, none is opened beforehand."""
_LAID_OUT_MOST = 2_000
"""Of more changes than this, each is laid out when it is opened."""
_UNREAD = "Not everything could be read, so nothing may be concluded from what is missing, and nothing applied."


def plan_html(plan: Plan, at: datetime) -> str:
    """Write a plan as a page, stamped with this time."""
    return "".join(_page(plan, at))


def _page(plan: Plan, at: datetime) -> Iterator[str]:
    style, script = _asset("page.css"), _asset("page.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>reconciler: {shown(title(plan))}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#changes">Skip to the changes</a>\n'
    )
    yield from _head(plan, at)
    yield '<main id="main">\n'
    yield problems_html("Problems", plan.problems, "problems", f"<p>{_UNREAD}</p>" if plan.scope else "")
    if not plan.empty:
        yield controls_html(plan)
    yield from _refused(plan)
    yield section_html("Let through by an override", "overrides", notes_html(f" {one}" for one in plan.overrides))
    yield from _changes(plan)
    if not plan.empty:
        yield '<p id="nothing" hidden>Nothing is like that. <button type="button" id="clear">Show all</button></p>\n'
    yield section_html(
        "Not declared any more", "gone", notes_html([*vanished_lines(plan, PLAIN), *spared_lines(plan, PLAIN)])
    )
    yield problems_html(counted(len(plan.warnings), "warning").capitalize(), plan.warnings, "warnings")
    yield f"</main>\n<script>{script}</script>\n</body>\n</html>\n"


def _head(plan: Plan, at: datetime) -> Iterator[str]:
    first, *rest = [*sums_lines(plan, PLAIN)] if plan.shares else [""]
    stated = plan.complete or not plan.empty
    heading = first if stated and first else f"{title(plan)}.".capitalize()
    claim, more = verdict_words(plan)
    tone = "ok" if plan.complete and not plan.blocked else "warn" if plan.complete else "bad"
    places = "".join(
        f"<li><b>{shown(share.organization)}</b> {shown(share.provider)} · {shown(share.endpoint)}</li>"
        for share in plan.shares
    )
    yield (
        '<header><div class="bar"><span class="brand">reconciler</span>'
        f'<ul class="places" aria-label="Organizations">{places}</ul>'
        f'<time datetime="{at.isoformat(timespec="seconds")}">{_clock(at)}</time>'
        '<button type="button" id="theme" class="scripted">Theme: system</button></div>\n'
        f'<h1>{shown(heading)}</h1>\n<p class="verdict {tone}"><b>{shown(claim)}</b>{shown(more)}</p>\n'
        '<ul class="sums">'
    )
    yield "".join(f"<li>{shown(line)}</li>" for line in (rest if stated else [first, *rest]) if line)
    yield f"</ul>\n{_digest(plan)}</header>\n"


def _digest(plan: Plan) -> str:
    return f'<p class="digest">Digest <code>{shown(plan.digest)}</code></p>\n' if plan.digest else ""


def _clock(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at.tzinfo else f"{at:%Y-%m-%d %H:%M}"


def _refused(plan: Plan) -> Iterator[str]:
    if not plan.blocked:
        return
    shared = shared_problems(plan.blocked)
    reasons = "".join(problem_html(problem, first_named(held)) for problem, held in shared.items())
    blocks = [blocked_html(one, shared, _fold(len(plan.blocked))) for one in plan.blocked]
    title = f"Refused: {counted(len(plan.blocked), 'change')}"
    yield section_html(title, "refused", "".join([reasons, *_grouped(blocks)]))


def _changes(plan: Plan) -> Iterator[str]:
    fold = _fold(len(plan.changes))
    if not plan.changes:
        yield '<span id="changes"></span>\n'
        return
    blocks = (change_html(change, fold) for change in plan.changes)
    yield section_html(counted(len(plan.changes), "change").capitalize(), "changes", "".join(_grouped(blocks)))


def _fold(number: int) -> Fold:
    if number <= _OPEN_MOST:
        return Fold.OPEN
    return Fold.SHUT if number <= _LAID_OUT_MOST else Fold.PUT_BY


def _grouped(blocks: Iterator[str] | Sequence[str]) -> Iterator[str]:
    rest = iter(blocks)
    yield '<div class="w">'
    while group := list(islice(rest, _GROUP)):
        yield f'<div class="g">{"".join(group)}</div>\n'
    yield "</div>"


@cache
def _asset(name: str) -> str:
    return files("reconciler.render").joinpath(name).read_text(encoding="utf-8")


@cache
def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
