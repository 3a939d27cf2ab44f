"""The core knows no vendor: its code has neither vendor's words in it, and nor has what is around it.

Around it are the commands, the pages, and what providers and the sandbox's vendors share. Vendors are listed in a few
tables, and nowhere else.

Held against the words is everything that has an effect: names, and all texts but docstrings. A docstring may give an
example (`acme-fr/customer/C-001`), for a rule without one is hard to read; but no vendor is named in one either. Whole
words count, as a name's parts do: `account_ids` has the word, `accounted` has not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import reconciler

CORE = ("model", "desired", "diff", "plan", "apply", "live", "store", "render", "cli")
SHARED = (".", "providers", "sandbox")
"""Of these the modules alone; below them is a folder for each vendor."""
TABLES = {
    *("providers/table.py", "providers/starters.py"),
    *("sandbox/__init__.py", "sandbox/schema.py", "sandbox/settings.py", "sandbox/vendors.py"),
}
FOLDER = Path(reconciler.__file__).parent
MODULES = [
    module
    for module in sorted(
        [
            *(module for room in CORE for module in (FOLDER / room).rglob("*.py")),
            *(module for room in SHARED for module in (FOLDER / room).glob("*.py")),
        ]
    )
    if module.relative_to(FOLDER).as_posix() not in TABLES
]
VENDORS = {"upflow", "billabex"}
WORDS = VENDORS | {
    *("customer", "account", "contact", "representative", "party", "dunning", "invoice", "payment"),
    *("accounting", "vat", "debtor", "primary"),
}


def words_of(text: str) -> set[str]:
    """Split a text or a name into its words, in small letters, without a plural's s."""
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", text)
    return {part.lower() for part in parts} | {re.sub(r"(?<=\w)(ie)?s$", "", part.lower()) for part in parts}


def effective_texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Give names and texts with their lines; docstrings are left out."""
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.lineno, node.value
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.keyword) and node.arg is not None:
            yield node.value.lineno, node.arg
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, " ".join((node.module or "", *(one.name for one in node.names)))


def found_words(source: str) -> list[tuple[int, str]]:
    """Give the vendors' words in the code of a module."""
    return sorted(
        {(line, word) for line, text in effective_texts(ast.parse(source)) for word in words_of(text) & WORDS}
    )


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.relative_to(FOLDER).as_posix())
def test_the_core_has_no_vendors_words(module: Path) -> None:
    """Neither in names nor in texts; and no vendor's name even in a docstring or a comment."""
    source = module.read_text(encoding="utf-8")
    assert found_words(source) == []
    assert words_of(source) & VENDORS == set()


def test_the_tables_are_small() -> None:
    """What lists the vendors has no room to do much by their names."""
    assert [table for table in TABLES if (FOLDER / table).read_text(encoding="utf-8").count("\n") > 80] == []


@pytest.mark.parametrize(
    "planted",
    [
        "def find_customer(): pass",
        "customers = 1",
        "found.accountManager",
        "text = 'no such contact'",
        "call(dunningPlan=1)",
        "from x import UPFLOW",
        "text = f'{one} of the accounts'",
        "class PartyHome: pass",
    ],
)
def test_a_planted_word_is_found(planted: str) -> None:
    """The search is able to find something."""
    assert found_words(planted)


@pytest.mark.parametrize("fair", ["'''A customer.'''", "accounted = 1", "def contrast(): 'Of a contact.'"])
def test_what_is_no_vendors_word_is_left_alone(fair: str) -> None:
    """Docstrings give examples, and other words merely look alike."""
    assert found_words(fair) == []
