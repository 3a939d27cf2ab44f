"""The pages about tokens that no command on a page could show: they give the very words of the client."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.desired.configuration import load_configuration
from reconciler.errors import ReconcilerError
from reconciler.model.organization import Organization
from reconciler.providers.billabex.oauth import RefreshedTokens
from reconciler.providers.billabex.places import token_place
from reconciler.providers.billabex.provider import connect
from reconciler.providers.billabex.tokens import TokenFile
from reconciler.providers.table import VENDORS
from reconciler.sandbox import SandboxTransport, Store, seed
from reconciler.sandbox.values import JsonObject
from tests.clock import run_virtual
from tests.docs.fences import DOCS, fences
from tests.docs.player import COMPANY
from tests.store.repositories import git

CREDENTIALS = {"clientId": "client", "clientSecret": "secret", "refreshToken": "used-up"}
WAY_IN = """    credentials:
      clientId: ${BILLABEX_CLIENT_ID}
      clientSecret: ${BILLABEX_CLIENT_SECRET}
      refreshToken: ${BILLABEX_REFRESH_TOKEN}
"""


def organization(folder: Path, more: str = "") -> Organization:
    """Give the example's organization at Billabex, with more of its own settings."""
    text = (COMPANY / "reconciler.yaml").read_text(encoding="utf-8")
    (folder / "reconciler.yaml").write_text(f"{text}{more}", encoding="utf-8")
    found = load_configuration(folder, VENDORS, {}).organizations
    return next(one for one in found if one.vendor.name == "billabex")


def name_no_place(folder: Path) -> None:
    """Ask for the place of an organization that names none."""
    token_place(organization(folder), folder)


def read_with(tokens: str, refresh: str, folder: Path) -> None:
    """Read from a vendor that replaces refresh tokens, and knows one."""
    one = organization(folder, f"{WAY_IN}    tokens: {tokens}\n")
    store = Store()
    settings: JsonObject = {"refresh_rotation": "old-dead"}
    seed(store, one.name, {"accounts": [], **CREDENTIALS, "refreshToken": refresh, "settings": settings})

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


def fail_to_keep(folder: Path) -> None:
    """Hand a token to a command that fails."""
    read_with("{command: 'cat > /dev/null; exit 1'}", "used-up", folder)


def use_up(folder: Path) -> None:
    """Come with a refresh token that another run has used."""
    read_with(f"{{file: {folder / 'token.json'}}}", "refresh-2", folder)


def show_to_git(folder: Path) -> None:
    """Name a file that the next commit would take."""
    git(folder, "init", "--quiet")
    (folder / "tokens").mkdir()
    TokenFile(folder / "tokens" / "acme.json").check()


def block_the_place(folder: Path) -> None:
    """Have a folder where the file should be."""
    (folder / "tokens" / "acme.json").mkdir(parents=True)
    TokenFile(folder / "tokens" / "acme.json").check()


def share_badly(folder: Path) -> None:
    """Ask for two organizations with one token and two places."""

    async def both() -> None:
        for name in ("lumiere-ch", "lumiere-fr"):
            RefreshedTokens(CREDENTIALS, "http://sandbox", TokenFile(folder / name), organization=name)

    run_virtual(both())


PLAYS = {
    "token-place-missing": name_no_place,
    "token-place-exposed": show_to_git,
    "token-place-unusable": block_the_place,
    "token-unkept": fail_to_keep,
    "token-refused": use_up,
    "token-shared": share_badly,
}


@pytest.mark.parametrize(("page", "play"), PLAYS.items())
def test_a_page_gives_the_words_of_the_client(page: str, play: Callable[[Path], None], tmp_path: Path) -> None:
    """What stands in the example is what a person reads."""
    with pytest.raises(ReconcilerError) as caught:
        play(tmp_path)
    shown = next(fence.content for fence in fences(DOCS / "problems" / f"{page}.md") if fence.language == "text")
    (problem,) = caught.value.problems
    assert str(problem).replace(str(tmp_path), "/srv/customers") == shown.rstrip("\n")
