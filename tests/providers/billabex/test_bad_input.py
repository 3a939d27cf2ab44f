"""What a person can get wrong in Billabex's documents and settings: each its own problem, at its line and column."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reconciler.desired.configuration import load_configuration
from reconciler.desired.load import load
from reconciler.errors import DesiredStateInvalid, Problem
from reconciler.providers.table import VENDORS

TODAY = date(2026, 1, 1)
BARE = "organizations:\n  acme:\n    provider: billabex\n"
HEAD = f"{BARE}    endpoint: sandbox\n    organizationId: org-1\n"
SETTINGS = f"{HEAD}    emailDomains: [acme.example]\n"
ACCOUNT = "accounts:\n- source: {connectionId: erp, sourceId: A-1}\n"
TOKENS = "clientId: '${A}', clientSecret: '${B}', refreshToken: '${C}'"


def problems(folder: Path, content: str, settings: str = SETTINGS) -> tuple[Problem, ...]:
    """Write a configuration and one document; give everything that is wrong with them."""
    (folder / "reconciler.yaml").write_text(settings)
    (folder / "acme").mkdir()
    (folder / "acme" / "a.yaml").write_text(content)
    with pytest.raises(DesiredStateInvalid) as caught:
        (organization,) = load_configuration(folder, VENDORS, {}).organizations
        load(organization, folder, TODAY)
    return caught.value.problems


def marks(found: tuple[Problem, ...]) -> list[str]:
    """Write problems as `line:column code`."""
    return [f"{str(one.where).split(':', 1)[1]} {one.code}" for one in found]


@pytest.mark.parametrize(
    ("people", "mark"),
    [
        ("contacts: [{key: a, language: xx, fullName: Ada}]", "3:33 language-unknown"),
        ("contacts: [{key: a, language: EN, fullName: Ada}]", "3:33 language-unknown"),
        ("contacts: [{key: a, language: en-US, fullName: Ada}]", "3:33 language-unknown"),
        ("contacts: [{key: a, language: french, fullName: Ada}]", "3:33 language-unknown"),
        (
            "contacts: [{key: a, isPrimary: true, fullName: Ada}, {key: b, isPrimary: true, fullName: Bo}]",
            "3:76 primary-duplicate",
        ),
        ("parties: [{key: a, fullName: Ada}]", "3:13 party-email-missing"),
        ("contacts: [{key: a, fullName: Ada}, {key: a, fullName: Ada}]", "3:45 key-duplicate"),
        ("contacts: [{fullName: Ada}]", "3:14 field-missing"),
        ("contacts: [{key: '', fullName: Ada}]", "3:20 value-empty"),
        ("contacts: [{key: ' ', fullName: Ada}]", "3:20 value-empty"),
        ("contacts: [{key: a, fullName: '  '}]", "3:33 value-empty"),
        ("contacts: [{key: a, fullName: Ada, role: ' '}]", "3:44 value-empty"),
        ("contacts: [{key: a, fullName: Ada, notes: ' '}]", "3:45 value-empty"),
        ("fullName: '   '", "3:13 value-empty"),
        ("billingAddress: {city: ' '}", "3:26 value-empty"),
        ("billingAddress: {country: ' '}", "3:29 value-empty"),
        ("billingAddress: {country: France}", "3:29 country-unknown"),
        ("billingAddress: {country: fr}", "3:29 country-unknown"),
        ("billingAddress: {country: ZZ}", "3:29 country-unknown"),
        ("contacts: [{key: 12, fullName: Ada}]", "3:20 unquoted-string"),
        ("contacts: [{key: a, email: a@b.example}, {key: b, email: A@B.example}]", "3:60 email-duplicate"),
        ("contacts: [{key: a, email: null, fullName: Ada}]", "3:30 null-not-clearable"),
        ("contacts: [{key: a, fullName: null, email: a@b.example}]", "3:33 null-not-clearable"),
        ("contacts: [{key: a, email: nobody}]", "3:30 email-invalid"),
        ("contacts: [{key: a, notes: 12, fullName: Ada}]", "3:30 unquoted-string"),
        ("contacts: [{key: a, isPrimary: yes, fullName: Ada}]", "3:34 type-wrong"),
        ("contacts: [{key: a, isPrimray: true, fullName: Ada}]", "3:23 key-unknown"),
        ("contacts: [{key: a, language: en}]", "3:14 person-unidentified"),
        ("contacts: [Ada]", "3:14 type-wrong"),
        ("contacts: null", "3:13 null-not-clearable"),
        ("contacts: {}", "3:13 type-wrong"),
        ("parties: null", "3:12 null-not-clearable"),
        ("peopleMode: some", "3:15 value-unknown"),
        ("manage: everything", "3:11 value-unknown"),
        ("currencyCode: eur", "3:17 value-invalid"),
        ("currencyCode: EURO", "3:17 value-invalid"),
        ("currencyCode: null", "3:17 null-not-clearable"),
        ("fullName: 42", "3:13 unquoted-string"),
        ("billingAddress: {postalCode: 01000}", "3:32 unquoted-string"),
        ("billingAddress: {zipcode: '01000'}", "3:20 key-unknown"),
        ("billingAddress: null", "3:19 null-not-clearable"),
        ("contcts: []", "3:3 key-unknown"),
        ("externalId: A-1", "3:3 key-unknown"),
    ],
)
def test_a_mistake_in_an_account(people: str, mark: str, tmp_path: Path) -> None:
    """Each mistake is told once, where it stands."""
    assert marks(problems(tmp_path, f"{ACCOUNT}  {people}\n")) == [mark]


@pytest.mark.parametrize(
    ("people", "codes"),
    [
        (
            "  contacts: [{key: a, email: ada@else.example}]\n  parties: [{key: b, email: ADA@else.example}]\n",
            ["4:29 email-duplicate"],
        ),
        (
            "  contacts: [{key: a, fullName: Ada}]\n  internalRepresentatives: [{key: a, fullName: Ada}]\n",
            ["4:35 key-duplicate"],
        ),
        (
            "  contacts: [{key: a, email: x@y.example}]\n  internalRepresentatives: [{key: b, email: x@y.example}]\n",
            ["4:45 email-duplicate"],
        ),
        (
            "  contacts: [{key: a, isPrimary: true, fullName: Ada}]\n"
            "  parties: [{key: b, email: b@else.example, isPrimary: true}]\n",
            ["4:56 primary-duplicate"],
        ),
        (
            "  internalRepresentatives: [{key: a, isPrimary: true, fullName: Ada}]\n"
            "  parties: [{key: b, email: b@acme.example, isPrimary: true}]\n",
            ["4:56 primary-duplicate"],
        ),
    ],
)
def test_a_mistake_across_lists(people: str, codes: list[str], tmp_path: Path) -> None:
    """Nobody stands on two lists, and a party counts on the list that its domain says."""
    assert marks(problems(tmp_path, f"{ACCOUNT}{people}")) == codes


@pytest.mark.parametrize(
    ("account", "found"),
    [
        ("- {id: x, source: {connectionId: erp, sourceId: A-1}}", ["2:3 account-unidentified"]),
        ("- {fullName: Acme}", ["2:3 account-unidentified"]),
        ("- {source: {connectionId: erp}}", ["2:12 field-missing"]),
        ("- {source: {connectionId: erp, sourceId: 12}}", ["2:42 unquoted-string"]),
        ("- {source: {connectionId: erp, sourceID: '12'}}", ["2:32 key-unknown", "2:12 field-missing"]),
        ("- {id: 12}", ["2:8 unquoted-string"]),
        ("- {id: ''}", ["2:8 value-empty"]),
        ("- {id: x, manage: people, fullName: Acme}", ["2:27 field-not-managed"]),
        ("- {id: x, manage: people, currencyCode: EUR}", ["2:27 field-not-managed"]),
        ("- {id: x, manage: people, billingAddress: {city: Lyon}}", ["2:27 field-not-managed"]),
        ("- {id: x}\n- {id: x}", ["3:3 resource-duplicate"]),
    ],
)
def test_how_an_account_is_known(account: str, found: list[str], tmp_path: Path) -> None:
    """By its source or by its id, and where its people alone are managed, by nothing else."""
    assert sorted(marks(problems(tmp_path, f"accounts:\n{account}\n"))) == sorted(found)


@pytest.mark.parametrize(
    ("people", "mark"),
    [
        ("contacts: [{key: a, role: Boss, fullName: Ada}]", "3:23 generation-lacks"),
        ("contacts: [{key: a, notes: None, fullName: Ada}]", "3:23 generation-lacks"),
        ("contacts: [{key: a, isPrimary: true, fullName: Ada}]", "3:23 generation-lacks"),
        ("internalRepresentatives: []", "3:3 generation-lacks"),
        ("parties: [{key: a, email: a@b.example}]", "3:3 generation-lacks"),
    ],
)
def test_what_a_later_generation_lacks(people: str, mark: str, tmp_path: Path) -> None:
    """With `generation: contacts` there are contacts with three fields, and nothing else."""
    settings = f"{SETTINGS}    generation: contacts\n"
    assert marks(problems(tmp_path, f"{ACCOUNT}  {people}\n", settings)) == [mark]


def test_a_party_needs_a_domain_to_decide_by(tmp_path: Path) -> None:
    """Without `emailDomains` nobody can say where a party will stand."""
    found = problems(tmp_path, f"{ACCOUNT}  parties: [{{key: a, email: a@b.example}}]\n", HEAD)
    assert marks(found) == ["3:13 domains-missing"]


def test_a_domain_of_the_wrong_form_is_told_in_words(tmp_path: Path) -> None:
    """No regular expression is shown where an example says more."""
    (found,) = problems(tmp_path, "accounts: []\n", f"{HEAD}    emailDomains: ['@Example.com']\n")
    assert found.detail.endswith("A domain is in small letters, and without what stands before the @.")
    assert found.remedy == "Write it as in example.com."


def test_a_deletion_says_what_goes_along(tmp_path: Path) -> None:
    """An account takes its people, invoices and credit notes with it, and the message names them all."""
    entry = "removed:\n- {address: 'account/erp:A-1', reason: Gone, until: '2026-12-31'}\n"
    (found,) = problems(tmp_path, entry)
    assert found.code == "removal-needs-destroys"
    assert found.detail == (
        "Deleting an account deletes its contacts, internal representatives, invoices and credit notes as well."
    )


@pytest.mark.parametrize(
    ("settings", "mark"),
    [
        (f"{BARE}    endpoint: sandbox\n", "3:5 field-missing"),
        (f"{BARE}    endpoint: sandbox\n    organizationId: 12\n", "5:21 unquoted-string"),
        (f"{HEAD}    generation: peple\n", "6:17 value-unknown"),
        (f"{HEAD}    personUpdate: post\n", "6:19 value-unknown"),
        (f"{HEAD}    emailDomains: acme.example\n", "6:19 type-wrong"),
        (f"{HEAD}    emailDomains: ['@acme.example']\n", "6:20 value-invalid"),
        (f"{HEAD}    tokens: {{fille: x}}\n", "6:14 key-unknown"),
        (f"{HEAD}    policy: {{contactsMode: add}}\n", "6:14 key-unknown"),
        (f"{HEAD}    policy: {{prune: {{account: managed}}}}\n", "6:31 prune-destroys"),
        (f"{HEAD}    positions: {{}}\n", "6:5 key-unknown"),
        (
            f"{BARE}    endpoint: production\n    organizationId: o\n    credentials: {{accessToken: '${{T}}'}}\n"
            "    limits: {requestsPerMinute: 301}\n",
            "7:33 limit-too-high",
        ),
        (f"{BARE}    endpoint: production\n    organizationId: o\n", "3:5 credentials-incomplete"),
        (
            f"{BARE}    endpoint: production\n    organizationId: o\n    credentials: {{clientId: '${{A}}'}}\n",
            "6:18 credentials-incomplete",
        ),
        (
            f"{BARE}    endpoint: production\n    organizationId: o\n"
            f"    credentials: {{accessToken: '${{T}}', {TOKENS}}}\n",
            "6:18 credentials-ambiguous",
        ),
        (f"{HEAD}    credentials: {{accessToken: '${{T}}', clientId: '${{A}}'}}\n", "6:18 credentials-ambiguous"),
        (f"{HEAD}    credentials: {{accessTokn: '${{T}}'}}\n", "6:19 key-unknown"),
        (f"{HEAD}    credentials: {{accessToken: hunter2}}\n", "6:32 secret-literal"),
    ],
)
def test_a_mistake_in_the_settings(settings: str, mark: str, tmp_path: Path) -> None:
    """What stands in reconciler.yaml is checked the same way."""
    assert mark in marks(problems(tmp_path, "accounts: []\n", settings))


def test_both_sets_of_credentials_half_given(tmp_path: Path) -> None:
    """The set that the most is given of is the one that is asked for, and what it lacks is named."""
    settings = f"{HEAD}    credentials: {{clientId: '${{A}}', refreshToken: '${{C}}'}}\n"
    (found,) = problems(tmp_path, "accounts: []\n", settings)
    assert str(found).splitlines()[1:] == [
        "    Billabex wants accessToken, or clientId and clientSecret and refreshToken; not here: clientSecret.",
        "    Refer to an environment variable for each: ${NAME}.",
    ]


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        ("contacts: [{key: a, isPrimray: true, fullName: Ada}]", 'Did you mean "isPrimary"?'),
        ("contacts: [{key: a, langauge: en, fullName: Ada}]", 'Did you mean "language"?'),
        ("internalRepresentative: []", 'Did you mean "internalRepresentatives"?'),
        ("contacts: [{key: a, language: EN, fullName: Ada}]", 'Did you mean "en"?'),
        ("contacts: [{key: a, language: en-GB, fullName: Ada}]", 'Did you mean "en"?'),
        ("currencyCode: eur", 'Did you mean "EUR"?'),
        ("manage: peple", 'Did you mean "people"?'),
    ],
)
def test_what_was_meant_is_guessed(content: str, remedy: str, tmp_path: Path) -> None:
    """A slip is answered with the word that is nearest."""
    (found,) = problems(tmp_path, f"{ACCOUNT}  {content}\n")
    assert found.remedy == remedy


def test_no_problem_repeats_what_is_personal(tmp_path: Path) -> None:
    """Names, addresses and notes are not in the text of a problem."""
    people = (
        "  contacts:\n"
        "  - {key: a, fullName: Ada Lovelace, email: ada@else.example, notes: secretly ill, isPrimary: true}\n"
        "  - {key: a, fullName: Ada Lovelace, email: ADA@else.example, language: Lovelace, isPrimary: true}\n"
        "  - {key: c, email: Ada Lovelace, notes: null, 'Ada Lovelace': 1}\n"
    )
    text = "\n".join(str(one) for one in problems(tmp_path, f"{ACCOUNT}{people}"))
    assert not {"Ada", "Lovelace", "else.example", "secretly"} & {*text.replace('"', " ").replace(",", " ").split()}
