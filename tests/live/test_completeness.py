"""A listing is believed only on evidence, and each way in which it can be false is named."""

from __future__ import annotations

import pytest

from reconciler.live.completeness import certify, repeated_keys
from reconciler.live.provider import Page
from reconciler.model.resource import Observed


def page(*ids: int, total: int | None, keys: tuple[str, ...] = ()) -> Page:
    """Give a page of objects; keys are C-<id> unless told."""
    names = keys or tuple(f"C-{remote}" for remote in ids)
    objects = tuple(
        Observed(kind="thing", key=key, remote_id=str(remote), fields={})
        for remote, key in zip(ids, names, strict=True)
    )
    return Page(objects=objects, total=total, following=None)


def test_as_many_different_rows_as_the_total_are_complete() -> None:
    """That is the evidence: no gap, no repetition, one total on all pages."""
    certificate = certify("thing", (page(1, 2, total=3), page(3, total=3)), scans=1)
    assert (certificate.complete, certificate.rows, certificate.total, certificate.pages) == (True, 3, 3, 2)
    assert certify("thing", (page(total=0),), scans=1).complete


@pytest.mark.parametrize(
    ("pages", "missing", "flaw"),
    [
        ((page(1, 2, total=3),), 1, "could not be read"),
        ((page(1, 2, total=3), page(3, total=4)), 0, "total changed"),
        ((page(1, 2, total=4), page(2, 3, total=4)), 0, "3 different rows of a total of 4"),
        ((page(1, 2, total=1),), 0, "2 different rows of a total of 1"),
        ((page(1, total=None),), 0, "no total"),
        ((page(1, 2, total=2, keys=("C", "C")),), 0, "1 external ids stand on more than one object"),
        ((), 1, "could not be read"),
    ],
)
def test_each_doubt_is_a_flaw(pages: tuple[Page, ...], missing: int, flaw: str) -> None:
    """With a flaw nothing counts as absent."""
    certificate = certify("thing", pages, scans=1, missing=missing)
    assert not certificate.complete
    assert flaw in (certificate.flaw or "")


def test_an_external_id_of_two_objects_is_told_from_an_object_on_two_pages() -> None:
    """Only the first is a claim by two; the second is a row that moved."""
    assert repeated_keys((page(1, total=2), page(1, total=2))) == frozenset()
    assert repeated_keys((page(1, 2, total=2, keys=("C", "C")),)) == {"C"}
