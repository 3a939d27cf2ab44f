"""An example of every kind of fault at each vendor, for tests to go through."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.sandbox.faults import LISTING_KINDS, Fault, fault_from
from reconciler.sandbox.store import VendorName
from reconciler.sandbox.vendors import FIRST, VENDORS


def each_fault(target: str | None = None, vendor: VendorName = FIRST.name) -> Iterator[tuple[str, Fault]]:
    """Yield a named example of every kind of fault; `target` is whom another person edits, deletes or adds to."""
    scene = VENDORS[vendor].scene
    target = target or scene.target
    yield from _network_faults()
    for suffix, path in scene.listings.items():
        for kind in sorted(LISTING_KINDS):
            yield f"{kind}{suffix}", fault_from({"kind": kind, "path": path})
    yield "rewritten", Fault(kind="rewritten", path=scene.rewritten, times=None, fields=scene.rewriting)
    yield "edited-before", Fault(kind="edited-before", target=target, fields=scene.edit)
    yield "deleted-before", Fault(kind="deleted-before", target=target)
    yield "added-before", Fault(kind="added-before", target=target, fields=scene.addition)


def _network_faults() -> Iterator[tuple[str, Fault]]:
    """Yield the examples of what goes wrong on the way, whoever the vendor is."""
    yield "lost-before-timeout", Fault(kind="lost-before", method="write")
    yield "lost-before-reset", Fault(kind="lost-before", method="write", lost_as="reset")
    yield "lost-after-timeout", Fault(kind="lost-after", method="write")
    yield "lost-after-reset", Fault(kind="lost-after", method="write", lost_as="reset")
    yield "lost-read", Fault(kind="lost-before", method="GET")
    yield "refused", Fault(kind="refused", method="write")
    yield "refused-read", Fault(kind="refused", method="GET")
    for status in (500, 502, 503):
        yield f"error-{status}-before", Fault(kind="error-before", method="write", status=status)
        yield f"error-{status}-after", Fault(kind="error-after", method="write", status=status)
    yield "error-500-read", Fault(kind="error-before", method="GET", status=500)
    yield "throttled", Fault(kind="throttled", times=2)
    yield "throttled-retry-after", Fault(kind="throttled", times=2, retry_after=2)
    yield "slow", Fault(kind="slow", method="write", seconds=0.05)
    yield "garbled", Fault(kind="garbled", method="write")
    yield "redirected", Fault(kind="redirected", method="GET")
