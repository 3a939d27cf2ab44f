"""A few objects, asked for by their keys alone: what answers to them, or the proof that nothing does.

For judging who answers, where nothing is to be compared: no reference, list or catalogue is read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from reconciler.errors import LiveStateUnreadable
from reconciler.live.completeness import unproven
from reconciler.live.kind_reading import read_kind
from reconciler.live.provider import Provider
from reconciler.live.reads import Progress, Reads
from reconciler.live.wanted import Wanted
from reconciler.live.workers import each
from reconciler.model.state import LiveState


async def ask(
    provider: Provider, organization: str, keys: Mapping[str, Collection[str]], progress: Progress | None = None
) -> LiveState:
    """Ask for these keys, by kind, the cheapest way.

    Raises:
        LiveStateUnreadable: of some of them nothing could be learned.
        ProviderRejected: the vendor refuses us, for instance for our credentials.
    """
    reads = Reads(provider, progress)
    kinds = [kind for kind in provider.vendor.kinds if keys.get(kind.name)]
    readings = await each(kinds, lambda kind: read_kind(reads, kind, Wanted(keys=set(keys[kind.name]))))
    live = LiveState(
        organization=organization,
        objects={kind.name: reading.objects for kind, reading in zip(kinds, readings, strict=True)},
        absent={kind.name: reading.absent for kind, reading in zip(kinds, readings, strict=True)},
        certificates=tuple(reading.certificate for reading in readings if reading.certificate),
        reads_foreseen=reads.foreseen,
        reads_made=reads.made,
    )
    if not live.complete:
        flawed = [one for one in live.certificates if not one.complete]
        raise LiveStateUnreadable(*(unproven(one.kind, organization, one.flaw or "") for one in flawed))
    return live
