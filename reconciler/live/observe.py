"""What to read of a vendor, the cheapest way that is known: the desired state goes in, the live state comes out.

Premise. A listing gives a page of objects for one request; a look-up gives one object, often with its member lists.
Listing wins unless fewer keys are wanted than there are pages, and nobody knows how many pages there are before the
first. So the first page is read, and then it is decided, with P pages left, U wanted keys that it did not show:

| the case                                                     | what is read                                     |
|--------------------------------------------------------------|--------------------------------------------------|
| two keys or fewer, none of them judged by what others hold   | look-ups; not even a first page                  |
| no page is left                                              | nothing more; member lists one by one            |
| rows carry the member lists, or none is declared             | look-ups if U < P, else the P pages              |
| rows lack them, and a look-up lacks them too (one is tried)  | the same                                         |
| rows lack them, and a look-up carries them                   | look-ups if fewer than P of the U declare no     |
|                                                              | lists: the others need a request each anyway     |

In the last case a look-up is wasted on every key that turns out not to exist, where a listing would have shown it
absent for nothing. Once more than P have proved absent, the P pages are read after all: so neither an import of ten
thousand new objects nor a run in which all exist pays for the other's way.

A key that is itself a remote id is looked up whatever else is read, for a listing may show its object under another
key. Where other keys cannot be looked up, the listing is all there is, and what is managed and missing from it is asked
for by the remote id that the inventory holds: a listing that lacks it proves nothing.

A page and a trial may thus be wasted: never more than the cheapest way and two requests, unless pages must be read
again because they do not add up (`completeness`), or nothing at all is listed: then up to 20 keys are tried, because
an outage may look like an empty organization. The road not taken is to decide by an estimate of what exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reconciler.live.kind_reading import read_kind
from reconciler.live.provider import Provider
from reconciler.live.reads import Progress, Reads
from reconciler.live.references import with_keys
from reconciler.live.wanted import wanted_keys
from reconciler.live.workers import both, each
from reconciler.model.inventory import Inventory
from reconciler.model.kind import Kind
from reconciler.model.resource import Declared, Value
from reconciler.model.state import DesiredState, LiveState


async def observe(
    provider: Provider,
    desired: DesiredState,
    progress: Progress | None = None,
    inventory: Inventory | None = None,
    settings: Mapping[str, Value] | None = None,
) -> LiveState:
    """Read what the desired state asks for, and what is managed beside it.

    Args:
        provider: the organization to read.
        desired: what its documents declare.
        progress: told after every read how many requests were made, and how many are foreseen so far.
        inventory: what is managed; None if nothing is.
        settings: the organization's own for the vendor, by which requests are foreseen.

    Raises:
        LiveStateUnreadable: a catalogue could not be read, or nothing could be reached.
        ProviderRejected: the vendor refuses us, for instance for our credentials.
    """
    reads = Reads(provider, progress, settings)
    wanted = wanted_keys(desired, provider.vendor.kinds, inventory)
    kinds = [kind for kind in provider.vendor.kinds if kind.name in wanted]
    needs = _needs(desired.declared, kinds)
    reads.foreseen += len(needs)
    catalogues, readings = await both(
        each(needs, reads.catalogue),
        each(kinds, lambda kind: read_kind(reads, kind, wanted[kind.name])),
    )
    names = [kind.name for kind in kinds]
    objects = {name: reading.objects for name, reading in zip(names, readings, strict=True)}
    return LiveState(
        organization=desired.organization,
        objects=with_keys(objects, kinds),
        absent={name: reading.absent for name, reading in zip(names, readings, strict=True)},
        keyless={name: reading.keyless for name, reading in zip(names, readings, strict=True)},
        catalogues=dict(zip(needs, catalogues, strict=True)),
        certificates=tuple(reading.certificate for reading in readings if reading.certificate),
        reads_foreseen=reads.foreseen,
        reads_made=reads.made,
    )


def _needs(declared: Sequence[Declared], kinds: Iterable[Kind]) -> list[str]:
    """Name the catalogues that the declared resources name something out of."""
    needs = (kind.needs(row for row in declared if row.kind == kind.name) for kind in kinds)
    return sorted(frozenset().union(*needs))
