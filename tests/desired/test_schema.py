"""The schemas under `schemas/` are what the vendors' tables say today, and say what the reader says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reconciler.desired.documents import read_tree
from reconciler.desired.schema import schema_documents
from reconciler.desired.text import Text
from reconciler.providers.table import VENDORS

SCHEMAS = Path(__file__).parents[2] / "schemas"
DOCUMENTS = schema_documents(VENDORS)


def test_the_files_are_current() -> None:
    """Every schema stands under `schemas/` as it is generated; `reconciler schema` writes them anew."""
    written = {path.name: json.loads(path.read_text()) for path in SCHEMAS.glob("*.json")}
    del written["events.schema.json"]  # that of no document: tests/render/test_stream_schema.py
    assert written == DOCUMENTS


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_they_are_schemas(name: str) -> None:
    """Each is a schema of its dialect."""
    Draft202012Validator.check_schema(DOCUMENTS[name])


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_every_key_is_described_and_no_other_allowed(name: str) -> None:
    """Mappings with named keys are closed, and every key says what it is for."""
    for node in _nodes(DOCUMENTS[name]):
        properties = node.get("properties")
        if isinstance(properties, dict):
            assert node["additionalProperties"] is False
            assert all("description" in below for below in properties.values())


@pytest.mark.parametrize(
    ("name", "content", "valid"),
    [
        ("upflow", "customers:\n- {externalId: A, address: {zipcode: '01000'}, contacts: []}\n", True),
        ("upflow", "customers:\n- {externalId: A, address: {zipcode: 01000}}\n", False),
        ("upflow", "customers:\n- {externalId: A, contcts: []}\n", False),
        ("upflow", "customers:\n- {name: A}\n", False),
        ("upflow", "customer: []\n", False),
        ("upflow", "removed:\n- {address: customer/C, remoteId: r, reason: x, until: 2026-01-01}\n", True),
        ("upflow", "removed:\n- {address: customer/C, remoteId: r, reason: x, until: soon}\n", False),
        ("upflow", "removed:\n- {address: customer/C, reason: x, until: 2026-01-01}\n", True),
        ("upflow", "customers:\n- {externalId: A, protected: false}\n", True),
        ("upflow", "customers:\n- {externalId: A, protected: no}\n", False),
        ("upflow", "moved:\n- {from: acme-old, to: acme}\n", True),
        ("upflow", "moved:\n- {from: acme-old}\n", False),
        ("upflow", "allow:\n- {guard: protected, address: customer/C, reason: x, until: 2026-01-01}\n", True),
        ("upflow", "allow:\n- {guard: protcted, address: customer/C, reason: x, until: 2026-01-01}\n", False),
        ("billabex", "accounts:\n- {source: {connectionId: c, sourceId: s}, contacts: [{key: k}]}\n", True),
        ("billabex", "accounts:\n- {source: {connectionId: c, sourceId: 12}}\n", False),
        ("billabex", "accounts:\n- {id: a, contacts: [{fullName: Ada}]}\n", False),
        ("billabex", "accounts:\n- {id: a, contacts: [{key: k, langage: en}]}\n", False),
        ("billabex", "accounts:\n- {id: a, contacts: [{key: k, language: EN}]}\n", False),
        ("billabex", "accounts:\n- {id: a, contacts: [{key: k, email: null}]}\n", False),
        ("billabex", "accounts:\n- {id: a, currencyCode: euro}\n", False),
        ("billabex", "accounts:\n- {id: a, manage: people, peopleMode: add, parties: []}\n", True),
        ("billabex", "removed:\n- {address: 'account/erp:1', reason: x, until: 2026-01-01, destroys: true}\n", True),
        ("reconciler", "organizations: {a: {provider: upflow, endpoint: sandbox}}\n", True),
        ("reconciler", "organizations: {a: {provider: billabex, endpoint: sandbox, organizationId: o}}\n", True),
        ("reconciler", "organizations: {a: {provider: billabex, endpoint: sandbox}}\n", False),
        (
            "reconciler",
            "organizations: {a: {provider: billabex, endpoint: sandbox, organizationId: o, positions: {A: B}}}\n",
            False,
        ),
        ("reconciler", "organizations: {a: {provider: upflow, endpoint: sandbox, policy: {prune: 'off'}}}\n", True),
        (
            "reconciler",
            "organizations: {a: {provider: upflow, endpoint: sandbox, policy: {prune: {customer: listed}}}}\n",
            True,
        ),
        (
            "reconciler",
            "organizations: {a: {provider: upflow, endpoint: sandbox, policy: {contactsMode: add, adopt: yes}}}\n",
            False,
        ),
        ("reconciler", "organizations: {a: {provider: upflow, endpoint: sandbox, ignore: ['*.csv']}}\n", True),
        ("reconciler", "organizations: {a: {provider: upflow, endpoint: sandbox, inventory: {store: ftp}}}\n", False),
        ("reconciler", "organizations: {a: {provider: upflow, endpoint: sandbox, limits: {inFlight: 11}}}\n", False),
        ("reconciler", "organizations: {a: {provider: other, endpoint: sandbox}}\n", False),
        (
            "reconciler",
            "organizations: {a: {provider: upflow, endpoint: sandbox, credentials: {key: hunter2}}}\n",
            False,
        ),
    ],
)
def test_they_judge_as_the_reader_does(name: str, content: str, valid: bool) -> None:
    """What the reader refuses by itself an editor refuses as well."""
    (tree,), _ = read_tree(Text(file="f", content=content))
    assert Draft202012Validator(DOCUMENTS[f"{name}.schema.json"]).is_valid(tree) is valid


def _nodes(node: object) -> Iterator[Mapping[str, object]]:
    if isinstance(node, dict):
        yield node
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _nodes(below)
