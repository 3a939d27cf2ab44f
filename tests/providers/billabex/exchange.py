"""Scripted answers of Billabex's, and small things that tests of the port ask for."""

from __future__ import annotations

import orjson

from reconciler.errors import ReconcilerError
from reconciler.live.provider import Write
from reconciler.model.resource import Observed, Value
from reconciler.providers.billabex.provider import BillabexProvider, connect
from reconciler.sandbox import Store, show
from tests.providers.billabex.world import (
    BASE_URL,
    CREDENTIALS,
    ORGANIZATION_ID,
    organization,
)
from tests.providers.scripted import Line, Script, answer

SHELL = Observed(kind="account", key="k", remote_id="a", fields={})
"""An account whose lists can be read."""


def scripted(*lines: Line) -> tuple[BillabexProvider, Script]:
    """Give a provider whose vendor answers so in turn."""
    script = Script(*lines)
    return connect(organization(), CREDENTIALS, BASE_URL, script), script


def body(value: Value, status: int = 200) -> Line:
    """Answer with JSON."""
    return answer(status, orjson.dumps(value))


def codes(error: ReconcilerError) -> list[str]:
    """Give the codes of an error."""
    return [problem.code for problem in error.problems]


def ids(store: Store) -> list[str]:
    """Give the remote ids of all accounts."""
    accounts = show(store, "acme")["accounts"]
    assert isinstance(accounts, list)
    return [str(row["id"]) for row in accounts if isinstance(row, dict)]


def creation(number: int) -> Write:
    """Give the write that makes account A-NUMBER."""
    source: Value = {"connectionId": "erp", "sourceId": f"A-{number}"}
    made: Value = {"organizationId": ORGANIZATION_ID, "fullName": "New", "currencyCode": "EUR", "source": source}
    return Write(method="POST", path="/accounts", body=made, summary="create", repeatable=False)
