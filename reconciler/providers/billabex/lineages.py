"""What a run knows of a refresh token and of its successors, shared by all organizations that were given it.

Two organizations of one Billabex user may be asked with one refresh token. With rotation the first that refreshes
replaces it for both. So whoever refreshes goes on from what the other got:

| two organizations of one run, with                 | what follows                                                   |
|----------------------------------------------------|----------------------------------------------------------------|
| the same token, client and place                   | they take turns, and share what is known of it                 |
| the same token, and another client or place        | refused: one of the two would be left with a dead token        |
| another token, in the same file                    | nothing: the file holds a line for each                        |

Each has access tokens of its own all the same: the vendor counts requests for each of them.

A run is what happens on one event loop, so lineages belong to the loop that they are first used in, and go with it.
"""

from __future__ import annotations

import asyncio
from hashlib import sha256
from weakref import WeakKeyDictionary

from reconciler.errors import Problem, UsageInvalid
from reconciler.providers.billabex.token_endpoint import Denied
from reconciler.providers.billabex.tokens import TokenPlace


class Lineage:
    """A refresh token and its successors, as far as this run knows them."""

    def __init__(self, *, organization: str, client_id: str, first: str, place: TokenPlace) -> None:
        """Begin with the token that the environment holds, given to the organization that is named in problems."""
        self.organization = organization
        self.client_id = client_id
        self.first = first
        self.place = place
        self.mark = mark_of(client_id, first)
        self.turn = asyncio.Lock()
        self.latest: str | None = None  # the newest that this run got, kept or not
        self.refused: Denied | None = None  # how the vendor said that it takes none of them any more
        self.unkept: Problem | None = None  # why the newest is known to nobody but us
        self.heard = False  # whether somebody was told so
        self.tried_at = float("-inf")  # when it was last tried to keep it, on the loop's clock

    def newest(self) -> str:
        """Give the refresh token to be used next; what another run has kept meanwhile comes after ours.

        Raises:
            UsageInvalid: what is kept cannot be read.
        """
        return self.place.read(self.mark) or self.latest or self.first


_RUNNING: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Lineage]] = WeakKeyDictionary()


def lineage_of(*, organization: str, client_id: str, first: str, place: TokenPlace) -> Lineage:
    """Give the lineage of a refresh token on the running loop.

    Raises:
        UsageInvalid: another organization was given the same token, and would lose it.
    """
    known = _RUNNING.setdefault(asyncio.get_running_loop(), {})
    new = Lineage(organization=organization, client_id=client_id, first=first, place=place)
    found = known.setdefault(mark_of("", first), new)
    if found.client_id != client_id:
        raise UsageInvalid(_unshared(organization, found.organization, "belong to different clients", _ONE_CLIENT))
    if found.place != place:
        raise UsageInvalid(
            _unshared(organization, found.organization, "name different places for its successor", _ONE_PLACE)
        )
    return found


def mark_of(client_id: str, first: str) -> str:
    """Recognise a token without holding it."""
    return sha256(f"{client_id}\n{first}".encode()).hexdigest()[:16]


_ONE_PLACE = "Name the same place for both in reconciler.yaml, or give each a refresh token of its own."
_ONE_CLIENT = "Give both the same clientId and clientSecret, or each a refresh token of its own."


def _unshared(organization: str, other: str, how: str, remedy: str) -> Problem:
    return Problem(
        code="token-shared",
        summary="a refresh token that two organizations cannot share",
        where=organization,
        detail=f'"{organization}" and "{other}" are asked with the same refresh token, and {how}.',
        why="Billabex may replace the token when it is used; the other organization would be left with the old one.",
        remedy=remedy,
    )
