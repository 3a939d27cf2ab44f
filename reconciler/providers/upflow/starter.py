"""What somebody who begins with Upflow gets: the first files of `init`, and the examples of the commands.

The document's example is commented out: whoever names a real organization in reconciler.yaml must not find somebody in
the first plan whom nobody wrote down.
"""

from __future__ import annotations

from reconciler.model.starter import Starter

_WAY_IN = """\
    # The embedded sandbox. For Upflow itself write `endpoint: production` and name the variables that hold your keys:
    # credentials:
    #   key: ${UPFLOW_KEY}
    #   secret: ${UPFLOW_SECRET}"""

_DOCUMENT = """\
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

STARTER = Starter(
    kind="customer",
    key="C-001",
    member="contact/P-001",
    one_field="name",
    things="customers",
    way_in=_WAY_IN,
    document=_DOCUMENT,
    by_hand={
        "target": "customer/C-001",
        "edit": "customer/C-001 name='Other name' address.city=Lyon",
        "add": "customer externalId=C-9 name=Nine",
        "add_person": "customer/C-9 email=nine@example.com",
        "setting": "list_rows_contacts=true",
    },
)
