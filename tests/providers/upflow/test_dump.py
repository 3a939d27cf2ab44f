"""Dumped documents are read back as the very objects that they were dumped from, and what they cannot say is listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.desired.dump import Dump, dump
from reconciler.desired.load import load
from reconciler.diff.compare import agree
from reconciler.diff.members import match_members
from reconciler.model.resource import Declared, Observed, Value
from reconciler.model.state import DesiredState, Entry, LiveState, Surroundings
from reconciler.providers.upflow.kinds import CONTACT, CUSTOMER, UPFLOW
from reconciler.providers.upflow.wire import custom_field_of, customer_of
from tests.providers.upflow.world import ORGANIZATION

TODAY = date(2026, 1, 15)
ACME = replace(
    ORGANIZATION,
    documents=PurePath("docs"),
    settings={"positions": {"ACCOUNTING": "Comptabilité", "SALES": "PAYER"}, "policy": {}},
)
PLANS = (
    Entry(id="plan-1", name="Standard"),
    Entry(id="plan-2", name="Gentle"),
    Entry(id="plan-3", name="Gentle"),
    Entry(id="plan-4", name="plan-3"),
)
USERS = (
    Entry(id="user-1", name="Claire Fontaine", aliases=("Claire@acme.example",)),
    Entry(id="user-2", name="Claire Fontaine"),
)
DEFINITIONS = (
    {"id": "cf-1", "externalId": "tier", "label": "Tier", "dataType": "SELECT", "entityType": "CUSTOMER"},
    {"id": "cf-2", "externalId": "lines", "label": "Lines", "dataType": "MULTI_SELECT", "entityType": "CUSTOMER"},
    {"id": "cf-3", "externalId": "0123", "label": "no", "dataType": "TEXT", "entityType": "CUSTOMER"},
)


def live_state(
    rows: Sequence[Mapping[str, Value]], definitions: Sequence[Mapping[str, Value]] = DEFINITIONS
) -> LiveState:
    """Give the live state of these rows, as the vendor sends them."""
    observed = [customer_of({"id": f"r-{number}", "contacts": [], **row}) for number, row in enumerate(rows)]
    fields = [custom_field_of(row) for row in definitions]
    catalogue = tuple(
        Entry(id=str(row["id"]), name=str(row["label"]), fields={key: row[key] for key in row if key != "id"})
        for row in definitions
    )
    return LiveState(
        organization=ACME.name,
        objects={"customer": _keyed(observed), "customField": _keyed(fields)},
        keyless={
            "customer": tuple(one for one in observed if one.key is None),
            "customField": tuple(one for one in fields if one.key is None),
        },
        catalogues={"dunningPlan": PLANS, "user": USERS, "customField": catalogue},
    )


def _keyed(found: Sequence[Observed]) -> dict[str, Observed]:
    return {one.key: one for one in found if one.key is not None}


def read_back(written: Dump) -> tuple[DesiredState, dict[str, Declared]]:
    """Load a dump from a folder, and resolve the names in its customers."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "docs").mkdir()
        for name, content in written.files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        state = load(ACME, Path(folder), TODAY)
    return state, {one.key: one for one in state.declared if one.kind == "customer"}


def differences(state: DesiredState, live: LiveState) -> list[str]:
    """Name what is declared and not so: fields, members that do not pair, members that differ."""
    found: list[str] = []
    declared = {"customField": {one.key: one for one in state.declared if one.kind == "customField"}}
    surroundings = Surroundings(
        catalogues=live.catalogues, seen={}, listed=True, declared=declared, settings=ACME.settings
    )
    for resource in state.declared:
        kind = UPFLOW.kind(resource.kind)
        assert kind is not None
        resolution = kind.resolve(resource, surroundings)
        found += [flaw.code for flaw in resolution.flaws]
        one = live.objects[resource.kind][resource.key]
        if not agree(resolution.declared.fields, one.fields):
            found.append(f"fields of {resource.key}")
        if "contacts" in resource.members:
            rows = (one.members or {})["contacts"]
            matched = match_members(resource.members["contacts"], rows, CONTACT, "secret")
            found += [flaw.code for flaw in matched.flaws]
            for pair in matched.pairs:
                said = {name: value for name, value in (pair.declared or {}).items() if name != "key"}
                if pair.declared is None or pair.live is None or not agree(said, pair.live):
                    found.append(f"a contact of {resource.key}")
    return found


def left_out(written: Dump) -> list[str]:
    """List what a dump lacks, without the reasons."""
    return [str(one).partition(": ")[0] for one in written.left_out]


ANN = {"id": "p-1", "externalId": "P-1", "email": "ann@a.example", "firstName": "Ann", "isMain": True, "phone": ""}
BOB = {"id": "p-2", "externalId": None, "email": "bob@a.example", "phone": "+33 1", "isMain": False}
FULL = {
    "externalId": "C-001",
    "name": "no",
    "vatNumber": "0123",
    "address": {"address": "1: Main St", "zipcode": "01000", "city": "", "country": "France"},
    "dunningPlanId": "plan-2",
    "accountManagerId": "user-1",
    "paymentMethods": {"card": {"enabled": True}, "wireTransfer": {"enabled": False, "bankAccount": {"id": "b-1"}}},
    "customFields": [
        {"id": "cf-1", "externalId": "tier", "value": {"label": "1"}},
        {"id": "cf-2", "externalId": "lines", "value": [{"label": "B"}, {"label": "A"}]},
        {"id": "cf-3", "externalId": "0123", "value": "x"},
    ],
    "contacts": [BOB, {**ANN, "position": "Comptabilité"}],
}


def test_what_a_dump_looks_like() -> None:
    """One file: the schema's line, definitions first, names for ids, quotes where a reader might see no text."""
    written = dump(ACME, live_state([FULL], DEFINITIONS[:1]), one_file=True)
    (text,) = written.files.values()
    assert list(written.files) == ["docs/acme-fr.yaml"]
    assert text == (
        "# yaml-language-server: $schema=../schemas/upflow.schema.json\n"
        "customFields:\n"
        "  - externalId: tier\n"
        "    label: Tier\n"
        "    dataType: SELECT\n"
        "    entityType: CUSTOMER\n"
        "customers:\n"
        "  - externalId: C-001\n"
        '    name: "no"\n'
        '    vatNumber: "0123"\n'
        "    address:\n"
        '      address: "1: Main St"\n'
        '      zipcode: "01000"\n'
        "      country: France\n"
        "    dunningPlan: plan-2\n"
        "    accountManager: Claire@acme.example\n"
        "    paymentMethods:\n"
        "      card:\n"
        "        enabled: true\n"
        "      wireTransfer:\n"
        "        enabled: false\n"
        "        bankAccount:\n"
        "          id: b-1\n"
        "    customFields:\n"
        '      tier: "1"\n'
        "    contacts:\n"
        "      - externalId: P-1\n"
        "        email: ann@a.example\n"
        "        firstName: Ann\n"
        "        position: ACCOUNTING\n"
        "        isMain: true\n"
        "      - key: p-2\n"
        "        email: bob@a.example\n"
        '        phone: "+33 1"\n'
    )
    assert left_out(written) == ["customer/C-001 customFields.0123", "customer/C-001 customFields.lines"]


def test_a_file_for_each_customer() -> None:
    """Definitions share a file; each customer has its own, named so that every file system takes it."""
    keys = ["C-001", "c-001", "a/b", ".hidden", "con", "é"]
    written = dump(ACME, live_state([{"externalId": key, "name": "A"} for key in keys]), one_file=False)
    names = list(written.files)
    assert names[0] == "docs/customFields.yaml"
    assert len({name.casefold() for name in names}) == len(keys) + 1
    assert all(name.isascii() and "/." not in name for name in names)
    assert "docs/customers/C-001.yaml" in names
    assert written.files["docs/customers/C-001.yaml"].startswith(
        "# yaml-language-server: $schema=../../schemas/upflow.schema.json\ncustomers:\n"
    )
    state, customers = read_back(written)
    assert set(customers) == set(keys)
    assert state.certificate is not None
    assert state.certificate.complete


def test_the_order_of_reading_does_not_matter() -> None:
    """The same objects in another order give the same files."""
    rows = [{**FULL, "externalId": f"C-{number}"} for number in range(4)]
    turned = [{**row, "contacts": [ANN, BOB]} for row in reversed(rows)]
    there = dump(ACME, live_state([{**row, "contacts": [BOB, ANN]} for row in rows]), one_file=True)
    assert dump(ACME, live_state(turned), one_file=True).files == there.files


@pytest.mark.parametrize(
    ("row", "lacking"),
    [
        ({"externalId": None}, "customer with the remote id r-0"),
        ({"parent": {"id": "r-9"}}, "customer/C parent"),
        ({"parent": {"externalId": "gone"}}, "customer/C parent"),
        ({"dunningPlanId": "archived"}, "customer/C dunningPlan"),
        ({"dunningPlanId": "plan-3"}, "customer/C dunningPlan"),
        ({"accountManagerId": "left"}, "customer/C accountManager"),
        ({"customFields": [{"id": "cf-9", "value": "x"}]}, "customer/C customFields.id:cf-9"),
        ({"customFields": [{"id": "cf-9", "externalId": "gone", "value": "x"}]}, "customer/C customFields.gone"),
        ({"paymentMethods": {"cash": {"enabled": True}}}, "customer/C paymentMethods.cash"),
        (
            {"paymentMethods": {"wireTransfer": {"bankAccounts": [{"iban": "x"}]}}},
            "customer/C paymentMethods.wireTransfer.bankAccounts[0]",
        ),
        ({"contacts": [{"id": "p", "externalId": "P", "email": "no one@x"}]}, "customer/C contacts[0].email"),
        ({"contacts": [{"id": "p", "externalId": None, "email": "no one@x"}]}, "customer/C contacts"),
        ({"contacts": [{"id": "p", "externalId": None, "email": None}]}, "customer/C contacts"),
        ({"contacts": [BOB, {**BOB, "id": "p-3", "email": "BOB@a.example"}]}, "customer/C contacts"),
        ({"contacts": [ANN, {**ANN, "id": "p-3", "email": "x@a.example"}]}, "customer/C contacts"),
        ({"contacts": [{**ANN, "position": "SALES"}]}, "customer/C contacts[0].position"),
        ({"contacts": None}, "customer/C contacts"),
    ],
)
def test_what_cannot_be_said(row: Mapping[str, Value], lacking: str) -> None:
    """What documents cannot hold is left out and listed, without its value; the rest still says what is so."""
    live = live_state([{"externalId": "C", "name": "A", "vatNumber": "FR1", **row}])
    written = dump(ACME, live, one_file=True)
    assert lacking in left_out(written)
    assert "no one@x" not in str(written.left_out)
    state, customers = read_back(written)
    assert differences(state, live) == []
    assert all(one.fields["vatNumber"] == "FR1" for one in customers.values())


def test_one_level_of_parents() -> None:
    """Where the vendor holds two levels, neither is declared; one level is."""
    rows = [
        {"externalId": key, "parent": {"externalId": parent}} for key, parent in (("A", "B"), ("B", "C"), ("D", "C"))
    ]
    live = live_state([*rows, {"externalId": "C"}])
    _, customers = read_back(dump(ACME, live, one_file=True))
    assert {key: one.fields.get("parent") for key, one in customers.items()} == {
        "A": None,
        "B": None,
        "C": None,
        "D": "C",
    }


def test_nothing_there() -> None:
    """Without a single object one document says so, whichever way it is asked for: git keeps no empty folder."""
    whole, parted = (dump(ACME, live_state([], []), one_file=one_file) for one_file in (True, False))
    assert whole == parted
    ((name, text),) = whole.files.items()
    assert (name, text.splitlines()[1:]) == (f"{ACME.documents}/{ACME.name}.yaml", ["customers: []"])


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(
    ["no", "1e3", "SALES", "- a", "a: b"]
)
_some = st.none() | _texts
_contacts = st.lists(
    st.fixed_dictionaries(
        {
            "externalId": st.none() | st.sampled_from("PQR"),
            "email": st.sampled_from(["a@x.example", "A@x.example", "b@x.example", "no one@x", None]),
            "firstName": _some,
            "phone": _some,
            "position": st.sampled_from([None, "", "PAYER", "SALES", "Comptabilité"]),
            "isMain": st.booleans(),
        }
    ),
    max_size=3,
).map(lambda rows: [{"id": f"p-{number}", **row} for number, row in enumerate(rows)])
_methods = st.dictionaries(
    st.sampled_from(["card", "wireTransfer", "cash"]),
    st.dictionaries(
        st.sampled_from(["enabled", "bankAccount", "other"]), st.booleans() | st.none() | _texts, max_size=2
    ),
    max_size=2,
)
_values = st.lists(
    st.tuples(
        st.sampled_from(["tier", "lines", "0123", "gone", None]),
        _some | st.booleans() | st.builds(lambda text: {"label": text}, _texts) | st.lists(_texts, max_size=2),
    ),
    max_size=4,
).map(lambda pairs: [{"id": f"v-{name}", "externalId": name, "value": value} for name, value in pairs])
_rows = st.lists(
    st.fixed_dictionaries(
        {
            "externalId": st.none() | _texts,
            "name": _some,
            "vatNumber": _some,
            "address": st.dictionaries(st.sampled_from(["city", "zipcode", "county"]), _some),
            "parent": st.none() | _texts.map(lambda key: {"externalId": key, "id": "r-9"}),
            "dunningPlanId": st.sampled_from([None, "plan-1", "plan-2", "plan-3", "plan-4", "gone"]),
            "accountManagerId": st.sampled_from([None, "user-1", "user-2", "gone"]),
            "paymentMethods": _methods,
            "customFields": _values,
            "contacts": st.none() | _contacts,
        }
    ),
    max_size=4,
)


@given(_rows, st.booleans())
@settings(max_examples=150, deadline=None)
def test_dump_then_load_gives_what_is_live(rows: list[dict[str, Value]], one_file: bool) -> None:
    """Whatever is live: the dump loads, nothing that it declares differs, and every object is in it or listed."""
    live = live_state(rows)
    written = dump(ACME, live, one_file=one_file)
    state, customers = read_back(written)
    assert differences(state, live) == []
    gone = {one.key for one in written.left_out if one.kind == CUSTOMER.name and not one.path}
    assert set(customers) | gone >= set(live.objects["customer"])
    assert state.certificate is not None
    assert state.certificate.complete
