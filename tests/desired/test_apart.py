"""Organizations that are one to their vendor, and credentials that two of them share: row by row."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.desired.apart import find_unseparated
from reconciler.model.organization import Organization
from reconciler.model.resource import Value
from tests.desired.clubs import CLUBS, organization

VENDOR = replace(CLUBS, identifying="clubId", with_credentials=("keptIn",))
MINE, YOURS = {"key": "MY_KEY"}, {"key": "YOUR_KEY"}


def asked(name: str, credentials: dict[str, str], **settings: Value) -> Organization:
    """Name an organization in production."""
    return replace(
        organization(VENDOR),
        name=name,
        endpoint="production",
        base_url="https://api.clubs.example/v1",
        credentials=credentials,
        settings=settings,
    )


@pytest.mark.parametrize(
    ("one", "two", "found"),
    [
        (asked("a", MINE, clubId="1"), asked("b", MINE, clubId="2"), None),
        (asked("a", MINE, clubId="1", keptIn="x"), asked("b", MINE, clubId="2", keptIn="x"), None),
        (asked("a", MINE, clubId="1", keptIn="x"), asked("b", YOURS, clubId="2", keptIn="y"), None),
        (asked("a", MINE, clubId="1", keptIn="x"), asked("b", MINE, clubId="2", keptIn="y"), "credentials-shared"),
        (asked("a", MINE, clubId="1", keptIn="x"), asked("b", MINE, clubId="2"), "credentials-shared"),
        (asked("a", MINE, clubId="1"), asked("b", YOURS, clubId=" 1 "), "organization-twice"),
        (asked("a", MINE, clubId="1"), asked("b", MINE), "organization-twice"),
        (asked("a", MINE), asked("b", MINE), "organization-twice"),
        (asked("a", MINE), asked("b", YOURS), None),
        (asked("a", MINE), replace(asked("b", MINE), base_url="http://127.0.0.1:1"), None),
    ],
)
def test_two_organizations_are_told_apart(one: Organization, two: Organization, found: str | None) -> None:
    """One user may be asked for both; nothing is ever owned twice, and nothing kept where one of them misses it."""
    assert [flaw.code for flaw in find_unseparated((one, two))] == ([found] if found else [])


def test_the_later_one_is_marked_and_only_once() -> None:
    """However many it is the same as."""
    found = find_unseparated(asked(name, MINE) for name in "abc")
    assert [flaw.path[1] for flaw in found] == ["b", "c"]
