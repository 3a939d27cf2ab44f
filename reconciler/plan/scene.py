"""What the guards of one organization look at: both states, the inventory, and all changes that are drafted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from reconciler.model.change import Action, Change
from reconciler.model.inventory import Inventory
from reconciler.model.kind import Kind
from reconciler.model.organization import Organization
from reconciler.model.resource import Declared
from reconciler.model.state import LiveState, Surroundings

WRITES = (Action.UPDATE, Action.REPLACE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One organization as the guards see it.

    `provider` and `endpoint` say where it answers now, `title` what people call the vendor. `changes` are those that
    nothing spoke against before the guards; `blocked` are the others, which say what the documents want all the same.
    """

    organization: str
    endpoint: str
    provider: str
    title: str
    inventory: Inventory
    kinds: Mapping[str, Kind]
    declared: Mapping[str, Mapping[str, Declared]]
    live: LiveState
    changes: Sequence[Change]
    blocked: Sequence[Change] = ()

    def of(self, kind: str, *actions: Action) -> list[Change]:
        """Give the changes of a kind with one of these actions."""
        return [change for change in self.changes if change.address.kind == kind and change.action in actions]

    def managed(self, kind: str) -> int:
        """Count what is managed of a kind."""
        return sum(1 for entry in self.inventory.managed.values() if entry.kind == kind)


def by_kind(declared: Sequence[Declared], kinds: Mapping[str, Kind]) -> dict[str, dict[str, Declared]]:
    """Index what is declared, by kind and key, in the order of keys."""
    index: dict[str, dict[str, Declared]] = {name: {} for name in kinds}
    for resource in sorted(declared, key=lambda one: one.key):
        index[resource.kind][resource.key] = resource
    return index


def surroundings(
    organization: Organization,
    live: LiveState,
    kind: Kind,
    declared: Mapping[str, Mapping[str, Declared]],
    seen: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> Surroundings:
    """Give what a vendor's functions may look at beside one resource; `seen` are values that live objects hold."""
    return Surroundings(
        catalogues=live.catalogues,
        seen=seen,
        listed=any(one.kind == kind.name and one.complete for one in live.certificates),
        declared=declared,
        settings=organization.settings,
        objects=live.objects.get(kind.name, {}),
    )


def named(keys: Iterable[str], most: int = 3) -> str:
    """Name some keys in their order, and count the others."""
    names = [f'"{key}"' for key in sorted(keys)]
    shown = names if len(names) <= most else [*names[:most], f"{len(names) - most} more"]
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
