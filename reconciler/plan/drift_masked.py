"""What drifted -> the same for other eyes: tags stand where personal values stood, as in a plan (`plan.masked`)."""

from __future__ import annotations

from dataclasses import replace

from reconciler.model.drift import Drift, FieldDrift, MemberDrift, ObjectDrift
from reconciler.model.masking import Tagger
from reconciler.plan.masked import masked_row
from reconciler.plan.masked_keys import Keys


def masked_drift(drift: Drift) -> Drift:
    """Give it with every personal value replaced."""
    keys = keys_of(drift)
    only = drift.scope[0] if len(drift.scope) == 1 else ""
    return replace(
        drift,
        tags={},
        objects=tuple(_object(one, keys) for one in drift.objects),
        problems=tuple(keys.problem(one, only) for one in drift.problems),
    )


def keys_of(drift: Drift) -> Keys:
    """Give the keys of people that tell who they are."""
    keys = Keys(tagger=Tagger(keys=drift.tags))
    for one in drift.objects:
        for member in one.members:
            keys.learn(member.address, (field.change for field in member.fields))
            key = member.address.key.strip().casefold()
            held = [one for one in (member.live or {}).values() if isinstance(one, str)]
            if sum(one.strip().casefold() == key for one in held) > 1:  # its external id, and a value that is not
                keys.told[member.address.key] = member.address.organization
    return keys


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
