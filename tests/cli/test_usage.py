"""Wrong usage is told as a problem, and exits with 64."""

from __future__ import annotations

import pytest

from tests.cli.running import Folder, call_alone


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["pln"], 'Did you mean "plan"?'),
        (["plan", "--jsn"], "--json"),
        (["show"], "FILE"),
        (["validate", "-C", "data"], '"-C" goes before the command: reconciler -C PATH validate'),
        (["drift", "accept", "--debug"], '"--debug" goes before the command: reconciler --debug drift accept'),
        (["completion", "tcsh"], "tcsh"),
        (["plan", "--org", "acme-f"], 'Did you mean "acme-fr"?'),
        (["validate", "--org", "zzz"], "It names acme-fr."),
        (["apply"], "[approval-missing]"),
        (["apply", "--json"], "[approval-missing]"),
        (["sandbox", "edt"], 'Did you mean "edit"?'),
        (["sandbox", "edit", "customer/C-9", "name"], "[sandbox-misuse]"),
        (["init", "--org", "../elsewhere"], "lower-case letters"),
        (["plan", "--expect", ""], "it is empty"),
        (["apply", "--auto-approve", "--expect", ""], "it is empty"),
    ],
)
def test_usage_errors_exit_with_64(folder: Folder, arguments: list[str], told: str) -> None:
    """Click's own code, 2, would read as "changes present"."""
    ended = folder.call(*arguments)
    assert ended.code == 64
    assert told in ended.err
    assert ended.out == ""


def test_no_command_at_all_shows_the_help() -> None:
    """On stderr, because nothing was asked for."""
    ended = call_alone()
    assert ended.code == 64
    assert "Commands:" in ended.err


def test_a_misspelt_variable_is_refused(folder: Folder) -> None:
    """A variable that looks like ours and is none would do nothing, silently."""
    code = "import os; os.environ['RECONCILER_ALOWED_HOSTS'] = 'x'; from reconciler.cli.main import main; main()"
    ended = call_alone("-C", str(folder.path), "plan", code=code)
    assert ended.code == 64
    assert "[environment-unknown]" in ended.err
    assert "Did you mean RECONCILER_ALLOWED_HOSTS?" in ended.err
    assert folder.requests() == []


def test_a_misspelt_variable_hides_no_problem_of_the_documents(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """All problems at once; and an empty one, as a secret that nobody made is in CI, counts as not set."""
    monkeypatch.setenv("RECONCILER_OTHER_KEY", "")
    assert folder.call("validate").code == 0
    next(folder.path.glob("*/*.yaml")).write_text("customers: [{nmae: x}]\n", encoding="utf-8")
    monkeypatch.setenv("RECONCILER_OTHER_KEY", "x")
    ended = folder.call("plan")
    assert (ended.code, "[environment-unknown]" in ended.err, "[key-unknown]" in ended.err) == (64, True, True)
