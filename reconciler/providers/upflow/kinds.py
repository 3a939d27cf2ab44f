"""What the core knows of Upflow: its kinds row by row, its hosts, credentials and limits. Data, and pure functions.

Every limit and host is from the integration guide; field names from the fact sheet §3. The definition of a custom
field can be created and deleted but not changed (§2), and deleting it takes the value at every customer with it. What
has no documented way to be made nothing again (§9) is not clearable.
"""

from __future__ import annotations

from reconciler.model.kind import Field, Kind, MemberKind, WriteCost
from reconciler.model.vendor import Limits, Vendor
from reconciler.providers.upflow import dumps, lint, readings, rules, twins, verdicts

CONTACT = MemberKind(
    name="contact",
    section="contacts",
    identity="externalId",
    natural="email",
    exclusive="isMain",
    fields=(
        Field(name="externalId", clearable=False),
        Field(name="email", required=True, personal=True, clearable=False),
        Field(name="firstName", personal=True),
        Field(name="lastName", personal=True),
        Field(name="phone", personal=True),
        Field(name="position", clearable=False),
        Field(name="isMain", clearable=False),
    ),
)

CUSTOM_FIELD = Kind(
    name="customField",
    section="customFields",
    title="Custom field",
    identity="externalId",
    rank=0,
    mutable=False,
    destroys=True,
    point_reads=False,  # no GET of a single definition is known
    fields=(
        Field(name="label", required=True),
        Field(name="description"),
        Field(name="dataType", required=True),
        Field(name="entityType", required=True),
    ),
    read=readings.read_custom_field,
    schema=readings.custom_field_schema,
    dump=dumps.dump_custom_field,
    cost=WriteCost(reads={}, writes={"create": 1, "delete": 1}),
)

CUSTOMER = Kind(
    name="customer",
    section="customers",
    title="Customer",
    identity="externalId",
    rank=1,
    fields=(
        Field(name="name", required=True),
        Field(name="vatNumber"),
        Field(name="accountingRef"),
        Field(name="address", depth=1),
        Field(name="parent", reference="customer", clearable=False),
        Field(name="dunningPlan", catalogue="dunningPlan"),
        Field(name="accountManager", catalogue="user", names_person=True, clearable=False),
        Field(name="paymentMethods", depth=9, clearable=False),
        Field(name="customFields", depth=1, keys_reference="customField"),
    ),
    members=(CONTACT,),
    guards=("balance", "amountDue", "amountOverdue", "countInvoicesDue", "countInvoicesOverdue"),
    read=readings.read_customer,
    schema=readings.customer_schema,
    dump=dumps.dump_customer,
    twins=twins.customer_twins,
    needs=rules.needs,
    resolve=rules.resolve,
    judge=verdicts.judge,
    seen=verdicts.seen,
    cost=WriteCost(reads={}, writes={"create": 1, "update": 1, "replace": 1, "delete": 1}),
)

UPFLOW = Vendor(
    name="upflow",
    title="Upflow",
    kinds=(CUSTOM_FIELD, CUSTOMER),
    endpoints={
        "production": "https://api.upflow.io/v1",
        "vendor-sandbox": "https://api.sandbox.upflow.io/v1",
    },
    credentials=(("key", "secret"),),
    limits=Limits(requests_per_minute=600, in_flight=5, in_flight_most=10),
    lint=lint.rules_of(CUSTOMER),
    read_settings=readings.read_settings,
    settings_schema=readings.settings_schema,
)
