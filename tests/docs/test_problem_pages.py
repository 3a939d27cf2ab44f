"""The pages about problems: one for each code, none left over, and examples that are what the program says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.fences import DOCS, fences
from tests.docs.problem_codes import COMPOSED, source_codes, strings_in_source
from tests.docs.problem_examples import found_problems

FOLDER = DOCS / "problems"
INDEX = FOLDER / "README.md"
PAGES = sorted(page for page in FOLDER.glob("*.md") if page != INDEX)
PLAYED = [page for page in PAGES if [fence.language for fence in fences(page)[:1]] == ["yaml"]]


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    """The pages are those of the codes in the source, no more and no fewer."""
    assert {page.stem for page in PAGES} == source_codes()


def test_composed_codes_are_in_use() -> None:
    """What is listed by hand is still there: as a whole in the source, or composed of a field's name."""
    composed_of_names = {"parent-nested", "parent-unknown"}
    assert composed_of_names <= COMPOSED
    assert COMPOSED - composed_of_names <= strings_in_source()


def test_the_index_links_every_page() -> None:
    """Nobody has to guess the address of a page."""
    index = INDEX.read_text(encoding="utf-8")
    assert [page.name for page in PAGES if f"]({page.name})" not in index] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_its_parts(page: Path) -> None:
    """A page is titled by its code and says what it means, shows an example, and says what to do."""
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {page.stem}\n")
    assert "\n## Example\n" in text
    assert "\n## What to do\n" in text
    assert f"[{page.stem}]" in text


@pytest.mark.parametrize("page", PLAYED, ids=lambda page: page.stem)
def test_an_example_has_the_problem_it_shows(page: Path, tmp_path: Path) -> None:
    """The example on the page gives the very text below it; what follows on the page is advice."""
    example, shown = fences(page)[:2]
    assert found_problems(example.content, tmp_path).get(page.stem) == shown.content.rstrip("\n")
