"""The upsert guide's own cases, each twice: whom `foresee` says, and what the product does with the sandbox.

What is sent is held against the guide's requests byte by byte, and its answer is read field by field.
"""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest

from reconciler.errors import ProviderRejected
from reconciler.live.provider import OtherObjectHit, Write
from reconciler.model.change import MemberAction
from reconciler.model.resource import Value
from reconciler.providers.billabex.matching import CONTACTS, PARTIES, REPRESENTATIVES, Body, Person, Rule, foresee
from reconciler.providers.billabex.people_flaws import home_of
from reconciler.providers.billabex.provider import BillabexProvider, connect
from reconciler.providers.billabex.wire import person_of
from reconciler.sandbox import logged_requests
from reconciler.sandbox.values import JsonObject, objects
from tests.clock import run_virtual
from tests.company import Company
from tests.providers.billabex.accounts import account, declare, member, people, refusals
from tests.providers.billabex.world import BASE_URL, CREDENTIALS, organization, run, seeded
from tests.providers.billabex.world import account as seeded_account
from tests.providers.scripted import Script, answer

JOHN: JsonObject = {"fullName": "John Smith", "email": "john@acme.com", "language": "en"}
KNOWN = Person(id="john", section=CONTACTS, name="John Smith", email="john@acme.com")
CONTACT = (
    b'{"fullName":"John Smith","email":"john.smith@acme.com","language":"en","role":"Billing Manager","isPrimary":true}'
)
EVERY_FIELD = (
    b'{"fullName":"John Smith","email":"john.smith@acme.com","language":"en","role":"Billing Manager",'
    b'"notes":"Primary contact for invoices","isPrimary":true}'
)
REPRESENTATIVE = (
    b'{"fullName":"Sarah Johnson","email":"sarah@yourcompany.com","language":"en","role":"Account Manager"}'
)
PARTY = b'{"fullName":"Alex Brown","email":"alex@example.com","language":"en"}'
ANSWER = b"""{
  "id": "789e0123-e89b-12d3-a456-426614174000",
  "fullName": "John Smith",
  "email": {"address": "john.smith@acme.com", "status": "Valid"},
  "language": "en", "role": "Billing Manager", "notes": null, "isPrimary": true
}"""
READ: dict[str, Value] = {
    "id": "789e0123-e89b-12d3-a456-426614174000",
    "fullName": "John Smith",
    "email": "john.smith@acme.com",
    "emailSpelt": "john.smith@acme.com",
    "emailStatus": "Valid",
    "language": "en",
    "role": "Billing Manager",
    "notes": None,
    "isPrimary": True,
}


def known(company: Company) -> str:
    """Give the remote id of the first contact."""
    (row,) = objects(company.shown()["accounts"])
    return str(objects(row["contacts"])[0]["id"])


def sent(company: Company) -> list[tuple[str, bytes]]:
    """Give what was put so far: the path below the account, and the body as it went over the wire."""
    with company.store() as store:
        rows = [row for row in logged_requests(store) if row.method == "PUT"]
    return [(row.path.partition("/accounts/")[2].partition("/")[2], row.body.encode()) for row in rows]


def test_john_in_capitals_is_foreseen() -> None:
    """Guide, "Step 1": `John@ACME.com` matches john@acme.com, by e-mail."""
    found = foresee(Body(section=CONTACTS, name="John Smith", email="John@ACME.com"), [KNOWN])
    assert found.surely("john")
    assert found.rules == {Rule.EMAIL}


def test_john_in_capitals_is_updated(tmp_path: Path) -> None:
    """The same at the sandbox: the plan says so, one John is left, and what is declared of him holds."""
    company = account(tmp_path, live={"contacts": [JOHN]})
    declare(company, contacts=[{**JOHN, "key": "john", "email": "John@ACME.com", "role": "Billing Manager"}])
    assert member(company.plan(), "john").note == f"upsert hits {known(company)} by e-mail"
    assert company.apply().code == 0
    assert people(company) == [("John Smith", "john@acme.com")]
    assert company.plan().empty


@pytest.mark.parametrize(
    ("name", "hit"),
    [
        ("john smith", "john"),
        ("John Smth", "john"),
        ("Jon Smith", "john"),
        ("Jonathan Smith", None),
        ("J. Smith", None),
    ],
)
def test_the_five_names_are_foreseen(name: str, hit: str | None) -> None:
    """Guide, "Step 2": three match, two do not, with an unknown address and with none."""
    for email in (None, "new@acme.com"):
        assert foresee(Body(section=CONTACTS, name=name, email=email), [KNOWN]).surely(hit)


@pytest.mark.parametrize("name", ["john smith", "John Smth", "Jon Smith"])
@pytest.mark.parametrize("verb", ["put", "none"])
def test_the_three_names_hit_john_at_the_sandbox(tmp_path: Path, name: str, verb: str) -> None:
    """John is managed and has no address; renamed so, an upsert reaches him by name, and nobody comes."""
    nameless: JsonObject = {"fullName": "John Smith", "language": "en"}
    company = account(tmp_path, live={"contacts": [nameless]}, verb=verb)
    declare(company, contacts=[{**nameless, "key": "john"}])
    assert company.apply().code == 0
    declare(company, contacts=[{**nameless, "key": "john", "fullName": name}])
    assert member(company.plan(), "john").note == f"upsert hits {known(company)} by name"
    assert company.apply().code == 0
    assert people(company) == [(name, None)]
    assert company.plan().empty


@pytest.mark.parametrize("name", ["Jonathan Smith", "J. Smith"])
def test_the_two_names_create_at_the_sandbox(tmp_path: Path, name: str) -> None:
    """They are somebody new, and John stays as he is."""
    company = account(tmp_path, live={"contacts": [JOHN]})
    declare(company, contacts=[{"key": "new", "fullName": name, "language": "en"}])
    assert member(company.plan(), "new").note == "creates: nobody on the account matches"
    assert company.apply().code == 0
    assert people(company) == [("John Smith", "john@acme.com"), (name, None)]


@pytest.mark.parametrize(
    ("body", "hit", "rule"),
    [
        (Body(section=CONTACTS, name="Per Gynt", email="john@acme.com"), "john", Rule.EMAIL),
        (Body(section=CONTACTS, name="John Smith", email="other@acme.com"), "john", Rule.NAME),
        (Body(section=CONTACTS, name="Per Gynt", email="per@acme.com"), None, Rule.NONE),
        (Body(section=CONTACTS, email="per@acme.com"), None, Rule.NONE),
    ],
)
def test_each_row_of_the_table_is_foreseen(body: Body, hit: str | None, rule: Rule) -> None:
    """Guide, "Create vs Update Behavior": by e-mail, by name, a new record, and where one is not possible."""
    found = foresee(body, [KNOWN])
    assert found.surely(hit)
    assert found.rules == {rule}


def test_row_1_at_the_sandbox(tmp_path: Path) -> None:
    """Email matches existing record: update that record, whatever its name."""
    company = account(tmp_path, live={"contacts": [JOHN]})
    declare(company, contacts=[{"key": "john", "fullName": "Per Gynt", "email": "john@acme.com"}])
    john, planned = known(company), member(company.plan(), "john")
    assert (planned.action, planned.remote_id) == (MemberAction.CHANGE, john)
    assert planned.note == f"upsert hits {john} by e-mail"
    assert company.apply().code == 0
    assert people(company) == [("Per Gynt", "john@acme.com")]
    assert known(company) == john


def test_row_2_at_the_sandbox(tmp_path: Path) -> None:
    """Name matches existing record (no email match): update that record, if it is the one that is meant."""
    company = account(tmp_path, live={"contacts": [JOHN]})
    declare(company, contacts=[{**JOHN, "key": "john"}])
    assert company.apply().code == 0
    declare(company, contacts=[{**JOHN, "key": "john", "email": "j.smith@acme.com"}])
    john, planned = known(company), member(company.plan(), "john")
    assert planned.note == f"upsert hits {john} by name"
    assert company.apply().code == 0
    assert people(company) == [("John Smith", "j.smith@acme.com")]
    assert known(company) == john


def test_row_2_is_refused_where_somebody_else_is_meant(tmp_path: Path) -> None:
    """The same row, and the record is another person's: the plan refuses to have it overwritten."""
    company = account(tmp_path, live={"contacts": [JOHN]})
    declare(company, contacts=[{**JOHN, "key": "new", "email": "j.smith@acme.com"}])
    assert refusals(company.plan()) == [("person-overwritten", "documents/a.yaml:5:5")]


def test_row_3_at_the_sandbox(tmp_path: Path) -> None:
    """No match found, fullName + language provided: create new record."""
    company = account(tmp_path, live={"contacts": [JOHN]})
    declare(company, contacts=[{"key": "per", "fullName": "Per Gynt", "email": "per@acme.com", "language": "en"}])
    assert member(company.plan(), "per").note == "creates: nobody on the account matches"
    assert company.apply().code == 0
    assert people(company) == [("John Smith", "john@acme.com"), ("Per Gynt", "per@acme.com")]


@pytest.mark.parametrize("missing", ["fullName", "language"])
def test_row_4_is_refused_before_it_is_sent(tmp_path: Path, missing: str) -> None:
    """No match found, missing fullName or language: the plan says so, and nothing goes to the vendor."""
    company = account(tmp_path, live={"contacts": [JOHN]})
    per: JsonObject = {"key": "per", "fullName": "Per Gynt", "email": "per@acme.com", "language": "en"}
    declare(company, contacts=[{name: value for name, value in per.items() if name != missing}])
    assert [code for code, _ in refusals(company.plan())] == ["field-needed"]
    company.apply()
    assert sent(company) == []


def upsert(account_id: str, body: Value, hits: str | None = None) -> Write:
    """Have a write of somebody, which is to hit this person."""
    path = f"/accounts/{account_id}/contacts/upsert"
    return Write(method="PUT", path=path, body=body, summary="upsert", hits=hits, known={})


@pytest.mark.parametrize("missing", ["fullName", "language"])
def test_row_4_at_the_sandbox(missing: str) -> None:
    """Sent all the same, it is answered with 400, which the client tells as a rejection."""
    store = seeded(seeded_account(1))
    per: dict[str, Value] = {"fullName": "Per Gynt", "email": "per@acme.com", "language": "en"}
    body = {name: value for name, value in per.items() if name != missing}

    async def send(provider: BillabexProvider) -> None:
        (found,) = (await provider.page("account", None)).objects
        with pytest.raises(ProviderRejected):
            await provider.send(upsert(found.remote_id, body))

    run(store, send)


@pytest.mark.parametrize(
    ("domain", "home"), [("example.com", REPRESENTATIVES), ("EXAMPLE.com", REPRESENTATIVES), ("acme.com", CONTACTS)]
)
def test_alex_is_foreseen_by_domain(domain: str, home: str) -> None:
    """Guide, "Upsert Party": the organization's own domain makes a representative, any other a contact."""
    assert home_of("alex@example.com", [domain.lower()]) == home
    body = Body(section=PARTIES, name="Alex Brown", email="alex@example.com")
    assert foresee(body, [KNOWN]).surely(None)


@pytest.mark.parametrize(("domain", "home"), [("example.com", REPRESENTATIVES), ("ours.example", CONTACTS)])
def test_alex_at_the_sandbox(tmp_path: Path, domain: str, home: str) -> None:
    """The plan says which list, the request is the guide's byte by byte, and Alex stands where it was foreseen."""
    company = account(tmp_path, live={})
    company.turn({"email_domains": [domain]})
    configuration = company.folder / "reconciler.yaml"
    configuration.write_text(configuration.read_text().replace("ours.example", domain))
    declare(company, parties=[{"key": "alex", **json.loads(PARTY)}])
    assert member(company.plan(), "alex").note.endswith(f"a party, foreseen on {home}")
    assert company.apply().code == 0
    assert sent(company) == [("party/upsert", PARTY)]
    assert people(company, home) == [("Alex Brown", "alex@example.com")]
    assert company.plan().empty


@pytest.mark.parametrize(
    ("section", "route", "body"),
    [
        (CONTACTS, "contacts/upsert", CONTACT),
        (CONTACTS, "contacts/upsert", EVERY_FIELD),
        (REPRESENTATIVES, "internal-representatives/upsert", REPRESENTATIVE),
    ],
)
def test_the_requests_are_sent_as_the_guide_has_them(tmp_path: Path, section: str, route: str, body: bytes) -> None:
    """Declared as the guide spells the fields, in its order, each request goes out byte by byte as it shows it."""
    company = account(tmp_path, live={})
    one: JsonObject = {"key": "one", **json.loads(body)}
    lists: dict[str, list[JsonObject]] = {section: [one]}
    declare(company, "add", **lists)
    assert company.apply().code == 0
    assert sent(company) == [(route, body)]
    assert company.plan().empty


def test_the_answer_is_read_field_by_field() -> None:
    """The guide's answer becomes a person with every field, null being nothing."""
    assert dict(person_of(orjson.loads(ANSWER))) == READ


@pytest.mark.parametrize("hits", [None, READ["id"]])
def test_the_answer_tells_whom_the_upsert_hit(hits: str | None) -> None:
    """Its id is a new one, or the foreseen person's; any other stops the account."""
    script = Script(*[answer(200, ANSWER)] * 2)

    async def send() -> None:
        provider = connect(organization(), CREDENTIALS, BASE_URL, script)
        await provider.send(upsert("a-1", json.loads(CONTACT), hits))
        with pytest.raises(OtherObjectHit):
            await provider.send(upsert("a-1", json.loads(CONTACT), "somebody-else"))
        await provider.aclose()

    run_virtual(send())
