"""The people of one account, against each other: who occurs twice, who is primary beside another, who goes nowhere.

The lists as they were written go in, also where the model has refused a part of them; flaws come out. A person stands
at one place of one account: the vendor knows people by e-mail, so the same address under two lists would be one person
torn between them (guide, "How Matching Works").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reconciler.model.kind import Flaw
from reconciler.model.resource import Value
from reconciler.providers.billabex.addresses import folded, plainly
from reconciler.providers.billabex.languages import CODES
from reconciler.providers.billabex.matching import CONTACTS, LISTS, PARTIES, REPRESENTATIVES
from reconciler.providers.suggestions import did_you_mean

_DECLARED = (*LISTS, PARTIES)
_LATER_LACKS = ("role", "notes", "isPrimary")


def find_people_flaws(item: Mapping[str, Value], generation: str, domains: Sequence[str]) -> Iterator[Flaw]:
    """Find what is wrong with the people of an account beside the form of each.

    Args:
        item: The account as it was written.
        generation: `people` or `contacts`, the API that the organization is asked by.
        domains: The organization's own e-mail domains.
    """
    yield from _twice(item)
    for home in LISTS:
        yield from _primaries(item, home, domains)
    for section in _DECLARED:
        for index, person in people_of(item, section):
            yield from _person_flaws((section, index), person, generation)
    if generation == "contacts":
        yield from (
            _not_in_generation((section,), section) for section in (REPRESENTATIVES, PARTIES) if section in item
        )
    else:
        yield from _party_flaws(item, domains)


def home_of(email: str, domains: Sequence[str]) -> str:
    """Say which list the vendor puts a party on: the domain behind the last @ is one of ours, or it is not."""
    return REPRESENTATIVES if domain_of(email) in domains else CONTACTS


def domain_of(email: str) -> str:
    """Give the domain of an address, in small letters."""
    return plainly(email.rpartition("@")[2])


def _is_below(domain: str, domains: Sequence[str]) -> bool:
    return domain not in domains and any(domain.endswith(f".{own}") for own in domains)


def people_of(item: Mapping[str, Value], section: str) -> Iterator[tuple[int, Mapping[str, Value]]]:
    """Give the readable people of one list, with their places in it."""
    rows = item.get(section)
    for index, row in enumerate(rows if isinstance(rows, list) else []):
        if isinstance(row, dict):
            yield index, row


def _person_flaws(path: tuple[str | int, ...], person: Mapping[str, Value], generation: str) -> Iterator[Flaw]:
    language = person.get("language")
    if isinstance(language, str) and language not in CODES:
        yield Flaw(
            path=(*path, "language"),
            code="language-unknown",
            summary="an unknown language code",
            detail=f'"{language}" is no language of ISO 639-1.' if len(language) <= len("en-US") else "",
            remedy=did_you_mean(language.lower()[:2], CODES) or "Write two small letters, such as en or fr.",
        )
    if not person.get("fullName") and not person.get("email"):
        yield Flaw(
            path=path,
            code="person-unidentified",
            summary="a person with neither name nor e-mail address",
            detail=f"{path[0]}[{path[1]}] has no fullName and no email.",
            why="Billabex knows people by these two, and a key alone says nothing to whoever has lost the inventory.",
            remedy="Add fullName or email.",
        )
    if generation == "contacts":
        yield from (_not_in_generation((*path, name), name) for name in _LATER_LACKS if name in person)


def _twice(item: Mapping[str, Value]) -> Iterator[Flaw]:
    keys: dict[str, str] = {}
    emails: dict[str, str] = {}
    for section in _DECLARED:
        for index, person in people_of(item, section):
            here, key, email = f"{section}[{index}]", person.get("key"), person.get("email")
            if isinstance(key, str) and key and keys.setdefault(key, here) != here:
                yield _key_twice((section, index, "key"), here, keys[key])
            address = folded(email) if isinstance(email, str) else ""
            if address and emails.setdefault(address, here) != here:
                yield _email_twice((section, index, "email"), here, emails[address])


def _primaries(item: Mapping[str, Value], home: str, domains: Sequence[str]) -> Iterator[Flaw]:
    """Find everybody marked as primary beside the first on the list that they are to stand on, parties included."""
    primary = [
        (section, index)
        for section in (home, PARTIES)
        for index, person in people_of(item, section)
        if person.get("isPrimary") is True and _home(section, person, domains) == home
    ]
    for section, index in primary[1:]:
        yield Flaw(
            path=(section, index, "isPrimary"),
            code="primary-duplicate",
            summary="two primary people on one list",
            detail=f"{primary[0][0]}[{primary[0][1]}] and {section}[{index}] are both isPrimary: true.",
            why="Whether Billabex would take the mark from the first is not known.",
            remedy="Leave isPrimary: true at one of them.",
        )


def _home(section: str, person: Mapping[str, Value], domains: Sequence[str]) -> str:
    email = person.get("email")
    return home_of(email, domains) if section == PARTIES and isinstance(email, str) else section


def _party_flaws(item: Mapping[str, Value], domains: Sequence[str]) -> Iterator[Flaw]:
    for index, person in people_of(item, PARTIES):
        if not person.get("email"):
            yield Flaw(
                path=(PARTIES, index),
                code="party-email-missing",
                summary="a party without an e-mail address",
                detail=f"parties[{index}] has no email, and its domain decides which list a party stands on.",
                remedy="Add an email, or declare the person under contacts or internalRepresentatives.",
            )
        elif not domains:
            yield Flaw(
                path=(PARTIES, index),
                code="domains-missing",
                summary="a party, and no e-mail domain to decide by",
                detail="The organization names none of its own e-mail domains.",
                remedy="Name them in reconciler.yaml: emailDomains: [example.com]",
            )
        elif _is_below(domain_of(str(person["email"])), domains):
            yield Flaw(
                path=(PARTIES, index, "email"),
                code="party-uncertain",
                summary="a party at a subdomain of the organization's own",
                detail=f"The address of parties[{index}] is at a subdomain of one of emailDomains.",
                why="Whether Billabex takes a subdomain for the organization's own is not known.",
                remedy="Declare the person under contacts or internalRepresentatives.",
            )


def _key_twice(path: tuple[str | int, ...], here: str, first: str) -> Flaw:
    return Flaw(
        path=path,
        code="key-duplicate",
        summary="a key twice in one account",
        detail=f"{here} has the key of {first}.",
        why="The key is a person's address, whatever list they stand on.",
        remedy="Give one of them another key.",
    )


def _email_twice(path: tuple[str | int, ...], here: str, first: str) -> Flaw:
    return Flaw(
        path=path,
        code="email-duplicate",
        summary="an e-mail address twice in one account",
        detail=f"{here} has the e-mail address of {first}; upper and lower case count as equal.",
        why="Billabex knows people by their address, and would take the two for one.",
        remedy="Make them one person, or give one of them another address.",
    )


def _not_in_generation(path: tuple[str | int, ...], name: str) -> Flaw:
    return Flaw(
        path=path,
        code="generation-lacks",
        summary="more than this generation of the API knows",
        detail=f"{name} is unknown to the API that this organization is set to, `generation: contacts`.",
        remedy="Leave it out, or set `generation: people` if the organization has the API of the upsert guide.",
        on_key=True,
    )
