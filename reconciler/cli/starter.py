"""What `init` writes: a configuration, and a document whose example is commented out, both in a vendor's own words."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.providers.starters import STARTERS

CONFIGURATION = "reconciler.yaml"
IGNORED = ".reconciler/"
PROVIDERS = tuple(STARTERS)

_ORGANIZATION = """\
  {organization}:
    provider: {provider}
{way_in}
    endpoint: sandbox
{own}    documents: {organization}
"""

_CONFIGURATION = """\
# The organizations whose {things} are kept here, each with its own pace and documents.
organizations:
{block}\
    # What is managed from here is kept in .reconciler/, on this machine alone. Before another machine applies, CI
    # among them, keep it in git, and name the variable that holds a secret key for its digests:
    # inventory: {{store: git}}
    # digestKey: ${{RECONCILER_DIGEST_KEY}}
"""


def first_files(organization: str, provider: str = PROVIDERS[0]) -> Mapping[str, str]:
    """Give the files by their paths below the folder."""
    start = STARTERS[provider]
    return {
        CONFIGURATION: _CONFIGURATION.format(things=start.things, block=organization_block(organization, provider)),
        f"{organization}/{start.things}.yaml": start.document,
    }


def organization_block(organization: str, provider: str) -> str:
    """Give what stands of an organization below `organizations:`."""
    start = STARTERS[provider]
    return _ORGANIZATION.format(
        organization=organization,
        provider=provider,
        way_in=start.way_in.replace("{organization}", organization),
        own=start.own,
    )
