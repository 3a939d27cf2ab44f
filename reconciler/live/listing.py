"""Reading a listing to its end: the first page goes in; all pages come out with the certificate of the last pass.

The first pass reads the pages after the first at the same time; a pass that leaves a doubt is repeated
(`completeness`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reconciler.errors import LiveStateUnreadable
from reconciler.live.completeness import MOST_SCANS, certify
from reconciler.live.provider import Page
from reconciler.live.reads import Reads
from reconciler.live.workers import each
from reconciler.model.state import Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One pass over a listing."""

    pages: tuple[Page, ...]
    certificate: Certificate


def pages_left(page: Page) -> int:
    """Say how many pages follow, as far as it can be told."""
    if page.others or page.following is None:
        return len(page.others)
    rest = (page.total or 0) - page.offset - len(page.objects)
    return max(1, -(-rest // max(1, len(page.objects))))


async def list_rest(reads: Reads, kind: str, first: Page) -> Listed:
    """Read the pages after the first, and the whole listing again as long as it is not believed."""
    listed = await _all_at_once(reads, kind, first)
    while not listed.certificate.complete and listed.certificate.scans < MOST_SCANS:
        again = await _one_by_one(reads, kind, scans=listed.certificate.scans + 1)
        if again is None:
            break
        listed = again
    return listed


def unlisted(kind: str, error: LiveStateUnreadable) -> Listed:
    """Give the certificate of a listing whose first page could not be read."""
    return Listed(pages=(), certificate=_explained(certify(kind, (), scans=1, missing=1), error))


async def _all_at_once(reads: Reads, kind: str, first: Page) -> Listed:
    if first.following is not None and not first.others:
        rest = await _follow(reads, kind, first)
        pages: list[Page | LiveStateUnreadable] = [first, *rest]
    else:
        pages = [first, *await each(first.others, lambda cursor: _page(reads, kind, cursor))]
    return _judged(kind, pages, scans=1)


async def _one_by_one(reads: Reads, kind: str, *, scans: int) -> Listed | None:
    """Read all pages again, each by the cursor that the one before gave; None if not even the first came."""
    first = await _page(reads, kind, None)
    if isinstance(first, LiveStateUnreadable):
        return None
    return _judged(kind, [first, *await _follow(reads, kind, first)], scans=scans)


async def _follow(reads: Reads, kind: str, first: Page) -> Sequence[Page | LiveStateUnreadable]:
    """Follow the cursors, but not for ever: a vendor that gives ever smaller pages is not read to the end."""
    pages: list[Page | LiveStateUnreadable] = []
    most = 2 * pages_left(first) + 10
    page = first
    while page.following is not None and page.objects and len(pages) < most:
        following = await _page(reads, kind, page.following)
        pages.append(following)
        if isinstance(following, LiveStateUnreadable):
            break
        page = following
    return pages


async def _page(reads: Reads, kind: str, cursor: str | None) -> Page | LiveStateUnreadable:
    try:
        return await reads.page(kind, cursor)
    except LiveStateUnreadable as error:
        return error


def _judged(kind: str, pages: Sequence[Page | LiveStateUnreadable], *, scans: int) -> Listed:
    failures = [page for page in pages if isinstance(page, LiveStateUnreadable)]
    came = tuple(page for page in pages if not isinstance(page, LiveStateUnreadable))
    certificate = certify(kind, came, scans=scans, missing=len(failures))
    return Listed(pages=came, certificate=_explained(certificate, *failures[:1]))


def _explained(certificate: Certificate, *failures: LiveStateUnreadable) -> Certificate:
    """Add to a flaw what went wrong with the first page that failed."""
    reasons = [problem.detail for failure in failures for problem in failure.problems if problem.detail]
    return replace(certificate, flaw=f"{certificate.flaw}: {reasons[0]}") if reasons else certificate
