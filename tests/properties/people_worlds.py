"""Worlds of people at Billabex, drawn by Hypothesis: an account as it stands, its documents of two rounds, a vendor.

`close_worlds` are full of people who might be taken for one another, among the declared and between these and those
who stand: names a letter apart, names that only a folding tells apart or makes alike, shared addresses, people without
one. In `apart_worlds` everybody has another address, and a name more than three edits from everybody's. In some worlds
the vendor's own domains are others than the documents' organization has been told.

A world is read off random bytes, sixteen for each person, and zeros are the plainest. That is one draw for Hypothesis:
of many draws it copies some over others, and people and vendors come out alike.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from reconciler.sandbox import BillabexSettings
from reconciler.sandbox.values import Json, JsonObject
from tests.properties.people_dice import Dice
from tests.properties.people_names import NAMES

CONTACTS, REPRESENTATIVES, PARTIES = "contacts", "internalRepresentatives", "parties"
OURS, CLIENT = "ours.example", "client.example"
ORGANIZATION = "11111111-1111-4111-8111-111111111111"
MOST = 12
LATER_LACKS = ("role", "notes", "isPrimary")
FLIPS: Sequence[tuple[str, Json]] = [
    (name.partition("=")[0], flipped.to_json()[name.partition("=")[0]]) for name, flipped in BillabexSettings().flips()
]
"""Every setting of the sandbox that nobody outside the vendor knows, at every value but its default."""
_OF_MATCHING = [one for one in FLIPS if one[0].startswith(("name_", "email_", "same_", "search_", "party_"))]
_BYTES = 16 + 48 + 16 * (6 + MOST + MOST)
_VERBS = {"put": ["put"], "patch": ["patch"], "both": ["put", "patch"], "none": []}


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
    """What stands at the vendor, what is declared in turn, and how the vendor behaves where its guide is silent.

    `domains` are those that the vendor takes for the organization's own; the configuration says `OURS`.
    """

    live: Sequence[tuple[str, JsonObject]]
    rounds: Sequence[Sequence[Human]]
    mode: str
    verb: str
    settings: JsonObject
    domains: Sequence[str]

    @property
    def generation(self) -> str:
        """The API that the vendor has."""
        return str(self.settings.get("generation", "people"))

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
            "emailDomains": [*self.domains],
            "settings": self.settings,
            "accounts": [account],
        }

    def home(self, email: str) -> str:
        """Say on which list the vendor puts a new party."""
        return REPRESENTATIVES if email.lower().rpartition("@")[2] in self.domains else CONTACTS

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
        domains = f"    emailDomains: [{OURS}]\n" if self.generation == "people" else ""
        return (
            "organizations:\n  acme:\n    provider: billabex\n    endpoint: sandbox\n    documents: documents\n"
            f"    organizationId: {ORGANIZATION}\n    generation: {self.generation}\n"
            f"    personUpdate: {self.verb}\n{domains}"
        )


def _vendor(dice: Dice) -> JsonObject:
    """Roll a vendor: one setting flipped alone, a mixture, or all as the fact sheet proposes; half are of matching."""
    count = dice.among(*(1,) * 12, *range(2, 13), 0)
    return dict(_flip(dice) for _ in range(count))


def _flip(dice: Dice) -> tuple[str, Json]:
    among = dice.among(FLIPS, _OF_MATCHING)
    return among[(256 * dice.byte() + dice.byte()) % len(among)]


def close_worlds() -> st.SearchStrategy[PeopleWorld]:
    """Draw worlds whose people might be taken for one another."""
    return st.binary(min_size=_BYTES, max_size=_BYTES).map(lambda data: _close_world(Dice(data)))


def apart_worlds() -> st.SearchStrategy[PeopleWorld]:
    """Draw worlds whose people are plainly different: who is known, and by whom, nobody can doubt."""
    return st.binary(min_size=_BYTES, max_size=_BYTES).map(lambda data: _apart_world(Dice(data)))


def _close_world(rolls: Dice) -> PeopleWorld:
    head, settings = rolls.next(16), _vendor(rolls.next(48))
    few = head.among(12, 12, 12, 6, 3, 2)  # identities: the fewer, the closer everybody
    offset = head.among(*range(len(NAMES)))
    slots = [(offset + number) % len(NAMES) for number in range(few)]
    crowd = head.among(0, 0, 0, 1)  # how freely identities and addresses are shared
    live = [_somebody(rolls.next(16), slots, number, crowd) for number in range(head.among(*range(7)))]
    first = [_human(rolls.next(16), slots, number, crowd) for number in range(head.among(*range(MOST + 1)))]
    rounds = [first]
    if not head.once_in(3):
        rounds.append([*_later(first, rolls, slots, crowd)])
    return _world(settings, head, live, rounds)


def _apart_world(rolls: Dice) -> PeopleWorld:
    head, settings = rolls.next(16), _vendor(rolls.next(48))
    offset, stride = head.among(*range(len(NAMES))), head.among(1, 5, 7, 11, 13, 17)
    live, first, second = [], [], []
    for number in range(1 + head.among(*range(MOST))):
        slot, dice = (offset + stride * number) % len(NAMES), rolls.next(16)
        standing, declared, later = dice.among((0, 1, 1), (1, 1, 1), (1, 1, 0), (0, 0, 1), (1, 0, 0), (0, 1, 0))
        body = _apart_body(dice, slot)
        if standing:
            name = NAMES[slot][1] if dice.once_in(4) else NAMES[slot][0]
            live.append((_home(slot), {"language": "en", "fullName": name, "email": body["email"]}))
        section = PARTIES if dice.once_in(3) else _home(slot)
        if declared:
            first.append(Human(key=str(slot), section=section, body=body))
        if later:
            changes: JsonObject = dice.among({}, {"fullName": NAMES[slot][1]}, {"role": "Clerk"}, {"notes": "Calls"})
            other: JsonObject = {"email": _email(slot, 1)} if dice.once_in(4) and declared else {}
            second.append(Human(key=str(slot), section=section, body={**body, **changes, **other}))
    return _world(settings, head, live, [first, second] if head.once_in(2) else [first])


def _world(
    settings: JsonObject, rolls: Dice, live: Sequence[tuple[str, JsonObject]], rounds: Sequence[Sequence[Human]]
) -> PeopleWorld:
    """Fit a world to the generation of its vendor, and give every list one primary at most."""
    contacts = settings.get("generation") == "contacts"
    verb = str(settings.get("update_verb", "patch" if contacts else "put"))
    if contacts:
        live = [(CONTACTS, _without(body, LATER_LACKS)) for _, body in live]
        rounds = [
            [replace(one, section=CONTACTS, body=_without(one.body, LATER_LACKS)) for one in round_]
            for round_ in rounds
        ]
    return PeopleWorld(
        live=_one_primary(live),
        rounds=[
            [
                replace(one, body=body)
                for one, (_, body) in zip(round_, _one_primary([(one.home, one.body) for one in round_]), strict=True)
            ]
            for round_ in rounds
        ],
        mode=rolls.among("whole", "whole", "add"),
        verb=rolls.among(*_VERBS.get(verb, [verb]), "none", "none"),
        settings=settings,
        domains=rolls.among(*((OURS,),) * 5, (OURS, CLIENT), (CLIENT,), ()),
    )


def _one_primary(people: Sequence[tuple[str, JsonObject]]) -> list[tuple[str, JsonObject]]:
    primaries: set[str] = set()
    found: list[tuple[str, JsonObject]] = []
    for section, body in people:
        primary = body.get("isPrimary") is True
        found.append((section, {**body, "isPrimary": False} if primary and section in primaries else body))
        primaries |= {section} if primary else set()
    return found


def _without(body: JsonObject, names: Sequence[str]) -> JsonObject:
    return {name: value for name, value in body.items() if name not in names}


def _email(slot: int, which: int, number: int = 0) -> str:
    return f"{'ab'[which]}{slot}.{number}.person@{OURS if slot % 3 == 0 else CLIENT}"


def _home(slot: int) -> str:
    return REPRESENTATIVES if slot % 3 == 0 else CONTACTS


def _apart_body(dice: Dice, slot: int) -> JsonObject:
    email = _email(slot, 0)
    body: JsonObject = {"fullName": NAMES[slot][0], "email": email.upper() if dice.once_in(8) else email}
    return body | {"language": dice.among("en", "fr")} | _rest(dice)


def _rest(dice: Dice) -> JsonObject:
    """Give the fields by which nobody is known."""
    found: JsonObject = {}
    choices: dict[str, list[Json]] = {"role": ["CFO", "Clerk"], "notes": ["Calls back"], "isPrimary": [True, False]}
    for field, values in choices.items():
        if dice.once_in(4):
            found[field] = dice.among(*values)
    return found


def _body(dice: Dice, slots: Sequence[int], number: int, crowd: int) -> tuple[int, JsonObject]:
    """Roll the so manieth of some identities: which, the name and the address; all may be another's."""
    slot = dice.among(*slots) if crowd else slots[number % len(slots)]
    first, second, near = NAMES[slot]
    names = (first, *near) if crowd or number >= len(slots) else (*(first,) * 4, second, *near)
    body: JsonObject = {"fullName": dice.among(*names)}
    mail = dice.among("own", "own", "own", "own", "other", "none", "next" if crowd else "none")
    if mail != "none":
        other = int(mail == "other")
        email = _email(number + (mail == "next"), other) if crowd else _email(slot, other, number)
        alike = (email.upper(), email.replace("person", "persön")) if crowd else (email.upper(),)
        body["email"] = dice.among(*(email,) * 6, *alike)
    return slot, body


def _somebody(dice: Dice, slots: Sequence[int], number: int, crowd: int) -> tuple[str, JsonObject]:
    slot, body = _body(dice, slots, number, crowd)
    section = dice.among(_home(slot), _home(slot), _home(slot), CONTACTS, REPRESENTATIVES)
    return section, {"language": "en", **body, **_rest(dice)}


def _human(dice: Dice, slots: Sequence[int], number: int, crowd: int) -> Human:
    slot, body = _body(dice, slots, number, crowd)
    section = dice.among(*(_home(slot),) * 5, *(PARTIES,) * 3, CONTACTS, REPRESENTATIVES)
    if section == PARTIES and not body.get("email"):
        section = _home(slot)
    if not dice.once_in(32):
        body["language"] = dice.among("en", "fr")
    if dice.once_in(48):
        body.pop("fullName")
    return Human(key=str(number), section=section, body=body | _rest(dice))


def _later(first: Sequence[Human], rolls: Dice, slots: Sequence[int], crowd: int) -> Iterator[Human]:
    """Give those of the second round: as they were, changed, gone, or somebody new in their place."""
    for number, human in enumerate(first):
        dice = rolls.next(16)
        fate = dice.among("stays", "stays", "changes", "renamed", "renamed", "goes", "new")
        if fate == "stays":
            yield human
        elif fate == "changes":
            body = _human(dice, slots, number, crowd).body
            yield replace(human, body=body) if human.section != PARTIES or body.get("email") else human
        elif fate == "renamed":
            slot = slots[number % len(slots)]
            moved: JsonObject = (
                {"email": _email(slot, 1, number)} if dice.once_in(2) or "email" not in human.body else {}
            )
            yield replace(human, body={**human.body, "fullName": NAMES[slot][1], **moved})
        elif fate == "new":
            yield replace(_human(dice, slots, number + 1, crowd), key=f"n{number}")
