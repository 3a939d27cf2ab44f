"""Documents as somebody could have written them by mistake: every problem is told, in words, at its line.

A case is a folder below `refused`: `claim.txt`, `reconciler.yaml`, `documents/`, and `problems.txt`, which is what
`validate` says. Nothing is sent.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reconciler.cli.main import run

CASES = sorted(path for path in (Path(__file__).parent / "refused").iterdir() if path.is_dir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_problems_read_as_written(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them at once, in the order of the lines, each with what to do about it; and no request was made."""
    shutil.copytree(case, tmp_path / "company")
    monkeypatch.chdir(tmp_path / "company")
    assert run(["validate"]) == 65
    told = capsys.readouterr()
    assert told.out + told.err.partition("\n")[2] == (case / "problems.txt").read_text(encoding="utf-8")
    assert run(["plan"]) == 65
    assert run(["sandbox", "requests"]) == 0
    assert capsys.readouterr().out.count("\n") == 0
