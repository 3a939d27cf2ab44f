"""The table of vendors: every folder has its line, and what stands there fits."""

from __future__ import annotations

from pathlib import Path

from reconciler import providers
from reconciler.providers.billabex.provider import connect as connect_billabex
from reconciler.providers.table import VENDORS, Connect
from reconciler.providers.upflow.provider import connect as connect_upflow

CONNECTS: tuple[Connect, ...] = (connect_billabex, connect_upflow)
"""Held against their type by the type checker, as the table looks them up by name."""


def test_every_vendors_folder_has_its_line() -> None:
    """A folder that nobody looks up would be a vendor that nobody can name."""
    here = Path(providers.__path__[0])
    folders = {path.parent.name for path in here.glob("*/kinds.py")}
    assert folders == set(VENDORS)
    assert len(CONNECTS) == len(VENDORS)


def test_a_vendor_is_called_what_the_table_calls_it() -> None:
    """reconciler.yaml, the sandbox and the messages say the same name."""
    assert {name: vendor.name for name, vendor in VENDORS.items()} == {name: name for name in VENDORS}


def test_the_table_names_no_vendor_in_its_code() -> None:
    """Beside its lines of data there is no branch by vendor."""
    source = (Path(providers.__path__[0]) / "table.py").read_text().lower()
    assert {name: source.count(name) for name in VENDORS} == dict.fromkeys(VENDORS, 2)
