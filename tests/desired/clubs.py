"""A small vendor of clubs and tags that checks what it reads, and a folder of documents to read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path, PurePath

from reconciler.desired.load import load
from reconciler.errors import DesiredStateInvalid, Place, Problem
from reconciler.model.kind import Field, Flaw, Kind, MemberKind, Reading
from reconciler.model.organization import Organization
from reconciler.model.resource import Source, Value
from reconciler.model.state import DesiredState
from reconciler.model.vendor import Limits, Vendor

TODAY = date(2026, 6, 15)
_TEXTS = ("externalId", "name", "zipcode")

GUEST = MemberKind(
    name="guest",
    section="guests",
    identity="externalId",
    natural="email",
    exclusive="isMain",
    fields=(Field(name="externalId"), Field(name="email", personal=True), Field(name="phone", personal=True)),
)


def _text_flaw(path: tuple[str | int, ...]) -> Flaw:
    return Flaw(path=path, code="string-expected", summary="a text is expected")


def read_club(item: Mapping[str, Value], _settings: Mapping[str, Value]) -> Reading:
    """Read a club: its texts are texts, its guests' phones too; everything else is taken as it is."""
    flaws = [_text_flaw((name,)) for name in _TEXTS if name in item and not isinstance(item[name], str)]
    guests = item.get("guests")
    rows = guests if isinstance(guests, list) else []
    flaws += [_text_flaw(("guests", n, "phone")) for n, row in enumerate(rows) if isinstance(row.get("phone"), int)]
    if "externalId" not in item:
        flaws.append(Flaw(path=("externalId",), code="field-missing", summary="a field is missing"))
    if "nmae" in item:
        flaws.append(Flaw(path=("nmae",), code="key-unknown", summary="unknown key", on_key=True))
    key = item.get("externalId")
    return Reading(
        key=key if isinstance(key, str) else None,
        fields={name: value for name, value in item.items() if name not in ("externalId", "guests")},
        members={"guests": rows} if "guests" in item else {},
        flaws=tuple(flaws),
    )


def read_settings(item: Mapping[str, Value]) -> tuple[Mapping[str, Value], tuple[Flaw, ...]]:
    """Read the one setting there is: a colour, which is a text; and the policy."""
    colour = item.get("colour", "blue")
    flaw = Flaw(path=("colour",), code="string-expected", summary="a text is expected")
    return {"policy": {"colour": colour}}, () if isinstance(colour, str) else (flaw,)


TAG = Kind(
    name="tag",
    section="tags",
    title="tag",
    identity="externalId",
    fields=(Field(name="name"),),
    read=read_club,
    schema=lambda: {"type": "object"},
    destroys=True,
)
CLUB = Kind(
    name="club",
    section="clubs",
    title="club",
    identity="externalId",
    fields=(Field(name="name"), Field(name="zipcode"), Field(name="parent", reference="club")),
    members=(GUEST,),
    rank=1,
    read=read_club,
    schema=lambda: {"type": "object", "properties": {"externalId": {"type": "string"}}},
)
CLUBS = Vendor(
    name="clubs",
    title="Clubs",
    kinds=(TAG, CLUB),
    endpoints={"production": "https://api.clubs.example/v1"},
    credentials=(("key", "secret"),),
    limits=Limits(requests_per_minute=600, in_flight=5, in_flight_most=10),
    read_settings=read_settings,
    settings_schema=lambda: {"type": "object", "properties": {"colour": {"type": "string"}}},
)


def organization(vendor: Vendor = CLUBS) -> Organization:
    """Name an organization whose documents stand in `docs`."""
    return Organization(
        name="acme",
        vendor=vendor,
        endpoint="sandbox",
        base_url=None,
        credentials={},
        documents=PurePath("docs"),
        requests_per_minute=600,
        in_flight=5,
        digest_key="a key",
        source=Source(file="reconciler.yaml", line=2, column=3),
    )


def write(root: Path, files: Mapping[str, str]) -> None:
    """Write documents into `docs`."""
    for name, content in files.items():
        path = root / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())


def load_files(root: Path, files: Mapping[str, str], vendor: Vendor = CLUBS) -> DesiredState:
    """Write documents and load them."""
    write(root, files)
    return load(organization(vendor), root, TODAY)


def problems_of(root: Path, files: Mapping[str, str], vendor: Vendor = CLUBS) -> list[Problem]:
    """Write documents that cannot be loaded and give their problems."""
    try:
        load_files(root, files, vendor)
    except DesiredStateInvalid as error:
        return list(error.problems)
    raise AssertionError("the documents were loaded")


def marks(problems: list[Problem]) -> list[str]:
    """Write problems as `file:line:column code`, the folder left out."""
    return [f"{_at(problem.where).removeprefix('docs/')} {problem.code}" for problem in problems]


def _at(where: Place | str) -> str:
    return str(where)
