"""The folder as it was read → the evidence that all of its documents were, or what is missing from the evidence.

Premise. A customer that no document declares any more is deleted, if it is ours. So "no document" must be proven: a
file that was not read declares nothing, and looks just like a file that somebody removed on purpose.

| what stands in the way                                 | what follows                                       |
|--------------------------------------------------------|----------------------------------------------------|
| the folder is missing; a file or folder is unreadable  | an error: nothing is planned                       |
| a document is a Git LFS pointer                        | an error (`lfs-pointer`)                           |
| a submodule that was not initialised, or is cut off    | a flaw: planned, and nothing is pruned             |
| a tracked file that a sparse checkout left out         | a flaw                                             |
| a file that a merge left for somebody to settle        | a flaw, where it is valid YAML all the same        |
| a tracked file is not there, and no commit will say so | a flaw in CI; elsewhere it counts as removed       |
| git does not answer, or is not on the machine          | a flaw: unknown fails closed                       |
| a document without a section, perhaps of no bytes      | a flaw: `customers: []` says that nothing is meant |
| a file that is neither loaded nor named in `ignore:`   | a flaw; `files` says which are nobody's documents  |
| `a.yml` beside `a.yaml`                                | a flaw: both are loaded, and one is most likely a  |
|                                                        | copy that was left behind or not meant to be read  |

Submodules below the folder are asked like the repository itself.

A tracked file that is gone is what a person leaves who deletes a document and plans before committing, and is shown
what goes; so that is a removal like any. A checkout that a machine made is complete or broken: there it is a flaw, and
`git rm` says that it is meant. Whether a machine made it says the variable `CI`, which the usual ones set.

A flaw is a warning whose place is the file or folder; the first by path is told, with how many there are. What is
missing from `ignore:` can be added there, and what is ignored declares nothing. An ignored file that stands there is
named beside: if it is the document of something managed, ignoring it is no removal (`plan/ignored_documents`).

Rejected: taking the commit for the evidence (documents need not stand in a repository), and pruning what the readable
files used to declare (the one that was not read may have taken a customer over from them).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reconciler.desired.checkouts import CheckoutUnknown, find_empty_submodules, nested_repositories, read_checkout
from reconciler.desired.emptiness import begins_as_document
from reconciler.desired.files import ENDINGS, FolderFiles
from reconciler.desired.ignored import Ignored
from reconciler.errors import Place, Problem
from reconciler.model.state import DesiredCertificate

CODE = "documents-incomplete"
_WIDEN = "Widen the checkout: git sparse-checkout add, or git sparse-checkout disable"
_RESTORE = "Put it back: git restore. If it is to be removed, say so: git rm"
_SETTLE = "Settle the conflict, and say so: git add, then git commit"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gap:
    """A path that is missing from the evidence, and why."""

    path: str
    detail: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is known of a folder once it was read.

    `empty` are the documents without a section, `sections` the names that documents begin with, the most usual first.
    `pristine` says that nobody edits there by hand, so that a tracked file which is not there was lost and not removed.
    """

    found: FolderFiles
    ignored: Ignored
    empty: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    pristine: bool = False


def certify(root: Path, folder: str, reading: Reading) -> DesiredCertificate:
    """Judge whether what was loaded of `root/folder` is all that there is."""
    gaps = sorted(
        (
            *_strangers(reading),
            *_put_aside(root, reading),
            *_empty(reading),
            *_twins(reading.found),
            *_submodules(root, folder, reading),
            *_unfinished(root, folder, reading),
        ),
        key=lambda gap: gap.path,
    )
    return DesiredCertificate(
        files=len(reading.found.documents),
        flaw=_flaw(gaps) if gaps else None,
        ignored=frozenset(reading.found.ignored),
    )


def _strangers(reading: Reading) -> Iterator[_Gap]:
    for name in reading.found.strangers:
        yield _Gap(
            path=name,
            detail="It was neither loaded nor is it named in ignore.",
            remedy="Name it in ignore: of the organization if it is no document, or give it the ending .yaml.",
        )


def _put_aside(root: Path, reading: Reading) -> Iterator[_Gap]:
    for name in reading.found.hidden:
        yield _Gap(
            path=name,
            detail="It is hidden, and is or holds what has the name of a document.",
            remedy="Take the dot away, or name it in ignore: of the organization, or move it out of the folder.",
        )
    for name in reading.found.for_people:
        if begins_as_document(root / name, reading.sections):
            yield _Gap(
                path=name,
                detail="It begins as a document does, and its name says that it is none.",
                remedy="Give it the ending .yaml, or name it in ignore: of the organization if it is no document.",
            )


def _empty(reading: Reading) -> Iterator[_Gap]:
    section = next(iter(reading.sections), "")
    for name in reading.empty:
        yield _Gap(
            path=name,
            detail="It has no section, as a file has that was cut off or never written to its end.",
            remedy=f"If nothing is to be declared here, say so by an empty list, {section}: []. Or remove the file.",
        )


def _twins(found: FolderFiles) -> Iterator[_Gap]:
    names = set(found.documents)
    for name in found.documents:
        stem = name.removesuffix(ENDINGS[1])
        if stem != name and stem + ENDINGS[0] in names:
            yield _Gap(
                path=name,
                detail=f"It stands beside {stem.rpartition('/')[2]}{ENDINGS[0]}; both were loaded.",
                remedy="Keep one of the two, or give one another name.",
            )


def _submodules(root: Path, folder: str, reading: Reading) -> Iterator[_Gap]:
    for path in find_empty_submodules(root / folder, (root / name for name in reading.found.marked)):
        name = _name(path, root, folder)
        if not reading.ignored.covers(name[len(folder) + 1 :]):
            yield _Gap(
                path=name,
                detail="It is a submodule that was not checked out.",
                remedy="Check it out: git submodule update --init",
            )


def _unfinished(root: Path, folder: str, reading: Reading) -> Iterator[_Gap]:
    nested = nested_repositories(root / name for name in reading.found.marked)
    for path in dict.fromkeys((root / folder, *nested)):
        yield from _unfinished_at(path, root, folder, reading)


def _unfinished_at(at: Path, root: Path, folder: str, reading: Reading) -> Iterator[_Gap]:
    try:
        checkout = read_checkout(at)
    except CheckoutUnknown:
        yield _Gap(
            path=_name(at.resolve(), root, folder),
            detail="It stands in a git repository, and git did not say whether the checkout is whole.",
            remedy="Run git status there and follow what it says; a checkout of another user must be declared safe.\n"
            "On a machine without git, install it, or plan in an export of the repository (git archive).",
        )
        return
    for paths, detail, remedy in (
        (checkout.skipped, "It is left out by a sparse checkout.", _WIDEN),
        (checkout.unmerged, "It is in the middle of a merge, and one side of it may be missing.", _SETTLE),
        (checkout.lost if reading.pristine else (), "It is tracked by git, and is not there.", _RESTORE),
    ):
        for path in paths:
            name = _name(path, root, folder)
            if path.name.endswith(ENDINGS) and not reading.ignored.covers(name[len(folder) + 1 :]):
                yield _Gap(path=name, detail=detail, remedy=remedy)


def _name(path: Path, root: Path, folder: str) -> str:
    real = (root / folder).resolve()
    inside = path.relative_to(real).as_posix() if path.is_relative_to(real) else "."
    return folder if inside == "." else f"{folder}/{inside}"


def _flaw(gaps: list[_Gap]) -> Problem:
    first = gaps[0]
    more = f" There are {len(gaps) - 1} more such gaps." if len(gaps) > 1 else ""
    return Problem(
        code=CODE,
        summary="it is not proven that all documents were read",
        where=Place(path=first.path, line=1, column=1),
        detail=first.detail + more,
        why="A file that was not read looks like one that was removed, so nothing counts as no longer declared.",
        remedy=first.remedy,
        warning=True,
    )


def pointer_left(name: str) -> Problem:
    """Refuse what Git LFS leaves in the place of a document; read as YAML it would only seem to be misspelt."""
    return Problem(
        code="lfs-pointer",
        summary="a document that Git LFS has not fetched",
        where=Place(path=name, line=1, column=1),
        detail="The file holds only the pointer that Git LFS leaves in the place of the content.",
        remedy="Fetch it:",
        command="git lfs pull",
    )
