"""An apply in a process of its own that is killed with SIGKILL at one point: `python -m tests.scenarios.killed`.

| point     | dies                                                                                          |
|-----------|-----------------------------------------------------------------------------------------------|
| `event`   | when it is told its n-th event: before a write is sent, or after it was answered and read back |
| `answer`  | when its n-th write has taken effect at the vendor, before the answer reaches it               |
| `create`  | the same, of writes that make something (POST)                                                 |
| `replace` | when the n-th file of its inventory lies whole beside the old one and is about to replace it   |
| `remove`  | when everything is written and the lock is about to be removed                                 |
| `never`   | not by its own hand: whoever started it kills it                                               |
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import httpx

from reconciler.cli.allowing import read_allowance
from reconciler.cli.carrying import carry
from reconciler.cli.composition import scope_of
from reconciler.cli.reporting import Say
from reconciler.cli.stopping import Stop
from reconciler.cli.stores import inventory_of
from reconciler.cli.watching import Watch
from reconciler.model.event import Event
from reconciler.model.plan import Plan
from reconciler.providers.table import connect
from reconciler.sandbox import SandboxTransport
from reconciler.sandbox.embedding import way_in
from tests.clock import run_virtual
from tests.company import TODAY, Company, Quiet

ALLOWED = tuple(read_allowance(text) for text in ("delete-ceiling=customer=4", "update-ceiling=customer=6"))
ALLOWED_BY_VENDOR = {
    "upflow": ALLOWED,
    "billabex": tuple(
        read_allowance(text) for text in ("destroys-uncounted=acme/account/erp:A-09", "delete-ceiling=contact=6")
    ),
}
PID_FILE = "killed.pid"
WRITES = ("POST", "PUT", "PATCH", "DELETE")


class Countdown:
    """What is left to happen before the end."""

    def __init__(self, last: int) -> None:
        self._left = last

    def strike(self) -> None:
        """Count one, and die of the last."""
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)


class Mortal(Quiet):
    """A report that counts events; the event itself has been recorded by then, in memory."""

    def __init__(self, countdown: Countdown) -> None:
        super().__init__()
        self._countdown = countdown

    def event(self, event: Event, say: Say) -> None:
        """Keep an event, or die of it."""
        super().event(event, say)
        self._countdown.strike()


class Unanswered(httpx.AsyncBaseTransport):
    """The way to the sandbox that counts writes which were carried out; the answer is on its way back."""

    def __init__(self, way: SandboxTransport, countdown: Countdown, methods: tuple[str, ...]) -> None:
        self._way = way
        self._countdown = countdown
        self._methods = methods

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request out, or die of it."""
        answer = await self._way.handle_async_request(request)
        if request.method in self._methods:
            self._countdown.strike()
        return answer


def die_at_system_call(name: str, inside: Path, countdown: Countdown) -> None:
    """Count calls of the system that concern a folder, as Python announces them before it makes them."""

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if event == name and str(arguments[0]).startswith(str(inside)):
            countdown.strike()

    sys.addaudithook(hear)


async def _carry_out(company: Company, plan: Plan, countdown: Countdown, methods: tuple[str, ...]) -> None:
    scope = replace(scope_of(company.folder, (), TODAY), allowances=company.allowances)
    (organization,) = scope.organizations
    quiet = Quiet()
    with company.store() as store:
        inside = way_in(store, organization.name, organization.vendor.name)
        way = Unanswered(SandboxTransport(store, organization=organization.name), countdown, methods)
        provider = connect(organization, inside.credentials, f"http://127.0.0.1{inside.path}", way)
        inventories = {organization.name: inventory_of(organization, company.folder)}
        watch = Watch(quiet.narration())
        providers = {organization.name: provider}
        await carry(plan, scope, providers, inventories, quiet, watch, Stop(watch.say))


def main(folder: Path, point: str, last: int) -> None:
    """Plan and apply until the n-th time of a point."""
    (folder.parent / PID_FILE).write_text(str(os.getpid()))
    countdown = Countdown(last)
    company = Company(folder)
    company.allowances = ALLOWED_BY_VENDOR[scope_of(folder, (), TODAY).organizations[0].vendor.name]
    plan = company.plan()
    files = folder / ".reconciler" / "inventory"
    if point in ("answer", "create"):
        run_virtual(_carry_out(company, plan, countdown, WRITES if point == "answer" else ("POST",)))
        return
    if point == "replace":
        die_at_system_call("os.rename", files, countdown)
    if point == "remove":
        die_at_system_call("os.remove", files, countdown)
    company.carry_out(plan, Mortal(countdown) if point == "event" else None)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
