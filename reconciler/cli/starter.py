"""What `init` writes: the smallest folder of documents that can be planned and applied."""

from __future__ import annotations

from collections.abc import Mapping

IGNORED = ".reconciler/"

_CONFIGURATION = """\
# The organizations whose customers are kept here, each with its own pace and documents.
organizations:
  {organization}:
    provider: upflow
    # The embedded sandbox. For Upflow itself write `endpoint: production` and name the variables that hold your keys:
    # credentials:
    #   key: ${{UPFLOW_KEY}}
    #   secret: ${{UPFLOW_SECRET}}
    endpoint: sandbox
    documents: {organization}
    # What is managed from here is kept in .reconciler/, on this machine alone. Before another machine applies, CI
    # among them, keep it in git, and name the variable that holds a secret key for its digests:
    # inventory: {{store: git}}
    # digestKey: ${{RECONCILER_DIGEST_KEY}}
"""

_DOCUMENT = """\
customers:
  - externalId: C-001
    name: First Customer
    address:
      city: Paris
      zipcode: "75001"
      country: France
    contacts:
      - externalId: P-001
        email: first.contact@example.com
        isMain: true
"""


def first_files(organization: str) -> Mapping[str, str]:
    """Give the files by their paths below the folder."""
    return {
        "reconciler.yaml": _CONFIGURATION.format(organization=organization),
        f"{organization}/customers.yaml": _DOCUMENT,
    }
