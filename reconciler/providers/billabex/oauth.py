"""Access tokens: a plain one as it is, or fresh ones by the refresh-token grant (OAuth 2.1; fact sheet §3).

How long an access token is good, its answer says (`expires_in`), else its own claims (`exp` less `iat`: a length, so
that a wrong clock here does no harm). It is replaced a minute before its end, and once after a 401.

Whether refreshing replaces the refresh token is not known before it is tried, and a replaced one that is lost locks the
organization out until a person authorises anew. So:

| what happens                               | what follows                                                     |
|--------------------------------------------|------------------------------------------------------------------|
| there is no place, or it cannot be written | refused before anything is sent                                  |
| several requests, organizations or runs    | one refreshes, the others wait for it and go on from what it got |
| need a token                               | (`lineages`, `tokens`)                                           |
| the run is stopped while it refreshes      | the refresh is finished, and its refresh token kept; a signal    |
|                                            | waits for that (`live.unbroken`). Writes that wait for it are    |
|                                            | given up at once, and the sums told (`bearer`)                   |
| it is stopped before it asks               | nothing is asked any more                                        |
| no answer, 5xx, 429, a garbled answer      | unavailable: as if the vendor itself were not to be reached      |
| 400, 401                                   | refused: the refresh token is no good any more. That is          |
|                                            | remembered, and told again without asking                        |
| a new refresh token cannot be kept         | three tries; then no access token is used, and nothing is asked  |
|                                            | again. Whenever a token is needed after that, and at the run's   |
|                                            | end, it is tried again to keep it, in its turn: nobody else      |
|                                            | knows it                                                         |
| a token is refused that was just replaced  | given up: another one would have the same rights                 |

Who stops a run is promised an end within ten seconds, and the token takes as long as its answer. The run keeps to it:
within them it has told its sums, closed its journal and given its locks back. The process stays for the token. Whoever
kills it after ten seconds loses the token, no more than if it had cut itself off; whoever does not kills nothing, and
an organization that is locked out costs a person's work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress

import httpx

from reconciler.errors import Problem, ProviderRejected, UsageInvalid
from reconciler.live.unbroken import UNBROKEN
from reconciler.providers.answers import SetbackError
from reconciler.providers.billabex.lineages import lineage_of
from reconciler.providers.billabex.token_endpoint import Denied, Granted, ask
from reconciler.providers.billabex.tokens import TokenPlace, UnkeptError

EARLY = 60.0
"""How many seconds before its end an access token is replaced, but never before nine tenths of its time are over."""
KEEP_WAITS = (1.0, 4.0)
"""Seconds between the tries to keep a new refresh token."""
KEEP_AGAIN = 10.0
"""Seconds in which a token that could not be kept is not tried to be kept once more."""
_AGAIN = 60.0  # seconds in which a token that came for a refused one is not replaced in its turn
_REFRESHING = "getting an access token and keeping the refresh token that comes with it"
_KEEPING = "keeping the refresh token that could not be kept before"
_USED_UP = (
    "Another run or machine may have used it up, an answer with its successor may have been lost, it may be older than "
    "30 days, or belong to another client."
)
_NO_CLIENT = "Billabex does not know the client, or the token was given to another one."


class AccessToken:
    """A plain access token: sent as it is, and nothing can be done once it is refused."""

    remedy = (
        "An access token is good for an hour: set a new one, or give clientId, clientSecret and refreshToken instead, "
        "and tokens are fetched as they are needed."
    )

    def __init__(self, token: str) -> None:
        self._token = token

    async def current(self, client: httpx.AsyncClient) -> str:
        """Give the token."""
        del client
        return self._token

    async def instead_of(self, refused: str, client: httpx.AsyncClient) -> str | None:
        """Have no other."""
        del refused, client
        return None

    async def aclose(self) -> None:
        """Have nothing to finish."""


class RefreshedTokens:
    """Access tokens got with a refresh token, one for all requests of an organization."""

    remedy = (
        "Billabex refuses a token that it has just given: authorise the client anew, with the scope accounts:all, "
        "and set the refresh token that you get."
    )

    def __init__(
        self,
        credentials: Mapping[str, str],
        token_url: str,
        place: TokenPlace,
        *,
        organization: str,
        variable: str = "",
    ) -> None:
        """Hold what the grant needs; to be called inside the event loop of the run.

        Args:
            credentials: `clientId`, `clientSecret` and `refreshToken`.
            token_url: The token endpoint.
            place: Where a replaced refresh token is kept.
            organization: Named in problems.
            variable: The environment variable that holds the refresh token; named in problems.

        Raises:
            UsageInvalid: another organization has the token, and keeps its successor elsewhere.
        """
        self._credentials = credentials
        self._token_url = token_url
        self._organization = organization
        self._variable = variable
        self._lineage = lineage_of(
            organization=organization,
            client_id=credentials["clientId"],
            first=credentials["refreshToken"],
            place=place,
        )
        self._refused: Problem | None = None
        self._access: str | None = None
        self._until = 0.0  # on the loop's clock
        self._waiting: tuple[str, float] | None = None  # an access token, and its end, whose refresh token is not kept
        self._replaced_at = float("-inf")  # when the latest came for one that was refused
        self._refreshing: asyncio.Task[str] | None = None
        self._asking = False  # whether it is past its wait for its turn

    async def current(self, client: httpx.AsyncClient) -> str:
        """Give the access token, a fresh one if its end is near."""
        if self._access is not None and asyncio.get_running_loop().time() < self._until:
            return self._access
        return await self._fresh(client)

    async def instead_of(self, refused: str, client: httpx.AsyncClient) -> str | None:
        """Give the token that another request has got meanwhile, or a fresh one; None if that was tried just now."""
        if self._access is not None and self._access != refused:
            return self._access
        if asyncio.get_running_loop().time() < self._replaced_at + _AGAIN:
            return None
        fresh = await self._fresh(client)
        self._replaced_at = asyncio.get_running_loop().time()
        return fresh

    async def aclose(self) -> None:
        """Finish a refresh that is under way, and keep its refresh token: it may be the only one that is still good.

        Raises:
            UsageInvalid: it cannot be kept, and nobody has heard of that yet.
        """
        if self._refreshing is not None:
            if not self._asking:
                self._refreshing.cancel()  # it waits for its turn, and nobody for what it would ask
            await asyncio.gather(self._refreshing, return_exceptions=True)
        lineage = self._lineage
        async with lineage.turn:
            if lineage.unkept is not None:
                await self._kept_late(KEEP_WAITS)
            if lineage.unkept is not None and not lineage.heard:
                lineage.heard = True
                raise UsageInvalid(lineage.unkept)

    async def _fresh(self, client: httpx.AsyncClient) -> str:
        """Wait for the refresh that is under way, or begin one; whoever stops waiting does not stop it."""
        if self._refreshing is None or self._refreshing.done():
            self._asking = False
            self._refreshing = asyncio.create_task(self._refreshed(client))
        try:
            return await asyncio.shield(self._refreshing)
        except UsageInvalid:
            self._lineage.heard = self._lineage.unkept is not None
            raise

    async def _refreshed(self, client: httpx.AsyncClient) -> str:
        async with self._lineage.turn:
            await self._check_past()
            if self._waiting is not None and asyncio.get_running_loop().time() < self._waiting[1]:
                return self._take(*self._waiting)
            async with self._lineage.place.alone():
                with UNBROKEN.work(_REFRESHING):
                    self._asking = True
                    return await self._replaced(client)

    async def _replaced(self, client: httpx.AsyncClient) -> str:
        """Ask for an access token, and keep the refresh token that comes with it before it is used."""
        await asyncio.to_thread(self._lineage.place.check)
        latest = self._lineage.newest()
        answer = await self._asked(client, latest)
        until = asyncio.get_running_loop().time() + max(answer.seconds - EARLY, answer.seconds * 0.9)
        if answer.renewed not in ("", latest):
            self._waiting = answer.access, until
            await self._keep(answer.renewed)
        return self._take(answer.access, until)

    def _take(self, access: str, until: float) -> str:
        self._waiting = None
        self._access, self._until = access, until
        return access

    async def _check_past(self) -> None:
        """Go no further where this run knows already that it leads nowhere.

        Raises:
            ProviderRejected: the refresh token was refused before.
            UsageInvalid: its successor could not be kept, and cannot be kept now.
        """
        lineage = self._lineage
        if self._refused is None and lineage.refused is not None:
            self._refused = self._refusal(lineage.refused)
        if self._refused is not None:
            raise ProviderRejected(self._refused)
        if lineage.unkept is not None and asyncio.get_running_loop().time() >= lineage.tried_at + KEEP_AGAIN:
            await self._kept_late(())
        if lineage.unkept is not None:
            raise UsageInvalid(lineage.unkept)

    async def _asked(self, client: httpx.AsyncClient, refresh_token: str) -> Granted:
        """Ask the token endpoint, once.

        Raises:
            SetbackError: no usable answer.
            ProviderRejected: the endpoint refuses the token; from now on it is not asked again.
        """
        answer = await ask(client, self._token_url, self._credentials, refresh_token)
        if isinstance(answer, Granted):
            return answer
        self._refused = self._refusal(answer)
        if not answer.of_client:  # another organization may have spelled its client right
            self._lineage.refused = answer
        raise ProviderRejected(self._refused)

    async def _keep(self, token: str) -> None:
        """Keep a new refresh token, before anything is done with the access token.

        Raises:
            UsageInvalid: no try kept it.
        """
        self._lineage.latest = token
        await self._kept(KEEP_WAITS)
        if self._lineage.unkept is not None:
            raise UsageInvalid(self._lineage.unkept)

    async def _kept_late(self, waits: tuple[float, ...]) -> None:
        """Try once more to keep what could not be kept, in a turn of its own: another run may be writing the file."""
        self._lineage.tried_at = asyncio.get_running_loop().time()
        with UNBROKEN.work(_KEEPING), suppress(SetbackError, UsageInvalid):  # no turn, or no place: it stays unkept
            async with self._lineage.place.alone():
                await self._kept(waits)

    async def _kept(self, waits: tuple[float, ...]) -> None:
        """Try to keep the newest refresh token, and note how that went."""
        lineage, clock = self._lineage, asyncio.get_running_loop().time
        for wait in (*waits, None):
            lineage.tried_at = clock()
            try:
                await asyncio.to_thread(lineage.place.keep, str(lineage.latest), lineage.mark)
            except UnkeptError as error:
                lineage.unkept = self._unkept(str(error))
            else:
                lineage.unkept = None
                return
            if wait is not None:
                await asyncio.sleep(wait)

    def _where_to(self) -> str:
        """Say where a refresh token is put that a person got."""
        return f"put the refresh token that you get into {self._variable or 'the variable that credentials: names'}"

    def _refusal(self, denied: Denied) -> Problem:
        why, remedy = _USED_UP, f"Authorise the client anew, and {self._where_to()}; it wins over the one that is kept."
        if denied.of_client:
            why, remedy = _NO_CLIENT, "Correct clientId and clientSecret. If they are right, authorise the client anew."
        return Problem(
            code="token-refused",
            summary="the vendor gives no access token",
            where=self._organization,
            detail=f"Billabex answered {denied.status} to the refresh token.",
            why=why,
            remedy=remedy,
        )

    def _unkept(self, failure: str) -> Problem:
        return Problem(
            code="token-unkept",
            summary="the new refresh token could not be kept",
            where=self._organization,
            detail=f"{failure}.",
            why="Billabex has replaced the old one already, so the next run will be refused. Nothing more is asked.",
            remedy="Mend the place; until this run ends, it tries to keep it again. If the next run gets no token, "
            f"authorise the client anew, and {self._where_to()}.",
        )
