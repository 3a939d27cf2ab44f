"""What every page has around what it is about: its head, with the policy by which it asks nobody for anything.

| what a page could do           | what keeps it from that                                                             |
|--------------------------------|-------------------------------------------------------------------------------------|
| ask others for something       | its policy (`Content-Security-Policy`) allows its own script and styles, no more    |
| run what a user wrote          | user text is in elements and attributes, escaped; script and styles are constant    |
| send somewhere what was typed  | the policy lets no form go out, and no link leads out of the page                   |
| hide something without scripts | all of it is in the page, folded at most; what searches and filters comes on top    |
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import islice

from reconciler.render.html_changes import Fold
from reconciler.render.html_text import shown

_COMMAND = re.compile("`([^`]*)`")
_GROUP = 100
_OPEN_MOST = 40
"""Of more blocks than this, none is opened beforehand."""
_LAID_OUT_MOST = 2_000
"""Of more blocks than this, each is laid out when it is opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a page says first. `places` are the organizations, each with a few words; `tone` is ok, warn or bad."""

    title: str
    heading: str
    places: tuple[tuple[str, str], ...]
    tone: str = ""
    claim: str = ""
    more: str = ""
    lines: tuple[str, ...] = ()
    digest: str = ""


def page_html(head: Head, inside: Iterable[str], at: datetime) -> str:
    """Write a page, stamped with this time."""
    return "".join((*_opening(head.title), *_header(head, at), '<main id="main">\n', *inside, *_closing()))


def grouped(blocks: Iterable[str]) -> Iterator[str]:
    """Put blocks into groups that a browser lays out when they come into sight."""
    rest = iter(blocks)
    yield '<div class="w">'
    while group := list(islice(rest, _GROUP)):
        yield f'<div class="g">{"".join(group)}</div>\n'
    yield "</div>"


def fold_of(number: int) -> Fold:
    """Choose how each of so many blocks stands on the page."""
    if number <= _OPEN_MOST:
        return Fold.OPEN
    return Fold.SHUT if number <= _LAID_OUT_MOST else Fold.PUT_BY


def _opening(title: str) -> Iterator[str]:
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
        f"<title>reconciler: {shown(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#changes">Skip to the changes</a>\n'
    )


def _closing() -> Iterator[str]:
    yield f"</main>\n<script>{_asset('page.js')}</script>\n</body>\n</html>\n"


def _header(head: Head, at: datetime) -> Iterator[str]:
    places = "".join(f"<li><b>{shown(name)}</b> {shown(words)}</li>" for name, words in head.places)
    yield (
        '<header><div class="bar"><span class="brand">reconciler</span>'
        f'<ul class="places" aria-label="Organizations">{places}</ul>'
        f'<time datetime="{at.isoformat(timespec="seconds")}">{_clock(at)}</time>'
        '<button type="button" id="theme" class="scripted">Theme: system</button></div>\n'
        f"<h1>{shown(head.heading)}</h1>\n"
    )
    if head.claim:
        yield f'<p class="verdict {head.tone}"><b>{shown(head.claim)}</b>{shown(head.more)}</p>\n'
    yield f'<ul class="sums">{"".join(f"<li>{_with_code(line)}</li>" for line in head.lines)}</ul>\n'
    if head.digest:
        yield f'<p class="digest">Digest <code>{shown(head.digest)}</code></p>\n'
    yield "</header>\n"


def _with_code(line: str) -> str:
    """Write a line in which commands stand between backticks."""
    return _COMMAND.sub(r"<code>\1</code>", shown(line))


def _clock(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at.tzinfo else f"{at:%Y-%m-%d %H:%M}"


@cache
def _asset(name: str) -> str:
    return files("reconciler.render").joinpath(name).read_text(encoding="utf-8")


@cache
def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
