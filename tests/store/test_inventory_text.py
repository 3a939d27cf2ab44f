"""An inventory as text: what was written is what is read back, or nothing is."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, replace

import pytest
from hypothesis import HealthCheck, given, settings

from reconciler.errors import ReconcilerError
from reconciler.model.inventory import Intent, Inventory
from reconciler.store.inventory_text import inventory_parts, inventory_text, parse_inventory, serial_of
from tests.store.ownership import INVENTORY, inventory, managed

TEXT = inventory_text(inventory("ROW", "GYM", serial=7))


def code_of(content: bytes) -> str:
    """Read a text that cannot be read, and give the problem's code."""
    with pytest.raises(ReconcilerError) as caught:
        parse_inventory(content, "acme")
    (problem,) = caught.value.problems
    assert problem.where == "acme"
    assert problem.command == "reconciler inventory rebuild --org acme"
    return problem.code


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(written=INVENTORY)
def test_an_inventory_read_back_equals_the_one_written(written: Inventory) -> None:
    """Every value of the model survives, with its type, and the serial is known from the head alone."""
    content = inventory_text(written)
    read = parse_inventory(content, "acme")
    assert read == written
    assert inventory_text(read) == content  # where equality is lenient: 1, 1.0 and true
    assert serial_of(content) == written.serial


def test_the_same_inventory_gives_the_same_text_an_entry_a_line() -> None:
    """The order in which entries came in does not show; one more entry is one more line."""
    assert inventory_text(inventory("GYM", "ROW", serial=7)) == TEXT
    more = inventory_text(inventory("GYM", "POL", "ROW", serial=7)).splitlines()
    assert set(TEXT.splitlines()[1:]) < set(more)
    assert len(more) == len(TEXT.splitlines()) + 1
    assert json.loads(TEXT)["managed"][1]["key"] == "ROW"


def test_what_was_applied_is_kept_as_it_stands_until_somebody_looks() -> None:
    """Written back untouched it is the same bytes, in an entry that changed otherwise too; a deep copy is plain."""
    entry = replace(
        managed("ROW"), last_applied={"name": "Row\nRow", "seats": 2**70}, members={"people": {"P-1": "r-1"}}
    )
    written = inventory_text(replace(inventory("GYM"), managed={entry.name: entry}))
    read = parse_inventory(written, "acme")
    found = read.managed["club/ROW"]
    assert inventory_text(read) == written
    moved = replace(read, managed={entry.name: replace(found, document="else.yaml")})
    assert parse_inventory(inventory_text(moved), "acme").managed[entry.name] == replace(entry, document="else.yaml")
    assert (found.last_applied, found.members) == (entry.last_applied, entry.members)
    assert json.loads(json.dumps(asdict(found))) == asdict(entry)
    emptied = replace(read, managed={entry.name: replace(found, last_applied={})})
    assert parse_inventory(inventory_text(emptied), "acme").managed[entry.name].members == entry.members


@pytest.mark.parametrize(
    ("line", "edited"),
    [
        pytest.param(b'"key":"ROW"', b'"key":7', id="no text"),
        pytest.param(b'"key":"ROW",', b"", id="a word is missing"),
        pytest.param(b'"key":"ROW"', b'"key":"ROW","last_applied":{}', id="more than is known"),
        pytest.param(b'"key":"ROW"', b'"key":"ROW","protected":"yes"', id="protection that says nothing"),
        pytest.param(b'"key":"ROW"', b'"key":"GYM"', id="the same address twice"),
        pytest.param(b'"managed":[', b'"managed" :[', id="laid out otherwise"),
        pytest.param(b"]}\n", b"]} \n", id="another end"),
        pytest.param(b'"run-1"}\n]', b'"run-1",\n]', id="a second line is missing"),
    ],
)
def test_what_is_not_built_as_an_inventory_is_refused_though_its_checksum_holds(line: bytes, edited: bytes) -> None:
    """Whoever edits it and mends the checksum is told all the same."""
    body = TEXT.partition(b"\n")[2].replace(line, edited)
    assert code_of(b'{"checksum":"%s",\n%s' % (hashlib.sha256(body).hexdigest().encode(), body)) == (
        "inventory-unreadable"
    )


def test_a_second_line_that_says_nothing_is_refused_when_it_is_looked_at() -> None:
    """A plan that needs it says that the inventory is unreadable."""
    entry = replace(managed("ROW"), last_applied={"name": "Row"})
    body = inventory_text(replace(inventory(), managed={entry.name: entry})).partition(b"\n")[2]
    body = body.replace(b'"last_applied":{"name":"Row"}', b'"last_applied":["Row"]')
    read = parse_inventory(b'{"checksum":"%s",\n%s' % (hashlib.sha256(body).hexdigest().encode(), body), "acme")
    with pytest.raises(ReconcilerError) as caught:
        len(read.managed["club/ROW"].last_applied)
    assert caught.value.problems[0].code == "inventory-unreadable"


def test_a_change_leaves_most_pieces_as_they_were() -> None:
    """Pieces end by names alone: one entry more or less alters its own piece, and the head."""
    many = inventory(*(f"{number:05}" for number in range(5_000)))
    fewer = {name: entry for name, entry in many.managed.items() if name != "club/02500"}
    before, after = inventory_parts(many), inventory_parts(replace(many, managed=fewer, serial=1))
    assert len(before) > 5
    assert len(set(after) - set(before)) == 2
    assert b"".join(after) == inventory_text(replace(many, managed=fewer, serial=1))


def test_an_intent_is_kept_as_it_was() -> None:
    """What a run set out to do is known to the next one."""
    intent = Intent(kind="club", key="NEW", action="create", remote_id=None, run="run-2")
    read = parse_inventory(inventory_text(replace(inventory(), intents=(intent,))), "acme")
    assert read.intents == (intent,)
    assert read.claims().intended("club", "NEW")


def test_an_intent_has_its_time_where_it_was_noted() -> None:
    """One of an inventory that noted none is read all the same, and is written as before."""
    intent = Intent(kind="club", key="NEW", action="create", remote_id="r", run="run-2", at="2026-01-15T12:00:00Z")
    timeless = replace(intent, at="")
    for one in (intent, timeless):
        text = inventory_text(replace(inventory(), intents=(one,)))
        assert parse_inventory(text, "acme").intents == (one,)
        assert (b'"at"' in text) is bool(one.at)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "inventory-unreadable", id="empty"),
        pytest.param(b"\x00\xff\xfe", "inventory-unreadable", id="binary"),
        pytest.param(b"customers: []\n", "inventory-unreadable", id="YAML"),
        pytest.param(b"[" * 100_000, "inventory-unreadable", id="too deep"),
        pytest.param(TEXT[: len(TEXT) // 2], "inventory-unreadable", id="torn"),
        pytest.param(TEXT.replace(b"r-ROW", b"r-GYM"), "inventory-unreadable", id="edited"),
        pytest.param(TEXT.replace(b"\n", b"\r\n"), "inventory-unreadable", id="other line ends"),
        pytest.param(TEXT.replace(b'_version":1', b'_version":0'), "inventory-unreadable", id="no format that was"),
        pytest.param(TEXT.replace(b'_version":1', b'_version":"1"'), "inventory-unreadable", id="no number"),
        pytest.param(TEXT.replace(b'_version":1', b'_version":2'), "inventory-newer", id="a later format"),
        pytest.param(b'{"version": 4, "terraform_version": "1.9"}', "inventory-foreign", id="another tool's"),
        pytest.param(inventory_text(inventory(organization="other")), "inventory-foreign", id="another organization's"),
    ],
)
def test_what_is_no_inventory_of_ours_is_refused_with_the_way_out(content: bytes, code: str) -> None:
    """Torn, foreign and newer texts are told apart; nothing of them is used."""
    assert code_of(content) == code


def test_any_cut_is_noticed() -> None:
    """A text that stops early is never taken for a smaller inventory."""
    for end in range(len(TEXT) - 1):
        assert code_of(TEXT[:end]) == "inventory-unreadable"


def test_the_serial_is_known_of_a_text_whose_rest_is_damaged() -> None:
    """So a rebuilt inventory counts on from it."""
    assert serial_of(TEXT[:200]) == 7
    assert serial_of(TEXT[:60]) is None


def test_a_hundred_thousand_entries_take_seconds_at_most() -> None:
    """A bound that only something quadratic would miss; the measured figures are far below."""
    many = Inventory(
        organization="acme",
        provider="clubhouse",
        endpoint="",
        digest_key_id="",
        managed={entry.name: entry for entry in (managed(f"{number:06}") for number in range(100_000))},
    )
    began = time.process_time()
    assert parse_inventory(inventory_text(many), "acme") == many
    assert time.process_time() - began < 20
