"""Documents count as all read only where nothing speaks against it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.desired.files import find_files
from reconciler.desired.load import load
from reconciler.errors import Place, Problem
from reconciler.model.state import DesiredCertificate
from tests.desired.clubs import TODAY, load_files, marks, organization, problems_of, write

CLUB = "clubs:\n- externalId: C\n"
IDENTITY = ("-c", "user.name=A", "-c", "user.email=a@b.example", "-c", "protocol.file.allow=always")


def git(folder: Path, *arguments: str) -> None:
    """Run git in a folder, with nobody's settings."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *IDENTITY, *arguments], cwd=folder, env=environment, check=True, capture_output=True)


def certificate_of(root: Path, *ignore: str) -> DesiredCertificate:
    """Load what stands in `docs`, and give its certificate."""
    state = load(replace(organization(), ignore=ignore), root, TODAY)
    assert state.certificate is not None
    assert state.warnings == (() if state.certificate.flaw is None else (state.certificate.flaw,))
    return state.certificate


def flaw_of(root: Path, *ignore: str) -> Problem:
    """Load what stands in `docs`, and give the flaw of its certificate."""
    flaw = certificate_of(root, *ignore).flaw
    assert flaw is not None
    assert (flaw.code, flaw.warning) == ("documents-incomplete", True)
    return flaw


def repository(root: Path) -> None:
    """Make a repository of a folder that has documents in `docs/a.yaml` and `docs/sub/b.yaml`."""
    write(root, {"a.yaml": CLUB, "sub/b.yaml": CLUB.replace("C", "D")})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "x")


def test_a_whole_folder(tmp_path: Path) -> None:
    """Documents, hidden files and what is for people leave no doubt."""
    files = {"a.yaml": CLUB, "sub/b.yml": CLUB.replace("C", "D"), ".gitkeep": "", "README.md": "x", "sub/LICENSE": "x"}
    write(tmp_path, {**files, "readme.txt": "x", ".hidden/c.txt": "- ["})
    assert certificate_of(tmp_path) == DesiredCertificate(files=2)


@pytest.mark.parametrize("name", [".b.yaml", ".b.yml", ".sub/b.yaml", "sub/.old/deep/b.yml"])
def test_what_was_hidden(tmp_path: Path, name: str) -> None:
    """A document or folder of documents that got a dot in front is a flaw at what begins with the dot."""
    write(tmp_path, {"a.yaml": CLUB, "sub/c.yaml": "tags: []\n", name: CLUB})
    hidden = name if name.startswith(".b") else name[: name.index("/", name.index("."))]
    assert flaw_of(tmp_path).where == Place(path=f"docs/{hidden}", line=1, column=1)
    assert certificate_of(tmp_path, hidden).complete


@pytest.mark.parametrize(
    "name",
    [
        ".b.yaml.swp",
        ".b.yaml.un~",
        ".#b.yaml",
        "._b.yaml",
        "..data/b.yaml",
        ".git/b.yaml",
        ".reconciler/b.yaml",
        ".env",
    ],
)
def test_what_programs_hide(tmp_path: Path, name: str) -> None:
    """What editors, git, systems and we ourselves leave there is nobody's document."""
    write(tmp_path, {"a.yaml": CLUB, name: CLUB})
    found = find_files(tmp_path, "docs", [])
    assert (found.documents, found.hidden, found.strangers) == (("docs/a.yaml",), (), ())


@pytest.mark.parametrize("content", [CLUB, f"# ours\n---\n{CLUB}", "removed: []\n"])
@pytest.mark.parametrize("name", ["b.md", "README", "license.txt"])
def test_a_document_by_a_name_for_people(tmp_path: Path, name: str, content: str) -> None:
    """What begins as a document does is one that got another name, whatever that name says."""
    write(tmp_path, {"a.yaml": CLUB, name: content})
    assert str(flaw_of(tmp_path).where) == f"docs/{name}:1:1"
    assert certificate_of(tmp_path, name).complete
    write(tmp_path, {name: f"# Read me\n\nSuch a list:\n\n```yaml\n{CLUB}```\n"})
    assert certificate_of(tmp_path).complete


@pytest.mark.parametrize(
    "content", ["", "\n", "  \n", "# nothing\n", "---\n", "--- # a\r\n\r\n", "%YAML 1.2\n---\n", "\ufeff"]
)
def test_a_document_without_anything(tmp_path: Path, content: str) -> None:
    """A file that was cut off looks like this; an empty list says that nothing is meant."""
    write(tmp_path, {"a.yaml": CLUB, "b.yaml": content})
    assert "an empty list, clubs: []" in flaw_of(tmp_path).remedy
    write(tmp_path, {"b.yaml": f"{content}clubs: []\n"})
    assert certificate_of(tmp_path).complete


@pytest.mark.parametrize("name", ["a.YAML", "b.yaml.bak", "b.yaml~", "list.csv", "sub/x"])
def test_a_file_that_might_be_meant(tmp_path: Path, name: str) -> None:
    """A file that is neither loaded nor ignored is a flaw at the file; ignoring it settles that."""
    write(tmp_path, {"a.yaml": CLUB, name: "x", "z.txt": "x"})
    flaw = flaw_of(tmp_path)
    assert flaw.where == Place(path=f"docs/{name}", line=1, column=1)
    assert "1 more" in flaw.detail
    assert certificate_of(tmp_path, name, "*.txt").complete


@pytest.mark.parametrize(
    ("glob", "loaded"),
    [
        ("*.yaml", 0),
        ("/".join(("sub", "*")), 2),
        ("sub", 1),
        ("sub/", 1),
        ("sub/**", 1),
        ("**/c.yaml", 2),
        ("?.yaml", 0),
    ],
)
def test_what_is_ignored_is_not_loaded(tmp_path: Path, glob: str, loaded: int) -> None:
    """A glob without a slash means a name anywhere, a folder all that is in it; a star stops at a slash."""
    write(tmp_path, {"a.yaml": CLUB, "sub/b.yaml": "clubs:\n- externalId: D\n", "sub/deep/c.yaml": "tags: []\n"})
    assert certificate_of(tmp_path, glob).files == (1 if glob == "sub/*" else loaded)


def test_both_endings_side_by_side(tmp_path: Path) -> None:
    """`a.yml` beside `a.yaml` is loaded, and doubted."""
    write(tmp_path, {"a.yaml": CLUB, "a.yml": CLUB.replace("C", "D"), "b.yml": "tags: []\n"})
    assert certificate_of(tmp_path).files == 3
    assert str(flaw_of(tmp_path).where) == "docs/a.yml:1:1"
    assert certificate_of(tmp_path, "a.yml").complete


def test_a_pointer_of_lfs(tmp_path: Path) -> None:
    """A document that was not fetched stops everything."""
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
    assert marks(problems_of(tmp_path, {"a.yaml": pointer})) == ["a.yaml:1:1 lfs-pointer"]


def test_a_whole_checkout(tmp_path: Path) -> None:
    """In a repository with everything checked out there is no doubt; a file removed on purpose is one removed."""
    repository(tmp_path)
    assert certificate_of(tmp_path).complete
    (tmp_path / "docs" / "sub" / "b.yaml").unlink()
    assert certificate_of(tmp_path) == DesiredCertificate(files=1)


def test_a_lost_file(tmp_path: Path) -> None:
    """Where nobody edits by hand, a tracked file that is not there is a flaw, until a removal of it is staged."""
    repository(tmp_path)
    (tmp_path / "docs" / "sub" / "b.yaml").unlink()
    certificate = load(organization(), tmp_path, TODAY, pristine=True).certificate
    assert certificate is not None and certificate.flaw is not None
    assert str(certificate.flaw.where) == "docs/sub/b.yaml:1:1"
    git(tmp_path, "rm", "-q", "docs/sub/b.yaml")
    assert load(organization(), tmp_path, TODAY, pristine=True).certificate == DesiredCertificate(files=1)


def test_a_machine_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a repository nobody can say then what is missing; elsewhere there is nothing to say."""
    write(tmp_path, {"a.yaml": CLUB})
    monkeypatch.setenv("PATH", str(tmp_path))
    assert certificate_of(tmp_path).complete
    (tmp_path / ".git").mkdir()
    assert "without git, install it" in flaw_of(tmp_path).remedy


def test_a_sparse_checkout(tmp_path: Path) -> None:
    """A tracked document that the checkout leaves out is a flaw, unless it is ignored anyway."""
    repository(tmp_path)
    git(tmp_path, "sparse-checkout", "set", "--no-cone", "/docs/a.yaml")
    assert not (tmp_path / "docs" / "sub").exists()
    assert str(flaw_of(tmp_path).where) == "docs/sub/b.yaml:1:1"
    assert certificate_of(tmp_path, "sub/**").complete


def test_git_that_does_not_answer(tmp_path: Path) -> None:
    """A repository that git cannot read is a flaw: nobody can say what is missing."""
    write(tmp_path, {"a.yaml": CLUB})
    (tmp_path / ".git").write_text("gitdir: /nowhere\n")
    assert str(flaw_of(tmp_path).where) == "docs:1:1"


def test_a_submodule_that_was_not_initialised(tmp_path: Path) -> None:
    """The empty folder of a submodule is a flaw; checked out, its documents are read like all others."""
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    (tmp_path / "module").mkdir()
    (tmp_path / "module" / "m.yaml").write_text("clubs:\n- externalId: M\n")
    for folder in ("module", "origin"):
        (tmp_path / folder).mkdir(exist_ok=True)
        git(tmp_path / folder, "init", "-q")
    git(tmp_path / "module", "add", ".")
    git(tmp_path / "module", "commit", "-q", "-m", "x")
    write(origin, {"a.yaml": CLUB})
    git(origin, "submodule", "add", "-q", str(tmp_path / "module"), "docs/shared")
    git(origin, "add", ".")
    git(origin, "commit", "-q", "-m", "x")
    git(tmp_path, "clone", "-q", str(origin), str(clone))
    assert str(flaw_of(clone).where) == "docs/shared:1:1"
    assert certificate_of(clone, "shared").complete
    git(clone, "submodule", "update", "-q", "--init")
    assert certificate_of(clone) == DesiredCertificate(files=2)
    git(clone / "docs" / "shared", "sparse-checkout", "set", "--no-cone", "/*", "!m.yaml")
    assert str(flaw_of(clone).where) == "docs/shared/m.yaml:1:1"
    assert certificate_of(clone, "shared").complete


def test_a_submodule_that_is_cut_off(tmp_path: Path) -> None:
    """A folder whose repository is gone is a flaw, though it holds documents."""
    write(tmp_path, {"a.yaml": CLUB, "sub/b.yaml": "tags: []\n", "sub/.git": "gitdir: ../gone\n"})
    assert str(flaw_of(tmp_path).where) == "docs/sub:1:1"


def test_without_documents(tmp_path: Path) -> None:
    """An empty folder is a whole one: whether that can be meant is another's question."""
    (tmp_path / "docs").mkdir()
    assert load_files(tmp_path, {}).certificate == DesiredCertificate(files=0)
