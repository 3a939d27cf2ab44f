"""A vendor whose limit others use up: next to nothing is left to us for good, and all is written all the same."""

from __future__ import annotations

import asyncio
import math
import time
from email.utils import formatdate
from pathlib import Path

import httpx
import pytest

from reconciler.cli.applying import inventories_under
from reconciler.cli.carrying import Run, carry
from reconciler.cli.stopping import Stop
from reconciler.cli.watching import Watch
from reconciler.model.plan import Plan
from reconciler.providers.table import connect
from reconciler.sandbox import SandboxTransport, Store
from reconciler.sandbox.embedding import way_in
from tests.clock import run_virtual
from tests.company import Company, Quiet

WINDOW, CHANGES = 30, 6
ORGANIZATION = "11111111-1111-4111-8111-111111111111"
BILLABEX = f"""organizations:
  acme: {{provider: billabex, endpoint: sandbox, documents: documents, organizationId: {ORGANIZATION}}}
"""


class Crowded(SandboxTransport):
    """A vendor of whose window others leave us a few requests, and no more; who asks for more is turned away."""

    def __init__(self, store: Store, *, room: int, latency: float) -> None:
        super().__init__(store, auto_create=True, organization="acme", latency=latency)
        self._room = room
        self._began = int(time.time())
        self._used: dict[int, int] = {}
        self.refused = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Count the requests of the window, and say how many are left."""
        now = asyncio.get_running_loop().time()
        window = int(now // WINDOW)
        used = self._used[window] = self._used.get(window, 0) + 1
        if used > self._room:
            self.refused += 1
            return httpx.Response(429)
        answer = await super().handle_async_request(request)
        now = asyncio.get_running_loop().time()
        left = self._room - self._used.get(int(now // WINDOW), 0)
        answer.headers["x-ratelimit-limit"] = "300"
        answer.headers["x-ratelimit-remaining"] = str(max(0, left))
        answer.headers["x-ratelimit-reset"] = str(self._began + (int(now // WINDOW) + 1) * WINDOW)
        answer.headers["date"] = formatdate(self._began + math.floor(now), usegmt=True)
        return answer


class Busy(Company):
    """A company at a vendor that others ask too."""

    async def crowded_out(self, plan: Plan, room: int, latency: float) -> tuple[Run, int]:
        """Carry a plan out where so little is left; give how it ended, and how often it was turned away."""
        watch = Watch(Quiet().narration())
        scope = self._scope(plan.scope)
        (organization,) = scope.organizations
        with self.store() as store:
            transport = Crowded(store, room=room, latency=latency)
            way = way_in(store, "acme", organization.vendor.name)
            provider = connect(organization, way.credentials, f"http://127.0.0.1{way.path}", transport, self.folder)
            await provider.page(organization.vendor.kinds[-1].name, None)  # as planning did: the first answer tells
            inventories = inventories_under(plan, scope)
            run = await carry(plan, scope, {"acme": provider}, inventories, Quiet(), watch, Stop(watch.say))
            await provider.aclose()
        return run, transport.refused


@pytest.mark.parametrize(("room", "latency"), [(1, 0.2), (2, 2.0), (4, 0.2)])
@pytest.mark.parametrize("vendor", ["upflow", "billabex"])
def test_all_is_written_however_little_others_leave(vendor: str, room: int, latency: float, tmp_path: Path) -> None:
    """Look and write go as a pair where there is room for both, and are never a wheel that turns for ever."""
    (tmp_path / "company").mkdir()
    if vendor == "billabex":
        (tmp_path / "company" / "reconciler.yaml").write_text(BILLABEX)
    here = Busy(tmp_path / "company")
    if vendor == "billabex":
        here.seed({"vendor": "billabex", "organizationId": ORGANIZATION, "accounts": []})
        row = "- {{source: {{connectionId: erp, sourceId: A-{0}}}, fullName: N{0}, currencyCode: EUR}}\n"
    else:
        row = "- {{externalId: C-{0}, name: N}}\n"
    section = "accounts" if vendor == "billabex" else "customers"
    here.write({"a.yaml": f"{section}:\n" + "".join(row.format(number) for number in range(CHANGES))})
    run, refused = run_virtual(here.crowded_out(here.plan(), room, latency))
    assert (run.code, run.error, refused) == (0, None, 0)
    assert run.summary.total.done == CHANGES
    assert here.plan().changes == ()
