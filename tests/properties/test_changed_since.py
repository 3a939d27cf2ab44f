"""Whatever a branch edits: a plan that is held to it does to what is touched just what a plan of everything does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from reconciler.model.change import Change
from reconciler.model.inventory import Inventory
from reconciler.model.resource import Declared, Observed
from reconciler.model.state import Absent, Allowance, Certificate, DesiredState, LiveState
from reconciler.plan.build import Part, build
from reconciler.plan.touched import asked_for, differing, with_relatives
from tests.values import club, desired, inventory, live_club, organization

KEYS = tuple(f"C-{number}" for number in range(6))
PARENTS = KEYS[:2]  # the vendor knows one level: these have none, the others may have one of them
_ORGANIZATION = organization()
_LEAVE = tuple(Allowance(guard=guard, target="club", count=99) for guard in ("delete-ceiling", "update-ceiling"))


@st.composite
def clubs(draw: DrawFn) -> Mapping[str, Declared]:
    """Some clubs, some of which belong to others; none is like another, as a twin in no plan would not be seen."""
    found = {}
    for key in draw(st.sets(st.sampled_from(KEYS), min_size=1)):
        name, tax = f"{key} {draw(st.sampled_from('ab'))}", draw(st.sampled_from([f"{key} 1", None]))
        parent = draw(st.sampled_from([None, *PARENTS])) if key not in PARENTS else None
        found[key] = club(key, name=name, tax=tax, parent=parent)
    return {key: one for key, one in found.items() if (one.fields["parent"] or key) in found}


@st.composite
def edited(draw: DrawFn, before: Mapping[str, Declared]) -> Mapping[str, Declared]:
    """The same clubs after an edit: some as others would have them, some gone, some new."""
    other = draw(clubs())
    taken = draw(st.sets(st.sampled_from(KEYS)))
    both = {key: (other if key in taken else before).get(key) for key in KEYS}
    after = {key: one for key, one in both.items() if one is not None}
    return {key: one for key, one in after.items() if (one.fields["parent"] or key) in after}


def observed(row: Declared, name: str | None) -> Observed:
    """Give a club as it is live, under a name of somebody else's where one is given."""
    return replace(live_club(row.key), fields={**row.fields, **({"name": name} if name else {})})


def managed(live: Sequence[Observed]) -> Inventory:
    """Manage these, as they were applied once."""
    known = inventory(*live)
    applied = {f"club/{one.key}": {"parent": one.fields["parent"]} for one in live}
    entries = {name: replace(entry, last_applied=applied[name]) for name, entry in known.managed.items()}
    return replace(known, managed=entries)


def part(now: DesiredState, live: Sequence[Observed], known: Inventory) -> Part:
    """Read all of it."""
    rows = {one.key or "": one for one in live}
    certificate = Certificate(kind="club", rows=len(rows), total=len(rows), pages=1)
    state = LiveState(organization="acme", objects={"club": rows}, certificates=(certificate,))
    return Part(organization=_ORGANIZATION, desired=now, live=state, inventory=known, allowances=_LEAVE)


def only_asked_for(whole: Part) -> Part:
    """Know of the live state what the plan of a part reads: each object by itself, and where something goes all."""
    wanted, ours = asked_for(whole.desired, whole.inventory, whole.focus)
    declared = {one.key for one in wanted.declared}
    known = {one.key for one in ours.managed.values()} if ours is not None else set[str]()
    if known - declared:
        return whole
    rows = whole.live.objects["club"]
    found = {key: rows[key] for key in declared & rows.keys()}
    absent = {key: Absent(evidence="404") for key in declared - rows.keys()}
    return replace(whole, live=LiveState(organization="acme", objects={"club": found}, absent={"club": absent}))


def by_key(changes: Sequence[Change]) -> Mapping[str, Change]:
    """Index changes; what a vendor's listing says beside is left out."""
    return {one.address.key: replace(one, marks=()) for one in changes}


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_part_is_the_whole_seen_through_a_hole(data: st.DataObject) -> None:
    """Its changes are the whole plan's at the touched addresses; so is what is refused. Nothing else is in it."""
    before = data.draw(clubs())
    after = data.draw(edited(before))
    drift = data.draw(st.sets(st.sampled_from(KEYS)))
    unborn = data.draw(st.sets(st.sampled_from(KEYS)))
    live = [observed(one, "by hand" if key in drift else None) for key, one in before.items() if key not in unborn]
    then, now = desired(*before.values()), desired(*after.values())
    known = managed(live)
    whole = part(now, live, known)
    touched = differing(then, now)
    assert touched is not None
    assert touched == {("club", key) for key in KEYS if before.get(key) != after.get(key)}
    focus = with_relatives(touched, (then, now), known, _ORGANIZATION.vendor.kinds)
    held = build([only_asked_for(replace(whole, focus=focus))])
    full = build([whole])
    keys = {key for _, key in focus}
    assert by_key(held.changes) == {key: one for key, one in by_key(full.changes).items() if key in keys}
    refused = [(one.change.address.key, one.problem.code) for one in full.blocked if one.change.address.key in keys]
    assert [(one.change.address.key, one.problem.code) for one in held.blocked] == refused
