"""The example on a problem's page -> the problems that it really has.

An example is a document (`# customers/example.yaml` in its first line), judged beside nothing else against the example
company's live state, or a configuration (`# reconciler.yaml`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from reconciler.cli.locating import build_located
from reconciler.desired.configuration import load_configuration
from reconciler.desired.load import load
from reconciler.errors import DesiredStateInvalid, Problem
from reconciler.live.observe import observe
from reconciler.model.organization import Organization
from reconciler.model.plan import Plan
from reconciler.model.state import DesiredState
from reconciler.plan.build import Part
from reconciler.providers.table import VENDORS
from reconciler.providers.upflow.provider import connect
from reconciler.sandbox import SandboxTransport, Store, seed
from tests.docs.fences import ROOT

TODAY = date(2026, 1, 1)
EXAMPLES = ROOT / "examples"
CONFIGURATION = EXAMPLES / "desired-state" / "reconciler.yaml"


def found_problems(example: str, folder: Path) -> dict[str, str]:
    """Say what is wrong with an example: the text of the first problem of each code."""
    name = example.partition("\n")[0].removeprefix("# ")
    (folder / "customers").mkdir()
    (folder / "reconciler.yaml").write_text(CONFIGURATION.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / name).write_text(example, encoding="utf-8")
    texts: dict[str, str] = {}
    for code, text in _judged(folder):
        texts.setdefault(code, text)
    return texts


def _judged(folder: Path) -> Iterator[tuple[str, str]]:
    try:
        for organization in load_configuration(folder, VENDORS, {}).organizations:
            desired = load(organization, folder, TODAY)
            yield from _told(desired.warnings)
            plan = asyncio.run(_planned(organization, desired, folder))
            yield from _told((*plan.warnings, *(blocked.problem for blocked in plan.blocked)))
            for change in plan.changes:
                yield from ((mark.code, f"? {mark.text} [{mark.code}]") for mark in change.marks)
    except DesiredStateInvalid as error:
        yield from _told(error.problems)


def _told(problems: tuple[Problem, ...]) -> Iterator[tuple[str, str]]:
    yield from ((problem.code, str(problem)) for problem in problems)


async def _planned(organization: Organization, desired: DesiredState, folder: Path) -> Plan:
    store = Store()
    live = json.loads((EXAMPLES / "sandbox-seed.json").read_text(encoding="utf-8"))
    seed(store, organization.name, {**live, "apiKey": "key", "apiSecret": "secret"})
    credentials = {"key": "key", "secret": "secret"}
    provider = connect(organization, credentials, "http://sandbox/v1", SandboxTransport(store))
    try:
        live = await observe(provider, desired)
        return build_located([Part(organization=organization, desired=desired, live=live)], folder)
    finally:
        await provider.aclose()
        store.close()
