"""Which refusals were allowed, by an option of this run or by a reviewed `allow:` line. Pure.

Every guard has an override, and every override names what it lets through (`model.guards` says what); nothing lets
everything through. A change goes when every guard that holds it back was told so, each by an override of its own.

| the override                                     | is used | and said                                          |
|--------------------------------------------------|---------|---------------------------------------------------|
| lets something through                           | yes     | in the plan, as part of its digest                |
| would, but what it names is held back otherwise  | no      | nothing: the other problems stand at the change   |
| names what is refused, with too small a count    | no      | nothing: the refusal shows the count              |
| names nothing that is refused                    | no      | warning `allowance-unused`                        |
| is a line that an earlier apply used             | no      | warning `allowance-spent`                         |

A reviewed line is consumed once: the apply of a plan that used it writes its id into the inventory. So a line is used
only where it is needed and where something goes on its account, and an option of the run goes before a line.

A count is of all that the guard holds back of the kind: one too many, and none goes. Otherwise it would be chance which
of them do. A reviewed line, and an option that names the organization, counts in one; an option that names the kind
alone counts in all organizations of the run, for whoever types 8 means eight, and not eight in each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from reconciler.errors import Place, Problem
from reconciler.model.address import Address, parse_address
from reconciler.model.change import Blocked, Change
from reconciler.model.guards import COUNTING, TARGETS, Target
from reconciler.model.state import Allowance
from reconciler.plan.refusal import Refusal, in_its_organization

Totals = Mapping[tuple[str, str], int]
"""How many a guard holds back of a kind, by both; 0 where there are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What stays refused, and what every override let through as far as its guard goes.

    `refused` gives the problems by address, the broadest first. `leaves` gives the addresses by override; whether they
    go is not decided by the guards alone. `named` are the overrides that name something refused, `nameable` what the
    overrides of each guard could name.
    """

    refused: Mapping[Address, tuple[Problem, ...]]
    leaves: Mapping[Allowance, tuple[Address, ...]]
    named: frozenset[Allowance]
    nameable: Mapping[str, tuple[str, ...]]

    def used(self, changes: Iterable[Change]) -> tuple[Allowance, ...]:
        """Give the overrides without which something of these changes would not go."""
        going = {change.address for change in changes} if self.leaves else set()
        return tuple(one for one, addresses in self.leaves.items() if any(address in going for address in addresses))

    def kinds(self, guard: str) -> frozenset[str]:
        """Give the kinds of what a guard was told to let through."""
        return frozenset(
            one.kind for leave, addresses in self.leaves.items() if leave.guard == guard for one in addresses
        )


def totals_of(refusals: Iterable[Refusal]) -> Totals:
    """Count what each guard holds back of each kind."""
    totals: Counter[tuple[str, str]] = Counter()
    for refusal in refusals:
        totals[refusal.guard, refusal.kind] += refusal.count
    return totals


def judge_refusals(
    spoken: Sequence[Refusal], allowances: Sequence[Allowance], spent: Collection[str], everywhere: Totals
) -> Judgement:
    """Hold the refusals of one organization against what is allowed; a spent line allows nothing.

    `everywhere` counts what is refused in all organizations of the run, this one among them.
    """
    here = totals_of(spoken)
    standing = [_Leave(one) for one in sorted(allowances, key=lambda one: bool(one.id)) if one.id not in spent]
    refused: dict[Address, dict[Problem, None]] = {}
    leaves: dict[Allowance, dict[Address, None]] = {}
    named: dict[Allowance, None] = {}
    for refusal in spoken:
        naming = [one for one in standing if one.names(refusal)]
        named.update((one.allowance, None) for one in naming)
        what = (refusal.guard, refusal.kind)
        leave = next((one for one in naming if one.suffices(refusal, here[what], everywhere[what])), None)
        problem = refusal.problem if here[what] == everywhere[what] else in_its_organization(refusal)
        for address in refusal.changes:
            if leave is None:
                refused.setdefault(address, {})[problem] = None
            else:
                leaves.setdefault(leave.allowance, {})[address] = None
    return Judgement(
        refused={address: tuple(problems) for address, problems in refused.items()},
        leaves={allowance: tuple(addresses) for allowance, addresses in leaves.items()},
        named=frozenset(named),
        nameable=_nameable(spoken),
    )


def held_back(one: Change | Blocked, judgement: Judgement) -> Change | Blocked:
    """Block a change that a guard refuses; what was blocked before stays so for its own reason."""
    if isinstance(one, Blocked) or not judgement.refused or one.address not in judgement.refused:
        return one
    first, *others = judgement.refused[one.address]
    return Blocked(change=one, problem=first, others=tuple(others))


def line_warnings(lines: Iterable[Allowance], judgement: Judgement, spent: Collection[str]) -> Iterator[Problem]:
    """Tell of reviewed lines of one organization that do nothing."""
    for line in lines:
        if line.id in spent:
            yield _spent(line)
        elif line not in judgement.named:
            yield _unused(line, judgement.nameable.get(line.guard, ()))


def option_warnings(options: Iterable[Allowance], judgements: Sequence[Judgement]) -> Iterator[Problem]:
    """Tell of this run's options that name nothing refused, in whichever organization."""
    for option in dict.fromkeys(options):
        if not any(option in one.named for one in judgements):
            yield _unused(option, [name for one in judgements for name in one.nameable.get(option.guard, ())])


class _Leave:
    """One override, with the address that it names read once."""

    def __init__(self, allowance: Allowance) -> None:
        self.allowance = allowance
        self._addresses: dict[str, Address | None] = {}

    def names(self, refusal: Refusal) -> bool:
        """Say whether the override is of this guard, and names what it refuses."""
        allowance = self.allowance
        if allowance.guard != refusal.guard:
            return False
        target = TARGETS[refusal.guard]
        if target is Target.ORGANIZATION:
            return allowance.target == refusal.organization
        if target in (Target.KIND, Target.COUNTED_KIND):
            return allowance.target in (refusal.kind, f"{refusal.organization}/{refusal.kind}")
        if target is Target.OBJECT and allowance.target == refusal.kind:
            return True
        return self._address(refusal.organization) in refusal.subjects

    def suffices(self, refusal: Refusal, here: int, everywhere: int) -> bool:
        """Say whether the count, where one is needed or given, covers all that the guard refuses of the kind."""
        count, by_kind = self.allowance.count, "/" not in self.allowance.target
        target = TARGETS[refusal.guard]
        if count is None:
            return target is not Target.COUNTED_KIND and not (target is Target.OBJECT and by_kind)
        return (everywhere if by_kind and self.allowance.source is None and not self.allowance.id else here) <= count

    def _address(self, organization: str) -> Address | None:
        if organization not in self._addresses:
            target = self.allowance.target
            self._addresses[organization] = parse_address(target) or parse_address(f"{organization}/{target}")
        return self._addresses[organization]


def _nameable(refusals: Iterable[Refusal]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for refusal in refusals:
        names = [str(address) for address in refusal.subjects] or [refusal.kind or refusal.organization]
        found.setdefault(refusal.guard, {}).update(dict.fromkeys(names))
    return {guard: tuple(names) for guard, names in found.items()}


def _where(allowance: Allowance) -> Place | str:
    source = allowance.source
    if source is None:
        return COUNTING.get(allowance.guard, "--allow")
    return Place(path=source.file, line=source.line, column=source.column)


def _unused(allowance: Allowance, nameable: Sequence[str]) -> Problem:
    close = get_close_matches(allowance.target, nameable, n=1)
    otherwise = "Leave it out." if allowance.source is None else "Remove it, unless a change still to come needs it."
    return Problem(
        code="allowance-unused",
        summary="an override that lets nothing through",
        where=_where(allowance),
        detail=f'Nothing that {allowance.guard} refuses in this plan goes by "{allowance.target}".',
        remedy=f'Did you mean "{close[0]}"?' if close else otherwise,
        warning=True,
    )


def _spent(line: Allowance) -> Problem:
    return Problem(
        code="allowance-spent",
        summary="a line of allow that was used already",
        where=_where(line),
        detail=f'An earlier apply let {line.guard} through for "{line.target}" by it, and it is good for once.',
        remedy="Remove it. If the same is needed again, have it reviewed with a reason of its own.",
        warning=True,
    )
