"""Upflow documents end to end: each thing that can be wrong has its own code, at the right line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.providers.upflow.kinds import UPFLOW
from tests.desired.clubs import load_files, marks, problems_of

HEAD = "customers:\n  - externalId: C-1\n"
CONTACTS = f"{HEAD}    contacts:\n      - externalId: P-1\n        email: ann@acme.io\n"
BOMB = "".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9) if n else 'y'}]\n" for n in range(9))


@pytest.mark.parametrize(
    ("content", "mark"),
    [
        pytest.param(f"{HEAD}    address:\n      zipcode: 01000\n", "4:16 unquoted-string", id="unquoted zipcode"),
        pytest.param(f"{CONTACTS}        phone: +33102030405\n", "6:16 unquoted-string", id="unquoted phone"),
        pytest.param(f"{HEAD}    name: A\n    name: B\n", "4:5 duplicate-key", id="duplicate key"),
        pytest.param(f"{HEAD}\tname: A\n", "3:1 tab", id="tab"),
        pytest.param(f"{BOMB}{HEAD}", "6:40 alias-bomb", id="alias bomb"),
        pytest.param(f"{HEAD}---\nservices: []\n", "4:1 section-unknown", id="second document of another kind"),
        pytest.param(f"{HEAD}    nam: A\n", "3:5 key-unknown", id="unknown key"),
        pytest.param(f"{HEAD}    address: Lyon\n", "3:14 type-wrong", id="wrong type"),
        pytest.param(f"{HEAD}  - externalId: C-1\n", "3:17 resource-duplicate", id="customer twice"),
        pytest.param(
            f"{CONTACTS}      - externalId: P-1\n        email: bob@acme.io\n",
            "6:21 contact-duplicate",
            id="contact twice",
        ),
        pytest.param(
            f"{CONTACTS}      - externalId: P-2\n        email: ANN@acme.io\n",
            "7:16 email-duplicate",
            id="e-mail twice",
        ),
        pytest.param(
            f"{CONTACTS}        isMain: true\n      - {{email: bob@acme.io, key: bob, isMain: true}}\n",
            "7:48 main-duplicate",
            id="two main contacts",
        ),
        pytest.param(f"{CONTACTS.replace('ann@', 'ann@@')}", "5:16 email-invalid", id="broken e-mail"),
        pytest.param(
            f"{HEAD}    parent: C-2\n  - externalId: C-2\n    parent: C-3\n  - externalId: C-3\n",
            "3:13 parent-nested",
            id="parent with a parent",
        ),
        pytest.param(f"{HEAD}    parent: C-1\n", "3:13 parent-self", id="its own parent"),
        pytest.param(f"{HEAD}    contacts: null\n", "3:15 null-not-clearable", id="null contacts"),
        pytest.param(f"{HEAD}    name: ~\n", "3:11 null-not-clearable", id="null that clears nothing"),
        pytest.param(f"{HEAD}    contactsMode: hole\n", "3:19 value-unknown", id="unknown mode"),
        pytest.param("customers:\n  - name: A\n", "2:5 field-missing", id="no external id"),
        pytest.param(f"{HEAD}    name: [A\n", "4:1 yaml-syntax", id="syntax"),
        pytest.param(f"{HEAD}    address: *paris\n", "3:14 alias-unknown", id="alias without anchor"),
        pytest.param(f"{HEAD}    customFields: {{12: x}}\n", "3:20 key-not-string", id="number as a key"),
        pytest.param(
            "removed:\n- {address: customField/F, remoteId: r, reason: x, until: 2026-12-31}\n",
            "2:13 removal-needs-destroys",
            id="removal that destroys",
        ),
    ],
)
def test_each_bad_document(tmp_path: Path, content: str, mark: str) -> None:
    """The code stands at the line and column of what is wrong."""
    assert f"a.yaml:{mark}" in marks(problems_of(tmp_path, {"a.yaml": content}, UPFLOW))


def test_all_of_them_in_one_run(tmp_path: Path) -> None:
    """Problems of the file, of items and between items are reported together, in order."""
    files = {
        "a.yaml": f"{CONTACTS}        phone: 12\n        fone: x\n    name: 5\n",
        "b.yaml": f"{HEAD}    parent: C-1\n---\nservices: []\n",
        "c.yaml": "customers:\n\t- a\n",
    }
    assert marks(problems_of(tmp_path, files, UPFLOW)) == [
        "a.yaml:6:16 unquoted-string",
        "a.yaml:7:9 key-unknown",
        "a.yaml:8:11 unquoted-string",
        "b.yaml:2:17 resource-duplicate",
        "b.yaml:5:1 section-unknown",
        "c.yaml:2:1 tab",
    ]


def test_what_other_readers_would_change(tmp_path: Path) -> None:
    """`no`, `on` and `12:30` are texts; a quoted zipcode keeps its zero."""
    content = (
        f"{HEAD}    name: no\n    vatNumber: on\n    accountingRef: 12:30\n    address: {{zipcode: '01000'}}\n"
        "    customFields: {since: 2024-01-31, code: 1_000}\n"
    )
    (customer,) = load_files(tmp_path, {"a.yaml": content}, UPFLOW).declared
    assert dict(customer.fields) == {
        "name": "no",
        "vatNumber": "on",
        "accountingRef": "12:30",
        "address": {"zipcode": "01000"},
        "customFields": {"since": "2024-01-31", "code": "1_000"},
    }


def test_null_list_and_absence(tmp_path: Path) -> None:
    """A contact list that is left out is untouched, an empty one wants none."""
    content = f"{HEAD}  - externalId: C-2\n    contacts: []\n    vatNumber: null\n"
    untouched, none = load_files(tmp_path, {"a.yaml": content}, UPFLOW).declared
    assert (dict(untouched.members), dict(untouched.fields)) == ({}, {})
    assert (dict(none.members), dict(none.fields)) == ({"contacts": []}, {"vatNumber": None})


def test_shared_contact_that_differs(tmp_path: Path) -> None:
    """The same contact at two customers with other fields is a warning at the second."""
    second = CONTACTS.replace("C-1", "C-2").replace("ann@", "anna@")
    state = load_files(tmp_path, {"a.yaml": CONTACTS, "b.yaml": second}, UPFLOW)
    assert marks(list(state.warnings)) == ["b.yaml:5:16 member-differs"]
