"""The sandbox itself: a request comes in, is checked, counted, carried out and written down; an answer goes out.

Synchronous and without HTTP. The order of checks: key pair, faults of the network, limits, route (fact sheet §1, §7).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial

from reconciler.sandbox.upflow.call import Call, Reply
from reconciler.sandbox.fault_list import striking
from reconciler.sandbox.faults import Fault
from reconciler.sandbox.limits import Limits
from reconciler.sandbox.mischief import Outcome, carry_out
from reconciler.sandbox.request_log import note_end, record
from reconciler.sandbox.upflow.routes import Route, find_route
from reconciler.sandbox.upflow.seeds import create_default
from reconciler.sandbox.upflow.settings import Settings
from reconciler.sandbox.store import Organization, Store
from reconciler.sandbox.upflow.organization import UpflowOrganization
from reconciler.sandbox.wire import Answer, RefusalError, Request, Response, error_response


class Sandbox:
    """The vendor, simulated over one store."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Callable[[], float] = time.monotonic,
        auto_create: bool = False,
        organization: str | None = None,
    ) -> None:
        """Open a sandbox.

        Args:
            store: what it remembers.
            clock: the time in seconds, for the limits and the request log.
            auto_create: whether a key that nobody has brings an organization to life, or claims one without keys.
            organization: the name of that organization; the key itself where it is None.
        """
        self.store = store
        self._clock = clock
        self._limits = Limits(clock)
        self._auto_create = auto_create
        self._organization = organization

    def handle(self, request: Request) -> Answer:
        """Carry a request out and return its answer; it is in flight for this moment alone."""
        with self.exchange(request) as answer:
            return answer

    @contextmanager
    def exchange(self, request: Request) -> Iterator[Answer]:
        """Carry a request out at once, and count it as in flight until the caller has delivered the answer."""
        started = self._clock()
        with ExitStack() as stack:
            with self.store.transaction():
                answer, number = self._answer(request, started, stack)
            stack.callback(self._note_end, number, started)
            yield answer

    def _note_end(self, number: int, started: float) -> None:
        ended = self._clock()
        if ended != started:
            note_end(self.store, number, ended)

    def _answer(self, request: Request, started: float, stack: ExitStack) -> tuple[Answer, int]:
        """Return the answer to a request and its number in the log."""
        organization = self._authenticated(request)
        faults: list[Fault] = []
        if organization is None:
            refusal = RefusalError(401, "The API key or secret is missing or wrong.")
            outcome = Outcome(answer=Answer(response=error_response(refusal, Settings())))
        else:
            outcome, faults = self._served(request, organization, stack)
        number = record(
            self.store,
            request,
            outcome.answer,
            organization=organization.name if organization else None,
            effect=outcome.effect,
            faults=[fault.kind for fault in faults],
            now=started,
        )
        return outcome.answer, number

    def _authenticated(self, request: Request) -> Organization | None:
        """Return the organization that the header pair selects."""
        key, secret = request.headers.get("x-api-key", ""), request.headers.get("x-api-secret", "")
        if not key or not secret:
            return None
        found = self.store.organization_with_key(key)
        if found is None and self._auto_create:
            return self._claimed(key, secret)
        return found if found is not None and found.api_secret == secret else None

    def _claimed(self, key: str, secret: str) -> Organization | None:
        """Give a new key pair its organization: a fresh one, or one that waits for its keys."""
        name = self._organization or key
        waiting = self.store.find_organization(name)
        if waiting is not None and waiting.api_key is not None:
            return None
        organization = waiting or create_default(self.store, name)
        self.store.set_credentials(organization, key, secret)
        return self.store.organization(name)

    def _served(self, request: Request, organization: Organization, stack: ExitStack) -> tuple[Outcome, list[Fault]]:
        """Return what became of a request, and the faults that struck it."""
        found = find_route(request.method, request.segments())
        listing = found is not None and found[0].listing
        faults = striking(
            self.store,
            method=request.method,
            path=request.readable_path(),
            organization=organization.name,
            listing=listing,
        )
        if any(fault.kind == "refused" for fault in faults):
            return Outcome(answer=Answer(response=Response(status=0), loss="refused")), faults
        wait = self._admit(organization, stack)
        if wait is not None:
            return Outcome(answer=Answer(response=_throttled(organization.settings, wait))), faults
        tenant = Tenant(self.store, organization)
        return carry_out(tenant, request, partial(_serve, tenant, found), faults), faults

    def _admit(self, organization: Organization, stack: ExitStack) -> float | None:
        """Let a request in and return None, or return the seconds that it should wait."""
        key, settings = organization.name, organization.settings
        wait = self._limits.enter(key, per_minute=settings.requests_per_minute, in_flight=settings.requests_in_flight)
        if wait is None:
            stack.callback(self._limits.leave, key)
        return wait


def _serve(tenant: Tenant, found: tuple[Route, tuple[str, ...]] | None, request: Request) -> Reply:
    """Call the route, or turn down a path that there is not."""
    if found is None:
        raise RefusalError(404, "Not found.")
    route, ids = found
    return route.serve(Call(tenant=tenant, ids=ids, request=request))


def _throttled(settings: Settings, wait: float) -> Response:
    """Return the answer to one request too many."""
    response = error_response(RefusalError(429, "Too many requests."), settings)
    if not settings.retry_after:
        return response
    return replace(response, headers={**response.headers, "retry-after": str(int(wait) + (wait % 1 > 0))})
