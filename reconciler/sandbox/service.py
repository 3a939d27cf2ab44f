"""The sandbox itself: a request comes in, is checked, counted, carried out and written down; an answer goes out.

Synchronous and without HTTP. The order of checks: credentials, faults of the network, limits, route.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from reconciler.sandbox.fault_list import striking
from reconciler.sandbox.faults import Fault
from reconciler.sandbox.limits import Admission, Limits, Quota
from reconciler.sandbox.mischief import Outcome, carry_out
from reconciler.sandbox.request_log import note_end, record
from reconciler.sandbox.store import Store
from reconciler.sandbox.vendor import Caller, Vendor, Visit
from reconciler.sandbox.vendors import is_anybodys, vendor_at
from reconciler.sandbox.wire import Answer, RefusalError, Request, Response


class Sandbox:
    """The vendors, simulated over one store."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Callable[[], float] = time.monotonic,
        auto_create: bool = False,
        organization: str | None = None,
        newcomer: Mapping[str, object] | None = None,
        epoch: float | None = None,
    ) -> None:
        """Open a sandbox.

        Args:
            store: what it remembers.
            clock: the time in seconds, for the limits and the request log.
            auto_create: whether credentials that nobody has bring an organization to life, or claim one without.
            organization: the name of that organization; what the credentials say where it is None.
            newcomer: what its owner says of it, by the keys of `reconciler.yaml`; None where that is not known.
            epoch: the Unix time at the clock's zero; None takes it from the computer's own clock.
        """
        self.store = store
        self._clock = clock
        self._limits = Limits(clock)
        self._auto_create = auto_create
        self._organization = organization
        self._newcomer = newcomer or {}
        self._epoch = epoch

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
        vendor = vendor_at(request)
        name: str | None = None
        faults: list[Fault] = []
        try:
            if not is_anybodys(request):
                raise RefusalError(404, "Not found.")
            caller = vendor.caller(self._visit(request, started))
        except RefusalError as refusal:
            outcome = Outcome(answer=Answer(response=vendor.turned_away(refusal)))
        else:
            name = caller.organization.name
            outcome, faults = self._served(request, vendor, caller, stack)
        number = record(
            self.store,
            replace(request, body=vendor.visible_body(request)),
            outcome.answer,
            path=request.readable_path(vendor.prefix),
            organization=name,
            effect=outcome.effect,
            faults=[fault.kind for fault in faults],
            now=started,
        )
        return outcome.answer, number

    def _visit(self, request: Request, started: float) -> Visit:
        if self._epoch is None:
            self._epoch = time.time() - started
        return Visit(
            store=self.store,
            request=request,
            now=self._epoch + started,
            auto_create=self._auto_create,
            organization=self._organization,
            newcomer=self._newcomer,
        )

    def _served(
        self, request: Request, vendor: Vendor, caller: Caller, stack: ExitStack
    ) -> tuple[Outcome, list[Fault]]:
        """Return what became of a request, and the faults that struck it."""
        organization = vendor.open(self.store, caller)
        faults = striking(
            self.store,
            method=request.method,
            path=request.readable_path(vendor.prefix),
            organization=caller.organization.name,
            listing=organization.is_listing(request),
        )
        if any(fault.kind == "refused" for fault in faults):
            return Outcome(answer=Answer(response=Response(status=0), loss="refused")), faults
        if caller.quota is None:
            return carry_out(organization, request, faults), faults
        admission = self._admit(caller.quota, stack)
        if admission.wait is None:
            outcome = carry_out(organization, request, faults)
        else:
            outcome = Outcome(answer=Answer(response=organization.throttled(admission.wait)))
        return _told(outcome, admission.headers(caller.quota, caller.now)), faults

    def _admit(self, quota: Quota, stack: ExitStack) -> Admission:
        """Let a request in, or turn it away."""
        admission = self._limits.enter(quota)
        if admission.wait is None:
            stack.callback(self._limits.leave, quota.key)
        return admission


def _told(outcome: Outcome, headers: Mapping[str, str]) -> Outcome:
    """Return an outcome whose answer says what is left to the caller."""
    response = outcome.answer.response
    told = replace(response, headers={**response.headers, **headers})
    return replace(outcome, answer=replace(outcome.answer, response=told))
