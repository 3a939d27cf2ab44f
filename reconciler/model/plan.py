"""The plan: ordered changes and blocked ones, as data. It is whole, can be saved, and is all that apply goes by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.errors import Problem
from reconciler.model.change import Action, Blocked, Change, MemberAction, Overridden
from reconciler.model.drift import ObjectDrift
from reconciler.model.inventory import Standing
from reconciler.model.resource import Fields
from reconciler.model.state import Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What an apply will take at one organization: requests to read, requests to write, and seconds at its pace."""

    reads: int
    writes: int
    requests_per_minute: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Spared:
    """Objects of one kind that no document declares, or that one removes, and that stay all the same.

    `reason` is a policy (`off`, `listed`), `members-only`, `documents-incomplete` (then `where` is the gap),
    `document-ignored` (then `where` is the file), or `no-inventory` (then there are no `keys`, and `count` is None
    where nobody counted). Otherwise the keys are sorted and counted.
    """

    kind: str
    reason: str
    count: int | None
    keys: tuple[str, ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One organization's part of a plan: which vendor and endpoint, under which policy, from which reads.

    `unchanged` counts, by kind, what is declared and already so; `unmanaged` what exists undeclared, where a listing
    was made. `spends` are the ids of the reviewed override lines that the plan uses; applying it consumes them.
    `managed` counts what is ours, and is None on a first run.
    `former` is the name that the organization had before, whose inventory it goes on with until it has its own.
    `sizes` are how many objects of each kind complete listings gave, as far as no guard doubts them.
    `documents` are the files that unchanged things stand in now, by `kind/key`, where the inventory names others.
    `applied` is what the inventory is to hold of things that stand as declared, by `kind/key`, where it has otherwise;
    `fingerprints` are what it lacks of entries that are right: worth no lock of their own.
    `overridden` are declared values that the vendor sets back, and that are left so.
    `seal` keys the digests of the plan and its changes, `tags` what is shown for personal values; neither is shown.
    `serial` is that of the inventory that was read. `doubts` are the ids of lines that count as used once there is an
    inventory. `until` is the last day (ISO 8601) of the reviewed lines that the plan uses, if it uses any. `settings`
    are the vendor's own that decide what is written.
    """

    organization: str
    provider: str
    endpoint: str
    policy: Fields
    reads_foreseen: int
    reads_made: int
    cost: Cost
    certificates: tuple[Certificate, ...] = ()
    unchanged: Mapping[str, int] = field(default_factory=dict)
    unmanaged: Mapping[str, int] = field(default_factory=dict)
    spends: tuple[str, ...] = ()
    former: str = ""
    managed: int | None = None
    spared: tuple[Spared, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    applied: Mapping[str, Standing] = field(default_factory=dict)
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    seal: str = ""
    tags: str = ""
    serial: int = 0
    until: str = ""
    doubts: tuple[str, ...] = ()
    settings: Fields = field(default_factory=dict)
    overridden: tuple[Overridden, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What a plan was asked to be held to: what changed since a revision, as it was written, and what came of it.

    `base` is the commit that the documents were compared with. `parts` names the organizations that are planned in
    part, `whole` the others, each with the reason. `touched` counts the resources that the plan looks at, of `total`
    that are declared or managed.
    """

    revision: str
    base: str
    parts: tuple[str, ...]
    whole: Mapping[str, str]
    touched: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What `apply` will do, in this order, and what it will not do and why.

    `scope` names the organizations that the plan covers. `problems` are unreadable lists and the like: with any of
    them the plan is not `complete`, and nothing of it may be applied. `overrides` are the guards that were told to let
    something through, and did. `digest` identifies the plan; see `plan.digest`. `undoes`
    is the run whose undoing this is. `since` is set where the plan was to be held to what changed since a revision.
    `drifted` is what changed at the vendor since it was applied, of what the plan changes or would change: the drift
    of it alone.
    """

    scope: tuple[str, ...]
    shares: tuple[Share, ...]
    changes: tuple[Change, ...]
    blocked: tuple[Blocked, ...] = ()
    warnings: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    overrides: tuple[str, ...] = ()
    digest: str = ""
    undoes: str = ""
    since: Since | None = None
    drifted: tuple[ObjectDrift, ...] = ()

    @property
    def partial(self) -> tuple[str, ...]:
        """Name the organizations of which only a part was looked at."""
        return self.since.parts if self.since is not None else ()

    @property
    def complete(self) -> bool:
        """Say whether all that the plan judges could be read."""
        return not self.problems

    @property
    def empty(self) -> bool:
        """Say whether there is nothing to do and nothing refused. The one place that decides it."""
        return not self.changes and not self.blocked

    @property
    def overridden(self) -> tuple[Overridden, ...]:
        """The declared values that the vendor sets back: they are told, and no change."""
        return tuple(one for share in self.shares for one in share.overridden)

    @property
    def totals(self) -> Totals:
        """Count what the plan does, as its closing sentence states it."""
        return Totals.of(self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How many resources a set of changes adds, changes and destroys; members are counted beside, not among them."""

    add: int
    change: int
    destroy: int
    lists_replaced: int
    adopt: int
    members_added: int
    members_changed: int
    members_removed: int

    @classmethod
    def of(cls, changes: tuple[Change, ...]) -> Totals:
        """Count these changes."""
        actions = [change.action for change in changes]
        members = [member.action for change in changes for member in change.members]
        return cls(
            add=actions.count(Action.CREATE),
            change=actions.count(Action.UPDATE) + actions.count(Action.REPLACE),
            destroy=actions.count(Action.DELETE),
            lists_replaced=actions.count(Action.REPLACE),
            adopt=sum(change.adopts for change in changes),
            members_added=members.count(MemberAction.ADD),
            members_changed=members.count(MemberAction.CHANGE),
            members_removed=members.count(MemberAction.REMOVE),
        )
