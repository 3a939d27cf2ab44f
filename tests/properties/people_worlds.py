"""Worlds of people at Billabex, drawn by Hypothesis: an account as it stands, and its documents of two rounds.

Twelve identities, each with two spellings of a name that are far from all others, near misses of these, and two
addresses. An `apart` world draws nobody but plainly different people: there no plan may be refused. The others also
share addresses, miss names by a letter, leave out what a new person needs, and change lists.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields

from hypothesis import strategies as st

from reconciler.sandbox import BillabexSettings
from reconciler.sandbox.values import Json, JsonObject

CONTACTS, REPRESENTATIVES, PARTIES = "contacts", "internalRepresentatives", "parties"
OURS = "ours.example"
ORGANIZATION = "11111111-1111-4111-8111-111111111111"
MOST = 12
NAMES = (
    ("John Smith", "Katharina von Bora", ("john smith", "Jon Smith", "John Smyth", "JOHN SMITH")),
    ("Maria Rossi", "Bartholomew Quux", ("Mario Rossi", "Marla Rossi")),
    ("Zoé Dupont", "Per Gynt", ("Zoe Dupont", "Zoé  Dupont", "Zo\u00e9 Dumont")),
    ("Li Wei", "Oluwaseun Adeyemi", ("Li Wen", "Lu Wei")),
    ("Bob", "Wilhelmine Krause", ("Rob", "bob", "Bo")),
    ("Anna", "Hieronymus Bosch", ("Anne", "ANNA")),
    ("José García", "Tatsuo Fukuda", ("Jose Garcia", "José Garcia")),
    ("Sarah Johnson", "Ignacio Vela", ("Sara Johnson", "Sarah Jonson")),
    ("𝕁𝕒𝕟 Novák", "Elspeth McAllister", ("𝕁𝕒𝕞 Novák",)),
    ("Accounts Payable", "Ursula Zwingli", ("Accounts Payables", " Accounts Payable")),
    ("Nguyễn Văn Minh", "Dorothea Xenakis", ("Nguyen Van Minh",)),
    ("Quentin Fabre", "Yolanda Ibáñez", ("Quentin Favre",)),
)
"""Of each identity two names that are more than three edits from everybody's, and near misses of the first."""

_PEOPLES = ("email_", "name_", "same_email", "search_", "party_", "null_", "update_null", "unknown_person", "single_")
_OTHERS = (
    *("put_absent_fields", "missing_answer", "people_list", "account_carries_people", "idempotency_keys"),
    *("upsert_created_status", "deleted_status", "currency_answer", "default_page_size", "update_verb"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Human:
    """Somebody in a document: the key, the list they are declared under, and their fields."""

    key: str
    section: str
    body: JsonObject

    @property
    def home(self) -> str:
        """The list that they are to stand on."""
        if self.section != PARTIES:
            return self.section
        return REPRESENTATIVES if str(self.body.get("email")).lower().endswith(f"@{OURS}") else CONTACTS


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleWorld:
    """What stands at the vendor, what is declared in turn, and how the vendor behaves where its guide is silent."""

    live: Sequence[tuple[str, JsonObject]]
    rounds: Sequence[Sequence[Human]]
    mode: str
    verb: str
    settings: JsonObject
    apart: bool

    @property
    def seed(self) -> JsonObject:
        """What the sandbox starts with."""
        people: JsonObject = {
            section: [body for where, body in self.live if where == section] for section in (CONTACTS, REPRESENTATIVES)
        }
        source: JsonObject = {"connectionId": "erp", "sourceId": "A-1"}
        account: JsonObject = {"fullName": "Acme", "currencyCode": "EUR", "source": source, **people}
        return {
            "organizationId": ORGANIZATION,
            "emailDomains": [OURS],
            "settings": self.settings,
            "accounts": [account],
        }

    def document(self, number: int) -> str:
        """Give the documents of one round; a section that nobody is declared under is not there."""
        account: JsonObject = {"source": {"connectionId": "erp", "sourceId": "A-1"}, "peopleMode": self.mode}
        for section in (CONTACTS, REPRESENTATIVES, PARTIES):
            rows: list[Json] = [{"key": one.key, **one.body} for one in self.rounds[number] if one.section == section]
            if rows:
                account[section] = rows
        return json.dumps({"accounts": [account]}, ensure_ascii=False)

    @property
    def configuration(self) -> str:
        """Give `reconciler.yaml`."""
        return (
            "organizations:\n  acme:\n    provider: billabex\n    endpoint: sandbox\n    documents: documents\n"
            f"    organizationId: {ORGANIZATION}\n    personUpdate: {self.verb}\n"
            f"    emailDomains: [{OURS}]\n"
        )


def _email(slot: int, which: int, *, ours: bool) -> str:
    return f"{'ab'[which]}{slot}.person@{OURS if ours else 'client.example'}"


def _ours(slot: int) -> bool:
    return slot % 3 == 0


@st.composite
def vendors(draw: st.DrawFn) -> JsonObject:
    """Draw a mixture of all settings that concern people."""
    found: JsonObject = {}
    for knob in fields(BillabexSettings):
        if "alternatives" in knob.metadata and (knob.name.startswith(_PEOPLES) or knob.name in _OTHERS):
            found[knob.name] = draw(st.sampled_from([knob.default, *knob.metadata["alternatives"]]))
    return found


@st.composite
def people_worlds(draw: st.DrawFn) -> PeopleWorld:
    """Draw a world."""
    apart = draw(st.booleans())
    mixture = draw(vendors())
    verbs = {"put": ["put"], "patch": ["patch"], "both": ["put", "patch"], "by-generation": ["put"], "none": []}
    mode = draw(st.sampled_from(["whole", "whole", "add"]))
    slots = st.lists(st.integers(0, len(NAMES) - 1), max_size=MOST, unique=True)
    live = [_person(draw, slot, apart) for slot in draw(st.lists(st.integers(0, 11), max_size=6, unique=apart))]
    first = _declared(draw, draw(slots), apart, {})
    kept = [one for one in first if draw(st.integers(0, 3))]
    before = {int(one.key): one for one in (kept if apart and mode == "whole" else first)}
    second = _declared(draw, [*dict.fromkeys([*(int(one.key) for one in kept), *draw(slots)])][:MOST], apart, before)
    return PeopleWorld(
        live=_possible(live, mixture),
        rounds=(first, _settled(second, first, apart and mode == "add")),
        mode=mode,
        verb=draw(st.sampled_from([*verbs[str(mixture["update_verb"])], "none"])),
        settings=mixture,
        apart=apart,
    )


def _possible(live: Sequence[tuple[str, JsonObject]], settings: JsonObject) -> Sequence[tuple[str, JsonObject]]:
    """Give the people as the vendor can have them: where it lets but one be primary, a list has but one."""
    primaries: set[str] = set()
    found: list[tuple[str, JsonObject]] = []
    for section, body in live:
        second = body.get("isPrimary") is True and section in primaries and settings["single_primary"] is True
        if body.get("isPrimary") is True:
            primaries.add(section)
        found.append((section, {"language": "en", **body} | ({"isPrimary": False} if second else {})))
    return found


def _settled(second: Sequence[Human], first: Sequence[Human], settled: bool) -> Sequence[Human]:
    """Where lists are only added to, nobody changes lists in a world whose people are plainly different."""
    if not settled:
        return second
    before = {one.key: one for one in first}
    return [one if one.key not in before or before[one.key].home == one.home else before[one.key] for one in second]


def _declared(draw: st.DrawFn, slots: Sequence[int], apart: bool, before: dict[int, Human]) -> Sequence[Human]:
    humans = []
    primaries: set[str] = set()
    for slot in slots:
        section, body = _person(draw, slot, apart, known=slot in before)
        if slot in before and draw(st.booleans()):
            section, body = before[slot].section, dict(before[slot].body)
        elif (
            body.get("email")
            and draw(st.integers(0, 2)) == 0
            and (not apart or (section == REPRESENTATIVES) == _ours(slot))
        ):
            section = PARTIES
        if not apart and draw(st.integers(0, 9)) == 0:
            left_out = draw(st.sampled_from(["fullName", "email", "email"]))
            body = {name: value for name, value in body.items() if name != left_out}
        if apart or draw(st.integers(0, 9)):
            body.setdefault("language", draw(st.sampled_from(["en", "fr"])))
        human = Human(key=str(slot), section=section, body=body)
        if section == PARTIES and not body.get("email"):
            human = Human(key=str(slot), section=CONTACTS, body=body)
        if body.get("isPrimary") is True and human.home in primaries:
            human = Human(key=human.key, section=human.section, body={**human.body, "isPrimary": False})
        if human.body.get("isPrimary") is True:
            primaries.add(human.home)
        humans.append(human)
    return humans


def _person(draw: st.DrawFn, slot: int, apart: bool, *, known: bool = False) -> tuple[str, JsonObject]:
    """Draw somebody of an identity: the list and the fields; if apart, whoever is not known yet has but one address."""
    first, second, near = NAMES[slot]
    chance = 0 if apart else draw(st.integers(0, 9))
    name = draw(st.sampled_from(near)) if chance > 7 else second if draw(st.integers(0, 4)) == 0 else first
    other = slot if apart or draw(st.integers(0, 9)) else draw(st.integers(0, 11))
    which = int((known or not apart) and draw(st.integers(0, 4)) == 0)
    email = _email(other, which, ours=_ours(other))
    section = REPRESENTATIVES if _ours(slot) or (not apart and draw(st.integers(0, 5)) == 0) else CONTACTS
    body: JsonObject = {"fullName": name}
    if apart or draw(st.integers(0, 6)):
        body["email"] = email.upper() if draw(st.integers(0, 9)) == 0 else email
    choices: dict[str, list[Json]] = {"role": ["CFO", "Clerk"], "notes": ["Calls back"], "isPrimary": [True, False]}
    for field, values in choices.items():
        if draw(st.integers(0, 3)) == 0:
            body[field] = draw(st.sampled_from(values))
    return section, body
