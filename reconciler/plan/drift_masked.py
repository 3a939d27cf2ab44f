"""What drifted -> the same for other eyes: tags stand where personal values stood, as in a plan (`plan.masked`)."""

from __future__ import annotations

from dataclasses import replace

from reconciler.model.drift import Drift, MemberDrift
from reconciler.model.masking import Tagger
from reconciler.plan.masked_keys import Keys
from reconciler.plan.masked_rows import masked_object


def masked_drift(drift: Drift, kinds: frozenset[str] = frozenset()) -> Drift:
    """Give it with every personal value replaced; `kinds` are the kinds and sections of members that there are."""
    keys = keys_of(drift, kinds)
    only = drift.scope[0] if len(drift.scope) == 1 else ""
    return replace(
        drift,
        tags={},
        objects=tuple(masked_object(one, keys) for one in drift.objects),
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
