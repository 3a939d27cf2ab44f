"""An inventory as text: what was written is what is read back, or nothing is."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from reconciler.errors import ReconcilerError
from reconciler.model.inventory import Intent, Inventory
from reconciler.store.inventory_text import inventory_text, parse_inventory, serial_of
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


def test_an_intent_is_kept_as_it_was() -> None:
    """What a run set out to do is known to the next one."""
    intent = Intent(kind="club", key="NEW", action="create", remote_id=None, run="run-2")
    read = parse_inventory(inventory_text(replace(inventory(), intents=(intent,))), "acme")
    assert read.intents == (intent,)
    assert read.intended("club", "NEW")


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
