"""How long a change by somebody else goes unseen: from the vendor's last reading of an object to its writing of ours.

What is edited before that last reading is left alone as stale: here between plan and apply, and while a write waits in
`tests/scenarios/test_faults.py` and `tests/apply/test_waiting.py`. What is edited after it cannot be seen, as no vendor
here writes on a condition.
Measured at the wire, on virtual time: five changes under way, each answer 0.2 s on its way. The numbers stand in
`docs/reliability.md` and in the essay of `apply/carry.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from statistics import median

import httpx
import pytest

from reconciler.apply.execute import execute
from reconciler.cli.composition import scope_of
from reconciler.model.event import Done, Event, Stale, Started
from reconciler.providers.pace import Pace
from reconciler.providers.table import connect
from reconciler.sandbox import SandboxTransport, edit
from reconciler.sandbox.values import Json, decode_object, objects
from tests.clock import run_virtual
from tests.company import TODAY, Company

CHANGES, IN_FLIGHT, ANSWER = 60, 5, 0.2
MEASURED = {
    (540, False): (0.23, 0.47),
    (60, False): (1.03, 1.03),
    (10, False): (7.5, 7.5),
    (540, True): (0.47, 0.47),
    (60, True): (2.07, 2.07),
    (10, True): (15, 15),
}
"""By requests a minute, and whether lists are changed that take a request of their own to read: seconds in the middle,
and at the most."""


Arrival = tuple[str, tuple[str, ...], float]


class Clocked(httpx.AsyncBaseTransport):
    """A way to the sandbox that notes when each request was there."""

    def __init__(self, way: SandboxTransport) -> None:
        self._way = way
        self.arrivals: list[Arrival] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on, at once."""
        name = request.url.path.split("/")[3:] or [str(decode_object(request.content.decode())["externalId"])]
        self.arrivals.append((request.method, tuple(name), asyncio.get_running_loop().time()))
        return await self._way.handle_async_request(request)


def company(folder: Path, *, lists: bool) -> Company:
    """Declare other names for many customers, or other lists."""
    here = Company(folder)
    rows: list[Json] = [{"externalId": f"C-{number}", "name": f"Old {number}"} for number in range(CHANGES)]
    here.seed({"customers": rows, "settings": {"get_customer_contacts": not lists, "list_rows_contacts": not lists}})
    ours = "name: Old {0}, contacts: [{{email: p{0}@example.com}}]" if lists else "name: New {0}"
    declared = "".join(f"- {{externalId: C-{number}, {ours.format(number)}}}\n" for number in range(CHANGES))
    here.write({"all.yaml": f"customers:\n{declared}"})
    return here


async def windows(here: Company, requests_per_minute: int) -> list[float]:
    """Apply, and give for each write the seconds since the vendor last read its object."""
    scope = scope_of(here.folder, (), TODAY)
    (organization,) = scope.organizations
    plan = (await here._plan(scope)).plan
    with here.store() as store:
        found = store.organization(organization.name)
        credentials = {"key": found.api_key or "", "secret": found.api_secret or ""}
        way = Clocked(SandboxTransport(store, organization=organization.name, latency=ANSWER))
        pace = Pace(requests_per_minute=requests_per_minute, in_flight=IN_FLIGHT)
        provider = connect(organization, credentials, "http://127.0.0.1/v1", way, here.folder, pace=pace)
        events = [one async for one in execute(plan, {organization.name: provider}, {organization.name: IN_FLIGHT})]
        await provider.aclose()
    check_done(events)
    names = {change.remote_id or "": change.address.key for change in plan.changes}
    return between(way.arrivals, names)


def check_done(events: list[Event]) -> None:
    """Find every change done, and begun once: no look was too old."""
    assert sum(isinstance(one, Done) for one in events) == CHANGES
    assert sum(isinstance(one, Started) for one in events) == CHANGES


def between(arrivals: list[Arrival], names: Mapping[str, str]) -> list[float]:
    """Give the seconds from the last look at each object to its writing; `names` are their external ids by id.

    A look that takes two requests begins with the first.
    """
    read: dict[str, float] = {}
    found = []
    for method, (place, *below), moment in arrivals:
        key = names.get(place, place.removeprefix("external:"))
        if method != "GET":
            found.append(moment - read[key])
        elif not below:
            read[key] = moment
    return found


@pytest.mark.parametrize(("requests_per_minute", "lists"), MEASURED)
def test_the_window_is_as_published(requests_per_minute: int, lists: bool, tmp_path: Path) -> None:
    """In the middle, and at the most; to a tenth."""
    found = run_virtual(windows(company(tmp_path / "company", lists=lists), requests_per_minute))
    assert len(found) == CHANGES
    assert (median(found), max(found)) == pytest.approx(MEASURED[requests_per_minute, lists], rel=0.1)


def test_what_somebody_edits_between_plan_and_write_is_left_alone(tmp_path: Path) -> None:
    """It is stale and keeps their value, be it in the field that we change or in another; the rest is done."""
    here = company(tmp_path / "company", lists=False)
    plan = here.plan()
    with here.store() as store:
        edit(store, "acme", "customer/C-0", {"name": "Theirs"})
        edit(store, "acme", "customer/C-1", {"vatNumber": "Theirs"})
    applied = here.carry_out(plan)
    stale = {event.change.address.key for event in applied.events if isinstance(event, Stale)}
    assert (stale, applied.code, applied.summary.total.done) == ({"C-0", "C-1"}, 4, CHANGES - 2)
    rows = {row["externalId"]: row for row in objects(here.state()["customers"])}
    assert (rows["C-0"]["name"], rows["C-1"]["name"], rows["C-1"]["vatNumber"]) == ("Theirs", "Old 1", "Theirs")
