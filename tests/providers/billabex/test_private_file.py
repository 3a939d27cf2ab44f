"""A token never gets into git, nor where others on the machine read it: each way there is refused before the first."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reconciler.errors import UsageInvalid
from reconciler.providers.billabex.tokens import TokenFile
from tests.store.repositories import git


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Give a repository with a folder of tokens that it ignores."""
    git(tmp_path, "init", "--quiet")
    (tmp_path / ".gitignore").write_text("ignored/\njust-this.json\n")
    (tmp_path / "ignored").mkdir()
    (tmp_path / "seen").mkdir()
    return tmp_path


def refused(path: Path) -> str:
    """Give what is said against a file."""
    with pytest.raises(UsageInvalid) as caught:
        TokenFile(path).check()
    assert [problem.code for problem in caught.value.problems] == ["token-place-exposed"]
    assert not path.exists() or path.read_text() == ""
    return str(caught.value)


def test_a_file_in_a_folder_that_git_ignores_is_fine(repository: Path) -> None:
    """And so is one outside of every repository, as all other tests show."""
    TokenFile(repository / "ignored" / "acme.json").check()


def test_a_file_that_git_would_see_is_refused(repository: Path) -> None:
    """The next `git add .` would take it."""
    assert "git does not ignore it" in refused(repository / "seen" / "acme.json")
    assert [one.name for one in (repository / "seen").iterdir()] == []


def test_a_file_that_alone_is_ignored_is_refused(repository: Path) -> None:
    """A token is written beside it first, and a run may be killed just then."""
    assert "what is written beside it" in refused(repository / "just-this.json")


def test_a_file_that_git_tracks_is_refused_though_it_is_ignored(repository: Path) -> None:
    """Somebody added it by force; the next commit would publish the token."""
    file = repository / "ignored" / "acme.json"
    file.touch(mode=0o600)
    git(repository, "add", "--force", "ignored/acme.json")
    assert "git tracks it" in refused(file)


def test_a_folder_that_we_make_in_a_repository_is_shut_to_git(repository: Path) -> None:
    """As `.reconciler/tokens` is, the first time."""
    place = TokenFile(repository / ".reconciler" / "tokens" / "acme.json")
    place.check()
    place.keep("second", "mark")
    git(repository, "add", ".")
    assert ".reconciler" not in git(repository, "status", "--porcelain")


def test_a_link_into_a_repository_is_followed(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What counts is where the token lies."""
    link = tmp_path_factory.mktemp("links") / "acme.json"
    link.symlink_to(repository / "seen" / "acme.json")
    assert "git does not ignore it" in refused(link)


def test_without_git_a_folder_that_shuts_itself_is_believed(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `.gitignore` that names everything can be read by anybody; what else git ignores, only git knows."""
    monkeypatch.setenv("PATH", "")
    assert "gives no answer" in refused(repository / "ignored" / "acme.json")
    (repository / "ignored" / ".gitignore").write_text("*\n")
    TokenFile(repository / "ignored" / "acme.json").check()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_may_read_is_refused(mode: int, tmp_path: Path) -> None:
    """The command that ends it stands in the problem."""
    file = tmp_path / "acme.json"
    file.touch()
    file.chmod(mode)
    assert f"chmod 600 {file}" in refused(file)


def test_a_folder_in_which_everybody_may_write_is_refused(tmp_path: Path) -> None:
    """Whoever may write there may put a file of their own in the place of ours."""
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    told = refused(folder / "acme.json")
    assert "its folder is 0777" in told
    folder.chmod(0o1777)
    TokenFile(folder / "acme.json").check()
    folder.chmod(0o775)
    TokenFile(folder / "acme.json").check()


def test_what_is_no_regular_file_is_refused_unread(tmp_path: Path) -> None:
    """A pipe that nobody writes to would hold the run up for ever, and a device might never end."""
    pipe = tmp_path / "acme.json"
    os.mkfifo(pipe, 0o600)
    with pytest.raises(UsageInvalid, match="no regular file") as caught:
        TokenFile(pipe).check()
    assert [problem.code for problem in caught.value.problems] == ["token-place-unusable"]
