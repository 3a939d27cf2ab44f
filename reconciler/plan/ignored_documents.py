"""Managed objects whose document stands there and is left out by `ignore:`: they stay, and are told of. Pure.

Premise. To take a document away says that its objects are to go. To ignore one says that it is no document, and is
written for other reasons: a draft, a file that some tool complains of, a glob that covers more than was seen. Nobody
who writes it has deletions in mind, and the block in the file still reads as if it held.

| the document that the inventory names         | an object of it that nothing declares          |
|-----------------------------------------------|------------------------------------------------|
| is not there                                  | goes, as ever (`pruning`)                      |
| is there and read                             | goes: its block was taken out                  |
| is there and ignored, or in an ignored folder | stays, until the file is removed or read again |
| is there and ignored, and a `removed:` entry  | goes: that says it by name                     |
| names the object                              |                                                |

What lies in an ignored folder is not looked at one by one: as long as the folder is there, it counts as there.

Rejected: a guard with an override. It would let through, on a line in CI, what two plain ways say for good.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from reconciler.errors import Place, Problem
from reconciler.model.inventory import Managed
from reconciler.model.plan import Spared
from reconciler.model.state import DesiredState

IGNORED = "document-ignored"


def is_ignored(desired: DesiredState, entry: Managed) -> bool:
    """Say whether the document of something managed stands there and is ignored."""
    ignored = desired.certificate.ignored if desired.certificate is not None else frozenset()
    document = PurePosixPath(entry.document)
    return any(path.as_posix() in ignored for path in (document, *document.parents))


def spared_ignored(kind: str, entries: Mapping[str, Managed]) -> Iterator[Spared]:
    """Tell of what stays, by the document that declared it; `entries` are by key."""
    by_document: dict[str, list[str]] = defaultdict(list)
    for key, entry in entries.items():
        by_document[entry.document].append(key)
    for document, held in sorted(by_document.items()):
        yield Spared(kind=kind, reason=IGNORED, count=len(held), keys=tuple(sorted(held)), where=document)


def ignored_warnings(spared: Iterable[Spared]) -> Iterator[Problem]:
    """Warn of every document that was left out so."""
    documents = dict.fromkeys(one.where for one in spared if one.reason == IGNORED)
    for document in documents:
        yield Problem(
            code=IGNORED,
            summary="an ignored file declared what is managed",
            where=Place(path=document, line=1, column=1),
            detail="This file is named in ignore:, so nothing declares its objects any more. They stay as they are.",
            why="An ignored document declares nothing, and to ignore one does not say that its objects are to go.",
            remedy="Take it out of ignore: to go on with it. If they are to be deleted, remove the file, "
            "or name them under removed:.",
            warning=True,
        )
