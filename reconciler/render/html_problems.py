"""Problems and other remarks -> their parts of the page: where, what, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reconciler.errors import Problem
from reconciler.render.html_text import shown


def problem_html(problem: Problem, held_back: str = "") -> str:
    """Lay one problem out, with what is held back by it where that is told."""
    where = f'<span class="where">{shown(str(problem.where))}</span> ' if problem.where else ""
    parts = [f"<p>{_lines(text)}</p>" for text in (problem.detail, problem.why) if text]
    if problem.remedy or problem.command:
        command = f"<pre><code>{_lines(problem.command)}</code></pre>" if problem.command else ""
        parts.append(f'<div class="remedy">{_lines(problem.remedy)}{command}</div>')
    if held_back:
        parts.append(f'<p class="note">Held back by this: {shown(held_back)}.</p>')
    word = "Warning: " if problem.warning else ""
    return (
        f'<article class="p {"warn" if problem.warning else "bad"}"><h3>{word}{where}{shown(problem.summary)} '
        f"<code>{shown(problem.code)}</code></h3>{''.join(parts)}</article>\n"
    )


def problems_html(title: str, problems: Sequence[Problem], name: str, lead: str = "") -> str:
    """Lay problems out under a title; nothing where there are none."""
    return section_html(title, name, lead + "".join(map(problem_html, problems))) if problems else ""


def notes_html(lines: Iterable[str]) -> str:
    """Lay out lines of a page of text: those that are indented are a list under the one before them."""
    found: list[str] = []
    for line in lines:
        if line.startswith(" "):
            opening = "" if found and found[-1].startswith(("<ul", "<li")) else '<ul class="notes">'
            found.append(f"{opening}<li>{shown(line.strip())}</li>")
        elif line:
            found.append(f"{_end(found)}<p>{shown(line)}</p>")
    return "".join(found) + _end(found)


def section_html(title: str, name: str, inside: str) -> str:
    """Give a part of the page its title, by which it is known to readers of the page aloud too."""
    return (
        f'<section aria-labelledby="{name}"><h2 id="{name}">{shown(title)}</h2>\n{inside}</section>\n' if inside else ""
    )


def _end(found: Sequence[str]) -> str:
    return "</ul>" if found and found[-1].startswith(("<ul", "<li")) else ""


def _lines(text: str) -> str:
    return "<br>".join(map(shown, text.splitlines()))
