"""An organization written down in a person's words, brought to life in bulk; and the one that appears when nothing was.

The shape is in `SEED_NAMES`; customers are written as `names` reads them. Seeding starts an organization afresh.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reconciler.sandbox.store import Organization, Store
from reconciler.sandbox.upflow.catalogue_table import Sort
from reconciler.sandbox.upflow.names import Names
from reconciler.sandbox.upflow.organization import UpflowOrganization
from reconciler.sandbox.upflow.organization_routes import DEFINITION_NAMES
from reconciler.sandbox.upflow.records import READ_ONLY_DEFAULTS, WRITABLE_DEFAULTS, Contact, Customer, CustomField
from reconciler.sandbox.upflow.settings import Settings, settings_from
from reconciler.sandbox.values import (
    Json,
    JsonObject,
    SandboxMisuse,
    objects,
    refuse_unknown,
    text_or_none,
    texts,
    whole_number,
)

SEED_NAMES = (
    "apiKey",
    "apiSecret",
    "settings",
    "positions",
    "users",
    "dunningPlans",
    "bankAccounts",
    "customFields",
    "customers",
)
DEFAULT_ORGANIZATION: JsonObject = {
    "positions": ["ACCOUNTING", "PAYER", "SALES", "PURCHASER"],
    "users": [
        {"firstName": "Ada", "lastName": "Brook", "email": "ada.brook@example.com", "position": "Collector"},
        {"firstName": "Ben", "lastName": "Crane", "email": "ben.crane@example.com", "position": "CFO"},
    ],
    "dunningPlans": [
        {"name": "Standard", "mode": "AUTOMATIC", "entity": "INVOICE"},
        {"name": "Key accounts", "mode": "MANUAL", "entity": "CUSTOMER"},
    ],
    "bankAccounts": [{"name": "Main account", "iban": "FR7630006000011234567890189"}],
}


def create_default(store: Store, name: str) -> Organization:
    """Create an organization as English-speaking newcomers have it: catalogues filled, no customers."""
    organization = store.create_organization(name, vendor="upflow", settings=Settings())
    _fill(UpflowOrganization(store, organization), DEFAULT_ORGANIZATION)
    return organization


def plant(store: Store, name: str, data: Mapping[str, Json]) -> None:
    """Start an organization afresh from a seed; catalogues that it leaves out are the default ones."""
    refuse_unknown(data, SEED_NAMES, "a seed")
    settings = data.get("settings", {})
    if not isinstance(settings, dict):
        raise SandboxMisuse("settings is an object")
    row = store.find_organization(name) or store.create_organization(name, vendor="upflow", settings=Settings())
    store.set_settings(row, settings_from(settings))
    key, secret = text_or_none(data.get("apiKey")), text_or_none(data.get("apiSecret"))
    if key is not None and secret is not None:
        store.set_credentials(row, key, secret)
    organization = UpflowOrganization(store, store.organization(name))
    organization.clear()
    _fill(organization, DEFAULT_ORGANIZATION | dict(data))


def _fill(organization: UpflowOrganization, data: JsonObject) -> None:
    """Bring everything that a seed names to life, catalogues first because customers refer to them."""
    set_catalogue(organization, "position", [{"name": name} for name in texts(data.get("positions"))])
    set_catalogue(organization, "user", objects(data.get("users")))
    set_catalogue(organization, "dunning-plan", objects(data.get("dunningPlans")))
    set_catalogue(organization, "bank-account", objects(data.get("bankAccounts")))
    for definition in objects(data.get("customFields")):
        _add_custom_field(organization, definition)
    add_customers(organization, objects(data.get("customers")))


def set_catalogue(organization: UpflowOrganization, sort: Sort, bodies: Sequence[JsonObject]) -> None:
    """Replace one catalogue; an entry may choose its own id."""
    organization.catalogue.delete(sort, organization.catalogue.all(sort))
    for body, (number, entry_id) in zip(bodies, organization.born_many(len(bodies)), strict=True):
        rest = {name: value for name, value in body.items() if name != "id"}
        organization.catalogue.put(sort, number, text_or_none(body.get("id")) or entry_id, rest)


def _add_custom_field(organization: UpflowOrganization, definition: JsonObject) -> None:
    """Define a custom field with the options that it starts with; it belongs to customers unless it says otherwise."""
    refuse_unknown(definition, (*DEFINITION_NAMES, "options"), "a custom field")
    number, field_id = organization.born()
    body: JsonObject = {name: definition.get(name) for name in DEFINITION_NAMES}
    body["entityType"] = definition.get("entityType", "CUSTOMER")
    field = CustomField(number=number, id=field_id, external_id=text_or_none(body["externalId"]), body=body)
    organization.fields.put(field)
    Names(organization).add_options(field, texts(definition.get("options")))


def add_customers(organization: UpflowOrganization, rows: Sequence[JsonObject]) -> None:
    """Create many customers with their contacts; parents may stand anywhere among them."""
    names = Names(organization)
    births = organization.born_many(len(rows))
    ids = {row.get("externalId"): birth[1] for row, birth in zip(rows, births, strict=True)}
    empty = {"name": None} | WRITABLE_DEFAULTS | READ_ONLY_DEFAULTS
    organization.customers.put(
        Customer(
            number=number,
            id=customer_id,
            external_id=text_or_none(row.get("externalId")),
            parent_id=_parent_id(ids, row.get("parent")),
            documents=whole_number(row.get("documents")),
            body=names.customer_body(empty, row),
        )
        for row, (number, customer_id) in zip(rows, births, strict=True)
    )
    people = [(birth[0], objects(row.get("contacts"))) for row, birth in zip(rows, births, strict=True)]
    organization.contacts.put(_contacts(organization, names, people))


def _parent_id(ids: Mapping[Json, str], parent: Json) -> str | None:
    """Return the id of a parent named by its external id."""
    name = parent.get("externalId") if isinstance(parent, dict) else parent
    if name is None:
        return None
    if name not in ids:
        raise SandboxMisuse(f"there is no customer {name!r} to be a parent")
    return ids[name]


def _contacts(
    organization: UpflowOrganization, names: Names, people: Iterable[tuple[int, Sequence[JsonObject]]]
) -> Iterable[Contact]:
    """Return contacts to be stored; the first of a customer is its main one unless another says that it is."""
    flat = [(customer, place, row, rows) for customer, rows in people for place, row in enumerate(rows)]
    births = organization.born_many(len(flat))
    for (customer, place, row, rows), (number, contact_id) in zip(flat, births, strict=True):
        claimed = any(other.get("isMain") for other in rows)
        empty: JsonObject = {"id": contact_id, "externalId": None, "firstName": None, "lastName": None, "phone": None}
        body = empty | {"email": None, "position": None, "isMain": not claimed and place == 0}
        yield Contact(number=number, customer=customer, body=names.contact_body(body, row))
