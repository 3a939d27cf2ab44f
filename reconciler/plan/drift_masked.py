"""What drifted -> the same for other eyes: tags stand where personal values stood, as in a plan (`plan.masked`)."""

from __future__ import annotations

from dataclasses import replace

from reconciler.model.drift import Drift, FieldDrift, MemberDrift, ObjectDrift
from reconciler.model.masking import Tagger
from reconciler.plan.masked import masked_row


def masked_drift(drift: Drift) -> Drift:
    """Give it with every personal value replaced."""
    tagger = Tagger(keys=drift.tags)
    return replace(drift, tags={}, objects=tuple(_object(one, tagger) for one in drift.objects))


def _object(one: ObjectDrift, tagger: Tagger) -> ObjectDrift:
    organization = one.address.organization
    fields = tuple(_field(field, organization, tagger) for field in one.fields)
    members = tuple(_member(member, organization, tagger) for member in one.members)
    return replace(one, fields=fields, members=members)


def _member(one: MemberDrift, organization: str, tagger: Tagger) -> MemberDrift:
    return replace(one, fields=tuple(_field(field, organization, tagger) for field in one.fields), live=None)


def _field(one: FieldDrift, organization: str, tagger: Tagger) -> FieldDrift:
    change = one.change
    if not change.personal and not change.names_person:
        return one
    sent = tagger.text(organization, one.sent) if change.personal else one.sent
    return replace(one, change=masked_row(change, organization, tagger), sent=sent)
