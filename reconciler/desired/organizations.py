"""One entry of `organizations:` → an `Organization`, or what is wrong with it. No secret passes through here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

from reconciler.desired.allowances import read_allowance
from reconciler.desired.credentials import credentials_incomplete, read_reference, read_references
from reconciler.desired.endpoints import Endpoint, Reach, read_endpoint
from reconciler.desired.folders import read_folder
from reconciler.desired.ignored import read_ignored
from reconciler.desired.inventories import read_inventory
from reconciler.desired.policies import Policy, read_policy, split_policy
from reconciler.desired.wording import Path as Steps
from reconciler.desired.wording import missing_field, suggest, unknown_key, wrong_type
from reconciler.model.kind import Flaw
from reconciler.model.organization import Organization
from reconciler.model.resource import Source, Value
from reconciler.model.state import Allowance
from reconciler.model.vendor import Vendor

KEYS = ("provider", "endpoint", "credentials", "documents", "ignore", "limits", "digestKey", "inventory", "allow")
LIMITS = ("requestsPerMinute", "share", "inFlight")
SHARE = 0.9
"""The part of a limit that is used unless the configuration says otherwise."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(slots=True, kw_only=True)
class Entry:
    """An entry while it is read: what it says, where, and what is wrong with it so far."""

    name: str
    fields: Mapping[str, Value]
    vendor: Vendor
    root: Path
    environ: Mapping[str, str]
    flaws: list[Flaw] = field(default_factory=list)

    @property
    def path(self) -> Steps:
        """The path of the entry from the top of the file."""
        return ("organizations", self.name)


def read_organization(
    name: str, value: Value, vendors: Mapping[str, Vendor], root: Path, environ: Mapping[str, str]
) -> tuple[Organization | None, list[Flaw]]:
    """Read one entry; None where something is wrong. The caller puts the `source` in."""
    path = ("organizations", name)
    flaws = [] if _NAME.fullmatch(name) else [_name_invalid(path)]
    if not isinstance(value, dict):
        return None, [*flaws, wrong_type(path, "a mapping")]
    vendor = _read_vendor(value, path, vendors, flaws)
    if vendor is None:
        return None, flaws
    entry = Entry(name=name, fields=value, vendor=vendor, root=root, environ=environ, flaws=flaws)
    return _read(entry), flaws


def _read(entry: Entry) -> Organization | None:
    policy = _read_policy(entry)
    settings = _read_settings(entry)
    endpoint = _read_endpoint(entry)
    credentials = _read_credentials(entry, endpoint)
    folder = read_folder(entry.fields.get("documents", entry.name), (*entry.path, "documents"), entry.root)
    if isinstance(folder, Flaw):
        entry.flaws.append(folder)
    requests, in_flight = _read_limits(entry, endpoint)
    share = _read_share(entry)
    digest_key, digest_variable = _read_digest_key(entry)
    ignore = read_ignored(entry.fields.get("ignore", []), (*entry.path, "ignore"), entry.flaws)
    inventory = read_inventory(entry.fields, entry.path, entry.flaws)
    allowances = _read_allowances(entry)
    if entry.flaws or endpoint is None or not isinstance(folder, PurePath):
        return None
    own = settings.get("policy")
    return Organization(
        name=entry.name,
        vendor=entry.vendor,
        endpoint=endpoint.written,
        base_url=endpoint.base_url,
        credentials=credentials,
        documents=folder,
        requests_per_minute=requests,
        share=share,
        in_flight=in_flight,
        digest_key=digest_key,
        digest_variable=digest_variable,
        source=Source(file="", line=1, column=1, path=entry.path),
        prune=policy.prune,
        adopt=policy.adopt,
        inventory=inventory,
        ignore=ignore,
        allowances=allowances,
        policy={**(own if isinstance(own, dict) else {}), "adopt": policy.adopt, "prune": policy.prune},
        settings=settings,
    )


def _read_vendor(
    fields: Mapping[str, Value], path: Steps, vendors: Mapping[str, Vendor], flaws: list[Flaw]
) -> Vendor | None:
    if "provider" not in fields:
        flaws.append(missing_field(path, "provider"))
        return None
    written = fields["provider"]
    vendor = vendors.get(written) if isinstance(written, str) else None
    if vendor is None:
        flaws.append(
            Flaw(
                path=(*path, "provider"),
                code="provider-unknown",
                summary="unknown provider",
                remedy=suggest(str(written), vendors, "The providers are"),
            )
        )
    return vendor


def _read_policy(entry: Entry) -> Policy:
    """Read the part of the policy that every vendor has; keys that neither part knows are told by the whole list."""
    written, others = entry.fields.get("policy", {}), _policy_keys(entry.vendor)
    return read_policy(written, (*entry.path, "policy"), entry.vendor, others, entry.flaws)


def _policy_keys(vendor: Vendor) -> tuple[str, ...]:
    """Name what the vendor's own part of a policy may hold."""
    properties = vendor.settings_schema().get("properties")
    policy = properties.get("policy") if isinstance(properties, dict) else None
    known = policy.get("properties") if isinstance(policy, dict) else None
    return tuple(known) if isinstance(known, dict) else ()


def _read_allowances(entry: Entry) -> tuple[Allowance, ...]:
    """Read the reviewed lines of `allow:`; the caller puts their `source` right."""
    written, path = entry.fields.get("allow", []), (*entry.path, "allow")
    if not isinstance(written, list):
        entry.flaws.append(wrong_type(path, "a list"))
        return ()
    found: list[Allowance] = []
    for index, line in enumerate(written):
        if not isinstance(line, dict):
            entry.flaws.append(wrong_type((*path, index), "a mapping"))
            continue
        source = Source(file="", line=1, column=1, path=(*path, index))
        allowance, flaws = read_allowance(line, entry.name, entry.vendor, source)
        entry.flaws += (replace(flaw, path=(*path, index, *flaw.path)) for flaw in flaws)
        found += [allowance] if allowance else []
    return tuple(found)


def _read_settings(entry: Entry) -> Mapping[str, Value]:
    """Read the vendor's own keys; a key that neither we nor the vendor know is told with all that there are."""
    properties = entry.vendor.settings_schema().get("properties")
    known = (*KEYS, "policy", *properties) if isinstance(properties, dict) else None
    own: dict[str, Value] = {}
    for key, value in entry.fields.items():
        if known is not None and key not in known:
            entry.flaws.append(unknown_key((*entry.path, key), known))
        elif key == "policy":
            own |= split_policy(value, _policy_keys(entry.vendor))
        elif key not in KEYS:
            own[key] = value
    settings, flaws = entry.vendor.read_settings(own)
    entry.flaws += (replace(flaw, path=(*entry.path, *flaw.path)) for flaw in flaws)
    return settings


def _read_endpoint(entry: Entry) -> Endpoint | None:
    if "endpoint" not in entry.fields:
        entry.flaws.append(missing_field(entry.path, "endpoint"))
        return None
    endpoint = read_endpoint(entry.fields["endpoint"], (*entry.path, "endpoint"), entry.vendor, entry.environ)
    if isinstance(endpoint, Flaw):
        entry.flaws.append(endpoint)
        return None
    return endpoint


def _read_credentials(entry: Entry, endpoint: Endpoint | None) -> Mapping[str, str]:
    if "credentials" in entry.fields:
        path = (*entry.path, "credentials")
        return read_references(entry.fields["credentials"], path, entry.vendor, entry.flaws)
    if endpoint is not None and endpoint.reach is not Reach.EMBEDDED:
        entry.flaws.append(credentials_incomplete(entry.path, entry.vendor))
    return {}


def _read_limits(entry: Entry, endpoint: Endpoint | None) -> tuple[int, int]:
    limits, path = entry.vendor.limits, (*entry.path, "limits")
    written = entry.fields.get("limits", {})
    if not isinstance(written, dict):
        entry.flaws.append(wrong_type(path, f"a mapping with {', '.join(LIMITS)}"))
        return limits.requests_per_minute, limits.in_flight
    entry.flaws += (unknown_key((*path, key), LIMITS) for key in written if key not in LIMITS)
    binding = endpoint is not None and endpoint.reach is Reach.VENDOR  # elsewhere the vendor's pace binds nobody
    requests = _read_limit(
        entry, "requestsPerMinute", limits.requests_per_minute, limits.requests_per_minute if binding else None
    )
    return requests, _read_limit(entry, "inFlight", limits.in_flight, limits.in_flight_most)


def _read_limit(entry: Entry, name: str, default: int, most: int | None) -> int:
    limits, path = entry.fields.get("limits"), (*entry.path, "limits", name)
    value = limits.get(name, default) if isinstance(limits, dict) else default
    if type(value) is not int or value < 1:
        entry.flaws.append(
            Flaw(path=path, code="limit-invalid", summary="not a limit", remedy="Write a whole number from 1 up.")
        )
        return default
    if most is not None and value > most:
        entry.flaws.append(
            Flaw(
                path=path,
                code="limit-too-high",
                summary="more than the vendor allows",
                detail=f"{entry.vendor.title} allows {name} up to {most}.",
                remedy=f"Write {most} or less.",
            )
        )
    return value


def _read_share(entry: Entry) -> float:
    """Read the part of the limit that is used here; the rest is left for the systems that the user lives by."""
    limits = entry.fields.get("limits")
    value = limits.get("share", SHARE) if isinstance(limits, dict) else SHARE
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1:
        return float(value)
    remedy = f"Write a number above 0 and up to 1, such as {SHARE}."
    path = (*entry.path, "limits", "share")
    entry.flaws.append(Flaw(path=path, code="limit-invalid", summary="not a limit", remedy=remedy))
    return SHARE


def _read_digest_key(entry: Entry) -> tuple[str, str]:
    """Read the key of the digests that stand for e-mails in addresses, and the variable that holds it.

    Without one it is derived from the organization's name, which deters casual reading only: whoever has the documents'
    addresses and a list of likely e-mails can find out which of them occur. A variable that is not set is refused where
    digests are made (`credentials.check_digest_key`): checking documents takes none.
    """
    if "digestKey" not in entry.fields:
        return f"reconciler:{entry.name}", ""
    variable = read_reference(entry.fields["digestKey"], (*entry.path, "digestKey"))
    if isinstance(variable, Flaw):
        entry.flaws.append(variable)
        return "", ""
    return entry.environ.get(variable, ""), variable


def _name_invalid(path: Steps) -> Flaw:
    return Flaw(
        path=path,
        code="organization-name",
        summary="not a name for an organization",
        why="The name begins every address and names the folder of documents.",
        remedy="Use letters, digits, dots, dashes and underscores, a letter or digit first.",
        on_key=True,
    )
