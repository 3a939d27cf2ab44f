"""Whoever edits at the vendor is told, whatever plans were saved, begun and overtaken and whatever the vendor set back.

Documents change, people type, a rule of the vendor's makes another value of what is written, and plans are applied at
once or later, with somebody typing between the plan and its writes. Beside it stands what the product should know: what
the documents said at each place when an apply last dealt with it, and whether the vendor's rule put there what was seen
last. Where the documents say the same still, and the value is not the vendor's, the difference is somebody's edit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from reconciler.apply.readback import overridden_paths
from reconciler.apply.record import Record
from reconciler.cli.locking import circumstances_of
from reconciler.cli.saved import is_begun, left_of
from reconciler.model.address import digest_key_id
from reconciler.model.change import Change
from reconciler.model.drift import Label
from reconciler.model.event import Done, Stale, Started
from reconciler.model.inventory import Agreement, Inventory
from reconciler.model.plan import Plan
from reconciler.model.resource import Observed
from reconciler.plan.build import Part, build
from reconciler.plan.check import holds
from reconciler.plan.digest import change_digest
from reconciler.plan.drift import drift_of
from tests.apply.test_record import PROBLEM
from tests.values import CLUB, SECRET, club, desired, guest, inventory, live, live_club, organization

KEY_ID = digest_key_id(SECRET)
HER_NAME = "guests/G-1/name"
Place = tuple[str, str]
"""A club by its key, and one of its values by the path that the inventory knows it by."""

PLACES: tuple[Place, ...] = (("A", "name"), ("A", "tax"), ("A", HER_NAME), ("B", "name"))
Values = dict[Place, str]
Step = tuple[str, Place, str]
"""What happens, where, and with which value; some of it happens nowhere in particular, and needs none."""


@dataclass(slots=True)
class _Saved:
    """A plan, with what the documents said and what was live."""

    plan: Plan
    declared: Values
    live: Values


@dataclass(slots=True)
class _World:
    """Both sides and the inventory; `told` and `answers` are what the product should know."""

    declared: Values = field(default_factory=lambda: dict.fromkeys(PLACES, "a"))
    live: Values = field(default_factory=lambda: dict.fromkeys(PLACES, "a"))
    rules: Values = field(default_factory=dict)
    saved: _Saved | None = None
    told: Values = field(default_factory=dict)
    answers: Values = field(default_factory=dict)
    ours: Inventory = field(
        default_factory=lambda: replace(inventory(_club({}, "A"), _club({}, "B")), digest_key_id=KEY_ID)
    )

    def part(self) -> Part:
        """Give both sides as they are."""
        declared = desired(
            *(
                club(
                    key,
                    name=self.declared[key, "name"],
                    tax=self.declared.get((key, "tax"), "a"),
                    guests=_guests(self.declared, key),
                )
                for key in "AB"
            )
        )
        now = live(*(_club(self.live, key) for key in "AB"))
        return Part(organization=organization(), desired=declared, live=now, inventory=self.ours)

    def take(self, step: Step) -> None:
        """Let something happen."""
        what, place, value = step
        if what == "declare":
            self.declared[place] = value
        elif what == "type":
            self.live[place] = value
        elif what == "both":
            self.declared[place] = self.live[place] = value
        elif what == "rule":
            self.rules = {place: value}
        elif what == "save":
            self.saved = self._made()
        elif what == "carry" and self.saved is not None:
            self.apply(self.saved, agreed=True)
        elif what == "apply":
            self.apply(self._made())
        elif what == "race":
            made = self._made()
            self.live[place] = value
            self.apply(made)

    def _made(self) -> _Saved:
        return _Saved(build([self.part()]), dict(self.declared), dict(self.live))

    def apply(self, made: _Saved, *, agreed: bool = False) -> None:
        """Carry out what is left of a plan, and keep the books; `agreed` says that it was saved."""
        plan, declared = made.plan, made.declared
        assert not plan.blocked
        (share,) = plan.shares
        current, begun = self.ours.serial == share.serial, is_begun(share, plan, {"acme": self.ours})
        left = left_of(plan, {"acme": self.ours}) if agreed else plan
        digests = tuple(change_digest(one, share.seal) for one in left.changes)
        agreement = Agreement(plan=plan.digest, changes=digests, serial=share.serial) if agreed else None
        record = Record(self.ours, left.changes, circumstances_of(organization(), share, "r", agreement))
        for change in left.changes:
            done = self._carry(change, record)
            if done is not None:
                self._look(done, declared, current=current, begun=begun)
        if current:
            changed = {one.address.top.key for one in plan.changes}
            for place in PLACES:
                if place[0] not in changed:
                    self._see(place, declared[place], made.live[place])
        if left.changes or (share.applied and current):
            self.ours = replace(record.ended(), serial=self.ours.serial + 1)

    def _carry(self, change: Change, record: Record) -> Done | None:
        """Make one change stand, as the carriage does; None where it is stale."""
        key = change.address.key
        fresh, wanted = _club(self.live, key), dict(_wanted(change))
        if all(self.live[place] == value for place, value in wanted.items()):
            done = Done(change=change, remote_id=fresh.remote_id, found=fresh)
        elif not holds(change.precondition, fresh, CLUB):
            record.take(Stale(change=change, problem=PROBLEM), "")
            return None
        else:
            record.take(Started(change=change, step=1, steps=1, attempt=1, summary=""), "")
            self.live |= {place: self.rules.get(place, value) for place, value in wanted.items()}
            settled = all(self.live[place] == value for place, value in wanted.items())
            after = _club(self.live, key)
            paths = overridden_paths(change, after, CLUB, settled=settled)
            done = Done(change=change, remote_id=after.remote_id, found=after, overridden=paths)
            for place in wanted:
                self.answers.pop(place, None)
        record.take(done, "")
        return done

    def _look(self, done: Done, declared: Values, *, current: bool, begun: bool) -> None:
        """Note what an apply that dealt with a club came to know."""
        wanted = dict(_wanted(done.change))
        for place in (one for one in PLACES if one[0] == done.change.address.key):
            if done.overridden and place in wanted and self.live[place] != wanted[place]:
                self.answers[place] = self.live[place]
            if place in wanted or current or (begun and self.live[place] == declared[place]):
                self._see(place, declared[place], self.live[place])

    def _see(self, place: Place, declared: str, value: str) -> None:
        self.told[place] = declared
        if self.answers.get(place) != value:
            self.answers.pop(place, None)

    def check(self) -> None:
        """Hold what plan and drift say against the books."""
        for one in build([self.part()]).overridden:
            place = one.address.top.key, one.path
            assert self.answers.get(place) == self.live[place], f"{place} is told as the vendor's doing"
        labels = self._labels()
        for place in PLACES:
            differs = self.live[place] != self.declared[place]
            assert differs == (place in labels), place
            if differs and self.told.get(place) == self.declared[place] and self.answers.get(place) != self.live[place]:
                assert labels[place] in (Label.LIVE, Label.BOTH), f"{place}: somebody's edit is {labels[place]}"

    def _labels(self) -> Mapping[Place, Label]:
        found: dict[Place, Label] = {}
        for one in drift_of([self.part()], {"acme": KEY_ID}).objects:
            found |= {(one.address.key, ".".join(row.change.path)): row.label for row in one.fields}
            found |= dict.fromkeys(
                ((one.address.key, HER_NAME) for member in one.members if member.fields),
                next((row.label for member in one.members for row in member.fields), Label.LIVE),
            )
        return found


def _club(values: Values, key: str) -> Observed:
    name, tax = (values.get((key, path), "a") for path in ("name", "tax"))
    return live_club(key, guests=[{"id": f"g-{key}", **row} for row in _guests(values, key)], name=name, tax=tax)


def _guests(values: Values, key: str) -> list[dict[str, object]]:
    return [guest("G-1", "g1@x", name=values.get((key, HER_NAME), "a"))] if key == "A" else []


def _wanted(change: Change) -> Iterator[tuple[Place, str]]:
    key = change.address.top.key
    yield from (((key, ".".join(row.path)), str(row.after)) for row in change.fields)
    yield from (((key, HER_NAME), str(row.after)) for member in change.members for row in member.fields)


_AT_ONCE = ("apply", "apply", "save", "carry", "carry")
_SOMEWHERE = ("declare", "type", "type", "both", "rule", "race")


@st.composite
def _histories(draw: DrawFn) -> list[Step]:
    """Draw what happens at two places, of the same club or not: so it meets more often than among many."""
    places = st.sampled_from([("A", "name"), draw(st.sampled_from(PLACES[1:]))])
    somewhere = st.tuples(st.sampled_from(_SOMEWHERE), places, st.sampled_from("ab"))
    at_once = st.tuples(st.sampled_from(_AT_ONCE), st.just(PLACES[0]), st.just(""))
    return draw(st.lists(st.one_of(somewhere, at_once), min_size=4, max_size=14))


_NAME, _TAX, _OTHER = ("A", "name"), ("A", "tax"), ("B", "name")
_APPLY, _SAVE, _CARRY = ((one, _NAME, "") for one in ("apply", "save", "carry"))
_SET_BACK: list[Step] = [("rule", _NAME, "b"), ("declare", _NAME, "c"), _APPLY, ("rule", _TAX, "c")]
"""A rule of the vendor's makes one value of another, and does so no more."""
_OVERTAKEN: list[Step] = [_SAVE, ("declare", _OTHER, "c"), _APPLY, _CARRY, ("type", _OTHER, "b")]

_SAME_AGAIN: list[Step] = [("type", _NAME, "a"), ("type", _TAX, "a")]
_BEGUN: list[Step] = [
    *(("both", _TAX, "b"), ("declare", _NAME, "b"), ("declare", _OTHER, "b"), _SAVE),
    *(("type", _NAME, "c"), _CARRY, ("type", _NAME, "a")),
]


@settings(max_examples=100, deadline=None)
@given(_histories())
@example([("both", _OTHER, "b"), ("declare", _NAME, "b"), *_OVERTAKEN])
@example([("declare", _NAME, "b"), _SAVE, ("declare", _TAX, "b"), _APPLY, _CARRY, ("type", _TAX, "a")])
@example([("declare", _NAME, "b"), _SAVE, ("declare", _TAX, "b"), _APPLY, *_SAME_AGAIN, _CARRY])
@example([*_SET_BACK, ("declare", _NAME, "a"), ("race", _NAME, "a"), ("type", _NAME, "b")])
@example([*_SET_BACK, ("declare", _TAX, "b"), _SAVE, ("declare", _NAME, "a"), _APPLY, ("type", _NAME, "b"), _CARRY])
@example([*_BEGUN, _CARRY, ("type", _TAX, "a")])
def test_an_edit_is_told_as_one(steps: list[Step]) -> None:
    """After whatever came before, at every place that plan and drift speak of."""
    world = _World()
    world.take(_APPLY)
    for step in steps:
        world.take(step)
        world.check()
