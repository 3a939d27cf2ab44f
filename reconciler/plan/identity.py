"""Is it the same organization? The inventory is asked against what answers now: once when a plan is made, and once more
before a plan that was saved is begun. The one rule of both.

Premise. A name in `reconciler.yaml` says nothing about who answers: an endpoint or a key pair may be another's now. The
remote ids that we know were given by the vendor, so whoever has them under our external ids is who we mean.

| the inventory                              | what answers                        | it is                    |
|--------------------------------------------|-------------------------------------|--------------------------|
| of another vendor or endpoint              | whoever                             | another organization     |
| up to twenty of its objects are asked for  | most answer to their external ids   | the same                 |
|                                            | most do not, and three or more      | another organization     |
|                                            | none does, of one or two            | another organization     |
|                                            | not read                            | no evidence of either    |
| holds nothing but what a killed run meant  | whoever, at the same endpoint       | nothing can be asked     |
| none yet, or nothing in it                 | whoever                             | nothing can be asked     |

One or two strangers out of more may have been made anew in the web app. Out of one or two it must be all of them: then
nothing is left that says whose organization this is, and creating there what is missing is what must not happen.
Objects that a killed run was about to change are no evidence.

The last two rows are the rule's limit: the plan of a first run, saved and applied with other keys, creates where those
lead. Nothing that we know would tell the two organizations apart.

Rejected: asking for all objects, because a few say as much; going by the first twenty, because they came first and may
be gone for one common reason; a vendor's own name for the organization, because no route is known that tells it.
"""

from __future__ import annotations

from reconciler.model.inventory import Inventory, Managed
from reconciler.model.resource import Observed
from reconciler.model.state import LiveState, Unread

SAMPLE = 20
FEW = 3
SUMMARY = "another organization behind the same name"
WHY = "An inventory is of one organization: what is missing at another one must not be created there."


def estrangement(inventory: Inventory, provider: str, endpoint: str, live: LiveState) -> str:
    """Say what speaks for another organization than the inventory's; nothing if it is the same, as far as is known.

    Args:
        inventory: What is managed.
        provider: The vendor that is asked now.
        endpoint: Where it is asked, as the inventory writes it.
        live: What answered; what is not in it was not read.
    """
    if not (inventory.managed or inventory.intents):
        return ""
    then, here = (inventory.provider, inventory.endpoint), (provider, endpoint)
    if then != here:
        return f"The inventory is of {' at '.join(then)}; here it is {' at '.join(here)}."
    asked = [entry for entry in sample_of(inventory) if not isinstance(live.find(entry.kind, entry.key), Unread)]
    strangers = sum(not _answers(entry, live) for entry in asked)
    if not strangers or (strangers < FEW and strangers < len(asked)) or strangers * 2 <= len(asked):
        return ""
    return (
        f"Of {len(asked)} managed objects that were asked for, {strangers} do not answer as the inventory knows them."
    )


def sample_of(inventory: Inventory) -> list[Managed]:
    """Choose up to twenty entries, evenly, of those that no killed run was about to change."""
    intended = {f"{intent.kind}/{intent.key}" for intent in inventory.intents}
    names = sorted(inventory.managed.keys() - intended)
    chosen = range(min(SAMPLE, len(names)))
    return [inventory.managed[names[place * len(names) // len(chosen)]] for place in chosen]


def _answers(entry: Managed, live: LiveState) -> bool:
    found = live.find(entry.kind, entry.key)
    return isinstance(found, Observed) and found.remote_id == entry.remote_id
