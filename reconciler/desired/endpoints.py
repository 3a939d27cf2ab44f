"""Where an organization's requests, and with them its credentials, may go.

Whoever changes a document must not be able to send credentials elsewhere, so what the file says is believed only for
places that are safe whatever it says; another host needs a word from outside the repository.

| written                                     | goes to              | allowed                                      |
|---------------------------------------------|----------------------|----------------------------------------------|
| `sandbox`                                   | the embedded sandbox | always                                       |
| a name of the vendor's (`production`)       | the vendor           | always                                       |
| URL of one of the vendor's hosts            | the vendor           | with https                                   |
| URL of 127.0.0.0/8, ::1 or localhost        | this machine         | always, http too                             |
| any other URL                               | that host            | https, and in `RECONCILER_ALLOWED_HOSTS`     |
| URL with a user part, or a host in disguise | who knows            | never                                        |

Hosts are compared as the HTTP client will see them: only plain ASCII names and addresses get as far as a comparison,
so there is no second reading of an odd one (`127.1`, full-width dots, a backslash) for anybody to slip through.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from reconciler.desired.wording import Path, expected_text, suggest
from reconciler.model.kind import Flaw
from reconciler.model.resource import Value
from reconciler.model.vendor import Vendor

ALLOWED_HOSTS = "RECONCILER_ALLOWED_HOSTS"
SANDBOX = "sandbox"
_URL = re.compile(r"https?://[!-~]+", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:]+")


class Reach(Enum):
    """Whose machine an endpoint is."""

    EMBEDDED = "embedded"
    VENDOR = "vendor"
    LOOPBACK = "loopback"
    ALLOWED = "allowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A checked endpoint; `base_url` is None for the embedded sandbox."""

    written: str
    base_url: str | None
    reach: Reach


def read_endpoint(value: Value, path: Path, vendor: Vendor, environ: Mapping[str, str]) -> Endpoint | Flaw:
    """Check where an organization's requests are to go."""
    if not isinstance(value, str):
        return expected_text(path)
    if value == SANDBOX:
        return Endpoint(written=value, base_url=None, reach=Reach.EMBEDDED)
    if value in vendor.endpoints:
        return Endpoint(written=value, base_url=vendor.endpoints[value], reach=Reach.VENDOR)
    if ":" not in value and "/" not in value:
        return Flaw(
            path=path,
            code="endpoint-unknown",
            summary="unknown endpoint",
            detail=f"{vendor.title} has no endpoint of this name.",
            remedy=suggest(value, (SANDBOX, *vendor.endpoints), "Write a URL, or one of"),
        )
    return _read_url(value, path, vendor, environ)


def _read_url(value: str, path: Path, vendor: Vendor, environ: Mapping[str, str]) -> Endpoint | Flaw:
    parts = _split(value)
    if parts is None or parts.hostname is None or parts.query or parts.fragment:
        return _invalid(path)
    if "@" in parts.netloc:
        return _not_allowed(path, "What stands before an @ is not the host.", "Write the URL without it.")
    host = parts.hostname
    if not _HOST.fullmatch(host):
        return _invalid(path)
    base_url = value.rstrip("/")
    if _is_loopback(host):
        found = Endpoint(written=value, base_url=base_url, reach=Reach.LOOPBACK)
        return found if base_url.endswith(vendor.api_path) else _incomplete(path, vendor, parts)
    own = host in {urlsplit(url).hostname for url in vendor.endpoints.values()}
    if not own and not {host, parts.netloc.lower()} & _allowed_hosts(environ):
        return _not_allowed(
            path,
            f'"{host}" is neither a host of {vendor.title} nor this machine.',
            f"If the host is to be trusted, set {ALLOWED_HOSTS}={host} outside the repository.",
        )
    if parts.scheme != "https":
        return _not_allowed(path, "Only to this machine are they sent by http.", "Write https.")
    if not base_url.endswith(vendor.api_path):
        return _incomplete(path, vendor, parts)
    return Endpoint(written=value, base_url=base_url, reach=Reach.VENDOR if own else Reach.ALLOWED)


def _split(value: str) -> SplitResult | None:
    """Take a URL apart; None if it is none, or holds anything that two readers might read differently."""
    if not _URL.fullmatch(value) or "\\" in value:
        return None
    try:
        parts = urlsplit(value)
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _allowed_hosts(environ: Mapping[str, str]) -> frozenset[str]:
    return frozenset(host.strip().lower() for host in environ.get(ALLOWED_HOSTS, "").split(",") if host.strip())


def _invalid(path: Path) -> Flaw:
    return Flaw(
        path=path,
        code="endpoint-invalid",
        summary="not a URL that can be called",
        remedy="Write it as https://host/path, without query and fragment.",
    )


def _incomplete(path: Path, vendor: Vendor, parts: SplitResult) -> Flaw:
    return Flaw(
        path=path,
        code="endpoint-incomplete",
        summary="a URL without the path of the API",
        detail=f"{vendor.title} answers below {vendor.api_path}, and the URL does not end with that.",
        remedy=f'Did you mean "{parts.scheme}://{parts.netloc}{vendor.api_path}"?',
    )


def _not_allowed(path: Path, detail: str, remedy: str) -> Flaw:
    return Flaw(
        path=path,
        code="endpoint-not-allowed",
        summary="credentials may not be sent there",
        detail=detail,
        why="Whoever proposes a change of this file must not be able to have credentials sent elsewhere.",
        remedy=remedy,
    )
