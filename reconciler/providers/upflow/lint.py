"""What is worth a second look in documents of Upflow: its rows of lint rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from reconciler.model.kind import Flaw, Kind
from reconciler.model.lint import Doubt, LintRule
from reconciler.model.resource import Declared, Value
from reconciler.providers.countries import CODES, code_of
from reconciler.providers.lint import email_shared, main_missing, role_mailbox

_CODE_MOST = 3
"""The signs of a code at most; some are in use that no standard has, such as USA."""


def rules_of(customer: Kind) -> tuple[LintRule, ...]:
    """Give the rules, over the rows of customers and of their contacts."""
    contact = customer.members[0]
    return (
        main_missing(customer, contact),
        role_mailbox(customer, contact),
        email_shared(customer, contact, _family),
        LintRule(id="vat-shared", about="the same VAT number at two customers of two families", find=_find_vat_shared),
        LintRule(id="custom-field-unused", about="a custom field that no customer has a value of", find=_find_unused),
        LintRule(id="country-spellings", about="one country, spelt in two ways", find=_find_spellings),
    )


def _family(declared: Declared) -> str:
    """Give the parent's external id, or the customer's own: a parent has none itself."""
    parent = declared.fields.get("parent")
    return parent if isinstance(parent, str) and parent else declared.key


def _customers(declared: Sequence[Declared]) -> Iterator[Declared]:
    return (one for one in declared if one.kind == "customer")


def _find_vat_shared(declared: Sequence[Declared]) -> Iterator[Doubt]:
    first: dict[str, Declared] = {}
    for one in _customers(declared):
        number = "".join(filter(str.isalnum, str(one.fields.get("vatNumber") or ""))).upper()
        other = first.setdefault(number, one) if number else one
        if _family(other) != _family(one):
            flaw = Flaw(
                path=("vatNumber",),
                code="vat-shared",
                summary="one VAT number at two customers",
                detail=f'Customer "{other.key}", declared at {other.source}, has the same, and neither is the other\'s '
                "parent.",
                why="The two are most likely one company that was declared twice.",
                remedy="Keep one of the two, correct a number, or make one the parent of the other.",
                warning=True,
            )
            yield Doubt(declared=one, flaw=flaw)


def _find_unused(declared: Sequence[Declared]) -> Iterator[Doubt]:
    used = {name for one in _customers(declared) for name in _mapping(one.fields.get("customFields"))}
    for one in declared:
        if one.kind == "customField" and one.fields.get("entityType") == "CUSTOMER" and one.key not in used:
            flaw = Flaw(
                path=("externalId",),
                code="custom-field-unused",
                summary="a custom field without a value",
                detail=f'No customer of these documents has a value of the custom field "{one.key}".',
                why="It stands in the forms of everybody who uses Upflow, and means nothing here.",
                remedy="Give it a value at a customer, or take it out with an entry under removed:.",
                warning=True,
            )
            yield Doubt(declared=one, flaw=flaw)


def _find_spellings(declared: Sequence[Declared]) -> Iterator[Doubt]:
    written: dict[str, Counter[str]] = {}
    for one in _customers(declared):
        country = _country(one)
        if country:
            written.setdefault(_meant(country), Counter())[country] += 1
    usual = {
        meant: min(words, key=lambda word: (_is_code(word), -words[word], word)) for meant, words in written.items()
    }
    for one in _customers(declared):
        country = _country(one)
        common = usual[_meant(country)] if country else ""
        if country != common:
            count = written[_meant(country)][common]
            flaw = Flaw(
                path=("address", "country"),
                code="country-spellings",
                summary="one country, spelt in two ways",
                detail=f'address.country is "{country}" here and "{common}" in {count} '
                f"other place{'s' if count > 1 else ''}.",
                why="Whoever filters by country finds a part of them.",
                remedy=f'Write "{common}", or the same word everywhere.',
                warning=True,
            )
            yield Doubt(declared=one, flaw=flaw)


def _country(declared: Declared) -> str:
    value = _mapping(declared.fields.get("address")).get("country")
    return value if isinstance(value, str) else ""


def _is_code(country: str) -> bool:
    """Say whether it is a code: what Upflow keeps there is a name, for people to read."""
    return country.upper() in CODES or (country.isupper() and len(country) <= _CODE_MOST)


def _meant(country: str) -> str:
    return code_of(country) or " ".join(country.split()).casefold()


def _mapping(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, dict) else {}
