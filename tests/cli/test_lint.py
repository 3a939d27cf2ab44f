"""`lint`: what each rule finds and where, how it is turned off, and how it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import CONFIGURATION, Folder

MAIN = "    contacts:\n      - {key: a, email: one@a.example, isMain: true}\n"
BILLABEX = CONFIGURATION + (
    "  acme-de:\n    provider: billabex\n    endpoint: sandbox\n    documents: accounts\n    organizationId: o-1\n"
)


def found(folder: Folder, *arguments: str) -> list[str]:
    """Give the place and the rule of each finding."""
    findings = folder.call("lint", "--json", *arguments).json()["findings"]
    assert isinstance(findings, list)
    return [f"{one['where'].removeprefix('customers/')} {one['code']}" for one in findings]


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("  - externalId: C-1\n" + MAIN, []),
        ("  - externalId: C-1\n    contacts: []\n", []),
        ("  - externalId: C-1\n    contacts: [{key: a, email: one@a.example}]\n", ["a.yaml:3:5 main-missing"]),
        ("  - {externalId: C-1, contactsMode: add, contacts: [{key: a, email: one@a.example}]}\n", []),
        ("  - externalId: C-1\n" + MAIN.replace("one@", "Info+x@"), ["a.yaml:4:25 role-mailbox"]),
        ("  - externalId: C-1\n" + MAIN.replace("one@", "contact@"), ["a.yaml:4:25 role-mailbox"]),
        ("  - externalId: C-1\n" + MAIN.replace("one@", "billing@"), []),
        ("  - externalId: C-1\n" + MAIN.replace("one@", "information@"), []),
        ("  - externalId: C-1\n" + MAIN + "  - externalId: C-2\n" + MAIN, ["a.yaml:7:25 email-shared"]),
        ("  - externalId: C-1\n" + MAIN + "  - externalId: C-2\n    parent: C-1\n" + MAIN, []),
        ("".join(f"  - externalId: C-{at}\n{MAIN}" for at in (1, 2)).replace("{key", "{externalId"), []),
        (
            "  - {externalId: C-1, vatNumber: FR 12}\n  - {externalId: C-2, vatNumber: fr12}\n"
            "  - {externalId: C-3, vatNumber: FR13}\n",
            ["a.yaml:3:34 vat-shared"],
        ),
        ("  - {externalId: C-1, vatNumber: FR 12}\n  - {externalId: C-2, vatNumber: FR12, parent: C-1}\n", []),
        (
            "  - {externalId: C-1, address: {country: FR}}\n  - {externalId: C-2, address: {country: France}}\n"
            "  - {externalId: C-3, address: {country: FR}}\n  - {externalId: C-4, address: {country: Spain}}\n",
            ["a.yaml:2:42 country-spellings", "a.yaml:4:42 country-spellings"],
        ),
        (
            "  - {externalId: C-1, address: {country: USA}}\n"
            "  - {externalId: C-2, address: {country: United States}}\n",
            ["a.yaml:2:42 country-spellings"],
        ),
        (
            "  - {externalId: C-1, customFields: {used: x}}\ncustomFields:\n"
            "  - {externalId: used, label: U, dataType: TEXT, entityType: CUSTOMER}\n"
            "  - {externalId: idle, label: I, dataType: TEXT, entityType: CUSTOMER}\n"
            "  - {externalId: bill, label: B, dataType: TEXT, entityType: INVOICE}\n",
            ["a.yaml:5:18 custom-field-unused"],
        ),
    ],
)
def test_what_a_rule_finds(folder: Folder, text: str, findings: list[str]) -> None:
    """Each at the value that it is about, and nothing beside."""
    folder.write("customers/acme.yaml", "customers: []\n")
    folder.write("customers/a.yaml", f"customers:\n{text}")
    assert found(folder) == findings


def test_the_other_vendor_has_rules_too(folder: Folder) -> None:
    """Of contacts and of whoever is found by the domain of the e-mail; representatives look after many."""
    folder.write("reconciler.yaml", BILLABEX + "    emailDomains: [ours.example]\n")
    people = "[{key: a, email: info@b.example, isPrimary: true}]"
    folder.write(
        "accounts/a.yaml",
        f"accounts:\n  - id: one\n    parties: {people}\n  - id: two\n    contacts: {people}\n"
        "    internalRepresentatives: [{key: b, email: b@ours.example, isPrimary: true}]\n"
        "  - id: three\n    internalRepresentatives: [{key: b, email: b@ours.example, isPrimary: true}]\n",
    )
    assert found(folder, "--org", "acme-de") == [
        "accounts/a.yaml:3:31 role-mailbox",
        "accounts/a.yaml:5:32 email-shared",
        "accounts/a.yaml:5:32 role-mailbox",
    ]


ROLE = (
    "customers:\n  - externalId: C-9\n    contacts:\n"
    "      - email: info@a.example\n        key: a\n        isMain: true\n"
)


def test_what_is_meant_is_said_where_it_stands(folder: Folder) -> None:
    """Behind the value, on a line of its own above, among others; for this rule and no other."""
    row = "      - email: info@a.example"
    for meant in (
        f"{row} # lint: ignore role-mailbox",
        f"      # lint: ignore main-missing, role-mailbox\n{row}",
        f"{row} # he reads it.  #lint:ignore role-mailbox",
    ):
        folder.write("customers/a.yaml", ROLE.replace(row, meant))
        assert found(folder) == []
    folder.write("customers/a.yaml", ROLE.replace(row, f"{row} # lint: ignore main-missing"))
    assert found(folder) == ["a.yaml:4:16 role-mailbox"]


@pytest.mark.parametrize(
    ("comment", "place", "said"),
    [
        ("lint: ignore role-mailbx", "4:46", 'Did you mean "role-mailbox"?'),
        ("lint: ignore main-missing, role_mailbox", "4:60", 'Did you mean "role-mailbox"?'),
        ("lint: ignore", "4:31", "The rules are country-spellings, "),
        ("lint:ignore Main-Missing", "4:45", 'Did you mean "main-missing"?'),
    ],
)
def test_a_comment_that_names_no_rule_is_told(folder: Folder, comment: str, place: str, said: str) -> None:
    """It would turn nothing off and look as if it did; also where nothing was found."""
    for text in (ROLE, ROLE.replace("info@", "bill@")):
        folder.write("customers/a.yaml", text.replace(".example\n", f".example # {comment}\n"))
        ended = folder.call("lint")
        assert (ended.code, ended.out) == (65, "")
        assert ended.err.splitlines()[1].startswith(f"customers/a.yaml:{place}: no such lint rule [lint-rule-unknown]")
        assert said in ended.err


def test_rules_are_turned_off(folder: Folder) -> None:
    """In reconciler.yaml for everybody, on the command line for once; asked for by name, a rule is on."""
    folder.write("customers/a.yaml", ROLE)
    assert found(folder, "--ignore", "role-mailbox") == []
    assert found(folder, "--rule", "main-missing") == []
    folder.write("reconciler.yaml", CONFIGURATION + "lint: {ignore: [role-mailbox]}\n")
    assert found(folder) == []
    assert found(folder, "--rule", "role-mailbox") == ["a.yaml:4:16 role-mailbox"]


def test_a_rule_that_nobody_knows_is_refused(folder: Folder) -> None:
    """A slip would turn nothing off, silently."""
    ended = folder.call("lint", "--ignore", "role-mailboxes")
    assert ended.code == 64
    assert 'Did you mean "role-mailbox"?' in ended.err
    for lint in ("{ignore: [main-mising]}", "{ignore: x}", "[]", "{off: []}"):
        folder.write("reconciler.yaml", CONFIGURATION + f"lint: {lint}\n")
        assert folder.call("lint").code == 65


def test_findings_are_told(folder: Folder) -> None:
    """In text with their number, and as remarks at lines of a pull request; never with the address."""
    assert folder.call("lint").out == "Nothing found.\n"
    assert folder.call("lint").code == 0
    folder.write("customers/a.yaml", ROLE)
    ended = folder.call("lint")
    assert ended.code == 2
    assert ended.out.startswith(
        "Warning: customers/a.yaml:4:16: reminders go to a mailbox of nobody in particular [role-"
    )
    assert ended.out.endswith("\n\n1 finding.\n")
    remarks = folder.call("lint", "--format", "github").out
    assert remarks.startswith("::warning file=customers/a.yaml,line=4,col=16,title=reminders go to a mailbox of nobody")
    assert remarks.count("\n") == 1
    assert "a.example" not in ended.out + remarks
    assert folder.call("lint", "--json", "--format", "github").code == 64


def test_remarks_are_seen_from_the_top_and_no_more_than_are_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """GitHub knows files from the top of the repository, and drops without a word what is beyond ten."""
    for name in (".git", "company"):
        (tmp_path / name).mkdir()
    folder = Folder(tmp_path / "company", capsys)
    rows = "".join(
        f"  - {{externalId: C-{at}, contacts: [{{key: a, email: info@a{at}.example, isMain: true}}]}}\n"
        for at in range(15)
    )
    folder.write("customers/a.yaml", f"customers:\n{rows}")
    told = folder.call("lint", "--format", "github").out.splitlines()
    assert len(told) == 10
    assert all(one.startswith(f"::warning file={folder.path.name}/customers/a.yaml,line=") for one in told[:9])
    assert told[9] == "::warning title=reconciler::6 more like these are shown by reconciler lint."


def test_invalid_documents_come_first(folder: Folder) -> None:
    """What is wrong is told as `validate` tells it."""
    folder.write("customers/a.yaml", ROLE.replace("email", "e-mail"))
    ended = folder.call("lint")
    assert (ended.code, ended.out) == (65, "")
    assert "[key-unknown]" in ended.err
