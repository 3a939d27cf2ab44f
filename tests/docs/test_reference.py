"""The reference pages name all that there is: keys of documents, settings and faults of the sandbox, exit codes."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import jsonschema
import pytest

from reconciler.apply.exit import ExitCode
from reconciler.cli.holding import BEAT
from reconciler.desired.documents import read_tree
from reconciler.desired.schema import schema_documents
from reconciler.desired.text import Text, read_text
from reconciler.model.guards import GUARDS
from reconciler.model.resource import Value
from reconciler.providers.table import VENDORS
from reconciler.sandbox import BillabexSettings, Settings
from reconciler.sandbox.faults import Fault, FaultKind
from reconciler.store.lock import MARGIN, LeaseTerms
from tests.docs.fences import DOCS, ROOT, fences

PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
_LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")


def keys_of(schema: Value) -> Iterator[str]:
    """Give every key that a JSON Schema names."""
    if isinstance(schema, Mapping):
        properties = schema.get("properties")
        if isinstance(properties, Mapping):
            yield from properties
        for part in schema.values():
            yield from keys_of(part)
    elif isinstance(schema, list | tuple):
        for part in schema:
            yield from keys_of(part)


def test_the_documents_page_names_every_key() -> None:
    """No key that the schemas know is left out."""
    text = (DOCS / "documents.md").read_text(encoding="utf-8")
    keys = {key for schema in schema_documents(VENDORS).values() for key in keys_of(schema)}
    assert sorted(key for key in keys if not re.search(rf"\b{re.escape(key)}\b", text)) == []


@pytest.mark.parametrize(("vendor", "settings"), [("Upflow", Settings), ("Billabex", BillabexSettings)])
def test_the_sandbox_page_names_every_setting_with_its_default(
    vendor: str, settings: type[Settings] | type[BillabexSettings]
) -> None:
    """Each setting has its row under its vendor, and the row its default and its other values."""
    text = (DOCS / "sandbox.md").read_text(encoding="utf-8").partition(f"### Settings of {vendor}\n")[2]
    rows = {line.split("`")[1]: line for line in text.partition("\n#")[0].splitlines() if line.startswith("| `")}
    assert list(rows) == [setting.name for setting in dataclasses.fields(settings)]
    for setting in dataclasses.fields(settings):
        values = [setting.default, *setting.metadata.get("alternatives", ())]
        told = [str([*value] if isinstance(value, tuple) else value).lower() or '""' for value in values]
        assert [value for value in told if f"`{value}`" not in rows[setting.name].lower()] == [], setting.name


def test_the_sandbox_page_names_every_fault() -> None:
    """Each kind of fault and each of its fields has a row."""
    text = (DOCS / "sandbox.md").read_text(encoding="utf-8")
    names = [*get_args(FaultKind), *(field.name for field in dataclasses.fields(Fault) if field.name != "kind")]
    assert [name for name in names if f"\n| `{name}` |" not in text] == []


def test_the_page_on_guards_names_every_guard() -> None:
    """Each guard has its row, with a link to its page, and no other has one."""
    text = (DOCS / "guards.md").read_text(encoding="utf-8")
    assert [guard for guard in GUARDS if f"\n| [`{guard}`](problems/{guard}.md) |" not in text] == []
    assert text.count("`](problems/") == len(GUARDS)


@pytest.mark.parametrize(
    ("page", "begins", "schema"),
    [
        ("documents.md", "organizations:", "reconciler.schema.json"),
        ("documents.md", "moved:", "upflow.schema.json"),
        ("guards.md", "allow:", "upflow.schema.json"),
    ],
)
def test_an_example_fits_the_schema(page: str, begins: str, schema: str, tmp_path: Path) -> None:
    """Whoever copies it has something valid."""
    (example,) = [fence.content for fence in fences(DOCS / page) if fence.content.startswith(begins)]
    (tmp_path / "example.yaml").write_text(example, encoding="utf-8")
    text = read_text(tmp_path / "example.yaml", "example.yaml")
    assert isinstance(text, Text)
    (document,), problems = read_tree(text)
    assert problems == []
    jsonschema.validate(document, json.loads((ROOT / "schemas" / schema).read_text(encoding="utf-8")))


def test_the_page_on_the_inventory_tells_the_times_of_the_lock() -> None:
    """How long a lease lasts, when it is renewed, when a run stops, and when a dead run's lock is free: in seconds."""
    text = (DOCS / "inventory.md").read_text(encoding="utf-8")
    terms = LeaseTerms(now=lambda: datetime.now(UTC), sleep=time.sleep)
    assert "a lease of two minutes" in text
    assert "two and a half minutes after its last sign of life" in text
    assert (terms.lease, terms.lease + terms.grace) == (120, 150)
    assert f"renews it every {BEAT:.0f} seconds" in text
    assert f"begins no write in the last {MARGIN:.0f} seconds" in text


def test_the_readme_names_every_exit_code() -> None:
    """Each exit code has its row."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [code for code in ExitCode if f"\n| {code.value} |" not in text] == []


def test_the_index_links_every_page() -> None:
    """What stands in the folder is found from its first page."""
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    folders = {path.parent for path in DOCS.glob("*/*.md")}
    names = [path.name for path in sorted(DOCS.glob("*.md"))] + [f"{path.name}/README.md" for path in sorted(folders)]
    assert [name for name in names if name != "README.md" and f"]({name})" not in index] == []


def test_the_readme_names_both_commands() -> None:
    """The two commands that it promises are those of `run.py`."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"^python3 run\.py (\w+)", text, re.MULTILINE)
    assert re.findall(r'^COMMANDS = \{"(\w+)": \w+, "(\w+)": \w+\}', (ROOT / "run.py").read_text(), re.MULTILINE) == [
        tuple(named)
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """A link inside the repository names a file that exists, and a heading in it."""
    for target, anchor in _LINK.findall(page.read_text(encoding="utf-8")):
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), target
        if anchor:
            assert anchor in set(_anchors(path)), f"{target}#{anchor}"


def test_python_is_as_new_as_the_readme_says() -> None:
    """The README's "Python 3.11 or later" is what the project asks for."""
    assert 'requires-python = ">=3.11"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert sys.version_info >= (3, 11)


def _anchors(path: Path) -> Iterator[str]:
    for title in re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
