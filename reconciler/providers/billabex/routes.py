"""A 404 of a route that the organization's settings expect: it says that somebody is gone, or that the route is.

The vendor answers both alike. So what the path names is looked for by a read: if it is there, the route is missing,
and the problem names the setting that does without it (fact sheet §1: routes came and went with the generations).

| the write that was answered 404              | what is still there | what does without the route             |
|----------------------------------------------|---------------------|-----------------------------------------|
| an upsert of a representative or a party     | the account         | `generation: contacts`                  |
| an upsert of a contact                       | the account         | nothing: every known generation has it  |
| PUT or PATCH of a person                     | the person, listed  | the other verb, or `personUpdate: none` |
| PUT of an account                            | the account         | `manage: people`                        |
| DELETE of either, sent for the first time    | the account, person | nothing                                 |

A DELETE that is repeated after a lost answer is answered 404 because the first one did it; a list that lags behind
must not turn that into a missing route.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import unquote

from reconciler.errors import Problem
from reconciler.live.provider import Write

Listed = Callable[[str, str, str], Awaitable[bool]]
"""Says whether an account's list, named as in a path, shows a person."""
Known = Callable[[str], Awaitable[bool]]
"""Says whether an account is there."""

_VERBS = {"PUT": "patch", "PATCH": "put"}


async def missing_route(organization: str, write: Write, known: Known, listed: Listed) -> Problem | None:
    """Explain a write that was answered 404; None if what its path names is not there.

    Raises:
        LiveStateUnreadable: that could not be read.
    """
    _, *segments = (unquote(part) for part in write.path.split("/"))
    match segments:
        case ["accounts", account]:
            there = await known(account)
            remedy = "" if write.method == "DELETE" else "Write `manage: people` at the account, or report it."
            return _problem(organization, write, "the account is there", remedy) if there else None
        case ["accounts", account, section, "upsert"]:
            there = await known(account)
            return _problem(organization, write, "the account is there", _upsert(section)) if there else None
        case ["accounts", account, section, person]:
            there = await listed(account, section, person)
            remedy = _by_id(write.method) if write.method in _VERBS else ""
            return _problem(organization, write, "the person is still listed", remedy) if there else None
    return None


def list_missing(organization: str, section: str, generation: str) -> Problem:
    """Tell of a list of people that an account which is there does not have."""
    return Problem(
        code="route-missing",
        summary="a route that is not there",
        where=organization,
        detail=f"Billabex knows no {section} of this account: 404, and the organization is set to "
        f"`generation: {generation}`.",
        why="Later generations of the API have contacts alone." if section != "contacts" else "",
        remedy="Set `generation: contacts` in reconciler.yaml." if section != "contacts" else _UNKNOWN,
    )


_UNKNOWN = "Report it: every generation of the API that is known has this route."


def _upsert(section: str) -> str:
    return "" if section == "contacts" else "Set `generation: contacts` in reconciler.yaml."


def _by_id(method: str) -> str:
    return (
        f"Set `personUpdate: none` in reconciler.yaml, which does without the route, or `personUpdate: "
        f"{_VERBS[method]}`, if the organization's generation of the API has that one."
    )


def _problem(organization: str, write: Write, there: str, remedy: str) -> Problem:
    return Problem(
        code="route-missing",
        summary="a route that is not there",
        where=organization,
        detail=f"Billabex answered 404 to {write.method} {write.path}, and {there}.",
        why="Generations of the API differ in their routes.",
        remedy=remedy or _UNKNOWN,
    )
