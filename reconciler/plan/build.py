"""The station that makes the plan: states of every organization in, one plan out. Pure.

For each organization: names in documents are resolved, references judged on the state after the plan, pairs compared,
drafts judged by guards, changes ordered. Documents that cannot be meant (an unknown name, a parent that will not
exist) stop everything, all of them reported at once; a single change that is not let through does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from reconciler.diff.match import match
from reconciler.errors import DesiredStateInvalid, Problem, in_order
from reconciler.model.address import Address
from reconciler.model.change import Blocked, Change, Overridden
from reconciler.model.drift import ObjectDrift
from reconciler.model.guards import LIVE_SHRANK, ORGANIZATION_CHANGED
from reconciler.model.inventory import Inventory
from reconciler.model.kind import Kind
from reconciler.model.organization import Organization
from reconciler.model.plan import Plan, Share, Since, Spared
from reconciler.model.resource import Declared, Observed
from reconciler.model.state import Allowance, DesiredState, LiveState, Unread
from reconciler.plan.ceilings import believed_sizes
from reconciler.plan.changes import Draft, comparison, creation, stands
from reconciler.plan.destruction import with_takes
from reconciler.plan.digest import plan_digest
from reconciler.plan.doubles import without_doubles
from reconciler.plan.doubted import idle_lines
from reconciler.plan.evidence import unproven
from reconciler.plan.exchanges import without_exchanges
from reconciler.plan.guard import Locate, block_dependents, flaw_problem, item_place, judge
from reconciler.plan.guards import refusals
from reconciler.plan.ignored_documents import ignored_warnings
from reconciler.plan.kinship import with_kin
from reconciler.plan.names import named_overridden, with_names
from reconciler.plan.order import order
from reconciler.plan.overrides import Judgement, Totals, held_back, judge_refusals, option_warnings, totals_of
from reconciler.plan.ownership import ownership_of
from reconciler.plan.protection import protections
from reconciler.plan.pruning import abandoned
from reconciler.plan.references import reference_flaws, removed_reference_flaws
from reconciler.plan.refusal import Refusal
from reconciler.plan.removals import going, removal_warnings, removed, unremoved
from reconciler.plan.scene import Scene, by_kind, surroundings
from reconciler.plan.setbacks import Setbacks, drifted_of, setbacks, with_cause
from reconciler.plan.shares import Stays, share_of
from reconciler.plan.sight import sight_of
from reconciler.plan.touched import Focus
from reconciler.plan.transfers import with_transfers


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One organization with both its states, what we manage of it (None on a first run), and what this run allows.

    `read_at` is when reading the live state began, with its time zone; None where nobody knows. `unsent` are creates,
    by kind and key, that the inventory has intents of and that were never sent, as a journal tells. `focus` are the
    addresses that the plan is held to (`touched`); None is all of them. `retry_overridden` says that what the vendor
    sets back is sent again.
    """

    organization: Organization
    desired: DesiredState
    live: LiveState
    inventory: Inventory | None = None
    allowances: tuple[Allowance, ...] = ()
    read_at: datetime | None = None
    unsent: Collection[tuple[str, str]] = ()
    focus: Focus | None = None
    retry_overridden: bool = False


def build(parts: Sequence[Part], *, locate: Locate = item_place, since: Since | None = None) -> Plan:
    """Make the plan of these organizations.

    Args:
        parts: One for each organization in scope.
        locate: Finds the exact place of a value in its document; it is called for problems only.
        since: What the plan was to be held to, if it was.

    Raises:
        DesiredStateInvalid: Documents name what does not exist, or would nest parents.
    """
    parts = sorted(parts, key=lambda part: part.organization.name)
    drafting = [_Drafting(part, locate) for part in parts]
    problems = [problem for one in drafting for problem in one.resolve()]
    if problems:
        raise DesiredStateInvalid(*in_order(problems))
    everywhere = totals_of(refusal for one in drafting for refusal in one.draft())
    finished = [one.finish(everywhere) for one in drafting]
    read = all(part.live.complete for part in parts)  # else nobody can say that an option did nothing
    options = [allowance for part in parts for allowance in part.allowances if read]
    plan = Plan(
        scope=tuple(part.organization.name for part in parts),
        shares=tuple(one.share for one in finished),
        changes=tuple(change for one in finished for change in one.changes),
        blocked=tuple(blocked for one in finished for blocked in one.blocked),
        warnings=(
            *(problem for one in finished for problem in one.warnings),
            *option_warnings(options, [one.judgement for one in finished]),
        ),
        overrides=tuple(text for one in finished for text in one.overrides),
        problems=tuple(problem for part in parts for problem in unproven(part.desired, part.live, part.focus)),
        since=since,
        drifted=tuple(drift for one in finished for drift in one.drifted),
    )
    return replace(plan, digest=plan_digest(plan))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finished:
    share: Share
    changes: tuple[Change, ...]
    blocked: tuple[Blocked, ...]
    warnings: tuple[Problem, ...]
    overrides: tuple[str, ...]
    drifted: tuple[ObjectDrift, ...]
    judgement: Judgement


class _Drafting:
    """One organization on its way from states to changes."""

    def __init__(self, part: Part, locate: Locate) -> None:
        self.organization = part.organization
        self.desired = part.desired
        self.live = part.live
        self.locate = locate
        self.kinds = {kind.name: kind for kind in part.organization.vendor.kinds}
        self.allowances = (*part.desired.allowances, *part.allowances)
        self.ownership = ownership_of(
            part.organization,
            part.desired,
            part.live,
            part.inventory,
            read_at=part.read_at,
            unsent=part.unsent,
            focus=part.focus,
            retry_overridden=part.retry_overridden,
        )
        self.first = part.inventory is None
        self.declared = by_kind(part.desired.declared, self.kinds)
        self.unchanged: Counter[str] = Counter()
        self.standing: list[tuple[Declared, Observed]] = []
        self.spared: list[Spared] = []
        self.overridden: list[Overridden] = []
        self.judged: list[Change | Blocked] = []
        self.spoken: list[Refusal] = []

    def resolve(self) -> list[Problem]:
        """Put ids in the place of names, and give the problems of all that cannot be meant."""
        problems: list[Problem] = []
        meant = going(self.ownership)
        for name, kind in self.kinds.items():
            around = surroundings(self.organization, self.live, kind, self.declared)
            resolved: dict[str, Declared] = {}
            for key, resource in self.declared[name].items():
                if not self.ownership.looks_at(name, key):
                    resolved[key] = resource  # what it names was not read; nothing is compared of it
                    continue
                resolution = kind.resolve(resource, around)
                resolved[key] = resolution.declared
                problems += [flaw_problem(resource.source, flaw, self.locate) for flaw in resolution.flaws]
            self.declared[name] = resolved
            flaws = (
                *reference_flaws(kind, resolved, self.live),
                *removed_reference_flaws(kind, resolved, meant),
            )
            problems += [flaw_problem(resource.source, flaw, self.locate) for resource, flaw in flaws]
        return problems

    def draft(self) -> Sequence[Refusal]:
        """Compare, and let the guards speak."""
        unchanged, spared, judged = self.unchanged, self.spared, self.judged
        judged += self.ownership.moves
        for name, kind in self.kinds.items():
            left = abandoned(self.ownership, kind)
            spared += (*left.spared, *unremoved(self.ownership, kind))
            drafts = [*self._compared(kind, unchanged), *removed(self.ownership, kind), *left.drafts]
            if drafts:
                seen = kind.seen([*self.live.objects.get(name, {}).values(), *self.live.keyless.get(name, ())])
                around = surroundings(self.organization, self.live, kind, self.declared, seen)
                drafts = with_takes(drafts, kind, self.kinds.values(), self.live, self.ownership.inventory.sizes)
                drafts = with_transfers(with_kin(drafts, kind, listed=around.listed), kind)
                judged += [judge(draft, kind, around, self.locate) for draft in drafts]
        self.spoken = list(refusals(self._scene(judged)))
        return self.spoken

    def finish(self, everywhere: Totals) -> _Finished:
        """Hold what the guards said against what is allowed in the whole run, and order what goes."""
        judged, scene = self.judged, self._scene(self.judged)
        judgement = judge_refusals(self.spoken, self.allowances, scene.inventory.spent, everywhere)
        judged = without_exchanges([held_back(one, judgement) for one in judged], self.kinds, self.locate)
        estranged = any(leave.guard == ORGANIZATION_CHANGED for leave in judgement.leaves)
        judged = without_doubles(judged, scene, self.locate, estranged=estranged)
        blocked = [one for one in judged if isinstance(one, Blocked)]
        candidates = [one.change if isinstance(one, Blocked) else one for one in judged]
        refused = {one.change.address for one in blocked}
        ordered = order(candidates, self.kinds)
        changes, held = block_dependents([one for one in ordered if one.address not in refused], blocked)
        every_blocked = sorted([*blocked, *held], key=lambda one: one.change.address)
        changes += protections(every_blocked, scene.inventory, self.live, self.kinds.values())
        sight = sight_of(self.organization, scene.inventory, self.live, kept=not self.first)
        flawed = {one.change.address for one in self.judged if isinstance(one, Blocked)}
        every = [*changes, *(one.change for one in every_blocked)]
        found = setbacks(every, flawed, self.declared, self.kinds, sight)
        used = judgement.used(changes)
        sizes = believed_sizes(scene, judgement.kinds(LIVE_SHRANK))
        return _Finished(
            share=share_of(self.organization, self.live, self.ownership, changes, used, self._stays(sizes)),
            changes=tuple(self._told(change, found) for change in changes),
            blocked=tuple(replace(one, change=self._told(one.change, found)) for one in every_blocked),
            drifted=tuple(drifted_of(found)),
            warnings=(
                *self.desired.warnings,
                *removal_warnings(self.ownership, self.locate),
                *self._idle(judgement),
                *ignored_warnings(self.spared),
                *self._remarks(),
            ),
            overrides=tuple(f"{self.organization.name}: {one.told}" for one in used),
            judgement=judgement,
        )

    def _told(self, change: Change, found: Setbacks) -> Change:
        return with_names(with_cause(change, found), self.kinds, self.live)

    def _stays(self, sizes: Mapping[str, int]) -> Stays:
        return Stays(
            declared=self.declared,
            unchanged=self.unchanged,
            spared=self.spared,
            sizes=sizes,
            first=self.first,
            standing=self.standing,
            overridden=[named_overridden(one, self.kinds, self.live) for one in self.overridden],
        )

    def _scene(self, judged: Sequence[Change | Blocked]) -> Scene:
        """Set everything that nothing speaks against so far before the guards."""
        return Scene(
            organization=self.organization.name,
            endpoint=self.organization.base_url or self.organization.endpoint,
            provider=self.organization.vendor.name,
            title=self.organization.vendor.title,
            inventory=self.ownership.inventory,
            kinds=self.kinds,
            declared=self.declared,
            live=self.live,
            changes=[one for one in judged if isinstance(one, Change)],
            blocked=[one.change for one in judged if isinstance(one, Blocked)],
        )

    def _remarks(self) -> Iterator[Problem]:
        """Tell what a vendor's table has to say of objects beside what changes."""
        for kind in self.kinds.values():
            for resource in self._looked_at(kind) if kind.warn is not None else ():
                found = self.live.find(kind.name, resource.key)
                if isinstance(found, Observed) and kind.warn is not None:
                    yield from (flaw_problem(resource.source, flaw, self.locate) for flaw in kind.warn(resource, found))

    def _idle(self, judgement: Judgement) -> Iterator[Problem]:
        """Tell of reviewed lines that do nothing, as far as all was read that they could be about."""
        if self.live.complete and self.ownership.focus is None:
            yield from idle_lines(self.desired.allowances, judgement, self.ownership.inventory.spent, first=self.first)

    def _looked_at(self, kind: Kind) -> Collection[Declared]:
        rows = self.declared[kind.name]
        return [resource for key, resource in rows.items() if self.ownership.looks_at(kind.name, key)]

    def _address(self, kind: str, key: str) -> Address:
        return Address(organization=self.organization.name, kind=kind, key=key)

    def _compared(self, kind: Kind, unchanged: Counter[str]) -> Iterator[Draft]:
        secret, ours = self.organization.digest_key, self.ownership
        for pair in match(self._looked_at(kind), self.live):
            declared, found = pair.declared, pair.found
            if isinstance(found, Unread):
                continue
            if isinstance(found, Observed):
                if stands(declared, found, kind) and ours.settled(declared, found):
                    unchanged[kind.name] += 1  # nearly all: no address is made for them
                    self.standing.append((declared, found))
                    continue
                address = self._address(kind.name, declared.key)
                seen = comparison(declared, found, kind, address, secret, ours.known(found), ours.memory(found))
                self.overridden += seen.overridden
                draft = ours.taken_in(seen.draft, declared, found, kind)
                if draft is None:
                    unchanged[kind.name] += 1
                    self.standing.append((declared, found))
                    continue
            else:
                draft = creation(declared, kind, self._address(kind.name, declared.key), secret)
                draft = ours.creating(draft, declared, kind)
            yield draft
