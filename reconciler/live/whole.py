"""Everything that exists at an organization: every listing to its end, every member list, every catalogue.

`observe` reads what documents ask for; this is for when there are none yet. What could not be read is raised, not
left out: a part would pass for the whole.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.errors import LiveStateUnreadable
from reconciler.live.completeness import repeated_keys, unproven
from reconciler.live.kind_reading import KindReading
from reconciler.live.listing import list_rest
from reconciler.live.provider import Provider
from reconciler.live.reads import Progress, Reads
from reconciler.live.references import with_keys
from reconciler.live.workers import each
from reconciler.model.kind import Kind
from reconciler.model.resource import Observed
from reconciler.model.state import LiveState


async def observe_all(provider: Provider, organization: str, progress: Progress | None = None) -> LiveState:
    """Read all that there is.

    Raises:
        LiveStateUnreadable: something could not be read, or a listing did not prove that it saw everything.
        ProviderRejected: the vendor refuses us, for instance for our credentials.
    """
    reads = Reads(provider, progress)
    kinds = provider.vendor.kinds
    names = sorted({name for kind in kinds for name in _catalogues(kind)})
    reads.foreseen += len(names)
    catalogues = await each(names, reads.catalogue)
    readings = [await _read(reads, kind, organization) for kind in kinds]
    objects = {kind.name: reading.objects for kind, reading in zip(kinds, readings, strict=True)}
    return LiveState(
        organization=organization,
        objects=with_keys(objects, kinds),
        keyless={kind.name: reading.keyless for kind, reading in zip(kinds, readings, strict=True)},
        catalogues=dict(zip(names, catalogues, strict=True)),
        certificates=tuple(reading.certificate for reading in readings if reading.certificate),
        reads_foreseen=max(reads.foreseen, reads.made),
        reads_made=reads.made,
    )


async def _read(reads: Reads, kind: Kind, organization: str) -> KindReading:
    reads.foreseen += 1
    listed = await list_rest(reads, kind.name, await reads.page(kind.name, None), frozenset(), whole=True)
    if not listed.certificate.complete:
        raise LiveStateUnreadable(unproven(kind.name, organization, listed.certificate.flaw or ""))
    repeated = repeated_keys(listed.pages)
    found = {one.remote_id: one for page in listed.pages for one in page.objects if one.key not in repeated}
    whole = await _with_lists(reads, list(found.values())) if kind.members else list(found.values())
    return KindReading(
        objects={one.key: one for one in whole if one.key},
        keyless=tuple(one for one in whole if not one.key),
        certificate=listed.certificate,
    )


async def _with_lists(reads: Reads, found: list[Observed]) -> list[Observed]:
    bare = [one for one in found if one.members is None]
    reads.foreseen += len(bare)
    read = {one.remote_id: one for one in await each(bare, reads.with_members)}
    return [read.get(one.remote_id, one) for one in found]


def _catalogues(kind: Kind) -> Iterator[str]:
    """Name what the fields of a kind name things out of."""
    for field in kind.fields:
        if field.catalogue is not None:
            yield field.catalogue
        if field.keys_reference is not None:
            yield field.keys_reference
