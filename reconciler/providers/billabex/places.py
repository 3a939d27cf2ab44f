"""Where an organization's tokens come from and go to: the endpoint beside the API, the place that settings name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import httpx

from reconciler.errors import Problem, UsageInvalid
from reconciler.model.organization import Organization
from reconciler.providers.billabex.token_command import TokenCommand
from reconciler.providers.billabex.tokens import TokenFile, TokenPlace


def token_url(base_url: str) -> str:
    """Give the token endpoint of the host that answers the API (fact sheet §3)."""
    return str(httpx.URL(base_url).copy_with(path="/api/oauth/token", query=None))


def token_place(organization: Organization, directory: Path) -> TokenPlace:
    """Give the place that an organization's settings name; a file is relative to the folder of reconciler.yaml.

    Raises:
        UsageInvalid: they name none.
    """
    tokens = organization.settings.get("tokens")
    written: Mapping[str, object] = tokens if isinstance(tokens, dict) else {}
    command, file = written.get("command"), written.get("file")
    if isinstance(command, str) and command:
        return TokenCommand(command)
    if isinstance(file, str) and file:
        return TokenFile(directory / Path(file).expanduser())
    raise UsageInvalid(
        Problem(
            code="token-place-missing",
            summary="nowhere to keep a replaced refresh token",
            where=organization.name,
            detail="The organization is asked with a refresh token, and names no place for its successor.",
            why="Billabex may replace the token when it is used; once that is lost, nobody gets in any more.",
            remedy="Add to the organization in reconciler.yaml: tokens: {file: .reconciler/tokens/NAME.json}",
        )
    )
