"""`--html` and `--markdown`: one form of a plan, in a file or on stdout."""

from __future__ import annotations

import stat

import pytest

from tests.cli.running import Folder

ADDRESS = "one@acme.example"


def test_a_file_is_its_owners(folder: Folder) -> None:
    """Each form goes into its file, masked, and the text is on stdout as ever."""
    ended = folder.call("plan", "--html", "plan.html", "--markdown", "plan.md", "--out", "plan.out")
    page, text = folder.path / "plan.html", folder.path / "plan.md"
    assert "Plan: 2 to add" in ended.out
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert text.read_text(encoding="utf-8").startswith("## reconciler: 2 to add")
    for file in (page, text):
        assert ADDRESS not in file.read_text(encoding="utf-8")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert folder.call("show", "plan.out", "--markdown", "-").out == text.read_text(encoding="utf-8")


def test_stdout_has_one_form(folder: Folder) -> None:
    """In the place of the text; what would mix is wrong usage."""
    ended = folder.call("plan", "--html", "-", "--show-personal")
    assert ended.out.startswith("<!doctype html>")
    assert ended.out.endswith("</html>\n")
    assert ADDRESS in ended.out


@pytest.mark.parametrize("words", [("--html", "-", "--markdown", "-"), ("--json", "--html", "-")])
def test_two_forms_on_stdout(words: tuple[str, ...], folder: Folder) -> None:
    """Are wrong usage, said before anything is read."""
    assert folder.call("plan", *words).code == 64
