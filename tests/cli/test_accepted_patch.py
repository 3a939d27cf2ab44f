"""The masked patch of `drift accept --diff`: no personal value, however a document comes by it."""

from __future__ import annotations

import pytest

from tests.cli.running import Folder
from tests.cli.test_drift_forms import CONFIGURATION

PEOPLE = ("zqjane", "zqdoe", "zqother", "zqnew")


def patch_at_upflow(folder: Folder, text: str, *edits: tuple[str, ...]) -> str:
    """Apply a document, have somebody else change what it declares, and give the masked patch."""
    folder.write("customers/acme.yaml", text)
    ended = folder.call("apply", "--auto-approve")
    assert ended.code == 0, ended.err
    for words in edits:
        assert folder.call("sandbox", "edit", *words).code == 0
    ended = folder.call("drift", "accept", "--diff")
    assert ended.code == 0, ended.err
    assert ended.out.startswith("--- a/customers/acme.yaml\n")
    assert [word for word in PEOPLE if word in (ended.out + ended.err).casefold()] == []
    return ended.out


ON_ONE_LINE = {
    "an anchor elsewhere": "- {externalId: C-1, name: Acme, contacts: [{externalId: P-1, email: *m}]}",
    "a merge key": "- {externalId: C-1, name: Acme, contacts: [{externalId: P-1, <<: *p}]}",
    "mappings merged": "- {externalId: C-1, name: Acme, contacts: [{externalId: P-1, <<: [*p, *q]}]}",
    "a merge in place": (
        "- {externalId: C-1, name: Acme, contacts: [{externalId: P-1, email: a@acme.example, <<: {firstName: ZqJane}}]}"
    ),
    "an item merged in place": (
        "- {externalId: C-1, name: Acme, <<: {contacts: [{email: zqdoe@acme.example, lastName: ZqDoe}]}}"
    ),
    "a telling name": (
        "- {externalId: C-1, name: Acme, contacts: [&zqjane {externalId: P-1, email: &ZqJane zqjane@acme.example}]}"
    ),
}
SHARED = (
    "customers:\n  - externalId: C-0\n    name: First\n    contacts:\n"
    "      - &p {externalId: P-0, email: &m zqjane@acme.example}\n"
    "      - &q {externalId: P-9, firstName: ZqJane, email: b@a.example}\n"
)


@pytest.mark.parametrize("form", [*ON_ONE_LINE])
def test_a_line_that_changes_shows_nobody_beside(folder: Folder, form: str) -> None:
    """All of it on one line, of which the name alone changes."""
    patch = patch_at_upflow(folder, f"{SHARED}  {ON_ONE_LINE[form]}\n", ("customer/C-1", "name=Other"))
    assert "name: Other" in patch


def test_what_is_shared_on_the_line_itself_is_hidden_by_its_value(folder: Folder) -> None:
    """The value stands under a name that says nothing, beside the list that changes."""
    text = (
        "customers: [{externalId: C-1, name: Acme, accountingRef: &m zqjane@acme.example, vatNumber: &j ZqJane, "
        "contacts: [{externalId: P-1, email: *m, firstName: *j}]}]\n"
    )
    patch = patch_at_upflow(folder, text, ("customer/C-1", "name=Other"))
    assert "externalId: C-1, name: Other" in patch


def test_comments_are_left_out(folder: Folder) -> None:
    """Nobody can know what stands in them; also behind the sign of a text in lines."""
    text = (
        "customers:\n  - externalId: C-1\n    name: Acme  # as zqdoe says\n"
        "    accountingRef: >-  # zqother's\n      one\n      two\n"
        "    contacts:\n      - email: zqjane@acme.example # main\n"
        "        # ZqOther's sister\n        firstName: ZqJane\n"
    )
    edits = (
        ("customer/C-1", "name=Other", "accountingRef=null"),
        ("customer/C-1/contact/zqjane@acme.example", "firstName=ZqNew"),
    )
    patch = patch_at_upflow(folder, text, *edits)
    assert {"-    name: Acme  # …", "+    name: Other  # …", "-    accountingRef: >-  # …"} <= {*patch.splitlines()}


def test_a_name_of_a_customer_is_nobodys(folder: Folder) -> None:
    """Though a person on its list is called so."""
    text = "customers:\n  - {externalId: C-1, name: Acme, contacts: [{email: a@acme.example, firstName: Acme}]}\n"
    patch = patch_at_upflow(folder, text, ("customer/C-1", "accountingRef=1", "name=Other"))
    assert "name: Acme" in patch
    assert "name: Other" in patch
    assert "firstName: Acme" not in patch


@pytest.mark.parametrize("section", ["contacts", "parties"])
def test_whoever_stands_on_the_list_of_parties_is_a_person(folder: Folder, section: str) -> None:
    """Which list that is at Billabex, the domain of the address says."""
    folder.write("reconciler.yaml", CONFIGURATION)
    person = "{key: owner, fullName: ZqJane ZqDoe, email: zqjane@customer.example, language: en}"
    folder.write(
        "customers/acme.yaml",
        "accounts:\n  - source: {connectionId: erp, sourceId: A-1}\n    fullName: First\n    currencyCode: EUR\n"
        f"    {section}:\n      - {person}\n",
    )
    ended = folder.call("apply", "--auto-approve")
    assert ended.code == 0, ended.err
    for value in ("language=fr", "fullName=ZqJane ZqOther"):
        assert folder.call("sandbox", "edit", "account/A-1/contact/zqjane@customer.example", value).code == 0
        ended = folder.call("drift", "accept", "--diff")
        assert (ended.code, "language: fr" in ended.out) == (0, True), ended.err
        assert [word for word in PEOPLE if word in ended.out.casefold()] == []
