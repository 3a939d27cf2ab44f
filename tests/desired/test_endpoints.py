"""Credentials go to the vendor, to this machine, or to hosts that the environment names; nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.desired.endpoints import Endpoint, Reach, read_endpoint
from reconciler.model.kind import Flaw
from tests.desired.clubs import CLUBS


def read(value: object, allowed: str = "") -> Endpoint | Flaw:
    """Read an endpoint with these hosts allowed."""
    return read_endpoint(value, ("endpoint",), CLUBS, {"RECONCILER_ALLOWED_HOSTS": allowed})


@pytest.mark.parametrize(
    ("written", "base_url", "reach"),
    [
        ("sandbox", None, Reach.EMBEDDED),
        ("production", "https://api.clubs.example/v1", Reach.VENDOR),
        ("https://api.clubs.example/v2/", "https://api.clubs.example/v2", Reach.VENDOR),
        ("HTTPS://API.clubs.example", "HTTPS://API.clubs.example", Reach.VENDOR),
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1", Reach.LOOPBACK),
        ("http://127.9.9.9", "http://127.9.9.9", Reach.LOOPBACK),
        ("http://[::1]:8080", "http://[::1]:8080", Reach.LOOPBACK),
        ("http://localhost:1", "http://localhost:1", Reach.LOOPBACK),
        ("https://proxy.example/x", "https://proxy.example/x", Reach.ALLOWED),
        ("https://other.example:8443", "https://other.example:8443", Reach.ALLOWED),
    ],
)
def test_allowed(written: str, base_url: str | None, reach: Reach) -> None:
    """Names, the vendor's hosts, this machine and allowed hosts are taken."""
    assert read(written, "proxy.example, Other.example:8443") == Endpoint(
        written=written, base_url=base_url, reach=reach
    )


@pytest.mark.parametrize(
    "written",
    [
        "https://evil.example",
        "https://api.clubs.example@evil.example",
        "https://api.clubs.example:443@evil.example/v1",
        "https://user:password@api.clubs.example",
        "http://127.0.0.1@evil.example",
        "http://localhost@127.0.0.1",
        "https://api.clubs.example.evil.example",
        "https://evil.example/api.clubs.example",
        "http://127.0.0.1.evil.example",
        "http://127.1",
        "http://0x7f.0.0.1",
        "http://2130706433",
        "http://0.0.0.0",
        "http://10.0.0.1",
        "https://localhost.evil.example",
        "http://api.clubs.example/v1",
        "http://proxy.example",
        "https://sub.proxy.example",
    ],
)
def test_not_allowed(written: str) -> None:
    """Another host is refused however it is dressed up, and so is http to anything but this machine."""
    flaw = read(written, "proxy.example")
    assert isinstance(flaw, Flaw)
    assert flaw.code == "endpoint-not-allowed"
    assert "password" not in f"{flaw.detail} {flaw.remedy}"


@pytest.mark.parametrize(
    "written",
    [
        "ftp://api.clubs.example",
        "https://",
        "https:///x",
        "https://api.clubs.example\\@evil.example",
        "https://api.clubs.example\u2024evil.example",
        "https://evil.example\t.clubs.example",
        "https://api.clubs.example:99999",
        "https://api.clubs.example:x",
        "https://api.clubs.example?x=y",
        "https://api.clubs.example#x",
        "https://[::ffff:127.0.0.1]",
        "https://[::1",
        "//api.clubs.example",
        "api.clubs.example/v1",
        "javascript:x",
    ],
)
def test_no_url(written: str) -> None:
    """What two readers might read differently is no URL."""
    flaw = read(written)
    assert isinstance(flaw, Flaw)
    assert flaw.code == "endpoint-invalid"


def test_the_way_to_allow_a_host() -> None:
    """The refusal names the variable to set, outside the repository."""
    flaw = read("https://proxy.example/x")
    assert isinstance(flaw, Flaw)
    assert "RECONCILER_ALLOWED_HOSTS=proxy.example" in flaw.remedy


@pytest.mark.parametrize("written", ["http://127.0.0.1:8471", "http://127.0.0.1:8471/", "http://127.0.0.1:8471/api"])
def test_a_url_without_the_path_of_the_api_is_refused(written: str) -> None:
    """Elsewhere on the host nobody answers, or somebody who takes a good token for a bad one."""
    flaw = read_endpoint(written, ("endpoint",), replace(CLUBS, api_path="/api/v1"), {})
    assert isinstance(flaw, Flaw)
    assert flaw.code == "endpoint-incomplete"
    assert flaw.remedy == 'Did you mean "http://127.0.0.1:8471/api/v1"?'


def test_a_url_may_have_more_in_front_of_the_path_of_the_api() -> None:
    """As behind a proxy."""
    found = read_endpoint("http://localhost/to/api/v1/", ("endpoint",), replace(CLUBS, api_path="/api/v1"), {})
    assert isinstance(found, Endpoint)
    assert found.base_url == "http://localhost/to/api/v1"
