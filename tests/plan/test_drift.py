"""Drift of whole objects: gone, replaced, pending, undeclared, unmanaged; and what is masked of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reconciler.model.drift import Drift, Label
from reconciler.model.inventory import Inventory, Managed
from reconciler.model.resource import Declared, Observed
from reconciler.model.state import Certificate, DesiredState, LiveState
from reconciler.plan.build import Part
from reconciler.plan.drift import UNDECLARED, drift_of
from reconciler.plan.drift_masked import masked_drift
from reconciler.plan.sight import PENDING, REPLACED, UNTOLD, VANISHED
from tests.values import SECRET, club, guest, live_club, organization

KEY_ID = "the id of the key"


def drift(
    declared: Iterable[Declared],
    live: Iterable[Observed],
    managed: Mapping[str, str] | None,
    *,
    flaw: str | None = None,
) -> Drift:
    """Look at an organization whose clubs are listed; `managed` maps keys to remote ids."""
    rows = {one.key or "": one for one in live}
    certificate = Certificate(kind="club", rows=len(rows), total=len(rows), pages=1, flaw=flaw)
    inventory = None
    if managed is not None:
        entries = {f"club/{key}": _entry(key, remote_id) for key, remote_id in managed.items()}
        inventory = Inventory(
            organization="acme", provider="clubs", endpoint="sandbox", digest_key_id=KEY_ID, managed=entries
        )
    part = Part(
        organization=organization(),
        desired=DesiredState(organization="acme", declared=tuple(declared)),
        live=LiveState(organization="acme", objects={"club": rows}, certificates=(certificate,)),
        inventory=inventory,
    )
    return drift_of([part], {"acme": KEY_ID})


def _entry(key: str, remote_id: str) -> Managed:
    return Managed(
        kind="club",
        key=key,
        remote_id=remote_id,
        document="clubs.yaml",
        applied_at="",
        run="",
        last_applied={"name": "A"},
    )


def told(found: Drift) -> list[tuple[str, Label | None, str]]:
    """Give what is said of whole objects."""
    return [(one.address.key, one.label, one.reason) for one in found.objects]


def test_what_was_applied_and_is_proven_absent_is_gone() -> None:
    """What never was is pending; and without an inventory nobody can say which."""
    clubs = [club("C-1", name="A"), club("C-2", name="A")]
    found = drift(clubs, [], {"C-1": "r-C-1"})
    assert told(found) == [("C-1", Label.GONE, VANISHED), ("C-2", Label.NEVER, PENDING)]
    assert found.drifted
    assert told(drift(clubs[:1], [], None)) == [("C-1", Label.UNKNOWN, UNTOLD)]


def test_absence_that_is_not_proven_is_not_told() -> None:
    """It is a problem, and nothing is concluded."""
    found = drift([club("C-1", name="A")], [], {"C-1": "r-C-1"}, flaw="a page failed")
    assert (found.objects, found.complete, found.drifted) == ((), False, False)


def test_another_object_under_the_name_is_not_compared() -> None:
    """Ours is gone."""
    found = drift([club("C-1", name="A")], [live_club("C-1", name="B")], {"C-1": "r-other"})
    assert told(found) == [("C-1", Label.GONE, REPLACED)]


def test_what_is_ours_and_not_declared_is_the_documents_doing() -> None:
    """A plan is pending, no drift; where it is gone as well, both want the same."""
    found = drift([], [live_club("C-1", name="A")], {"C-1": "r-C-1", "C-2": "r-C-2"})
    assert told(found) == [("C-1", Label.CONFIG, UNDECLARED)]
    assert not found.drifted


def test_what_nobody_manages_is_counted() -> None:
    """Where a listing saw everything, and not as drift."""
    found = drift([club("C-1", name="A")], [live_club("C-1", name="A"), live_club("C-9")], {"C-1": "r-C-1"})
    assert [(one.kind, one.keys, one.count) for one in found.unmanaged] == [("club", ("C-9",), 1)]
    assert (found.objects, found.drifted) == ((), False)
    incomplete = drift([], [live_club("C-9")], {}, flaw="a page failed")
    assert incomplete.unmanaged == ()


def test_personal_values_are_masked_by_tags() -> None:
    """Equal ones by equal tags; others stand as they are, and no row is carried along."""
    guests = [{"id": "r-1", "externalId": "P-1", "email": "x@club.example", "name": "Xenia"}]
    declared = club("C-1", name="A", guests=[guest("P-1", "ana@club.example", name="Ana")])
    found = drift([declared], [live_club("C-1", name="B", guests=guests)], {"C-1": "r-C-1"})
    assert found.tags
    shown = masked_drift(found)
    assert not any(word in repr(shown) for word in ("Xenia", "x@club", "Ana", "ana@club", SECRET))
    (one,) = shown.objects
    assert [(row.change.before, row.change.after) for row in one.fields] == [("B", "A")]
    assert {row.change.before for row in one.members[0].fields} != {None}
    assert one.members[0].live is None
