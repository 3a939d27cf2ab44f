"""What somebody who begins with Billabex gets: the first files of `init`, and the examples of the commands.

The document's example is commented out: whoever names a real organization in reconciler.yaml must not find somebody in
the first plan whom nobody wrote down.
"""

from __future__ import annotations

from reconciler.model.starter import Starter

_WAY_IN = """\
    # The embedded sandbox. For Billabex itself write `endpoint: production`, name the variables that hold what it gave
    # you, and say where a refresh token is kept that it replaces:
    # credentials:
    #   clientId: ${BILLABEX_CLIENT_ID}
    #   clientSecret: ${BILLABEX_CLIENT_SECRET}
    #   refreshToken: ${BILLABEX_REFRESH_TOKEN}
    # tokens:
    #   file: .reconciler/tokens/{organization}.json"""

_OWN = """\
    # Billabex's id of the organization; an empty sandbox takes any.
    organizationId: 00000000-0000-4000-8000-000000000000
    # The domains of your own e-mail addresses, which decide on which list a party stands.
    emailDomains: [example.com]
"""

_DOCUMENT = """\
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

STARTER = Starter(
    kind="account",
    key="erp:A-001",
    member="contact/key:accounts-payable",
    one_field="fullName",
    things="accounts",
    way_in=_WAY_IN,
    own=_OWN,
    document=_DOCUMENT,
    by_hand={
        "target": "account/A-001",
        "edit": "account/A-001/contact/ada@example.com emailStatus=Bounced",
        "add": "account fullName=Nine currencyCode=EUR",
        "add_person": "account/A-001/representative fullName='Ada Nine' language=en",
        "setting": "name_case=sensitive",
    },
)
