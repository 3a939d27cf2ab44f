"""An account that a document names by its id must be one of the organization that the document is for. Pure.

A token may see several organizations, and an id says nothing of whose it is: an account of another one would be written
to under this one's name, guards and inventory. So the account's row must carry the organization's id, or the
organization's list must show the account; `provider` looks, and notes here where neither is so.
"""

from __future__ import annotations

from reconciler.model.change import Action, Change
from reconciler.model.kind import Verdict
from reconciler.model.resource import Observed
from reconciler.model.state import Surroundings
from reconciler.providers.billabex.keys import id_of

ELSEWHERE = "elsewhere"
"""The fact that an account is not known to be this organization's; it is left out where it is."""


def is_elsewhere(found: Observed | None) -> bool:
    """Say of an account as it was read whether it may be another organization's."""
    return found is not None and bool(found.facts.get(ELSEWHERE))


def elsewhere(change: Change, surroundings: Surroundings) -> tuple[Verdict, ...]:
    """Refuse whatever is planned for an account that may be another organization's."""
    if not is_elsewhere(surroundings.objects.get(change.address.key)):
        return ()
    verdict = Verdict(
        code="account-elsewhere",
        summary="an account that this organization is not known to have",
        detail=f"Billabex knows the account {id_of(change.address.key)}, and neither says that it belongs to the "
        "organizationId in reconciler.yaml nor lists it there.",
        remedy="Correct the id, or declare the account under the organization that it belongs to; if it was made just "
        "now, plan again in a minute.",
        path=("id",) if change.action is not Action.DELETE else (),
        alone=True,
    )
    return (verdict,)
