"""The vendors' tables → JSON Schemas for editors, one for `reconciler.yaml` and one a vendor for its documents.

They say what the reader says, as far as JSON Schema can; what needs two values at once (duplicates, parents, dates that
have passed) only the reader finds.
"""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.desired.allowances import SECTION as ALLOW
from reconciler.desired.moves import SECTION as MOVED
from reconciler.desired.organizations import SHARE
from reconciler.desired.removals import SECTION as REMOVED
from reconciler.desired.schema_parts import (
    Schema,
    allow,
    closed,
    drift,
    inventory,
    journal,
    lint,
    moved,
    personal,
    policy,
    reference,
    removed,
    text,
)
from reconciler.model.kind import Kind
from reconciler.model.vendor import Limits, Vendor

DIALECT = "https://json-schema.org/draft/2020-12/schema"
CONFIGURATION_FILE = "reconciler.schema.json"


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
        **closed({**sections, REMOVED: removed(vendor), MOVED: moved(vendor), ALLOW: allow(vendor)}),
    }


def _section(kind: Kind) -> Schema:
    return {
        "description": f"One item for each {kind.title.lower()}.",
        "type": "array",
        "items": dict(kind.schema()),
    }


def _configuration_schema(vendors: Mapping[str, Vendor]) -> Schema:
    entries = [_organization(vendors[name]) for name in sorted(vendors)]
    return {
        "$schema": DIALECT,
        "title": "reconciler.yaml",
        "description": "The organizations whose data is declared in this folder.",
        **closed(
            {
                "organizations": {
                    "description": "Organizations by name. The name begins every address.",
                    "type": "object",
                    "minProperties": 1,
                    "propertyNames": {"pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$"},
                    "additionalProperties": entries[0] if len(entries) == 1 else {"oneOf": entries},
                },
                "journal": journal(),
                "personal": personal(),
                "lint": lint(vendors),
                "drift": drift(),
            },
            "organizations",
        ),
    }


def _organization(vendor: Vendor) -> Schema:
    names = ", ".join(("sandbox", *vendor.endpoints))
    schema = vendor.settings_schema()
    properties, required = schema.get("properties"), schema.get("required")
    settings = dict(properties) if isinstance(properties, dict) else {}
    needed = [str(name) for name in required] if isinstance(required, list) else []
    known = [name for names in vendor.credentials for name in names]
    own_policy = settings.pop("policy", {}).get("properties", {})
    own: Schema = {
        "provider": {"const": vendor.name, "description": f"The vendor: {vendor.title}."},
        "endpoint": text(f"Where it answers: {names}, or a URL of the vendor's or of this machine."),
        "credentials": {
            "description": f"Environment variables that hold the credentials {vendor.title} gives out.",
            **closed({name: reference(f"The variable that holds the {name}.") for name in known}),
        },
        "documents": text("The folder of documents, relative to this file; without it, the organization's name."),
        "ignore": {
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "description": "Globs, relative to the folder of documents, of files that are no documents.",
        },
        "limits": {"description": "How fast the vendor may be asked.", **_limits(vendor.limits)},
        "digestKey": reference("The variable that keys the digests which stand for personal values."),
        "inventory": inventory(),
        "policy": policy(vendor, own_policy),
        "allow": allow(vendor),
    }
    return closed({**own, **settings}, "provider", "endpoint", *needed)


def _limits(limits: Limits) -> Schema:
    return closed(
        {
            "requestsPerMinute": {
                "type": "integer",
                "minimum": 1,
                "description": f"Requests in any minute; {limits.requests_per_minute} at the vendor, at most.",
            },
            "share": {
                "type": "number",
                "exclusiveMinimum": 0,
                "maximum": 1,
                "description": f"The part of it that is used here; {SHARE} unless said otherwise.",
            },
            "inFlight": {
                "type": "integer",
                "minimum": 1,
                "maximum": limits.in_flight_most,
                "description": f"Requests at the same time; {limits.in_flight} unless said otherwise.",
            },
        }
    )
