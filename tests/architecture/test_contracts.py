"""The layer contracts of pyproject.toml hold, and each is shown to fail on a planted violation."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

VIOLATIONS = {
    "1. the layers, exhaustive": ("diff/planted.py", "import reconciler.apply"),
    "2. providers are independent of each other": ("providers/upflow/planted.py", "import reconciler.sandbox"),
    "3. a provider sees only live, model, errors": ("providers/planted.py", "import reconciler.plan"),
    "4. libraries have doors: ruamel.yaml and PyYAML in desired": ("render/planted.py", "import yaml"),
    "4. libraries have doors: deepdiff in diff.compare": ("diff/newcomer.py", "import deepdiff"),
    "4. libraries have doors: pydantic at the edges": ("model/planted.py", "import pydantic"),
    "4. libraries have doors: httpx in providers, forge and the sandbox": ("live/planted.py", "import httpx"),
    "4. libraries have doors: click and rich in cli and render": ("store/planted.py", "import rich"),
    "5. the sandbox shares nothing with the code it tests": ("sandbox/planted.py", "import reconciler.model"),
    "6. a forge sees only model, errors": ("forge/planted.py", "import reconciler.store"),
}


def lint(folder: Path) -> str:
    """Run import-linter on the package in a folder and give what it prints."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(folder), "COLUMNS": "200"},
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Lint a copy of the package in which every contract is violated once."""
    folder = tmp_path_factory.mktemp("planted")
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(ROOT / "reconciler", folder / "reconciler", ignore=shutil.ignore_patterns("__pycache__"))
    for file, line in VIOLATIONS.values():
        (folder / "reconciler" / file).write_text(f'"""Planted."""\n\n{line}\n')
    return lint(folder)


def test_every_contract_is_kept() -> None:
    """No module imports past its contract."""
    report = lint(ROOT)
    assert f"{len(VIOLATIONS)} kept, 0 broken" in report, report


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_planted_violation_breaks_its_contract(contract: str, planted: str) -> None:
    """Each contract is able to fail."""
    assert f"{contract} BROKEN" in planted, planted


def test_a_folder_that_no_layer_names_is_refused(tmp_path: Path) -> None:
    """The list of layers is exhaustive: a new top-level room must say where it stands."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "reconciler", tmp_path / "reconciler", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "reconciler" / "attic.py").write_text('"""Planted."""\n')
    report = lint(tmp_path)
    assert "reconciler.attic" in report and "0 broken" not in report, report
