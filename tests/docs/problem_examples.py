"""The example on a problem's page -> the problems that it really has.

An example is a document (`# customers/example.yaml` or `# accounts/example.yaml` in its first line), judged beside
nothing else against the live state of the example company's organization whose folder it lies in, or a configuration
(`# reconciler.yaml`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from reconciler.cli.locating import build_located
from reconciler.desired.configuration import load_configuration
from reconciler.desired.lint import lint, rules_by_id
from reconciler.desired.load import load
from reconciler.errors import DesiredStateInvalid, Problem
from reconciler.live.observe import observe
from reconciler.live.provider import Provider
from reconciler.model.organization import Organization
from reconciler.model.plan import Plan
from reconciler.model.state import DesiredState
from reconciler.plan.build import Part
from reconciler.providers.billabex.provider import connect as connect_billabex
from reconciler.providers.table import VENDORS
from reconciler.providers.upflow.provider import connect as connect_upflow
from reconciler.sandbox import SandboxTransport, Store, seed
from reconciler.sandbox.values import JsonObject
from tests.docs.player import COMPANY, EXAMPLES, SEEDS

TODAY = date(2026, 1, 1)
CONFIGURATION = COMPANY / "reconciler.yaml"


def found_problems(example: str, folder: Path) -> dict[str, str]:
    """Say what is wrong with an example: the text of the first problem of each code."""
    name = example.partition("\n")[0].removeprefix("# ")
    for documents in ("customers", "accounts"):
        (folder / documents).mkdir()
    (folder / "reconciler.yaml").write_text(CONFIGURATION.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / name).write_text(example, encoding="utf-8")
    texts: dict[str, str] = {}
    for code, text in _judged(folder, Path(name).parent):
        texts.setdefault(code, text)
    return texts


def _judged(folder: Path, documents: Path) -> Iterator[tuple[str, str]]:
    try:
        for organization in load_configuration(folder, VENDORS, {}).organizations:
            if documents not in (Path(), organization.documents):
                continue
            desired = load(organization, folder, TODAY)
            yield from _told(desired.warnings)
            yield from _told(lint(desired, organization.vendor, folder, rules_by_id(VENDORS)))
            plan = asyncio.run(_planned(organization, desired, folder))
            yield from _told(
                (*plan.warnings, *(one for blocked in plan.blocked for one in (blocked.problem, *blocked.others)))
            )
            for change in plan.changes:
                yield from ((mark.code, f"? {mark.text} [{mark.code}]") for mark in change.marks)
    except DesiredStateInvalid as error:
        yield from _told(error.problems)


def _told(problems: tuple[Problem, ...]) -> Iterator[tuple[str, str]]:
    yield from ((problem.code, str(problem)) for problem in problems)


async def _planned(organization: Organization, desired: DesiredState, folder: Path) -> Plan:
    store = Store()
    live = json.loads((EXAMPLES / SEEDS[organization.name]).read_text(encoding="utf-8"))
    provider = _connect(organization, live, store)
    try:
        live = await observe(provider, desired)
        return build_located([Part(organization=organization, desired=desired, live=live)], folder)
    finally:
        await provider.aclose()
        store.close()


def _connect(organization: Organization, live: JsonObject, store: Store) -> Provider:
    transport = SandboxTransport(store)
    if organization.vendor.name == "upflow":
        credentials = {"key": "key", "secret": "secret"}
        seed(store, organization.name, {**live, "apiKey": "key", "apiSecret": "secret"})
        return connect_upflow(organization, credentials, "http://sandbox/v1", transport)
    seed(store, organization.name, live)
    credentials = {"accessToken": f"sandbox-{organization.name}"}
    return connect_billabex(organization, credentials, "http://sandbox/api/public/v1", transport)
