"""Pieces that the JSON Schemas are put together from, and those of the sections that every vendor's documents have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from reconciler.desired.inventories import REMOTE, STORES
from reconciler.desired.journals import PERSONAL
from reconciler.desired.personal import WORDS
from reconciler.desired.policies import ADOPT, PRUNE
from reconciler.model.guards import GUARDS
from reconciler.model.resource import Value
from reconciler.model.vendor import Vendor

Schema: TypeAlias = dict[str, Value]

_REFERENCE = r"^\$\{[A-Za-z_][A-Za-z0-9_]*\}$"


def closed(properties: Mapping[str, Value], *required: str) -> Schema:
    """Give a mapping of these keys and no others."""
    closed: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**closed, "required": list(required)} if required else closed


def text(description: str) -> Schema:
    """Give a text that is not empty."""
    return {"type": "string", "minLength": 1, "description": description}


def reference(description: str) -> Schema:
    """Give a reference to an environment variable."""
    return {"type": "string", "pattern": _REFERENCE, "description": description}


def removed(vendor: Vendor) -> Schema:
    """Give the section of what is to be deleted."""
    item = closed(
        {
            "address": text(f"What is removed, as kind/key; the kinds are {_kinds(vendor)}."),
            "remoteId": text(
                f"The id that {vendor.title} gave it; left out, the inventory's. Nothing else is deleted."
            ),
            "reason": text("Why, for whoever reviews it."),
            "until": _day("The last day on which it may be carried out, YYYY-MM-DD."),
            "destroys": {
                "type": "boolean",
                "description": "Needed, and true, where the removal takes what other objects hold with it.",
            },
        },
        "address",
        "reason",
        "until",
    )
    return _list_of(item, "Objects to delete by name, whether they were ever declared or not.")


def moved(vendor: Vendor) -> Schema:
    """Give the section of what goes by another name."""
    example = f"{vendor.kinds[-1].name}/C-1/…/key:reception"
    item = closed(
        {
            "from": text(f"The former name: of this organization, or of a member without external id as {example}."),
            "to": text("The name from now on, written the same way."),
        },
        "from",
        "to",
    )
    return _list_of(item, "What the inventory is to know by another name. Nothing is sent for it.")


def allow(vendor: Vendor) -> Schema:
    """Give the section of what guards are to let through."""
    kinds = [kind.name for kind in vendor.kinds]
    members = [member.name for kind in vendor.kinds for member in kind.members]
    item = closed(
        {
            "guard": {"enum": list(GUARDS), "description": "The guard that is to let something through."},
            "kind": {"enum": [*kinds, *members], "description": "For what kind; or name an address."},
            "address": text("For what object or member, as kind/key; or name a kind."),
            "count": {"type": "integer", "minimum": 1, "description": "How many of the kind, and no more."},
            "reason": text("Why, for whoever reviews it."),
            "until": _day("The last day on which it holds, YYYY-MM-DD. It holds once."),
        },
        "guard",
        "reason",
        "until",
    )
    return _list_of(item, "Leave for a guard to let something through once.")


def policy(vendor: Vendor, own: Mapping[str, Value]) -> Schema:
    """Give the policy; `own` are the vendor's own keys of it."""
    word: Schema = {"type": "string", "enum": list(PRUNE)}
    named = {kind.name: {**word, "description": f"For every {kind.title.lower()}."} for kind in vendor.kinds}
    prune = "When an object of ours goes that no document declares: managed, if it is ours; listed, by removed: alone."
    adopt = "What is live and not ours: always adopt what is declared, identical only what is as declared, never."
    return {
        "description": "What may be deleted and taken over, and defaults for what is declared.",
        **closed(
            {
                "prune": {"description": prune, "oneOf": [word, closed(named)]},
                "adopt": {"type": "string", "enum": list(ADOPT), "description": adopt},
                **own,
            }
        ),
    }


def inventory() -> Schema:
    """Give the settings of the inventory."""
    properties: Schema = {
        "store": {"enum": list(STORES), "description": "file: on this machine. git: a ref that is pushed."},
        "remote": {**text("The remote that it is pushed to; origin unless said otherwise."), "pattern": f"^{REMOTE}$"},
    }
    return {"description": "Where it is written down what is ours.", **closed(properties)}


def _kinds(vendor: Vendor) -> str:
    return ", ".join(kind.name for kind in vendor.kinds)


def _day(description: str) -> Schema:
    return {**text(description), "pattern": r"^\d{4}-\d{2}-\d{2}$", "format": "date"}


def _list_of(item: Schema, description: str) -> Schema:
    return {"description": description, "type": "array", "items": item}


def journal() -> Schema:
    """Say how journals are kept."""
    return {
        "description": "How the journals of applies are kept, on this machine.",
        **closed(
            {
                "keep": {"type": "integer", "minimum": 1, "description": "How many runs are kept; 50 without it."},
                "personal": {
                    "enum": list(PERSONAL),
                    "description": "Whether personal values stand in them, which undo needs, or keyed digests (mask).",
                },
            }
        ),
    }


def personal() -> Schema:
    """Say how outputs treat personal values."""
    return {"enum": list(WORDS), "description": "Whether names, e-mail addresses and the like are masked in outputs."}


def lint(vendors: Mapping[str, Vendor]) -> Schema:
    """Say which lint rules are turned off."""
    ids = sorted({rule.id for vendor in vendors.values() for rule in vendor.lint})
    ignored: Schema = {"type": "array", "items": {"enum": ids}, "description": "Rules that are turned off, by id."}
    return {"description": "What `reconciler lint` looks for.", **closed({"ignore": ignored})}


def drift() -> Schema:
    """Say who is told of drift."""
    return {
        "description": "Who is told of drift, and that it is over.",
        **closed({"webhook": reference("The variable that holds the address which a JSON body is sent to.")}),
    }
