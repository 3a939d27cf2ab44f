"""Reading a listing to its end: the first page goes in; all pages come out with the certificate of the last pass.

The first pass reads the pages after the first at the same time; a pass that leaves a doubt is repeated
(`completeness`).
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from reconciler.errors import LiveStateUnreadable, Problem
from reconciler.live.completeness import MOST_SCANS, certify, ids_of, repeated_keys
from reconciler.live.provider import Page
from reconciler.live.reads import Reads
from reconciler.live.workers import each
from reconciler.model.state import Certificate

_MOST_PAGES = 100_000


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


async def list_rest(reads: Reads, kind: str, first: Page, wanted: Set[str], *, whole: bool = False) -> Listed:
    """Read the pages after the first, and the whole listing again as long as it is not believed.

    Args:
        reads: the provider.
        kind: what is listed.
        first: its first page.
        wanted: the keys that are asked for; where none is missing nobody asks what is absent.
        whole: whether it matters all the same that every object was seen.
    """
    listed = await _all_at_once(reads, kind, first)
    if first.total is None and not whole and _shows_all(listed, wanted):
        return replace(listed, certificate=replace(listed.certificate, flaw=None))
    while not listed.certificate.complete and listed.certificate.scans < MOST_SCANS:
        again = await _one_by_one(reads, kind, ids_of(listed.pages), scans=listed.certificate.scans + 1)
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


def _shows_all(listed: Listed, wanted: Set[str]) -> bool:
    failed = len(listed.pages) < listed.certificate.pages
    keys = {found.key for page in listed.pages for found in page.objects}
    return not failed and not repeated_keys(listed.pages) and wanted <= keys


async def _one_by_one(reads: Reads, kind: str, before: frozenset[str], *, scans: int) -> Listed | None:
    """Read all pages again, each by the cursor that the one before gave; None if not even the first came."""
    first = await _page(reads, kind, None)
    if isinstance(first, LiveStateUnreadable):
        return None
    return _judged(kind, [first, *await _follow(reads, kind, first)], scans=scans, before=before)


async def _follow(reads: Reads, kind: str, first: Page) -> Sequence[Page | LiveStateUnreadable]:
    """Follow the cursors, but not for ever: neither ever smaller pages nor a circle are read to the end.

    A listing that is left so does not add up: its total is not reached, or the next pass leaves it elsewhere.
    """
    pages: list[Page | LiveStateUnreadable] = []
    most = 2 * pages_left(first) + 10 if first.total is not None else _MOST_PAGES
    page, followed = first, set[str]()
    while page.following is not None and page.objects and len(pages) < most and page.following not in followed:
        followed.add(page.following)
        following = await _page(reads, kind, page.following)
        pages.append(following)
        if isinstance(following, LiveStateUnreadable):
            break
        page = following
    if first.total is None and page.following is not None and page.objects and not _failed(pages):
        pages.append(endless(kind))
    return pages


def _failed(pages: Sequence[Page | LiveStateUnreadable]) -> bool:
    return bool(pages) and isinstance(pages[-1], LiveStateUnreadable)


def endless(kind: str, where: str = "") -> LiveStateUnreadable:
    """Give the failure of a listing whose cursors lead nowhere new; `where` is the organization, if it is known."""
    return LiveStateUnreadable(
        Problem(
            code="listing-endless",
            summary="a listing does not end",
            where=where,
            detail=f"The listing of {kind} goes in a circle.",
            why="What is missing from it may be on a page that never came.",
            remedy="Try again; if it stays, tell the vendor: nothing is concluded from such a listing.",
        )
    )


async def _page(reads: Reads, kind: str, cursor: str | None) -> Page | LiveStateUnreadable:
    try:
        return await reads.page(kind, cursor)
    except LiveStateUnreadable as error:
        return error


def _judged(
    kind: str, pages: Sequence[Page | LiveStateUnreadable], *, scans: int, before: frozenset[str] | None = None
) -> Listed:
    failures = [page for page in pages if isinstance(page, LiveStateUnreadable)]
    came = tuple(page for page in pages if not isinstance(page, LiveStateUnreadable))
    certificate = certify(kind, came, scans=scans, missing=len(failures), before=before)
    return Listed(pages=came, certificate=_explained(certificate, *failures[:1]))


def _explained(certificate: Certificate, *failures: LiveStateUnreadable) -> Certificate:
    """Add to a flaw what went wrong with the first page that failed."""
    reasons = [problem.detail for failure in failures for problem in failure.problems if problem.detail]
    return replace(certificate, flaw=f"{certificate.flaw}: {reasons[0]}") if reasons else certificate
