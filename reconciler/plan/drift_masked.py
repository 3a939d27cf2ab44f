"""What drifted -> the same for other eyes: tags stand where personal values stood, as in a plan (`plan.masked`)."""

from __future__ import annotations

from dataclasses import replace

from reconciler.model.drift import Drift, FieldDrift, MemberDrift, ObjectDrift
from reconciler.model.masking import Tagger
from reconciler.plan.masked import masked_row
from reconciler.plan.masked_keys import Keys


def masked_drift(drift: Drift, kinds: frozenset[str] = frozenset()) -> Drift:
    """Give it with every personal value replaced; `kinds` are the kinds and sections of members that there are."""
    keys = keys_of(drift, kinds)
    only = drift.scope[0] if len(drift.scope) == 1 else ""
    return replace(
        drift,
        tags={},
        objects=tuple(_object(one, keys) for one in drift.objects),
        problems=tuple(keys.problem(one, only) for one in drift.problems),
    )


def keys_of(drift: Drift, kinds: frozenset[str] = frozenset()) -> Keys:
    """Give the keys of people that tell who they are."""
    own = {name for one in drift.objects for member in one.members for name in (member.address.kind, member.section)}
    keys = Keys(tagger=Tagger(keys=drift.tags), kinds=kinds | own)
    for one in drift.objects:
        for member in one.members:
            key, organization = member.address.key, member.address.organization
            keys.learn(member.address, (field.change for field in member.fields))
            keys.learn_values(key, organization, _held(member))
    return keys


def _held(member: MemberDrift) -> list[str]:
    """Give the live texts of a member that may be personal: all but its external id, and ids with a number in them."""
    key = member.address.key.strip().casefold()
    texts = [one for one in (member.live or {}).values() if isinstance(one, str)]
    same = [one for one in texts if one.strip().casefold() == key]
    others = [one for one in texts if one not in same and ("@" in one or not any(sign.isdigit() for sign in one))]
    return [*others, *same[1:]]


def _object(one: ObjectDrift, keys: Keys) -> ObjectDrift:
    organization = one.address.organization
    fields = tuple(_field(field, organization, keys.tagger) for field in one.fields)
    members = tuple(_member(member, organization, keys) for member in one.members)
    return replace(one, fields=fields, members=members, reason=keys.text(one.reason, organization))


def _member(one: MemberDrift, organization: str, keys: Keys) -> MemberDrift:
    fields = tuple(_keyed(_field(field, organization, keys.tagger), organization, keys) for field in one.fields)
    return replace(one, address=keys.address(one.address), fields=fields, live=None)


def _keyed(one: FieldDrift, organization: str, keys: Keys) -> FieldDrift:
    change = keys.row(one.change, organization)
    if change is one.change:
        return one
    return replace(one, change=change, sent=keys.tagger.text(organization, one.sent))


def _field(one: FieldDrift, organization: str, tagger: Tagger) -> FieldDrift:
    change = one.change
    if not change.personal and not change.names_person:
        return one
    sent = tagger.text(organization, one.sent) if change.personal else one.sent
    return replace(one, change=masked_row(change, organization, tagger), sent=sent)
