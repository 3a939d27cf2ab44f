"""Probes of the settings of people: each does one thing that the documents leave open and reports what came of it."""

from __future__ import annotations

from reconciler.sandbox import add
from tests.sandbox.billabex.world import ZOE, Wire, World, wire_of


def _address(person: Wire) -> str | None:
    email = person["email"]
    return None if email is None else email["address"]


def _by_id(billabex: World, method: str, body: object) -> int:
    path = f"{billabex.account_path()}/contacts/{billabex.contacts()[0]['id']}"
    return billabex.send(method, path, body).status_code


def generation(billabex: World) -> object:
    """Whether there are representatives and parties, and what a contact has."""
    path = f"{billabex.account_path()}/internal-representatives"
    party = billabex.upsert(ZOE, to="party").status_code
    return billabex.send("GET", path).status_code, party, len(wire_of(billabex.upsert(ZOE | {"role": "CFO"})))


def email_trim(billabex: World) -> object:
    """An upsert with blanks around John's address."""
    return billabex.upsert({"email": " john@acme.com "}).status_code


def email_form(billabex: World) -> object:
    """Upserts by addresses that differ in sharp s, in wide letters, in an accent."""
    for name, address in (("Uwe Konrad", "voß@acme.com"), ("Ken Mori", "ｋen@acme.com"), ("Ana Lopez", "aná@acme.com")):
        add(billabex.store, "acme", "account/A-001", {"fullName": name, "email": address})
    return [
        billabex.upsert({"email": address}).status_code for address in ("voss@acme.com", "ken@acme.com", "ana@acme.com")
    ]


def email_empty(billabex: World) -> object:
    """An upsert of John by name with an empty address."""
    status = billabex.upsert({"fullName": "John Smith", "email": ""}).status_code
    return status, _address(billabex.contacts()[0])


def email_stored(billabex: World) -> object:
    """How an address in capitals is kept."""
    return _address(wire_of(billabex.upsert(ZOE | {"email": "Zoe@ACME.com"})))


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
    email = wire_of(billabex.upsert({"email": "JOHN@acme.com"}))["email"]
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
    """A name in capitals, and another letter that has none of its own."""
    return _matches(billabex, "John Smith", "JOHN SMITH"), _matches(billabex, "Straße", "STRASSE")


def name_spaces(billabex: World) -> object:
    """A name with blanks inside, and without."""
    return _matches(billabex, "Bo Li", "Bo     Li"), _matches(billabex, "Al A B", "Alab")


def name_accents(billabex: World) -> object:
    """A short name without its accent."""
    return _matches(billabex, "Zoé", "Zoe")


def name_form(billabex: World) -> object:
    """Short names: an accent that is a character of its own, a taken-apart letter that is longer, wide letters."""
    return (
        _matches(billabex, "Zoé", "Zoe\u0301"),
        _matches(billabex, "ééé", "éée"),
        _matches(billabex, "Ｙａ", "Ya"),
    )


def name_letters(billabex: World) -> object:
    """Names of letters that ASCII lacks, and how one may write them."""
    return _matches(billabex, "Øle Bø", "Ole Bo"), _matches(billabex, "Jörg Tö", "Joerg Toe")


def name_signs(billabex: World) -> object:
    """A name with dots, without them, and with blanks in their place."""
    return _matches(billabex, "A.B.C.D", "ABCD"), _matches(billabex, "K.L.M.N", "K L M N")


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


def update_null_field(billabex: World) -> object:
    """Null for a role and for a name in a change by id."""
    status = _by_id(billabex, "PUT", {"role": None})
    return status, billabex.contacts()[0]["role"], _by_id(billabex, "PUT", {"fullName": None})


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
