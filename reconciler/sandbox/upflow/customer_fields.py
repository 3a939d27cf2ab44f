"""The writable fields of a customer: one rule a field, in a table, for POST and PUT alike (fact sheet §3.1, §4.11).

A field that the body does not have is not touched here; whether POST clears it is the settings' business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from reconciler.sandbox.checks import an_object, optional_text, required_text
from reconciler.sandbox.upflow.call import Call, check_names, unknown_reference
from reconciler.sandbox.upflow.field_values import written_values
from reconciler.sandbox.upflow.records import ADDRESS_PARTS, AMOUNTS, WRITABLE_DEFAULTS, Customer
from reconciler.sandbox.upflow.settings import Absent
from reconciler.sandbox.values import Json, JsonObject
from reconciler.sandbox.wire import RefusalError

_Rule: TypeAlias = Callable[[Call, str, JsonObject, Json], Json]
PAYMENT_METHODS = ("card", "check", "achDebit", "sepaDebit", "goCardless", "wireTransfer")
CUSTOMER_NAMES = frozenset(
    {"id", "externalId", "name", "parent", "contacts", "currency", "directUrl", *WRITABLE_DEFAULTS, *AMOUNTS}
)


def with_fields(call: Call, customer: Customer, document: JsonObject, absent: Absent = "kept") -> Customer:
    """Return a customer after a body was written over it; contacts and external id are not looked at."""
    before = customer.body
    after = dict(before)
    parent_id = customer.parent_id
    if absent == "cleared":
        after |= {name: value for name, value in WRITABLE_DEFAULTS.items() if name not in document}
        parent_id = None if "parent" not in document else parent_id
    for name, rule in _RULES.items():
        if name in document:
            after[name] = rule(call, name, before, document[name])
    changed = replace(customer, body=after, parent_id=parent_id)
    return _with_parent(call, changed, document["parent"]) if "parent" in document else changed


def _name(_call: Call, name: str, _before: JsonObject, value: Json) -> Json:
    return required_text({name: value}, name)


def _text(_call: Call, name: str, _before: JsonObject, value: Json) -> Json:
    return optional_text(name, value)


def _dunning_plan(call: Call, name: str, before: JsonObject, value: Json) -> Json:
    plan_id = optional_text(name, value)
    if plan_id is None or plan_id in call.organization.catalogue.ids("dunning-plan"):
        return plan_id
    unknown_reference(call.settings.unknown_dunning_plan, "dunning plan")
    return before.get(name)


def _account_manager(call: Call, name: str, before: JsonObject, value: Json) -> Json:
    user_id = optional_text(name, value)
    handling = call.settings.unknown_account_manager
    if user_id is None or handling == "stored" or user_id in call.organization.catalogue.ids("user"):
        return user_id
    unknown_reference(handling, "account manager")
    return before.get(name)


def _address(call: Call, name: str, before: JsonObject, value: Json) -> Json:
    empty: JsonObject = dict.fromkeys(ADDRESS_PARTS)
    if value is None:
        return empty
    parts = an_object(name, value)
    check_names(parts, ADDRESS_PARTS, call.settings)
    if None in parts.values() and call.settings.null_address_part == "rejected":
        raise RefusalError(400, "The parts of an address must be strings.")
    given = {part: optional_text(part, parts[part]) for part in ADDRESS_PARTS if part in parts}
    kept = before.get(name) if call.settings.address_absent_parts == "kept" else None
    return empty | (kept if isinstance(kept, dict) else {}) | given


def _payment_methods(call: Call, name: str, before: JsonObject, value: Json) -> Json:
    if value is None:
        return {}
    given = an_object(name, value)
    check_names(given, PAYMENT_METHODS, call.settings)
    known: JsonObject = {method: given[method] for method in PAYMENT_METHODS if method in given}
    for method in known.values():
        _check_bank_accounts(call, an_object("A payment method", method))
    kept = before.get(name)
    if call.settings.payment_methods_absent == "cleared" or not isinstance(kept, dict):
        return known
    return _deep(kept, known)


def _check_bank_accounts(call: Call, method: JsonObject) -> None:
    """Turn down a payment method that names a bank account there is not."""
    accounts = method.get("bankAccounts") or []
    named = [*(accounts if isinstance(accounts, list) else [accounts])]
    if method.get("bankAccount") is not None:
        named.append(method["bankAccount"])
    for account in named:
        if an_object("A bank account", account).get("id") not in call.organization.catalogue.ids("bank-account"):
            raise RefusalError(400, "The bank account does not exist.")


def _deep(before: Mapping[str, Json], given: Mapping[str, Json]) -> JsonObject:
    """Return one object laid over another; objects within are laid over each other, lists replaced."""
    after = dict(before)
    for name, value in given.items():
        old = before.get(name)
        after[name] = _deep(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return after


def _custom_fields(call: Call, name: str, before: JsonObject, value: Json) -> Json:
    kept = before.get(name)
    return written_values(call, kept if isinstance(kept, dict) else {}, value)


_RULES: dict[str, _Rule] = {
    "name": _name,
    "vatNumber": _text,
    "accountingRef": _text,
    "accountManagerId": _account_manager,
    "dunningPlanId": _dunning_plan,
    "address": _address,
    "paymentMethods": _payment_methods,
    "customFields": _custom_fields,
}


def _with_parent(call: Call, customer: Customer, value: Json) -> Customer:
    """Return the customer under another parent: one level, and a parent must exist before its children (§4.9)."""
    if value is None:
        if call.settings.parent_null == "rejected":
            raise RefusalError(400, "parent must be an object.")
        return customer if call.settings.parent_null == "ignored" else replace(customer, parent_id=None)
    parent = _find_parent(call, an_object("parent", value))
    if parent is None:
        raise RefusalError(400, "The parent customer does not exist.")
    if parent.id == customer.id:
        raise RefusalError(400, "A customer cannot be its own parent.")
    if parent.parent_id is not None:
        raise RefusalError(400, "The parent customer has a parent itself.")
    if call.organization.customers.children(customer.id):
        raise RefusalError(400, "A customer that has children cannot have a parent.")
    return replace(customer, parent_id=parent.id)


def _find_parent(call: Call, reference: JsonObject) -> Customer | None:
    """Return the customer that a parent reference names by id or external id, the id first."""
    check_names(reference, ("id", "externalId", "name", "companyName", "accountingRef"), call.settings)
    parent_id, external_id = reference.get("id"), reference.get("externalId")
    if isinstance(parent_id, str):
        return call.organization.customers.by_id(parent_id)
    if isinstance(external_id, str):
        return call.organization.customers.by_external_id(external_id)
    raise RefusalError(400, "parent must have an id or an externalId.")
