"""A field, and an object that drifted, with tags in the place of what tells who people are: in plans and in drift."""

from __future__ import annotations

from dataclasses import replace

from reconciler.model.change import FieldChange
from reconciler.model.drift import FieldDrift, MemberDrift, ObjectDrift
from reconciler.model.masking import Tagger
from reconciler.plan.masked_keys import Keys


def masked_row(row: FieldChange, organization: str, tagger: Tagger) -> FieldChange:
    """Give a personal field, or one that names a person, with tags for what would tell who that is."""
    before, after = row.before, row.after
    if row.personal:  # nothing is looked up for what is nothing: of an addition that is half of all values
        before = before if before is None else tagger.text(organization, before)
        after = after if after is None else tagger.text(organization, after)
    before_name, after_name = row.before_name, row.after_name
    return FieldChange(
        path=row.path,
        before=before,
        after=after,
        personal=row.personal,
        before_name=before_name if before_name is None else tagger.name(organization, before_name),
        after_name=after_name if after_name is None else tagger.name(organization, after_name),
        names_person=row.names_person,
    )


def masked_object(one: ObjectDrift, keys: Keys) -> ObjectDrift:
    """Give an object that drifted with every personal value replaced."""
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
