"""The product's stations over a company on disk, each ready to be timed: reading, validating, planning.

Nothing of the product is replaced: the provider is the real one, and only what carries its requests is an answer
table. Its pace is as good as none, because the floor has none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from benchmarks.answers import AnswerTransport
from benchmarks.company import customer
from reconciler.cli.composition import Planned, Scope, planned
from reconciler.cli.running import result_of
from reconciler.cli.watching import Watch
from reconciler.desired.configuration import load_configuration
from reconciler.desired.documents import read_items
from reconciler.desired.files import find_files
from reconciler.desired.load import load
from reconciler.desired.text import Text, read_text
from reconciler.model.organization import Organization
from reconciler.model.state import Allowance
from reconciler.providers.table import VENDORS
from reconciler.providers.upflow.provider import UpflowProvider, connect
from reconciler.render.progress import Lines

TODAY = date(2026, 1, 15)
BASE_URL = "http://127.0.0.1/v1"
CREDENTIALS = {"key": "benchmark", "secret": "benchmark"}


def organization_in(folder: Path) -> Organization:
    """Read the one organization of a folder."""
    environ = {"BENCHMARK_KEY": CREDENTIALS["key"], "BENCHMARK_SECRET": CREDENTIALS["secret"]}
    return load_configuration(folder, VENDORS, environ).organizations[0]


def warm_up(folder: Path) -> None:
    """Import what the stations import late, and have the models built: read one customer."""
    organization = organization_in(folder)
    for kind in organization.vendor.kinds:
        kind.read(customer(0, 1), organization.settings)


def read_documents(folder: Path) -> int:
    """Build the values of every document, nothing validated, and count the items."""
    organization = organization_in(folder)
    sections = [kind.section for kind in organization.vendor.kinds]
    count = 0
    for name in find_files(folder, organization.documents.as_posix(), []).documents:
        text = read_text(folder / name, name)
        if isinstance(text, Text):
            count += sum(1 for _ in read_items(text, sections, []))
    return count


def validate_documents(folder: Path) -> int:
    """Load the desired state as `validate` does, and count what is declared."""
    return len(load(organization_in(folder), folder, TODAY).declared)


def make_plan(
    folder: Path, answers: Mapping[str, bytes], *, forgetful: bool = False, allowances: tuple[Allowance, ...] = ()
) -> Planned:
    """Plan as `plan` does, against a vendor that answers from memory; if forgetful, as if nothing were managed."""
    organization = organization_in(folder)
    scope = Scope(
        directory=folder, organizations=(organization,), today=TODAY, allowances=allowances, forgetful=forgetful
    )
    with asyncio.Runner() as runner:
        return result_of(runner, _plan(scope, connected(organization, AnswerTransport(answers))))


async def _plan(scope: Scope, provider: UpflowProvider) -> Planned:
    try:
        return await planned(scope, {scope.organizations[0].name: provider}, silent())
    finally:
        await provider.aclose()


def connected(organization: Organization, transport: AnswerTransport) -> UpflowProvider:
    """Open the way to a vendor that answers from memory."""
    return connect(organization, CREDENTIALS, BASE_URL, transport)


def silent() -> Watch:
    """Give a watch that tells nobody."""
    return Watch(Lines(lambda _line: None, lambda: 0.0))
