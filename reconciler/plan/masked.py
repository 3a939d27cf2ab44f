"""A plan -> the same plan for other eyes: tags stand where personal values stood, and renderers know nothing of it.

| of the plan                                        | in its place                                                |
|----------------------------------------------------|-------------------------------------------------------------|
| a personal field, before and after, or left        | its tag (`model.masking`); nothing stays nothing            |
| the name of a person whom an id stands for         | its tag; the id stays, which the vendor chose               |
| the digest of the live object that a change judged | a keyed one: all of it but an address may be known          |
| entries, steering options, standing values, keys   | left out: they are for an apply, and shown nowhere          |
| the key of a member that tells who that is         | its tag, in addresses and in texts (`plan.masked_keys`)     |
| texts, causes, problems                            | as they are: by rule none of them holds a personal value;   |
|                                                    | e-mail addresses are tagged all the same, and keys that     |
|                                                    | look like a person of whom the plan knows nothing           |
| the digest of the plan                             | as it is: it is sealed, and names the plan that is reviewed |

What comes out is for showing alone. It is not saved and not applied: its digest is that of another value.

Rejected: masking in each renderer, where the one that forgets is the one that leaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reconciler.model.change import Blocked, Change, FieldChange, MemberChange, Overridden
from reconciler.model.masking import Tagger
from reconciler.model.plan import Plan, Share
from reconciler.plan.masked_keys import Keys
from reconciler.plan.masked_rows import masked_object, masked_row


def masked(plan: Plan, tagger: Tagger, kinds: frozenset[str] = frozenset()) -> Plan:
    """Give the plan with every personal value replaced; `kinds` are the kinds and sections of members that there are.

    Those of the plan are known without.
    """
    changes = (*plan.changes, *(one.change for one in plan.blocked))
    own = {name for one in changes for member in one.members for name in (member.address.kind, member.section)}
    keys = Keys(tagger=tagger, kinds=kinds | own)
    for change in changes:
        for member in change.members:
            keys.learn(member.address, (*member.fields, *member.standing, *member.left))
    for one in plan.overridden:
        keys.learn(one.address, (one.field,))
    for drifted in (member for one in plan.drifted for member in one.members):
        keys.learn(drifted.address, (row.change for row in drifted.fields))
    only = plan.shares[0].organization if len(plan.shares) == 1 else ""
    return replace(
        plan,
        shares=tuple(_share(share, keys) for share in plan.shares),
        changes=tuple(_change(one, keys) for one in plan.changes),
        blocked=tuple(_blocked(one, keys) for one in plan.blocked),
        problems=tuple(keys.problem(one, only) for one in plan.problems),
        warnings=tuple(keys.problem(one, only) for one in plan.warnings),
        overrides=tuple(keys.text(one, only) for one in plan.overrides),
        drifted=tuple(masked_object(one, keys) for one in plan.drifted),
    )


def _share(share: Share, keys: Keys) -> Share:
    return replace(share, seal="", tags="", overridden=tuple(_overridden(one, keys) for one in share.overridden))


def _overridden(one: Overridden, keys: Keys) -> Overridden:
    organization = one.address.organization
    row = keys.row(_rows((one.field,), organization, keys.tagger)[0], organization)
    return replace(one, address=keys.address(one.address), field=row, path="")


def tagger_of(plan: Plan) -> Tagger:
    """Give what tags the values of a plan, under the keys that it carries."""
    return Tagger(keys={share.organization: share.tags for share in plan.shares})


def _blocked(blocked: Blocked, keys: Keys) -> Blocked:
    organization = blocked.change.address.organization
    return replace(
        blocked,
        change=_change(blocked.change, keys),
        problem=keys.problem(blocked.problem, organization),
        others=tuple(keys.problem(one, organization) for one in blocked.others),
    )


def _change(change: Change, keys: Keys) -> Change:
    organization, judged = change.address.organization, change.precondition
    if judged.digest is not None:
        judged = replace(judged, digest=keys.tagger.digest(organization, judged.digest))
    return replace(
        change,
        precondition=judged,
        fields=_rows(change.fields, organization, keys.tagger),
        members=tuple(_member(member, organization, keys) for member in change.members),
        marks=tuple(replace(one, text=keys.text(one.text, organization)) for one in change.marks),
        cause=keys.text(change.cause, organization),
        standing=(),
        left=(),
        entry=None,
    )


def _member(member: MemberChange, organization: str, keys: Keys) -> MemberChange:
    address = keys.address(member.address)
    if address is member.address and not (member.fields or member.standing or member.left or member.options):
        return member
    rows = tuple(keys.row(row, organization) for row in _rows(member.fields, organization, keys.tagger))
    elsewhere = None if member.elsewhere is None else keys.address(member.elsewhere)
    note = keys.text(member.note, organization)
    return replace(
        member, address=address, fields=rows, standing=(), left=(), options={}, elsewhere=elsewhere, note=note
    )


def _rows(rows: Sequence[FieldChange], organization: str, tagger: Tagger) -> tuple[FieldChange, ...]:
    return tuple(masked_row(row, organization, tagger) if row.personal or row.names_person else row for row in rows)
