"""When a listing may be believed: the evidence that it saw everything, or the flaw in it.

Premise. Nothing is deleted, and nothing created, on absence that is not proven. The vendors page by offset, in no
documented order, and have no snapshot: while we read, others write, and rows move between pages. So one pass over the
pages is a claim, and these are the ways in which it is seen to be false:

| what the pass shows                                  | what may have happened                     | verdict   |
|------------------------------------------------------|--------------------------------------------|-----------|
| as many different remote ids as the total, all pages | nothing                                    | complete  |
| a page failed after all retries, or was malformed    | its rows are unknown                       | flaw      |
| the total differs between pages                      | somebody created or deleted meanwhile      | scan again|
| fewer different ids than the total                   | rows moved up over a page's edge; a gap    | scan again|
| more different ids than the total                    | the total lies, or rows came meanwhile     | scan again|
| no total at all, and nothing that is asked is missing| absence is of no concern                   | complete  |
| no total at all, otherwise, in one pass              | a gap that nothing would show              | scan again|
| the same objects in two passes, one after the other  | nothing                                    | complete  |
| one external id on two objects                       | two objects claim one name: neither is it  | scan again|
| no rows, but one that is wanted answers a look-up    | the listing is empty for another reason    | flaw      |

A pass is repeated up to twice, following each page's own cursor, one after the other: slower, but it steps over
nothing. Every pass stands alone. Adding the rows of several passes up until they reach the total would be the cheap
way out and is rejected: a row seen once and deleted since fills the place of one never seen, and absence is concluded
from a list that never existed.

What no single pass can show: a deletion on a page already read and a creation behind, within one pass. The object is
read again before every write; that is where it is caught.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from reconciler.errors import Problem
from reconciler.live.provider import Page
from reconciler.model.state import Certificate

MOST_SCANS = 3


def certify(
    kind: str, pages: Sequence[Page], *, scans: int, missing: int = 0, before: frozenset[str] | None = None
) -> Certificate:
    """Judge one pass over a listing.

    Args:
        kind: what was listed.
        pages: the pages that came, in order.
        scans: which pass this is.
        missing: how many pages could not be read.
        before: the remote ids of the pass before, which a vendor without totals is held against.
    """
    ids = ids_of(pages)
    totals = {page.total for page in pages}
    total = pages[0].total if pages else None
    return Certificate(
        kind=kind,
        rows=len(ids),
        total=len(ids) if total is None else total,
        pages=len(pages) + missing,
        scans=scans,
        flaw=_flaw(ids, totals, repeated_keys(pages), missing, before),
    )


def ids_of(pages: Sequence[Page]) -> frozenset[str]:
    """Give the remote ids of all objects on these pages."""
    return frozenset(found.remote_id for page in pages for found in page.objects)


def repeated_keys(pages: Sequence[Page]) -> frozenset[str]:
    """Give the external ids that two objects or more have; the same object on two pages counts once."""
    keys = {found.remote_id: found.key for page in pages for found in page.objects if found.key}
    if len(set(keys.values())) == len(keys):
        return frozenset()
    return frozenset(key for key, count in Counter(keys.values()).items() if count > 1)


def _flaw(
    ids: frozenset[str],
    totals: set[int | None],
    repeated: frozenset[str],
    missing: int,
    before: frozenset[str] | None,
) -> str | None:
    if missing:
        return f"{missing} of its pages could not be read"
    if len(totals) > 1:
        return "its total changed while it was read"
    total = next(iter(totals), None)
    if total is None and before is None:
        return "the vendor gave no total to hold the rows against, and it was read once"
    if total is None and ids != before:
        return "the vendor gave no total to hold the rows against, and two passes gave different rows"
    if total is not None and len(ids) != total:
        return f"it gave {len(ids)} different rows of a total of {total}"
    if repeated:
        return f"{len(repeated)} external ids stand on more than one object"
    return None


def unproven(kind: str, organization: str, flaw: str) -> Problem:
    """Tell of a listing that proves nothing."""
    return Problem(
        code="listing-incomplete",
        summary="a listing did not prove that it saw everything",
        where=organization,
        detail=f"The listing of {kind} objects proves nothing: {flaw}.",
        remedy="Try again when nobody writes to this organization, or ask the vendor if it persists.",
    )
