"""Organizations that are asked with the same credentials are asked at one pace, through the program's own door."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from reconciler.cli.composition import scope_of
from reconciler.cli.connections import connected
from reconciler.sandbox import Store, logged_requests, seed
from reconciler.sandbox.embedding import way_in
from reconciler.sandbox.server import SandboxServer
from tests.company import TODAY

IDS = {"one": "11111111-1111-4111-8111-111111111111", "two": "22222222-2222-4222-8222-222222222222"}


@pytest.mark.enable_socket
def test_the_same_credentials_mean_one_pace(tmp_path: Path) -> None:
    """At 120 a minute three requests go at once: of twice three with one token, the others wait half a second each."""
    with closing(Store()) as store:
        seed(store, "one", {"vendor": "billabex", "organizationId": IDS["one"]})
        way = way_in(store, "one", "billabex")
        with SandboxServer(store, auto_create=True, organization="one") as server:
            entries = "".join(
                f"  {name}: {{provider: billabex, endpoint: '{server.origin}{way.path}', organizationId: {number},"
                f" credentials: {{accessToken: '${{TOKEN_OF_{name.upper()}}}'}}}}\n"
                for name, number in IDS.items()
            )
            (tmp_path / "reconciler.yaml").write_text(f"organizations:\n{entries}")
            token = way.credentials["accessToken"]
            asyncio.run(_ask_three_each(tmp_path, {"TOKEN_OF_ONE": token, "TOKEN_OF_TWO": token}))
        times = [row.started for row in logged_requests(store)]
    assert len(times) == 6
    assert max(times) - min(times) >= 1.4


async def _ask_three_each(folder: Path, environ: dict[str, str]) -> None:
    scope = scope_of(folder, (), TODAY, 120)
    async with connected(scope.organizations, folder, environ) as providers:
        asking = (one.get("account", f"id:{IDS['one']}") for one in providers.values() for _ in range(3))
        assert await asyncio.gather(*asking) == [None] * 6
