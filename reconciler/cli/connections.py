"""Organizations -> providers. Those at the embedded sandbox are answered in process; nothing of theirs is secret.

The embedded sandbox is never given credentials out of the environment: it would keep real ones in its file. It is
asked with what it knows to open the organization, and a new organization with credentials that are made up.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cli.leaving import leaving_at_once
from reconciler.cli.private_folder import sandbox_file
from reconciler.desired.credentials import check_secrets, read_credentials
from reconciler.live.provider import Provider
from reconciler.model.organization import Organization
from reconciler.providers.pace import Paces
from reconciler.providers.table import connect

if TYPE_CHECKING:
    from reconciler.sandbox.store import Store

_EMBEDDED = "http://127.0.0.1"  # never dialled: the transport answers


@asynccontextmanager
async def connected(
    organizations: Iterable[Organization], directory: Path, environ: Mapping[str, str]
) -> AsyncIterator[dict[str, Provider]]:
    """Open the way to each organization, by its name, and close them all in the end.

    Raises:
        UsageInvalid: a variable that should hold a credential or the digest key is not set.
    """
    organizations = tuple(organizations)
    check_secrets(organizations, environ)
    async with AsyncExitStack() as stack:
        closing = stack.enter_context(ExitStack())
        opened: dict[str, Provider] = {}
        paces = Paces()
        for organization in organizations:
            if organization.base_url is None:
                provider = _embedded(organization, _store(stack, directory), directory)
            else:
                credentials = read_credentials(organization, environ)
                pace = paces.of(organization, organization.base_url, credentials)
                provider = connect(organization, credentials, organization.base_url, directory=directory, pace=pace)
            stack.push_async_callback(provider.aclose)
            opened[organization.name] = provider
        try:
            yield opened
        finally:
            closing.enter_context(leaving_at_once())  # nothing is lost; what a provider has to finish it says itself


def _store(stack: AsyncExitStack, directory: Path) -> Store:
    from reconciler.sandbox.store import Store

    store = Store(sandbox_file(directory))
    stack.callback(store.close)
    return store


def _embedded(organization: Organization, store: Store, directory: Path) -> Provider:
    from reconciler.sandbox.embedding import way_in
    from reconciler.sandbox.transport import SandboxTransport

    way = way_in(store, organization.name, organization.vendor.name)
    transport = SandboxTransport(
        store, auto_create=True, organization=organization.name, newcomer=organization.settings
    )
    return connect(organization, way.credentials, _EMBEDDED + way.path, transport, directory)
