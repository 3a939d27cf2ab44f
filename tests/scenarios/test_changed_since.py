"""`--changed-since`: a plan is held to what a branch touches, reads only that, and says the same of it as a whole plan.

A real repository, real git, and the embedded sandbox, whose log says what was read.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.cli.allowing import read_allowance
from reconciler.errors import ReconcilerError
from reconciler.model.plan import Plan, Since
from reconciler.render.plan_text import plan_text
from reconciler.sandbox import edit as edit_live
from reconciler.sandbox.values import Json
from tests.company import Company
from tests.scenarios.test_incomplete_documents import git
from tests.scenarios.words import document, refused, told

MANY = 60
PAGE = 10
GROUP = "customers:\n  - {externalId: P-1, name: Customer P-1}\n" + "".join(
    f"  - {{externalId: K-{number}, name: Customer K-{number}, parent: P-1}}\n" for number in (1, 2)
)


def company(folder: Path, **documents: str) -> Company:
    """Bring many customers under management, in a repository, and begin a branch."""
    here = Company(folder / "company")
    keys = [f"C-{number:02}" for number in range(MANY)]
    group: list[Json] = [{"externalId": key, "name": f"Customer {key}", "parent": "P-1"} for key in ("K-1", "K-2")]
    live: list[Json] = [{"externalId": key, "name": f"Customer {key}"} for key in ("P-1", *keys)]
    here.seed({"settings": {"customers_cap": PAGE}, "customers": [*live, *group]})
    here.write({"many.yaml": document(*keys), "group.yaml": GROUP})
    here.manage()
    here.write({f"{name}.yaml": text for name, text in documents.items()})
    git(here.folder, "init", "--initial-branch=main")
    git(here.folder, "add", "documents", "reconciler.yaml")
    commit(here)
    if documents:
        assert here.apply().code == 0
    git(here.folder, "switch", "--create", "branch")
    here.since = "main"
    here.forget_requests()
    return here


def commit(here: Company) -> None:
    """Commit all documents."""
    git(here.folder, "add", "documents", "reconciler.yaml")
    git(here.folder, "commit", "--allow-empty", "--message=more")


def edit(here: Company, name: str, before: str, after: str) -> None:
    """Replace a text in a document."""
    file = here.folder / "documents" / name
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def by_hand(here: Company, key: str, **fields: Json) -> None:
    """Have somebody change a customer in the vendor's web app."""
    with here.store() as store:
        edit_live(store, "acme", f"customer/{key}", fields)


def drifted(here: Company) -> None:
    """Have somebody rename a customer that no branch is about."""
    by_hand(here, "C-40", name="By hand")


def since(plan: Plan) -> Since:
    """Give what a plan says that it is held to."""
    assert plan.since is not None
    return plan.since


def code(here: Company) -> str:
    """Give the code of the problem that planning ends with."""
    with pytest.raises(ReconcilerError) as caught:
        here.plan()
    return caught.value.problems[0].code


def test_one_edit_among_many_reads_one_object(tmp_path: Path) -> None:
    """What the branch touches is planned, by a single look-up; the page says of how many it is."""
    here = company(tmp_path)
    edit(here, "many.yaml", "Customer C-07", "Seven")
    plan = here.plan()
    assert told(plan) == [("update", "C-07")]
    assert [one for one in here.requests() if "customers" in one] == ["GET /customers/external:C-07"]
    page = f"Plans only what changed since main (merge base {since(plan).base[:12]}): 1 of {MANY + 3} resources."
    assert page in plan_text(plan)


def test_an_edit_of_a_list_reads_a_page_and_the_object(tmp_path: Path) -> None:
    """Where others of the kind are looked at too, for words that only they use, it is one page and no more."""
    here = company(tmp_path, people=PEOPLE.format("old"))
    edit(here, "people.yaml", "a@example.com", "b@example.com")
    assert told(here.plan()) == [("replace", "D-1")]
    assert [one for one in here.requests() if "customers" in one] == ["GET /customers", "GET /customers/external:D-1"]


def test_nothing_changed_reads_nothing(tmp_path: Path) -> None:
    """A branch that declares the same, in other files and another order, touches nothing."""
    here = company(tmp_path)
    (here.folder / "documents" / "many.yaml").rename(here.folder / "documents" / "moved.yaml")
    edit(here, "group.yaml", "externalId: P-1, name: Customer P-1", "name: Customer P-1, externalId: P-1")
    plan = here.plan()
    assert (plan.empty, since(plan).touched, [one for one in here.requests() if "customers" in one]) == (True, 0, [])
    assert "No changes. All of it that was looked at is so already." in plan_text(plan)


def test_a_deleted_file_counts(tmp_path: Path) -> None:
    """Who is declared nowhere any more is deleted; who went to another file stays. All documents are the evidence."""
    here = company(tmp_path, two=document("D-1", "D-2"))
    (here.folder / "documents" / "two.yaml").unlink()
    here.write({"three.yaml": document("D-2")})
    assert told(here.plan()) == [("delete", "D-1")] == told(whole(here))


def whole(here: Company) -> Plan:
    """Make the plan that is held to nothing."""
    revision, here.since = here.since, ""
    plan = here.plan()
    here.since = revision
    return plan


def test_a_shared_anchor_touches_all_who_use_it(tmp_path: Path) -> None:
    """An edit of a value that several share by an anchor is an edit of each of them."""
    users = "".join(f"  - {{externalId: D-{number}, name: D, address: *city}}\n" for number in (2, 3))
    text = f"customers:\n  - {{externalId: D-1, name: D, address: &city {{city: Lyon}}}}\n{users}"
    here = company(tmp_path, shared=text)
    edit(here, "shared.yaml", "Lyon", "Nice")
    assert told(here.plan()) == [("update", "D-1"), ("update", "D-2"), ("update", "D-3")]


def test_the_kind_of_a_value_counts(tmp_path: Path) -> None:
    """A text that becomes another sort of value is another declaration."""
    here = company(tmp_path)
    edit(here, "many.yaml", "{externalId: C-07, name", "{externalId: C-07, protected: false, name")
    assert since(here.plan()).touched == 1


def test_drift_elsewhere_is_left_to_the_whole_plan(tmp_path: Path) -> None:
    """What somebody else changed at an object that the branch does not touch is in no plan of the branch."""
    here = company(tmp_path)
    drifted(here)
    edit(here, "many.yaml", "Customer C-07", "Seven")
    assert told(here.plan()) == [("update", "C-07")]
    assert told(whole(here)) == [("update", "C-07"), ("update", "C-40")]


@pytest.mark.parametrize("name", ["Customer P-1", "Customer K-1"])
def test_parents_and_children_come_along(tmp_path: Path, name: str) -> None:
    """A child brings its parent; a parent brings its children."""
    here = company(tmp_path)
    edit(here, "group.yaml", name, "Another")
    assert since(here.plan()).touched == (3 if name == "Customer P-1" else 2)


def test_children_are_known_from_the_inventory(tmp_path: Path) -> None:
    """Who no longer says whose child it is, and who was taken out before, is known to have been one."""
    here = company(tmp_path)
    here.write({"group.yaml": "customers:\n  - {externalId: P-1, name: Customer P-1}\n"})
    commit(here)
    git(here.folder, "branch", "--force", "main")
    edit(here, "group.yaml", "Customer P-1", "Another")
    plan = here.plan()
    assert since(plan).touched == 3
    assert told(plan) == told(whole(here)) == [("update", "P-1"), ("delete", "K-1"), ("delete", "K-2")]


def test_a_parent_is_not_deleted_over_children_that_nobody_here_knows(tmp_path: Path) -> None:
    """Where something goes that others may belong to, all of its kind are listed, as for a whole plan."""
    here = company(tmp_path, alone=document("D-1"))
    by_hand(here, "C-40", parent="D-1")
    (here.folder / "documents" / "alone.yaml").unlink()
    assert refused(here.plan()) == [("child-of-deleted", "D-1")] == refused(whole(here))


def test_a_changed_configuration_widens_it_to_everything(tmp_path: Path) -> None:
    """Any edit of reconciler.yaml may be about every object; one line says so, and the digest is that of any plan."""
    here = company(tmp_path)
    drifted(here)
    file = here.folder / "reconciler.yaml"
    file.write_text(f"{file.read_text()}    limits: {{requestsPerMinute: 300}}\n")
    plan = here.plan()
    assert told(plan) == [("update", "C-40")]
    assert "Plans all of acme, not only what changed since main: reconciler.yaml changed too." in plan_text(plan)
    assert plan.digest == whole(here).digest


def test_documents_that_were_broken_widen_it(tmp_path: Path) -> None:
    """Where the merge base has problems, nobody knows what changed, and all is planned."""
    here = company(tmp_path)
    here.write({"bad.yaml": "customers: [\n"})
    commit(here)
    git(here.folder, "branch", "--force", "main")
    (here.folder / "documents" / "bad.yaml").unlink()
    plan = here.plan()
    assert (plan.partial, since(plan).whole) == ((), {"acme": "its documents at the merge base have problems"})


def test_what_the_main_branch_got_since_is_not_the_branch_s(tmp_path: Path) -> None:
    """It is compared with where the branch left, not with where the main branch stands now."""
    here = company(tmp_path)
    edit(here, "many.yaml", "Customer C-07", "Seven")
    commit(here)
    git(here.folder, "switch", "main")
    edit(here, "many.yaml", "Customer C-08", "Eight")
    commit(here)
    git(here.folder, "switch", "branch")
    assert told(here.plan()) == [("update", "C-07")]


def test_the_merge_applies_what_was_reviewed(tmp_path: Path) -> None:
    """However it is merged, the same option makes the plan of the same digest, and an apply does just that."""
    here = company(tmp_path)
    drifted(here)
    edit(here, "many.yaml", "Customer C-07", "Seven")
    commit(here)
    reviewed = here.plan().digest
    git(here.folder, "switch", "main")
    git(here.folder, "merge", "--squash", "branch")
    commit(here)
    here.since = "HEAD^"
    applied = here.apply()
    assert (applied.plan.digest, applied.code) == (reviewed, 0)
    assert told(applied.plan) == [("update", "C-07")]
    here.since = ""
    assert told(here.plan()) == [("update", "C-40")]


def test_a_part_never_passes_for_the_whole(tmp_path: Path) -> None:
    """A plan of a part and one of everything differ by digest, also where they do the same."""
    here = company(tmp_path)
    edit(here, "many.yaml", "Customer C-07", "Seven")
    part = here.plan()
    assert told(part) == told(whole(here))
    assert part.digest != whole(here).digest


def test_ceilings_keep_their_base(tmp_path: Path) -> None:
    """A tenth is of all that is managed: six of sixty may go, and seven may not."""
    here = company(tmp_path)
    here.write({"many.yaml": document(*(f"C-{number:02}" for number in range(6, MANY)))})
    assert len(told(here.plan())) == 6
    here.write({"many.yaml": document(*(f"C-{number:02}" for number in range(7, MANY)))})
    assert {guard for guard, _ in refused(here.plan())} == {"delete-ceiling"}
    here.allowances = (read_allowance("delete-ceiling=customer=7"),)
    assert len(told(here.plan())) == 7


def test_entries_touch_what_they_name(tmp_path: Path) -> None:
    """A `removed:` entry touches its address, an `allow:` line too, or all where it is for a kind."""
    here = company(tmp_path)
    day = "reason: it closed, until: 2026-12-31"
    here.write({"gone.yaml": f"removed:\n  - {{address: customer/C-90, remoteId: x, {day}}}\n"})
    assert since(here.plan()).touched == 1
    here.write({"gone.yaml": f"allow:\n  - {{guard: not-empty, address: customer/C-03, {day}}}\n"})
    assert since(here.plan()).touched == 1
    here.write({"gone.yaml": f"allow:\n  - {{guard: delete-ceiling, kind: customer, count: 9, {day}}}\n"})
    assert since(here.plan()).whole == {"acme": "an entry that changed may be about any of it"}


def test_a_moved_member_touches_who_has_it(tmp_path: Path) -> None:
    """A `moved:` entry is about the customer of the contact."""
    here = company(tmp_path, people=PEOPLE.format("old"))
    here.write({"people.yaml": PEOPLE.format("new") + MOVED})
    assert told(here.plan())[0] == ("move", "key:new")


PEOPLE = "customers:\n  - externalId: D-1\n    name: D\n    contacts: [{{key: {}, email: a@example.com}}]\n"
MOVED = "moved:\n  - {from: customer/D-1/contact/key:old, to: customer/D-1/contact/key:new}\n"


def test_an_unknown_revision_is_an_error(tmp_path: Path) -> None:
    """A revision that git does not know is nothing to guess at."""
    here = company(tmp_path)
    here.since = "nowhere"
    assert code(here) == "changed-since-unknown"
    here.since = "--all"
    assert code(here) == "changed-since-unknown"
    here.since = "0" * 40  # what a forge says of a branch that was not there before
    with pytest.raises(ReconcilerError) as caught:
        here.plan()
    assert caught.value.problems[0].command.splitlines()[0] == "reconciler plan --changed-since origin/main"


def test_a_shallow_clone_is_an_error_with_its_remedy(tmp_path: Path) -> None:
    """Where history was cut off, the remedy is to fetch it; what is certain all the same goes."""
    here = company(tmp_path)
    for name in ("Seven", "Eight"):
        edit(here, "many.yaml", "C-07, name: ", f"C-07, name: {name} ")
        commit(here)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--depth=2", "--branch=branch", f"file://{here.folder}", str(clone))
    git(clone, "fetch", "--depth=1", "origin", "main:main")
    there = Company(clone)
    there.since = "main"
    with pytest.raises(ReconcilerError) as caught:
        there.plan()
    (problem,) = caught.value.problems
    assert (problem.code, problem.command) == ("changed-since-unknown", "git fetch --unshallow")
    assert "fetch-depth: 0" in problem.remedy
    there.since = "HEAD^"
    assert since(there.plan()).touched == 1


def test_documents_outside_the_repository_are_an_error(tmp_path: Path) -> None:
    """No commit says what changed where there is no repository, or not this one."""
    here = company(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    (here.folder / "documents").rename(elsewhere)
    plain = Company(tmp_path / "plain")
    plain.write({"a.yaml": document("C-1")})
    plain.since = "main"
    assert code(plain) == "changed-since-outside"
    with pytest.raises(ReconcilerError, match="stands in no git repository"):
        plain.plan()


def test_the_base_is_checked_out_as_git_would(tmp_path: Path) -> None:
    """Line ends by attribute, `export-ignore`, and a folder below the repository's root change nothing."""
    here = Company(tmp_path / "repository" / "inner")
    here.seed({})
    here.write({"a.yaml": document("C-1", "C-2"), "b.yaml": document("C-3")})
    top = here.folder.parent
    (top / ".gitattributes").write_text("*.yaml text eol=crlf\nb.yaml export-ignore\n")
    git(top, "init", "--initial-branch=main")
    git(top, "add", ".gitattributes", "inner/documents", "inner/reconciler.yaml")
    git(top, "commit", "--message=all")
    here.since = "main"
    assert since(here.plan()).touched == 0
    edit(here, "b.yaml", "Customer", "Other")
    assert since(here.plan()).touched == 1
    assert {one.name for one in top.iterdir()} == {".git", ".gitattributes", "inner"}


def test_a_submodule_is_read_at_the_commit_that_it_was_at(tmp_path: Path) -> None:
    """Documents of a submodule count as those of the repository do; one that is not there widens the plan."""
    here, other = company(tmp_path), tmp_path / "other"
    other.mkdir()
    git(other, "init", "--initial-branch=main")
    (other / "d.yaml").write_text(document("D-1", "D-2"))
    git(other, "add", "d.yaml")
    git(other, "commit", "--message=one")
    git(here.folder, "submodule", "add", str(other), "documents/shared")
    commit(here)
    git(here.folder, "branch", "--force", "main")
    assert since(here.plan()).touched == 0
    edit(here, "shared/d.yaml", "Customer D-2", "Two")
    assert told(here.plan()) == [("create", "D-2")]
    git(here.folder, "rm", "--cached", "documents/shared")
    (here.folder / "documents/shared/.git").unlink()
    assert since(here.plan()).whole == {"acme": "its documents at the merge base could not be read"}


def test_a_repository_inside_that_is_no_submodule_widens_it(tmp_path: Path) -> None:
    """What changed in a repository of its own, the commits of this one do not say."""
    here = company(tmp_path)
    nested = here.folder / "documents" / "nested"
    nested.mkdir()
    git(nested, "init", "--initial-branch=main")
    assert since(here.plan()).whole == {"acme": "its documents at the merge base could not be read"}


def test_several_merge_bases_widen_it(tmp_path: Path) -> None:
    """After merges crosswise no commit is the one that the branch left at."""
    here = company(tmp_path)
    for name in ("branch", "main"):
        git(here.folder, "switch", name)
        here.write({f"{name}.yaml": document(f"D-{name}")})
        commit(here)
    git(here.folder, "branch", "left", "branch")
    git(here.folder, "branch", "right", "main")
    git(here.folder, "merge", "left", "--message=one")
    git(here.folder, "switch", "branch")
    git(here.folder, "merge", "right", "--message=two")
    assert since(here.plan()).whole == {"acme": "git knows several merge bases"}


def test_a_pointer_at_the_merge_base_widens_it(tmp_path: Path) -> None:
    """What Git LFS holds and is not here cannot be compared."""
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n"
    here = company(tmp_path)
    here.write({"big.yaml": pointer})
    commit(here)
    git(here.folder, "branch", "--force", "main")
    here.write({"big.yaml": document("D-1")})
    assert since(here.plan()).whole == {"acme": "its documents at the merge base have problems"}


def test_a_folder_that_is_new_is_all_new(tmp_path: Path) -> None:
    """Documents that were not there before are all touched, and what is read is all theirs."""
    here = company(tmp_path)
    git(here.folder, "rm", "-r", "--cached", "documents")
    commit_index(here)
    assert since(here.plan()).touched == MANY + 3


def commit_index(here: Company) -> None:
    """Commit what the index holds, and let the main branch stand there."""
    git(here.folder, "commit", "--message=less")
    git(here.folder, "branch", "--force", "main")


def test_a_saved_part_says_that_it_is_one(tmp_path: Path) -> None:
    """A plan that is kept and looked at later is held to the same digest, the words of its revision apart."""
    here = company(tmp_path)
    edit(here, "many.yaml", "Customer C-07", "Seven")
    plan = here.plan()
    assert replace(plan, since=replace(since(plan), revision="other")).digest == plan.digest
    assert here.carry_out(plan).code == 0
    assert here.plan().empty
