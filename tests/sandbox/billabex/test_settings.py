"""Every setting at every value: a probe does one thing that the documents leave open and reports what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields

import httpx
import pytest

from reconciler.sandbox import BillabexSettings, SandboxMisuse, add, billabex_settings_from
from reconciler.sandbox.values import Json, JsonObject
from tests.sandbox.billabex.world import Wire, World, as_rows, as_wire, statuses_at

ZOE: JsonObject = {"fullName": "Zoe Quill", "email": "zoe@acme.com", "language": "en"}


def _people(billabex: World) -> list[tuple[str, str | None]]:
    """Return the contacts of the first account: names and addresses."""
    return [(person["fullName"], _address(person)) for person in billabex.contacts()]


def _address(person: Wire) -> str | None:
    email = person["email"]
    return None if email is None else email["address"]


def _wire(response: httpx.Response) -> Wire:
    return as_wire(response.content)


def _by_id(billabex: World, method: str, body: object) -> int:
    path = f"{billabex.account_path()}/contacts/{billabex.contacts()[0]['id']}"
    return billabex.send(method, path, body).status_code


def generation(billabex: World) -> object:
    """Whether there are representatives and parties, and what a contact has."""
    path = f"{billabex.account_path()}/internal-representatives"
    party = billabex.upsert(ZOE, to="party").status_code
    return billabex.send("GET", path).status_code, party, len(_wire(billabex.upsert(ZOE | {"role": "CFO"})))


def email_trim(billabex: World) -> object:
    """An upsert with blanks around John's address."""
    return billabex.upsert({"email": " john@acme.com "}).status_code


def email_empty(billabex: World) -> object:
    """An upsert of John by name with an empty address."""
    status = billabex.upsert({"fullName": "John Smith", "email": ""}).status_code
    return status, _address(billabex.contacts()[0])


def email_stored(billabex: World) -> object:
    """How an address in capitals is kept."""
    return _address(_wire(billabex.upsert(ZOE | {"email": "Zoe@ACME.com"})))


def same_email(billabex: World) -> object:
    """Whom an address hits that two contacts have."""
    add(billabex.store, "acme", "account/A-001", {"fullName": "Twin", "email": "JOHN@acme.com"})
    billabex.upsert({"email": "john@acme.com", "role": "hit"})
    return [person["fullName"] for person in billabex.contacts() if person["role"] == "hit"]


def same_email_write(billabex: World) -> object:
    """POST, and a change by id, with an address that somebody has."""
    posted = billabex.send("POST", f"{billabex.account_path()}/contacts", ZOE | {"email": "mary@acme.com"})
    return posted.status_code, _by_id(billabex, "PUT", {"email": "mary@acme.com"})


def email_case_change(billabex: World) -> object:
    """The status of a bouncing address after a change of its capitals."""
    billabex.edit("account/A-001/contact/john@acme.com", emailStatus="Bounced")
    email = _wire(billabex.upsert({"email": "JOHN@acme.com"}))["email"]
    return email and email["status"]


def email_status_write(billabex: World) -> object:
    """An address written as it is read, with a status."""
    body = {"fullName": "John Smith", "email": {"address": "j@acme.com", "status": "Bounced"}}
    status = billabex.upsert(body).status_code
    return status, billabex.contacts()[0]["email"]


def name_trim(billabex: World) -> object:
    """A name with many blanks around it: does it match, and how is it kept?"""
    billabex.upsert({"fullName": "   John Smith   ", "language": "en"})
    return [person["fullName"] for person in billabex.contacts()]


def _matches(billabex: World, stored: str, sent: str) -> bool:
    """Return whether an upsert of a name hits the contact of another."""
    add(billabex.store, "acme", "account/A-002", {"fullName": stored})
    return billabex.upsert({"fullName": sent}, source_id="A-002").status_code == 200


def name_case(billabex: World) -> object:
    """A name in capitals."""
    return _matches(billabex, "John Smith", "JOHN SMITH")


def name_spaces(billabex: World) -> object:
    """A name with blanks inside."""
    return _matches(billabex, "Bo Li", "Bo     Li")


def name_accents(billabex: World) -> object:
    """A short name without its accent."""
    return _matches(billabex, "Zoé", "Zoe")


def name_length(billabex: World) -> object:
    """A name of three letters, two of which are two units each."""
    return _matches(billabex, "𝕁𝕒n", "𝕁𝕒m")


def name_share(billabex: World) -> object:
    """A name of three letters, one of them another."""
    return _matches(billabex, "Bob", "Rob")


def name_ties(billabex: World) -> object:
    """Of a near and an equal name, the near one older: whom an upsert hits."""
    for name in ("John Smitt", "John Smith"):
        add(billabex.store, "acme", "account/A-002", {"fullName": name})
    billabex.upsert({"fullName": "John Smith", "role": "hit"}, source_id="A-002")
    return [person["role"] for person in billabex.contacts("A-002")]


def search_both(billabex: World) -> object:
    """An upsert of a contact with a representative's address."""
    billabex.upsert({"fullName": "Sarah Johnson", "email": "sarah@yourcompany.com", "language": "de"})
    return [person["language"] for person in billabex.representatives()], len(billabex.contacts())


def party_search(billabex: World) -> object:
    """A party by John's name, its address at the organization's domain."""
    billabex.upsert({"fullName": "John Smith", "email": "j@yourcompany.com", "language": "en"}, to="party")
    return _address(billabex.contacts()[0]), len(billabex.representatives())


def party_same_email(billabex: World) -> object:
    """A party with an address that a contact and a representative have."""
    add(billabex.store, "acme", "account/A-001", {"fullName": "Twin", "email": "sarah@yourcompany.com"})
    billabex.edit("account/A-001/representative/Sarah Johnson", email="sarah@elsewhere.com")
    billabex.edit("account/A-001/contact/Twin", email="sarah@elsewhere.com")
    billabex.upsert({"email": "sarah@elsewhere.com", "role": "elsewhere"}, to="party")
    billabex.turn(email_domains=["elsewhere.com"])
    billabex.upsert({"email": "sarah@elsewhere.com", "notes": "own"}, to="party")
    twin, sarah = billabex.contacts()[2], billabex.representatives()[0]
    return twin["role"], twin["notes"], sarah["role"], sarah["notes"]


def party_without_email(billabex: World) -> object:
    """A new party without an address."""
    status = billabex.upsert({"fullName": "Zoe Quill", "language": "en"}, to="party").status_code
    return status, len(billabex.contacts()), len(billabex.representatives())


def party_subdomains(billabex: World) -> object:
    """A new party at a subdomain."""
    billabex.upsert(ZOE | {"email": "zoe@paris.yourcompany.com"}, to="party")
    return len(billabex.representatives())


def null_field(billabex: World) -> object:
    """Null for a role, an address and a name."""
    role = billabex.upsert({"fullName": "John Smith", "role": None}).status_code
    email = billabex.upsert({"fullName": "John Smith", "email": None}).status_code
    name = billabex.upsert({"fullName": None, "email": "mary@acme.com"}).status_code
    john = billabex.contacts()[0]
    return role, email, name, john["role"], _address(john)


def unknown_person_field(billabex: World) -> object:
    """A field that there is not, and one of another generation."""
    colour = billabex.upsert(ZOE | {"colour": "red"}).status_code
    billabex.turn(generation="contacts")
    return colour, billabex.upsert(ZOE | {"isPrimary": True}).status_code


def single_primary(billabex: World) -> object:
    """Who is primary after a second one was made so."""
    billabex.upsert({"email": "mary@acme.com", "isPrimary": True})
    return [person["isPrimary"] for person in billabex.contacts()]


def language_check(billabex: World) -> object:
    """A language of three letters."""
    return billabex.upsert(ZOE | {"language": "eng"}).status_code


def post_without_language(billabex: World) -> object:
    """POST of a contact without a language."""
    response = billabex.send("POST", f"{billabex.account_path()}/contacts", {"fullName": "Zoe"})
    return response.status_code, response.json().get("language")


def update_verb(billabex: World) -> object:
    """PUT and PATCH by id, in both generations; the upsert is there in any case."""
    found: list[int] = []
    for name in ("people", "contacts"):
        billabex.turn(generation=name)
        found += [_by_id(billabex, verb, {"fullName": "John S"}) for verb in ("PUT", "PATCH")]
        assert billabex.upsert({"email": "john@acme.com"}).status_code == 200
    return tuple(found)


def put_absent_fields(billabex: World) -> object:
    """PUT by id that leaves out everything but what it must have; and even that."""
    status = _by_id(billabex, "PUT", {"fullName": "John Smith", "language": "en"})
    john = billabex.contacts()[0]
    return status, john["role"], john["isPrimary"], _address(john), _by_id(billabex, "PUT", {"role": "x"})


def get_person(billabex: World) -> object:
    """GET of a contact by its id."""
    return _by_id(billabex, "GET", None)


def upsert_created_status(billabex: World) -> object:
    """The status of an upsert that creates, and of the same again."""
    return billabex.upsert(ZOE).status_code, billabex.upsert(ZOE).status_code


def missing_answer(billabex: World) -> object:
    """Whether what a contact does not have is in its answer."""
    return sorted(_wire(billabex.upsert({"fullName": "Zoe", "language": "en"})))


def error_body(billabex: World) -> object:
    """The body of a 404."""
    response = billabex.send("GET", "/accounts/none")
    return response.headers["content-type"], response.text


def scope_status(billabex: World) -> object:
    """A write with a scope that only reads."""
    billabex.turn(granted_scope="accounts:read")
    return billabex.upsert(ZOE).status_code


def people_list(billabex: World) -> object:
    """The contact list: its form, and whether it has pages."""
    response = billabex.send("GET", f"{billabex.account_path()}/contacts?first=1")
    if response.content.startswith(b"["):
        return len(as_rows(response.content))
    return len(_wire(response)["nodes"]), bool(_wire(response)["pageInfo"]["endCursor"])


def default_page_size(billabex: World) -> object:
    """The rows of a page when 120 accounts are there and no size is asked for."""
    for number in range(116):
        add(billabex.store, "acme", "account", {"fullName": f"Account {number}"})
    return len(billabex.listed()["nodes"])


def first_above_cap(billabex: World) -> object:
    """A page of 5000."""
    return billabex.send("GET", billabex.list_path(first="5000")).status_code


def bad_cursor(billabex: World) -> object:
    """A cursor that was never given."""
    response = billabex.send("GET", billabex.list_path(after="nonsense"))
    return response.status_code, len(_wire(response).get("nodes", []))


def last_page_cursor(billabex: World) -> object:
    """Whether the last page with rows has a cursor, and the one before it."""
    return bool(billabex.listed()["pageInfo"]["endCursor"]), bool(billabex.listed(first="3")["pageInfo"]["endCursor"])


def account_carries_people(billabex: World) -> object:
    """Whether GET of an account has its people."""
    return len(_wire(billabex.send("GET", billabex.account_path())).get("contacts", []))


def list_rows_source(billabex: World) -> object:
    """Whether a row of the account list has its source, and whether GET of the account has it."""
    return "source" in billabex.listed()["nodes"][0], "source" in billabex.send("GET", billabex.account_path()).json()


def currency_answer(billabex: World) -> object:
    """How an account tells its currency."""
    account = _wire(billabex.send("GET", billabex.account_path()))
    return account.get("currencyCode"), account.get("currency")


def _create(billabex: World, **body: object) -> httpx.Response:
    """Create an account."""
    known = {"organizationId": billabex.shown()["id"], "fullName": "New", "currencyCode": "EUR"}
    return billabex.send("POST", "/accounts", {**known, **body})


def inline_people(billabex: World) -> object:
    """A new account with a contact in its body, and with none."""
    empty = _create(billabex, contacts=[], internalRepresentatives=[]).status_code
    response = _create(billabex, fullName="With", contacts=[ZOE])
    if response.status_code != 201:
        return empty, response.status_code
    return empty, len(billabex.shown("account/With")["contacts"])


def unknown_account_field(billabex: World) -> object:
    """A field that there is not, and representatives where the generation has none."""
    colour = billabex.send("PUT", billabex.account_path(), {"colour": "red"}).status_code
    billabex.turn(generation="contacts")
    return colour, _create(billabex, internalRepresentatives=[]).status_code


def account_absent_fields(billabex: World) -> object:
    """PUT of an account with a name alone."""
    account = _wire(billabex.send("PUT", billabex.account_path(), {"fullName": "Acme"}))
    return account["currencyCode"], account["billingAddress"]["city"]


def address_absent_parts(billabex: World) -> object:
    """PUT of an account with a part of its address."""
    body = {"fullName": "Acme", "billingAddress": {"city": "Nice"}}
    address = _wire(billabex.send("PUT", billabex.account_path(), body))["billingAddress"]
    return address["city"], address["street"]


def _link(billabex: World, source_id: str, wanted: str) -> int:
    body = {"connectionId": "erp", "sourceId": wanted}
    return billabex.send("PUT", f"{billabex.account_path(source_id)}/source", body).status_code


def source_relink(billabex: World) -> object:
    """Another source over an existing one."""
    return _link(billabex, "A-001", "A-009")


def source_elsewhere(billabex: World) -> object:
    """A source that another account has: linked, and given to a new account."""
    linked = _link(billabex, "Gamma", "A-001")
    return linked, _create(billabex, source={"connectionId": "erp", "sourceId": "A-002"}).status_code


def source_conflict_status(billabex: World) -> object:
    """What a conflict of sources is answered."""
    return _link(billabex, "A-001", "A-009")


def unlink_unlinked(billabex: World) -> object:
    """DELETE of a source that is not there."""
    return billabex.send("DELETE", f"{billabex.account_path('Gamma')}/source").status_code


def read_only_accounts(billabex: World) -> object:
    """PUT and DELETE of an account that another system keeps, and of its source."""
    path = billabex.account_path("D-1")
    put = billabex.send("PUT", path, {"fullName": "Mine"}).status_code
    return put, billabex.send("DELETE", f"{path}/source").status_code, billabex.send("DELETE", path).status_code


def read_only_people(billabex: World) -> object:
    """An upsert on an account that another system keeps."""
    return billabex.upsert(ZOE, source_id="D-1").status_code


def _reads(billabex: World) -> list[int]:
    """Return how many contacts three reads after a write show."""
    path = f"{billabex.account_path()}/contacts"
    billabex.upsert(ZOE)
    return [len(as_rows(billabex.send("GET", path).content)) for _ in range(3)]


def reads_behind(billabex: World) -> object:
    """How many contacts three reads after a write show."""
    return _reads(billabex)


def seconds_behind(billabex: World) -> object:
    """How many contacts three reads at once after a write show."""
    return _reads(billabex)


def _twice(billabex: World, second: JsonObject) -> tuple[int, int]:
    """Create under one key twice: the second status, and how many contacts there are."""
    path, headers = f"{billabex.account_path('A-002')}/contacts", {"Idempotency-Key": "k"}
    billabex.send("POST", path, ZOE, headers=headers)
    status = billabex.send("POST", path, second, headers=headers).status_code
    return status, len(billabex.contacts("A-002"))


def idempotency_keys(billabex: World) -> object:
    """The same create again under the same key."""
    return _twice(billabex, ZOE)


def idempotency_conflict(billabex: World) -> object:
    """Another create under the same key."""
    billabex.turn(idempotency_keys="honoured")
    return _twice(billabex, ZOE | {"fullName": "Ann"})


def refresh_rotation(billabex: World) -> object:
    """Whether a refresh gives a new refresh token, and whether the old one and the new one work then."""
    new = billabex.token().json().get("refresh_token")
    again = billabex.token().status_code
    return new is not None, again, new and billabex.token(new).status_code


def rejected_calls(billabex: World) -> object:
    """Four calls at these seconds where one a minute is allowed."""
    billabex.turn(requests_per_window=1)
    return statuses_at(billabex, [0, 30, 61, 91])


PROBES: dict[Callable[[World], object], dict[Json, object]] = {
    generation: {"people": (200, 200, 7), "contacts": (404, 404, 4)},
    email_trim: {True: 200, False: 400},
    email_empty: {"absent": (200, "john@acme.com"), "clears": (200, None), "rejected": (400, "john@acme.com")},
    email_stored: {"as-sent": "Zoe@ACME.com", "lower": "zoe@acme.com"},
    same_email: {"oldest": ["John Smith"], "newest": ["Twin"]},
    same_email_write: {"accepted": (201, 200), "conflict": (409, 409)},
    email_case_change: {"keeps-status": "Bounced", "resets-status": "Valid"},
    email_status_write: {
        "rejected": (400, {"address": "john@acme.com", "status": "Valid"}),
        "ignored": (200, {"address": "j@acme.com", "status": "Valid"}),
    },
    name_trim: {True: ["John Smith", "Mary Jones"], False: ["John Smith", "Mary Jones", "   John Smith   "]},
    name_case: {"folded": True, "sensitive": False},
    name_spaces: {"kept": False, "collapsed": True},
    name_accents: {"kept": False, "folded": True},
    name_length: {"utf-16": True, "code-points": False},
    name_share: {"floor": False, "round": True},
    name_ties: {"closest": [None, "hit"], "first": ["hit", None]},
    search_both: {False: (["en"], 3), True: (["de"], 2)},
    party_search: {"both": ("j@yourcompany.com", 1), "decided": ("john@acme.com", 2)},
    party_same_email: {
        "by-domain": ("elsewhere", None, None, "own"),
        "contact": ("elsewhere", "own", None, None),
        "representative": (None, None, "elsewhere", "own"),
    },
    party_without_email: {"contact": (200, 3, 1), "representative": (200, 2, 2), "rejected": (400, 2, 1)},
    party_subdomains: {False: 1, True: 2},
    null_field: {
        "clears": (200, 200, 400, None, None),
        "rejected": (400, 400, 400, "CFO", "john@acme.com"),
        "ignored": (200, 200, 200, "CFO", "john@acme.com"),
    },
    unknown_person_field: {"ignored": (200, 200), "rejected": (400, 400)},
    single_primary: {False: [True, True], True: [False, True]},
    language_check: {"two-letters": 400, "none": 200},
    post_without_language: {"rejected": (400, None), "english": (201, "en")},
    update_verb: {
        "by-generation": (200, 404, 404, 200),
        "put": (200, 404, 200, 404),
        "patch": (404, 200, 404, 200),
        "both": (200, 200, 200, 200),
        "none": (404, 404, 404, 404),
    },
    put_absent_fields: {"kept": (200, "CFO", True, "john@acme.com", 200), "cleared": (200, None, False, None, 400)},
    get_person: {True: 200, False: 404},
    upsert_created_status: {200: (200, 200), 201: (201, 200)},
    missing_answer: {
        "null": ["email", "fullName", "id", "isPrimary", "language", "notes", "role"],
        "absent": ["fullName", "id", "isPrimary", "language"],
    },
    error_body: {
        "nest": (
            "application/json",
            '{"statusCode":404,"message":"The account does not exist.","error":"Not Found"}',
        ),
        "messages": (
            "application/json",
            '{"statusCode":404,"message":["The account does not exist."],"error":"Not Found"}',
        ),
        "coded": (
            "application/json",
            '{"statusCode":404,"message":"The account does not exist.","error":"Not Found","code":"app.not-found"}',
        ),
        "text": ("text/plain", "The account does not exist."),
        "html": ("text/html", "<html><body><h1>404 Not Found</h1></body></html>"),
    },
    scope_status: {403: 403, 401: 401},
    people_list: {"array": 2, "envelope": (1, True)},
    default_page_size: {50: 50, 2: 2, 100: 100},
    first_above_cap: {"clamped": 200, "rejected": 400},
    bad_cursor: {"rejected": (400, 0), "first-page": (200, 4)},
    last_page_cursor: {"given": (True, True), "null": (False, True)},
    account_carries_people: {False: 0, True: 2},
    list_rows_source: {True: (True, True), False: (False, True)},
    currency_answer: {"code": ("EUR", None), "object": (None, {"code": "EUR"}), "both": ("EUR", {"code": "EUR"})},
    inline_people: {"rejected": (201, 400), "created": (201, 1), "ignored": (201, 0)},
    unknown_account_field: {"ignored": (200, 201), "rejected": (400, 400)},
    account_absent_fields: {"kept": ("EUR", "Paris"), "cleared": (None, None)},
    address_absent_parts: {"kept": ("Nice", "1 Road"), "cleared": ("Nice", None)},
    source_relink: {"rejected": 409, "replaced": 200},
    source_elsewhere: {"rejected": (409, 409), "accepted": (200, 201)},
    source_conflict_status: {409: 409, 400: 400},
    unlink_unlinked: {"not-found": 404, "empty": 204},
    read_only_accounts: {"forbidden": (403, 403, 403), "conflict": (409, 409, 409), "editable": (200, 204, 204)},
    read_only_people: {"editable": 200, "refused": 403},
    reads_behind: {0: [3, 3, 3], 2: [2, 2, 3]},
    seconds_behind: {0.0: [3, 3, 3], 5.0: [2, 2, 2]},
    idempotency_keys: {"ignored": (201, 2), "honoured": (201, 1)},
    idempotency_conflict: {409: (409, 1), 422: (422, 1)},
    refresh_rotation: {"none": (False, 200, None), "old-dead": (True, 400, 200), "old-alive": (True, 200, 200)},
    rejected_calls: {"free": [200, 429, 200, 429], "counted": [200, 429, 429, 429]},
}
CASES = [(probe, value, seen) for probe, outcomes in PROBES.items() for value, seen in outcomes.items()]


@pytest.mark.parametrize(("probe", "value", "seen"), CASES, ids=[f"{case[0].__name__}={case[1]}" for case in CASES])
def test_a_setting_decides_what_it_says(
    billabex: World, probe: Callable[[World], object], value: Json, seen: object
) -> None:
    """Under each value of each setting the probe sees what that value promises."""
    billabex.turn(**{probe.__name__: value})
    assert probe(billabex) == seen


def test_every_value_of_every_setting_is_probed() -> None:
    """The table above has each setting that has alternatives, its default first, at all its values."""
    declared = {
        knob.name: [knob.default, *knob.metadata["alternatives"]] for knob in fields(BillabexSettings) if knob.metadata
    }
    assert {probe.__name__: list(outcomes) for probe, outcomes in PROBES.items()} == declared


def test_flips_turn_one_knob_each() -> None:
    """`flips` yields every alternative once, each differing from the original in one setting."""
    flips = list(BillabexSettings().flips())
    assert len(flips) == sum(len(outcomes) - 1 for outcomes in PROBES.values())
    assert len({name for name, _ in flips}) == len(flips)
    default = BillabexSettings().to_json()
    for _, flipped in flips:
        assert sum(flipped.to_json()[name] != value for name, value in default.items()) == 1


def test_settings_survive_writing_and_reading() -> None:
    """Settings written as JSON and read back are the same; what is left out is at its default."""
    for _, flipped in BillabexSettings(email_domains=("a.com", "b.com")).flips():
        assert billabex_settings_from(json.loads(json.dumps(flipped.to_json()))) == flipped
    assert billabex_settings_from({}) == BillabexSettings()


@pytest.mark.parametrize(
    "values", [{"colour": 1}, {"generation": "d"}, {"default_page_size": 0}, {"search_both": 1}, {"reads_behind": -1}]
)
def test_unknown_settings_are_refused(values: JsonObject) -> None:
    """A setting or value that there is not is a problem, never ignored."""
    with pytest.raises(SandboxMisuse):
        billabex_settings_from(values)
