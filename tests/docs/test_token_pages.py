"""The pages about tokens that no command on a page could show: they give the very words of the client."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.desired.configuration import load_configuration
from reconciler.errors import ReconcilerError
from reconciler.model.organization import Organization
from reconciler.providers.billabex.places import token_place
from reconciler.providers.billabex.provider import connect
from reconciler.providers.billabex.tokens import TokenCommand
from reconciler.providers.table import VENDORS
from reconciler.sandbox import SandboxTransport, Store, seed
from tests.clock import run_virtual
from tests.docs.fences import DOCS, fences
from tests.docs.player import COMPANY

CREDENTIALS = {"clientId": "client", "clientSecret": "secret", "refreshToken": "used-up"}


def organization(folder: Path, more: str = "") -> Organization:
    """Give the example's organization at Billabex, with more of its own settings."""
    text = (COMPANY / "reconciler.yaml").read_text(encoding="utf-8")
    (folder / "reconciler.yaml").write_text(f"{text}{more}", encoding="utf-8")
    found = load_configuration(folder, VENDORS, {}).organizations
    return next(one for one in found if one.vendor.name == "billabex")


def name_no_place(folder: Path) -> None:
    """Ask for the place of an organization that names none."""
    token_place(organization(folder), folder)


def fail_to_keep(_folder: Path) -> None:
    """Hand a token to a command that fails."""
    TokenCommand(command="exit 1").keep("refresh-2", "refresh-1")


def use_up(folder: Path) -> None:
    """Come with a refresh token that another run has used."""
    one = organization(folder, f"    tokens: {{file: {folder / 'token.json'}}}\n")
    store = Store()
    seed(store, one.name, {"accounts": [], **CREDENTIALS, "refreshToken": "refresh-2"})

    async def read() -> None:
        provider = connect(one, CREDENTIALS, "http://sandbox/api/public/v1", SandboxTransport(store))
        try:
            await provider.page("account", None)
        finally:
            await provider.aclose()

    try:
        run_virtual(read())
    finally:
        store.close()


@pytest.mark.parametrize(
    ("page", "play"),
    [("token-place-missing", name_no_place), ("token-unkept", fail_to_keep), ("token-refused", use_up)],
)
def test_a_page_gives_the_words_of_the_client(page: str, play: Callable[[Path], None], tmp_path: Path) -> None:
    """What stands in the example is what a person reads."""
    with pytest.raises(ReconcilerError) as caught:
        play(tmp_path)
    shown = next(fence.content for fence in fences(DOCS / "problems" / f"{page}.md") if fence.language == "text")
    (problem,) = caught.value.problems
    assert str(problem) == shown.rstrip("\n")
