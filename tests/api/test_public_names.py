"""The names of the library: all there, sorted, cheap, and enough to plan and apply without the command line."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest

import reconciler
from reconciler.sandbox import SandboxTransport, Store, seed, show
from tests.cli.running import call_alone

CONFIGURATION = """\
organizations:
  acme:
    provider: upflow
    endpoint: sandbox
    documents: documents
"""


def test_every_name_is_there_and_sorted() -> None:
    """Constants, then classes, then functions, each in order; nothing else is public."""
    names = reconciler.__all__
    assert names == sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    assert all(getattr(reconciler, name) is not None for name in names)
    assert dir(reconciler) == sorted(names)
    with pytest.raises(AttributeError, match="no attribute 'plan_everything'"):
        getattr(reconciler, "plan_" + "everything")


def test_importing_it_imports_nothing_else() -> None:
    """Each name brings its own module when it is asked for."""
    code = "import sys, reconciler; print([name for name in sys.modules if name.startswith('reconciler.')])"
    assert call_alone(code=code).out == "[]\n"


async def plan_and_apply(folder: Path, store: Store) -> tuple[reconciler.Plan, int]:
    """Do what `reconciler apply` does, by public names alone."""
    configuration = reconciler.load_configuration(folder, reconciler.VENDORS, {})
    organization = configuration.organizations[0]
    desired = reconciler.load(organization, folder, date(2026, 1, 15))
    credentials = {"key": "acme-key", "secret": "acme-secret"}
    provider = reconciler.connect(organization, credentials, "http://127.0.0.1/v1", SandboxTransport(store))
    try:
        live = await reconciler.observe(provider, desired)
        plan = reconciler.build([reconciler.Part(organization=organization, desired=desired, live=live)])
        events = [event async for event in reconciler.execute(plan, {"acme": provider}, {"acme": 5})]
    finally:
        await provider.aclose()
    return plan, reconciler.summarize(plan, events).totals.add


def test_a_program_may_plan_and_apply(tmp_path: Path) -> None:
    """Configuration, documents, live state, plan, events: five calls."""
    (tmp_path / "reconciler.yaml").write_text(CONFIGURATION)
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "a.yaml").write_text("customers:\n  - {externalId: C-1, name: Acme}\n")
    store = Store(tmp_path / "sandbox.db")
    try:
        seed(store, "acme", {"apiKey": "acme-key", "apiSecret": "acme-secret"})
        plan, added = asyncio.run(plan_and_apply(tmp_path, store))
        assert len(plan.changes) == added == 1
        assert "Acme" in str(show(store, "acme"))
    finally:
        store.close()


def test_an_error_is_caught_by_its_public_name(tmp_path: Path) -> None:
    """A caller that knows only the library's names can tell what to do next."""
    with pytest.raises(reconciler.DesiredStateInvalid) as raised:
        reconciler.load_configuration(tmp_path, reconciler.VENDORS, {})
    assert isinstance(raised.value, reconciler.ReconcilerError)
    assert [problem.code for problem in raised.value.problems] == ["configuration-missing"]
