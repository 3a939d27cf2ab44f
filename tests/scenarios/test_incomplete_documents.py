"""A customer is taken out of the documents while something else is wrong with them: nothing is deleted, and it is said.

Each case breaks the folder in one way. Either the documents are refused (nothing is even planned), or the plan counts
and names what stays and points at what is wrong.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path, PurePath

import pytest

from reconciler.cli.allowing import read_allowance
from reconciler.errors import DesiredStateInvalid
from reconciler.model.change import Action
from reconciler.model.plan import Plan
from reconciler.render.plan_text import plan_text
from tests.company import CONFIGURATION, Company, error_codes
from tests.scenarios.test_ownership import HAND, customer, live_keys
from tests.scenarios.words import document

ALL = {"C-1", "C-2", "C-3", "C-4"}
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n"
CONFLICT = "<<<<<<< HEAD\n  - {externalId: C-3, name: A}\n=======\n  - {externalId: C-3, name: B}\n>>>>>>> theirs\n"


def git(folder: Path, *words: str, fails: bool = False) -> None:
    """Run git with nobody's settings."""
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PATH": os.environ["PATH"]}
    names = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always"]
    ended = subprocess.run(["git", *names, *words], cwd=folder, env=nobody, capture_output=True, check=False)
    assert bool(ended.returncode) is fails, ended.stderr


def company(folder: Path) -> Company:
    """Bring four customers under management, each in a file of its own, in a repository."""
    here = Company(folder / "company")
    here.seed({})
    here.write({f"{key}.yaml": document(key) for key in sorted(ALL)})
    git(here.folder, "init", "--initial-branch=main")
    git(here.folder, "add", "documents", "reconciler.yaml")
    git(here.folder, "commit", "--message=all")
    assert here.apply().code == 0
    return here


def documents(here: Company) -> Path:
    """Give the folder of documents."""
    return here.folder / "documents"


def take_out(here: Company) -> None:
    """Take one customer out, on purpose."""
    (documents(here) / "C-2.yaml").unlink()


def renamed_folder(here: Company) -> None:
    """Rename the folder of documents."""
    documents(here).rename(here.folder / "elsewhere")


def both_endings(here: Company) -> None:
    """Have the same name with both endings."""
    here.write({"C-1.yml": "customers: []\n"})


def a_copy(here: Company) -> None:
    """Have a copy of a document that is not read."""
    here.write({"C-2.yaml.bak": document("C-2")})


def a_pointer(here: Company) -> None:
    """Have a document that was not fetched."""
    here.write({"C-3.yaml": POINTER})


def a_submodule(here: Company) -> None:
    """Have a submodule that was not initialised."""
    other = here.folder.parent / "other"
    other.mkdir()
    git(other, "init", "--initial-branch=main")
    git(other, "commit", "--allow-empty", "--message=one")
    git(here.folder, "submodule", "add", str(other), "documents/shared")
    git(here.folder, "submodule", "deinit", "--force", "documents/shared")


def a_sparse_checkout(here: Company) -> None:
    """Have the checkout leave a file out."""
    git(here.folder, "sparse-checkout", "set", "--no-cone", "/reconciler.yaml", "/documents/*", "!/documents/C-3.yaml")


def a_broken_link(here: Company) -> None:
    """Have a link that leads nowhere."""
    (documents(here) / "C-5.yaml").symlink_to("nowhere.yaml")


def no_utf8(here: Company) -> None:
    """Have a document that cannot be read as text."""
    (documents(here) / "C-3.yaml").write_bytes(b"customers: \xff\xfe\n")


def a_pipe(here: Company) -> None:
    """Have something that is no file."""
    os.mkfifo(documents(here) / "C-5.yaml")


def conflict_markers(here: Company) -> None:
    """Have a document with the marks of a merge in it."""
    here.write({"C-3.yaml": "customers:\n" + CONFLICT})


def an_unfinished_merge(here: Company) -> None:
    """Have one side delete a document and the other change it; git leaves it to us, and it is valid YAML."""
    git(here.folder, "checkout", "-b", "theirs")
    here.write({"C-3.yaml": document("C-3") + "# theirs\n"})
    git(here.folder, "commit", "--all", "--message=theirs")
    git(here.folder, "checkout", "main")
    git(here.folder, "rm", "documents/C-3.yaml")
    git(here.folder, "commit", "--message=ours")
    git(here.folder, "merge", "theirs", fails=True)


def cut_off_repository(here: Company) -> None:
    """Have a repository that git cannot read."""
    (here.folder / ".git" / "HEAD").unlink()


Break = Callable[[Company], None]
REFUSED: list[tuple[Break, str, str]] = [
    (renamed_folder, "documents-missing", "reconciler.yaml"),
    (a_pointer, "lfs-pointer", "documents/C-3.yaml"),
    (a_broken_link, "file-unreadable", "documents/C-5.yaml"),
    (no_utf8, "encoding", "documents/C-3.yaml"),
    (a_pipe, "file-unreadable", "documents/C-5.yaml"),
    (conflict_markers, "merge-conflict", "documents/C-3.yaml"),
]
DOUBTED: list[tuple[Break, str]] = [
    (both_endings, "documents/C-1.yml"),
    (a_copy, "documents/C-2.yaml.bak"),
    (a_submodule, "documents/shared"),
    (a_sparse_checkout, "documents/C-3.yaml"),
    (an_unfinished_merge, "documents/C-3.yaml"),
    (cut_off_repository, "documents"),
]


def deletes(plan: Plan) -> list[str]:
    """Give what a plan deletes, or would if it were let."""
    every = [*plan.changes, *(one.change for one in plan.blocked)]
    return [one.address.key for one in every if one.action is Action.DELETE]


@pytest.mark.parametrize(("damage", "code", "place"), REFUSED)
def test_documents_that_cannot_be_read_are_refused(damage: Break, code: str, place: str, tmp_path: Path) -> None:
    """Nothing is planned, and the problem stands at the file."""
    here = company(tmp_path)
    take_out(here)
    damage(here)
    with pytest.raises(DesiredStateInvalid) as raised:
        here.plan()
    assert code in error_codes(raised.value)
    assert place in str(raised.value)
    assert live_keys(here) == ALL


@pytest.mark.parametrize(("damage", "place"), DOUBTED)
def test_documents_that_may_not_be_all_prune_nothing(damage: Break, place: str, tmp_path: Path) -> None:
    """The plan names what stays and where the doubt comes from; settled, it prunes just what was taken out."""
    here = company(tmp_path)
    if damage is not an_unfinished_merge:
        take_out(here)
    damage(here)
    if damage is an_unfinished_merge:
        take_out(here)
    plan = here.plan()
    assert deletes(plan) == []
    (warning,) = [one for one in plan.warnings if one.code == "documents-incomplete"]
    assert str(warning.where).startswith(f"{place}:")
    (spared,) = plan.shares[0].spared
    assert "C-2" in spared.keys and spared.where == str(warning.where)
    assert f"see {warning.where}" in plan_text(plan)
    here.carry_out(plan)
    assert live_keys(here) == ALL


def test_an_empty_folder_is_refused_by_a_guard(tmp_path: Path) -> None:
    """It is whole and declares nothing: that alone is no reason to delete all there was."""
    here = company(tmp_path)
    for file in documents(here).iterdir():
        file.unlink()
    plan = here.plan()
    assert plan.changes == ()
    assert {one.problem.code for one in plan.blocked} >= {"desired-empty"}


def test_a_file_that_is_renamed_or_moved_is_no_change(tmp_path: Path) -> None:
    """Resources go by their external ids; where they stand does not matter."""
    here = company(tmp_path)
    (documents(here) / "north").mkdir()
    (documents(here) / "C-2.yaml").rename(documents(here) / "north" / "two.yaml")
    plan = here.plan()
    assert plan.empty and plan_text(plan).startswith("No changes.")


def test_one_lost_file_is_one_line(tmp_path: Path) -> None:
    """Forty customers of one file are grouped by it, refused by the ceiling, and go if they are meant to."""
    keys = [f"K-{number:03}" for number in range(40)]
    here = Company(tmp_path / "company")
    here.seed({"settings": {"list_rows_contacts": True}})
    here.write({"many.yaml": document(*keys), "rest.yaml": document(*sorted(ALL))})
    assert here.apply().code == 0
    (documents(here) / "many.yaml").unlink()
    plan = here.plan()
    text = plan_text(plan)
    assert "documents/many.yaml: 40 customers (K-000, K-001, K-002, K-003, K-004 and 35 more)" in text
    assert plan.changes == ()
    assert "--allow-delete customer=40" in text
    here.allowances = (read_allowance("delete-ceiling=customer=40"),)
    plan = here.plan()
    assert [one.action for one in plan.changes] == [Action.DELETE] * 40
    assert "documents/many.yaml: 40 customers" in plan_text(plan)
    assert here.carry_out(plan).code == 0
    assert live_keys(here) == ALL


def test_lists_of_very_many_that_go_are_told_as_unread(tmp_path: Path) -> None:
    """Who goes with up to fifty customers is shown; beyond, the plan says that nobody looked."""
    keys = [f"K-{number:03}" for number in range(51)]
    here = Company(tmp_path / "company")
    here.seed({"customers": [customer(key, HAND) for key in (*keys, *sorted(ALL))]})
    here.write({"many.yaml": document(*keys), "rest.yaml": document(*sorted(ALL))})
    here.manage()
    here.write({"many.yaml": "customers: []\n"})
    here.allowances = (read_allowance("delete-ceiling=customer=51"),)
    assert {mark.code for one in here.plan().changes for mark in one.marks} == {"members-unread"}
    here.write({"many.yaml": document("K-000")})
    plan = here.plan()
    assert {mark.code for one in plan.changes for mark in one.marks} == set()
    assert "50 contacts to remove" in plan_text(plan)


def ignoring(here: Company, *globs: str) -> None:
    """Have the organization ignore these."""
    (here.folder / "reconciler.yaml").write_text(f"{CONFIGURATION}    ignore: {list(globs)}\n")


@pytest.mark.parametrize("glob", ["C-2.yaml", "sub/C-3.yaml", "sub"])
def test_a_document_that_is_ignored_and_stands_there_deletes_nothing(glob: str, tmp_path: Path) -> None:
    """It is told of what is held back; the file's removal, or a `removed:` entry, says that it is meant."""
    here = Company(tmp_path / "company")
    here.seed({})
    ignored = "sub/C-3.yaml" if "sub" in glob else glob
    key = PurePath(ignored).stem
    here.write({"a.yaml": document("C-1", "C-4"), "C-2.yaml": document("C-2"), "sub/C-3.yaml": document("C-3")})
    assert here.apply().code == 0
    ignoring(here, glob)
    plan = here.plan()
    assert deletes(plan) == []
    (warning,) = [one for one in plan.warnings if one.code == "document-ignored"]
    assert str(warning.where) == f"documents/{ignored}:1:1"
    (spared,) = plan.shares[0].spared
    assert (spared.reason, spared.keys, spared.where) == ("document-ignored", (key,), f"documents/{ignored}")
    assert f"documents/{ignored}, which declared it, is named in ignore:" in plan_text(plan)
    here.carry_out(plan)
    assert live_keys(here) == ALL
    here.write({"gone.yaml": f"removed:\n  - {{address: customer/{key}, reason: left, until: 2030-01-01}}\n"})
    assert deletes(here.plan()) == [key]
    (documents(here) / "gone.yaml").unlink()
    (documents(here) / ignored).rename(here.folder / "elsewhere.yaml")
    assert deletes(here.plan()) == ([] if glob == "sub" else [key])
