"""A small vendor of clubs and their guests, and short ways to write states: what the pure stations are tested with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from reconciler.model.inventory import Intent, Inventory, Managed
from reconciler.model.kind import Field, Kind, Likeness, MemberKind, Reading
from reconciler.model.organization import Organization
from reconciler.model.resource import Declared, Fields, Members, Observed, Source, Value
from reconciler.model.state import Certificate, DesiredCertificate, DesiredState, LiveState
from reconciler.model.vendor import Limits, Vendor

SECRET = "a key for digests"

GUEST = MemberKind(
    name="guest",
    section="guests",
    identity="externalId",
    natural="email",
    exclusive="isMain",
    fields=(
        Field(name="externalId"),
        Field(name="email", personal=True),
        Field(name="name", personal=True),
        Field(name="isMain"),
    ),
)


def _read(item: Mapping[str, Value], _settings: Mapping[str, Value]) -> Reading:
    fields = {name: value for name, value in item.items() if name not in ("externalId", "guests")}
    guests = item.get("guests")
    members = {"guests": guests} if isinstance(guests, list) else {}
    return Reading(key=str(item["externalId"]), fields=fields, members=members)


def _twins(fields: Fields, _members: Members | None) -> Likeness:
    return Likeness(marks=frozenset({str(fields["tax"])}) if fields.get("tax") else frozenset())


TAG = Kind(
    name="tag",
    section="tags",
    title="Tag",
    identity="externalId",
    fields=(Field(name="label", required=True),),
    read=_read,
    schema=dict,
    mutable=False,
    destroys=True,
)
CLUB = Kind(
    name="club",
    section="clubs",
    title="Club",
    identity="externalId",
    fields=(
        Field(name="name", required=True),
        Field(name="parent", reference="club"),
        Field(name="address", depth=1),
        Field(name="payment", depth=9),
        Field(name="tags", depth=1, keys_reference="tag"),
        Field(name="plan", catalogue="plan"),
        Field(name="founded", immutable=True),
        Field(name="tax"),
    ),
    members=(GUEST,),
    rank=1,
    guards=("balance",),
    twins=_twins,
    read=_read,
    schema=dict,
)
VENDOR = Vendor(
    name="clubs",
    title="Clubs",
    kinds=(TAG, CLUB),
    endpoints={},
    credentials=(("key",),),
    limits=Limits(requests_per_minute=600, in_flight=5, in_flight_most=10),
    read_settings=lambda raw: (raw, ()),
    settings_schema=dict,
)


def organization(name: str = "acme", **changes: Value) -> Organization:
    """Name an organization at the small vendor."""
    settings = changes.get("settings")
    return Organization(
        name=name,
        vendor=VENDOR,
        endpoint="sandbox",
        base_url=None,
        credentials={},
        documents=PurePath(name),
        requests_per_minute=600,
        in_flight=5,
        digest_key=SECRET,
        source=source(1),
        settings=settings if isinstance(settings, dict) else {},
    )


def source(line: int = 1, file: str = "clubs.yaml") -> Source:
    """Stand somewhere in a document."""
    return Source(file=file, line=line, column=5)


def club(key: str, *, guests: Sequence[Fields] | None = None, only_add: bool = False, **fields: Value) -> Declared:
    """Declare a club; `guests` left out leaves its list alone."""
    members = {} if guests is None else {"guests": list(guests)}
    return Declared(
        kind="club",
        key=key,
        fields=fields,
        source=source(),
        members=members,
        only_add=frozenset({"guests"} if only_add else ()),
    )


def tag(key: str, label: str = "Tag") -> Declared:
    """Declare a tag."""
    return Declared(kind="tag", key=key, fields={"label": label}, source=source())


def live_club(key: str, *, guests: Sequence[Fields] = (), balance: int = 0, **fields: Value) -> Observed:
    """Have a club exist, its guests read."""
    return Observed(
        kind="club",
        key=key,
        remote_id=f"r-{key}",
        fields=fields,
        members={"guests": list(guests)},
        facts={"balance": balance},
    )


def live_tag(key: str, label: str = "Tag") -> Observed:
    """Have a tag exist."""
    return Observed(kind="tag", key=key, remote_id=f"r-{key}", fields={"label": label})


def guest(identity: str | None, email: str, **fields: Value) -> dict[str, Value]:
    """Declare a guest, or with `id=` have one exist."""
    named: dict[str, Value] = {} if identity is None else {"externalId": identity}
    return {**named, "email": email, **fields}


def inventory(
    *objects: Observed,
    protected: Sequence[str] = (),
    intents: Sequence[Intent] = (),
    sizes: Mapping[str, int] | None = None,
) -> Inventory:
    """Manage these objects, with their guests."""
    managed = {
        f"{one.kind}/{one.key}": Managed(
            kind=one.kind,
            key=str(one.key),
            remote_id=one.remote_id,
            document="clubs.yaml",
            applied_at="2026-01-01T00:00:00Z",
            run="run-1",
            protected=one.key in protected,
            members={
                "guests": {str(row.get("externalId")): str(row["id"]) for row in (one.members or {}).get("guests", ())}
            },
        )
        for one in objects
    }
    return Inventory(
        organization="acme",
        provider="clubs",
        endpoint="sandbox",
        digest_key_id="k",
        managed=managed,
        intents=tuple(intents),
        sizes=sizes or {},
        serial=1,
    )


def live(*objects: Observed, flaw: str | None = None) -> LiveState:
    """Have listed these, and with `flaw` without a certificate."""
    kinds = ("tag", "club")
    index = {kind: {str(one.key): one for one in objects if one.kind == kind} for kind in kinds}
    certificates = tuple(
        Certificate(kind=kind, rows=len(index[kind]), total=len(index[kind]), pages=1, flaw=flaw) for kind in kinds
    )
    return LiveState(organization="acme", objects=index, certificates=certificates)


def desired(*declared: Declared) -> DesiredState:
    """Declare these."""
    return DesiredState(organization="acme", declared=declared, certificate=DesiredCertificate(files=1))
