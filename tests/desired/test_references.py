"""Declared parents: one level, no self, no circle."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from reconciler.desired.references import judge_parents
from reconciler.model.resource import Declared, Source
from tests.desired.clubs import CLUB, load_files, marks, problems_of


def club(key: str, parent: str | None) -> Declared:
    """Declare a club."""
    return Declared(kind="club", key=key, fields={"parent": parent}, source=Source(file="f", line=1, column=1))


def clubs(parents: dict[str, str | None]) -> dict[str, Declared]:
    """Declare clubs by key and parent."""
    return {key: club(key, parent) for key, parent in parents.items()}


@pytest.mark.parametrize(
    ("parents", "codes"),
    [
        ({"a": None, "b": "a", "c": "a"}, []),
        ({"a": "elsewhere"}, []),
        ({"a": "a"}, ["parent-self"]),
        ({"a": "a", "b": "a"}, ["parent-self"]),
        ({"a": None, "b": "a", "c": "b"}, ["parent-nested"]),
        ({"a": "b", "b": "a"}, ["parent-cycle", "parent-cycle"]),
        ({"a": "b", "b": "c", "c": "b"}, ["parent-cycle", "parent-cycle", "parent-cycle"]),
        ({"b": "elsewhere", "c": "b"}, ["parent-nested"]),
    ],
)
def test_verdicts(parents: dict[str, str | None], codes: list[str]) -> None:
    """Parents are judged as far as documents say; a parent that no document declares is not."""
    assert [found.flaw.code for found in judge_parents(CLUB, clubs(parents))] == codes


def test_the_remedy_names_the_root(tmp_path: Path) -> None:
    """However long the chain, the root ancestor is what to name, and the place is that of the value."""
    items = (
        "- {externalId: A}\n- {externalId: B, parent: A}\n- {externalId: C, parent: B}\n- {externalId: D, parent: C}\n"
    )
    problems = problems_of(tmp_path, {"a.yaml": f"clubs:\n{items}"})
    assert marks(problems) == ["a.yaml:4:27 parent-nested", "a.yaml:5:27 parent-nested"]
    assert problems[1].remedy == 'Name the root ancestor instead: "A".'


def test_null_is_no_parent(tmp_path: Path) -> None:
    """Null declares that there is no parent."""
    assert load_files(tmp_path, {"a.yaml": "clubs:\n- {externalId: A, parent: null}\n- {externalId: B, parent: A}\n"})


def test_long_chains_are_followed_once() -> None:
    """A chain of many thousand parents is judged in time that grows with its length."""
    count = 50_000
    chain: dict[str, str | None] = {f"{n}": f"{n + 1}" for n in range(count)}
    start = time.process_time()
    assert len(list(judge_parents(CLUB, clubs(chain)))) == count - 1
    assert time.process_time() - start < 5
