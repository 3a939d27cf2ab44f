"""What `init` writes: a configuration, and a document whose example is commented out.

Whoever names a real organization in it must not find a customer in the first plan whom nobody wrote down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

IGNORED = ".reconciler/"

_CONFIGURATION = """\
# The organizations whose {things} are kept here, each with its own pace and documents.
organizations:
  {organization}:
    provider: {provider}
{way_in}
    endpoint: sandbox
{own}    documents: {organization}
    # What is managed from here is kept in .reconciler/, on this machine alone. Before another machine applies, CI
    # among them, keep it in git, and name the variable that holds a secret key for its digests:
    # inventory: {{store: git}}
    # digestKey: ${{RECONCILER_DIGEST_KEY}}
"""

_UPFLOW_WAY_IN = """\
    # The embedded sandbox. For Upflow itself write `endpoint: production` and name the variables that hold your keys:
    # credentials:
    #   key: ${UPFLOW_KEY}
    #   secret: ${UPFLOW_SECRET}"""

_UPFLOW_DOCUMENT = """\
# Customers as they are to be, in as many files as you like. Nothing is declared yet: have `reconciler dump` write down
# what is at the vendor already. Or take the next line away, and the comment signs below it: a plan creates that one.
customers: []
#
# customers:
#   - externalId: C-001
#     name: First Customer
#     address:
#       city: Paris
#       zipcode: "75001"
#       country: France
#     contacts:
#       - externalId: P-001
#         email: first.contact@example.com
#         isMain: true
"""

_BILLABEX_WAY_IN = """\
    # The embedded sandbox. For Billabex itself write `endpoint: production`, name the variables that hold what it gave
    # you, and say where a refresh token is kept that it replaces:
    # credentials:
    #   clientId: ${BILLABEX_CLIENT_ID}
    #   clientSecret: ${BILLABEX_CLIENT_SECRET}
    #   refreshToken: ${BILLABEX_REFRESH_TOKEN}
    # tokens:
    #   file: .reconciler/tokens/{organization}.json"""

_BILLABEX_OWN = """\
    # Billabex's id of the organization; the sandbox takes any.
    organizationId: 00000000-0000-4000-8000-000000000000
    # The domains of your own e-mail addresses, which decide on which list a party stands.
    emailDomains: [example.com]
"""

_BILLABEX_DOCUMENT = """\
# Accounts as they are to be, in as many files as you like. Nothing is declared yet: have `reconciler dump` write down
# what is at the vendor already. Or take the next line away, and the comment signs below it: a plan creates that one.
accounts: []
#
# accounts:
#   - source: {connectionId: erp, sourceId: A-001}
#     fullName: First Account
#     currencyCode: EUR
#     billingAddress:
#       city: Paris
#       postalCode: "75001"
#       country: FR
#     contacts:
#       - key: accounts-payable
#         fullName: Ada First
#         email: ada.first@customer.example
#         language: en
#         isPrimary: true
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """What differs between vendors."""

    things: str
    way_in: str
    document: str
    own: str = ""


_STARTS = {
    "upflow": _Start(things="customers", way_in=_UPFLOW_WAY_IN, document=_UPFLOW_DOCUMENT),
    "billabex": _Start(things="accounts", way_in=_BILLABEX_WAY_IN, document=_BILLABEX_DOCUMENT, own=_BILLABEX_OWN),
}
PROVIDERS = tuple(_STARTS)


def first_files(organization: str, provider: str = "upflow") -> Mapping[str, str]:
    """Give the files by their paths below the folder."""
    start = _STARTS[provider]
    return {
        "reconciler.yaml": _CONFIGURATION.format(
            organization=organization,
            provider=provider,
            things=start.things,
            way_in=start.way_in.replace("{organization}", organization),
            own=start.own,
        ),
        f"{organization}/{start.things}.yaml": start.document,
    }
