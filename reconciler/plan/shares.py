"""One organization's part of a plan beside its changes: what it was made from and under, and what stays as it is. Pure.

A saved plan is held against this before it is begun: endpoint and settings must be those of `reconciler.yaml` then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.model.change import Change, Overridden
from reconciler.model.masking import tag_key_of
from reconciler.model.organization import Organization
from reconciler.model.plan import Share, Spared
from reconciler.model.resource import Declared, Observed
from reconciler.model.state import Allowance, LiveState
from reconciler.plan.cost import cost
from reconciler.plan.digest import seal_of
from reconciler.plan.entries import applied_now, documents_now
from reconciler.plan.moves import former_organization
from reconciler.plan.ownership import Ownership
from reconciler.plan.pruning import unmanaged


@dataclass(frozen=True, slots=True, kw_only=True)
class Stays:
    """What of an organization stays as it is, as the comparison found it.

    `unchanged` counts what is declared and already so, `spared` is what stays though no document declares it. `sizes`
    are those of listings that no guard doubts; `first` says that there was no inventory. `standing` is what is ours and
    as declared, with its object: of what was last applied, and of who is in its lists, the inventory may know less.
    `overridden` is what is left as the vendor has it.
    """

    declared: Mapping[str, Mapping[str, Declared]]
    unchanged: Mapping[str, int]
    spared: Sequence[Spared]
    sizes: Mapping[str, int]
    first: bool
    standing: Sequence[tuple[Declared, Observed]] = ()
    overridden: Sequence[Overridden] = ()


def share_of(
    organization: Organization,
    live: LiveState,
    ownership: Ownership,
    changes: Sequence[Change],
    used: Sequence[Allowance],
    stays: Stays,
) -> Share:
    """Give an organization's part of the plan; `used` are the overrides that let something through."""
    kinds = {kind.name: kind for kind in organization.vendor.kinds}
    others = dict(_unmanaged(live, ownership, stays.declared))
    first = [one for name, kind in kinds.items() for one in unmanaged(ownership, kind, others.get(name)) if stays.first]
    inventory, touched = ownership.inventory, {(one.address.top.kind, one.address.top.key) for one in changes}
    standing = [one for one in stays.standing if (one[0].kind, one[0].key) not in touched]
    applied, fingerprints = applied_now(standing, kinds, inventory, organization.digest_key)
    return Share(
        organization=organization.name,
        provider=organization.vendor.name,
        endpoint=organization.endpoint,
        policy=organization.policy,
        settings=organization.decisive,
        reads_foreseen=live.reads_foreseen,
        reads_made=live.reads_made,
        cost=cost(changes, kinds, organization, live.certificates),
        certificates=live.certificates,
        unchanged=dict(stays.unchanged),
        unmanaged={name: count for name, count in others.items() if count},
        managed=None if stays.first else len(inventory.managed),
        former=former_organization(ownership.desired.moves, inventory),
        documents=documents_now(ownership.desired.declared, inventory),
        applied=applied,
        fingerprints=fingerprints,
        spends=tuple(one.id for one in used if one.id),
        doubts=inventory.spent if stays.first else (),
        until=min((one.until.isoformat() for one in used if one.until), default=""),
        seal=seal_of(organization.digest_key),
        tags=tag_key_of(organization.digest_key),
        serial=inventory.serial,
        spared=(*stays.spared, *first),
        sizes=stays.sizes,
        overridden=tuple(stays.overridden),
    )


def _unmanaged(
    live: LiveState, ownership: Ownership, declared: Mapping[str, Mapping[str, Declared]]
) -> Iterator[tuple[str, int]]:
    """Count what nobody declared or managed, of every kind that was listed to its end."""
    removals = {(one.kind, one.key) for one in ownership.desired.removals}
    for certificate in live.certificates:
        kind = certificate.kind
        if certificate.complete:
            keys = live.objects.get(kind, {}).keys() - declared[kind].keys()
            others = sum(
                (kind, key) not in removals
                and ownership.inventory.find(kind, key) is None
                and not ownership.is_made(kind, key)
                for key in keys
            )
            yield kind, others + len(live.keyless.get(kind, ()))
