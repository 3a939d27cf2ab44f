"""Listings without a certificate: what is not known because of them, told as problems of the plan. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.errors import Problem
from reconciler.model.state import DesiredState, LiveState, Unread
from reconciler.plan.touched import Focus


def unproven(desired: DesiredState, live: LiveState, focus: Focus | None = None) -> Iterator[Problem]:
    """Tell of every listing of an organization that did not prove that it saw everything.

    What lies outside the `focus` of a plan was not to be read.
    """
    for certificate in live.certificates:
        if certificate.complete:
            continue
        unknown = sum(
            1
            for resource in desired.declared
            if resource.kind == certificate.kind
            and (focus is None or (resource.kind, resource.key) in focus)
            and isinstance(live.find(resource.kind, resource.key), Unread)
        )
        yield Problem(
            code="listing-incomplete",
            summary="a listing did not prove that it saw everything",
            where=desired.organization,
            detail=f"The listing of {certificate.kind} objects proves nothing: {certificate.flaw} "
            f"({certificate.rows} of {certificate.total} rows, {certificate.scans} scans). "
            f"Of {unknown} declared ones nobody can say whether they exist.",
            why="Nothing counts as absent on such evidence, so nothing of this plan may be applied.",
            remedy="Plan again when nobody writes to this organization, or ask the vendor if it persists.",
        )
