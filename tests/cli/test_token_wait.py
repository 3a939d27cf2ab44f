"""A run that is signalled while a write waits for an access token: it did not go out, and the token is not lost."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path

import httpx

from reconciler.cli.applying import inventories_under
from reconciler.cli.carrying import Run, carry
from reconciler.cli.stopping import Stop
from reconciler.cli.watching import Watch
from reconciler.model.plan import Plan
from reconciler.providers.table import connect
from reconciler.render.progress import Lines
from reconciler.sandbox import SandboxTransport
from reconciler.sandbox.values import JsonObject
from tests.clock import run_virtual
from tests.company import Company, Quiet
from tests.sandbox.billabex.world import BASE

ACCOUNTS, SLOW = 8, 40.0
ORGANIZATION = "11111111-1111-4111-8111-111111111111"
ROTATING: JsonObject = {"refresh_rotation": "old-dead"}
CONFIGURATION = f"""organizations:
  acme:
    provider: billabex
    endpoint: sandbox
    documents: documents
    organizationId: {ORGANIZATION}
    tokens: {{file: token.json}}
"""
CLIENT = {"clientId": "client", "clientSecret": "secret", "refreshToken": "refresh-1"}


class Revoking(SandboxTransport):
    """A vendor that revokes the access token before the first write, and takes its time to give another."""

    def __init__(self, store: Path, stop: Stop) -> None:
        super().__init__(store)
        self._stop = stop
        self._revoked = False
        self.written = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Turn writes away; signal two seconds after the other token was asked for."""
        answer = await super().handle_async_request(request) if request.method == "GET" else None
        if answer is not None:
            return answer
        if request.url.path.endswith("/token"):
            if self._revoked:
                asyncio.get_running_loop().call_later(2, self._stop.hear, int(signal.SIGTERM))
                await asyncio.sleep(SLOW)
            return await super().handle_async_request(request)
        self._revoked = True
        self.written += 1
        return httpx.Response(401, json={"message": "revoked"})


class Signalled(Company):
    """A company whose run is signalled."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.said: list[str] = []

    async def signalled(self, plan: Plan) -> tuple[Run, float, float]:
        """Carry a plan out; give how it ended, after how many virtual seconds, and when all was closed."""
        watch = Watch(Lines(self.said.append, lambda: 0.0))
        stop = Stop(watch.say)
        scope = self._scope(plan.scope)
        transport = Revoking(self.store_file, stop)
        provider = connect(scope.organizations[0], CLIENT, BASE, transport, self.folder)
        run = await carry(plan, scope, {"acme": provider}, inventories_under(plan, scope), Quiet(), watch, stop)
        ended = asyncio.get_running_loop().time()
        stop.over()
        await provider.aclose()
        return run, ended, asyncio.get_running_loop().time()


def test_a_signal_while_writes_wait_for_a_token_is_told_at_once_and_loses_no_token(tmp_path: Path) -> None:
    """Not a byte of them is out: they are not tried, no lock stays, and the refresh is finished after the sums."""
    (tmp_path / "company").mkdir()
    (tmp_path / "company" / "reconciler.yaml").write_text(CONFIGURATION)
    here = Signalled(tmp_path / "company")
    here.seed({"vendor": "billabex", "organizationId": ORGANIZATION, "settings": ROTATING, **CLIENT, "accounts": []})
    rows = "".join(
        f"- {{source: {{connectionId: erp, sourceId: A-{number}}}, fullName: N{number}, currencyCode: EUR}}\n"
        for number in range(ACCOUNTS)
    )
    here.write({"a.yaml": f"accounts:\n{rows}"})
    run, ended, closed = run_virtual(here.signalled(here.plan()))
    total = run.summary.total
    assert (run.code, run.error, run.cut) == (143, None, frozenset())
    assert (total.done, total.failed, total.unknown, total.not_tried) == (0, 0, 0, ACCOUNTS)
    assert ended < SLOW / 2
    assert closed > SLOW
    assert any("keeping the refresh token" in line for line in here.said)
    kept = json.loads((here.folder / "token.json").read_text())
    assert list(kept.values()) != ["refresh-1"]
    found = here.inventory()
    assert found is not None
    assert found.intents == ()
