"""Whatever the lists are and however Upflow fills in what is unknown: writes resume, converge, touch nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from reconciler.live.provider import Write
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.resource import Declared, Fields, Observed
from reconciler.plan.changes import comparison, creation
from reconciler.providers.upflow.kinds import CUSTOMER
from reconciler.providers.upflow.provider import UpflowProvider
from reconciler.sandbox import Settings, Store, dump_state
from reconciler.sandbox.values import Json
from tests.clock import run_virtual
from tests.providers.upflow.world import NAME, connected, declared, seeded

KEY = "C-1"
ADDRESS = Address(organization=NAME, kind="customer", key=KEY)
KNOBS: list[dict[str, Json]] = [
    {},
    *(
        {name.partition("=")[0]: getattr(changed, name.partition("=")[0])}
        for name, changed in Settings().flips()
        if not name.startswith(("smart_rule", "unknown_account_manager"))
    ),
]
TEXTS = st.sampled_from([None, "Ada", "Ben"])
PERSON = st.fixed_dictionaries(
    {},
    optional={
        "firstName": TEXTS,
        "lastName": TEXTS,
        "phone": st.sampled_from([None, "+33102030405"]),
        "position": st.sampled_from(["ACCOUNTING", "PAYER"]),
    },
)
DETAILS = ("firstName", "lastName", "phone", "position")
EMAILS = [f"{name}@example.com" for name in "abcdefg"]


@st.composite
def people(draw: st.DrawFn, *, live: bool) -> list[dict[str, Json]]:
    """Draw a contact list as a document or a seed may hold it: identities and e-mails once each, one main at most."""
    emails = draw(st.lists(st.sampled_from(EMAILS), unique=True, max_size=5))
    identities = draw(st.permutations(["P-1", "P-2", "P-3", "P-4", "P-5"]))
    main = draw(st.integers(min_value=-1, max_value=max(0, len(emails) - 1)))
    rows: list[dict[str, Json]] = []
    for place, email in enumerate(emails):
        row: dict[str, Json] = {"email": email, **draw(PERSON)}
        if draw(st.sampled_from([True, True, True, True, True, True, False])):
            row["externalId"] = identities[place]
        if place == main:
            row["isMain"] = True
        elif live and main >= 0:
            row["isMain"] = False
        rows.append(row)
    return rows


FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Acme", "Acme SAS"]),
        "vatNumber": st.sampled_from([None, "FR1"]),
        "accountingRef": st.sampled_from([None, "A1"]),
        "address": st.dictionaries(st.sampled_from(["city", "zipcode", "country"]), st.sampled_from([None, "x", "y"])),
        "customFields": st.dictionaries(st.sampled_from(["note", "memo"]), st.sampled_from([None, "n", "m"])),
    },
)


def world(turned: Mapping[str, Json], live: Mapping[str, Json] | None, contacts: Sequence[dict[str, Json]]) -> Store:
    """Give a sandbox with these knobs turned, and with the customer unless `live` is None."""
    fields: list[Json] = [{"externalId": name, "label": name, "dataType": "TEXT"} for name in ("note", "memo")]
    rows: list[Json] = (
        [{"externalId": KEY, "name": "Acme", **live, "contacts": [*contacts]}] if live is not None else []
    )
    return seeded(turned, customFields=fields, customers=rows)


async def read(provider: UpflowProvider) -> Observed | None:
    """Read the customer as the executor does."""
    found = await provider.get("customer", KEY)
    return found if found is None or found.members is not None else await provider.with_members(found)


def planned(wanted: Declared, found: Observed | None) -> Change | None:
    """Plan the change; None where there is none, or where the plan refuses it."""
    draft = (
        creation(wanted, CUSTOMER, ADDRESS, "")
        if found is None
        else comparison(wanted, found, CUSTOMER, ADDRESS, "").draft
    )
    return None if draft is None or draft.flaws else draft.change


async def write(store: Store, change: Change, stop: int | None = None) -> tuple[tuple[Write, ...], tuple[Write, ...]]:
    """Send the first `stop` writes, read again, send what remains; give what was planned and what remained."""
    async with connected(store) as provider:
        first = provider.remaining(change, await read(provider))
        if first.conflict:
            return (), ()
        for row in first.writes[:stop]:
            await provider.send(row)
        rest = provider.remaining(change, await read(provider))
        assert rest.conflict is None
        if stop is not None:
            for row in rest.writes:
                await provider.send(row)
        return first.writes, rest.writes


async def observed(store: Store) -> Observed | None:
    """Read the customer with a provider of its own."""
    async with connected(store) as provider:
        return await read(provider)


def undeclared_fields(found: Observed, wanted: Declared) -> Fields:
    """Give the fields, and the parts of mappings, that the document does not speak of."""
    rest: dict[str, object] = {}
    for name, value in found.fields.items():
        named = wanted.fields.get(name)
        if isinstance(value, Mapping):
            inner = named if isinstance(named, Mapping) else {}
            rest[name] = {key: one for key, one in value.items() if key not in inner}
        elif name not in wanted.fields:
            rest[name] = value
    return rest


def undeclared_details(found: Observed, wanted: Declared) -> Mapping[str, Fields]:
    """Give what the document does not say of the people it names, by remote id; the main flag moves by itself."""
    named = {row.get("externalId") or row["email"]: row for row in wanted.members.get("contacts", ())}
    rest: dict[str, Fields] = {}
    for row in (found.members or {}).get("contacts", ()):
        given = named.get(row["externalId"]) or named.get(row["email"])
        if given:
            rest[str(row["id"])] = {name: row[name] for name in DETAILS if name not in given}
    return rest


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(
    turned=st.sampled_from(KNOBS),
    live=st.sampled_from([True, True, True, False]).flatmap(lambda there: FIELDS if there else st.none()),
    before=people(live=True),
    fields=FIELDS,
    after=st.sampled_from([True, True, True, False]).flatmap(lambda told: people(live=False) if told else st.none()),
    stop=st.integers(min_value=0, max_value=6),
    only_add=st.booleans(),
)
def test_writes_resume_converge_and_leave_the_undeclared_alone(
    turned: Mapping[str, Json],
    live: Mapping[str, Json] | None,
    before: list[dict[str, Json]],
    fields: Fields,
    after: list[Fields] | None,
    stop: int,
    only_add: bool,
) -> None:
    """After any prefix of the writes the rest is what remains, the end is the same, and nothing undeclared moved."""
    whole, halved = world(turned, live, before), world(turned, live, before)
    found = run_virtual(observed(whole))
    wanted_fields = {"name": "Acme", **fields} if found is None else fields
    members = {} if after is None else {"contacts": after}
    wanted = Declared(
        kind="customer",
        key=KEY,
        fields=wanted_fields,
        members=members,
        source=declared(KEY).source,
        only_add=frozenset({"contacts"} if only_add else ()),
    )
    change = planned(wanted, found)
    assume(change is not None)
    assert change is not None
    sent, left = run_virtual(write(whole, change))
    assume(sent)
    event(f"{len(sent)} writes, the last {sent[-1].method} {sent[-1].summary.split()[0]}")
    assert left == () or _flag_moved(wanted)
    resumed, rest = run_virtual(write(halved, change, stop))
    assert resumed == sent
    assert rest == sent[stop:] or _flag_moved(wanted)
    assert dump_state(halved, NAME) == dump_state(whole, NAME)
    end = run_virtual(observed(whole))
    assert end is not None
    assert planned(wanted, end) is None or _flag_moved(wanted)
    if found is not None:
        assert undeclared_fields(end, wanted) == undeclared_fields(found, wanted)
        after_details = undeclared_details(end, wanted)
        for remote_id, row in undeclared_details(found, wanted).items():
            assert after_details.get(remote_id, row) == row


def _flag_moved(wanted: Declared) -> bool:
    """Say whether a document denies the main flag to everybody, which Upflow may not have."""
    rows = wanted.members.get("contacts", ())
    return any("isMain" in row for row in rows) and not any(row.get("isMain") for row in rows)
