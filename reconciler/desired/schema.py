"""The vendors' tables → JSON Schemas for editors, one for `reconciler.yaml` and one a vendor for its documents.

They say what the reader says, as far as JSON Schema can; what needs two values at once (duplicates, parents, dates that
have passed) only the reader finds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from reconciler.desired.removals import SECTION
from reconciler.model.kind import Kind, Limits, Vendor
from reconciler.model.resource import Value

Schema: TypeAlias = dict[str, Value]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
CONFIGURATION_FILE = "reconciler.schema.json"
_REFERENCE = r"^\$\{[A-Za-z_][A-Za-z0-9_]*\}$"


def schema_documents(vendors: Mapping[str, Vendor]) -> Mapping[str, Schema]:
    """Give every schema by the name of its file."""
    documents = {f"{name}.schema.json": _vendor_schema(vendors[name]) for name in sorted(vendors)}
    return {CONFIGURATION_FILE: _configuration_schema(vendors), **documents}


def _vendor_schema(vendor: Vendor) -> Schema:
    sections: Schema = {kind.section: _section(kind) for kind in vendor.kinds}
    return {
        "$schema": DIALECT,
        "title": f"{vendor.title} documents",
        "description": f"What one organization at {vendor.title} is to hold. A field that is left out is left alone.",
        **_closed({**sections, SECTION: _removed(vendor)}),
    }


def _section(kind: Kind) -> Schema:
    return {
        "description": f"One item for each {kind.title.lower()}.",
        "type": "array",
        "items": dict(kind.schema()),
    }


def _removed(vendor: Vendor) -> Schema:
    kinds = ", ".join(kind.name for kind in vendor.kinds)
    item = _closed(
        {
            "address": _text(f"What is removed, as kind/key; the kinds are {kinds}."),
            "remoteId": _text(f"The id that {vendor.title} gave it; no other object is deleted."),
            "reason": _text("Why, for whoever reviews it."),
            "until": {
                **_text("The last day on which it may be carried out, YYYY-MM-DD."),
                "pattern": r"^\d{4}-\d{2}-\d{2}$",
                "format": "date",
            },
            "destroys": {
                "type": "boolean",
                "description": "Needed, and true, where the removal takes what other objects hold with it.",
            },
        },
        "address",
        "remoteId",
        "reason",
        "until",
    )
    description = "Objects to delete. Nothing is ever deleted for being left out."
    return {"description": description, "type": "array", "items": item}


def _configuration_schema(vendors: Mapping[str, Vendor]) -> Schema:
    entries = [_organization(vendors[name]) for name in sorted(vendors)]
    return {
        "$schema": DIALECT,
        "title": "reconciler.yaml",
        "description": "The organizations whose data is declared in this folder.",
        **_closed(
            {
                "organizations": {
                    "description": "Organizations by name. The name begins every address.",
                    "type": "object",
                    "minProperties": 1,
                    "propertyNames": {"pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$"},
                    "additionalProperties": entries[0] if len(entries) == 1 else {"oneOf": entries},
                }
            },
            "organizations",
        ),
    }


def _organization(vendor: Vendor) -> Schema:
    names = ", ".join(("sandbox", *vendor.endpoints))
    settings = vendor.settings_schema().get("properties")
    own: Schema = {
        "provider": {"const": vendor.name, "description": f"The vendor: {vendor.title}."},
        "endpoint": _text(f"Where it answers: {names}, or a URL of the vendor's or of this machine."),
        "credentials": {
            "description": f"Environment variables that hold the credentials {vendor.title} gives out.",
            **_closed({name: _reference(f"The variable that holds the {name}.") for name in vendor.credentials}),
        },
        "documents": _text("The folder of documents, relative to this file; without it, the organization's name."),
        "limits": {"description": "How fast the vendor may be asked.", **_limits(vendor.limits)},
        "digestKey": _reference("The variable that keys the digests which stand for e-mails in addresses."),
    }
    return _closed({**own, **(settings if isinstance(settings, dict) else {})}, "provider", "endpoint")


def _limits(limits: Limits) -> Schema:
    return _closed(
        {
            "requestsPerMinute": {
                "type": "integer",
                "minimum": 1,
                "description": f"Requests in any minute; {limits.requests_per_minute} at the vendor, at most.",
            },
            "inFlight": {
                "type": "integer",
                "minimum": 1,
                "maximum": limits.in_flight_most,
                "description": f"Requests at the same time; {limits.in_flight} unless said otherwise.",
            },
        }
    )


def _closed(properties: Mapping[str, Value], *required: str) -> Schema:
    closed: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**closed, "required": list(required)} if required else closed


def _text(description: str) -> Schema:
    return {"type": "string", "minLength": 1, "description": description}


def _reference(description: str) -> Schema:
    return {"type": "string", "pattern": _REFERENCE, "description": description}
