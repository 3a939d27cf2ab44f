"""Two names for one account, its source and Billabex's id: only the live account tells that they mean one. Pure."""

from __future__ import annotations

from reconciler.model.kind import Flaw, Resolution
from reconciler.model.resource import Declared
from reconciler.model.state import Surroundings
from reconciler.providers.billabex.keys import id_of
from reconciler.providers.billabex.wire import SOURCE


def under_one_name(declared: Declared, surroundings: Surroundings) -> Resolution:
    """Refuse an account that is declared by its id here and by its source elsewhere; two items would fight over it."""
    found = surroundings.objects.get(declared.key)
    source = found.facts.get(SOURCE) if found is not None and id_of(declared.key) is not None else None
    other = surroundings.declared[declared.kind].get(source) if isinstance(source, str) else None
    if other is None:
        return Resolution(declared=declared)
    flaw = Flaw(
        path=("id",),
        code="account-declared-twice",
        summary="an account declared under two names",
        detail=f"The account of this id is the one that {other.source} declares by its source.",
        remedy="Declare it once.",
    )
    return Resolution(declared=declared, flaws=(flaw,))
