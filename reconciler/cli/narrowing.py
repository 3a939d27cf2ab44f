"""`--changed-since REV`: the documents as they were at the merge base are read beside those of now, to be compared.

What keeps a plan from being held to what changed is told in one line, and everything is planned: more is read than
need be, and nothing is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePath, PurePosixPath

from reconciler.desired.configuration import FILE
from reconciler.desired.load import load
from reconciler.desired.merge_base import BaseUnreadable, checked_out, find_merge_base, inside
from reconciler.errors import DesiredStateInvalid
from reconciler.model.inventory import Inventory
from reconciler.model.kind import Kind
from reconciler.model.organization import Organization
from reconciler.model.plan import Since
from reconciler.model.state import DesiredState
from reconciler.plan.build import Part
from reconciler.plan.touched import Focus, differing, size_of, with_relatives

CONFIGURED = f"{FILE} changed too"
INVALID = "its documents at the merge base have problems"
UNREAD = "its documents at the merge base could not be read"
SEVERAL = "git knows several merge bases"
ANYTHING = "an entry that changed may be about any of it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What the documents of some organizations were at a merge base, or why that is not known.

    An organization whose folder was not there yet is in neither.
    """

    revision: str
    base: str
    states: Mapping[str, DesiredState]
    unknown: Mapping[str, str]

    def focus(self, now: DesiredState, inventory: Inventory | None, kinds: Sequence[Kind]) -> Focus | None:
        """Give the addresses of one organization that changed since, with their relatives; None where it may be any."""
        if now.organization in self.unknown:
            return None
        then = self.states.get(now.organization)
        touched = differing(then, now)
        return None if touched is None else with_relatives(touched, (then, now) if then else (now,), inventory, kinds)

    def since(self, parts: Sequence[Part]) -> Since:
        """Say what plans of these parts are held to."""
        sizes = {part.organization.name: size_of(part.desired, part.inventory, part.focus) for part in parts}
        held = [part.organization.name for part in parts if part.focus is not None]
        return Since(
            revision=self.revision,
            base=self.base,
            parts=tuple(sorted(held)),
            whole={name: self.unknown.get(name, ANYTHING) for name in sorted(sizes.keys() - set(held))},
            touched=sum(touched for touched, _ in sizes.values()),
            total=sum(total for _, total in sizes.values()),
        )


def documents_before(directory: Path, organizations: Sequence[Organization], revision: str, today: date) -> Before:
    """Read the documents as they were where this branch left a revision.

    Raises:
        UsageInvalid: git does not know where that is, or the documents stand outside the repository.
    """
    base = find_merge_base(directory, revision)
    configuration = inside(base, directory / FILE)
    folders = {one.name: inside(base, directory / one.documents) for one in organizations}
    states: dict[str, DesiredState] = {}
    unknown: dict[str, str] = {}
    try:
        with checked_out(base, (configuration, *folders.values())) as tree:
            if not _is_same(directory / FILE, tree / configuration):
                unknown = dict.fromkeys(folders, CONFIGURED)
            for one in organizations if not unknown else ():
                folder = folders[one.name]
                if not _holds_repositories(base.top / folder, tree / folder):
                    unknown[one.name] = UNREAD
                elif (tree / folder).is_dir():
                    _read(one, tree, folder, today, states, unknown)
    except BaseUnreadable:
        unknown = dict.fromkeys(folders, UNREAD if base.commit else SEVERAL)
    return Before(revision=revision, base=base.commit or "", states=states, unknown=unknown)


def _read(
    organization: Organization,
    tree: Path,
    folder: PurePosixPath,
    today: date,
    states: dict[str, DesiredState],
    unknown: dict[str, str],
) -> None:
    there = replace(organization, documents=PurePath(folder))
    try:
        states[organization.name] = load(there, tree, today)
    except DesiredStateInvalid:
        unknown[organization.name] = INVALID


def _holds_repositories(now: Path, before: Path) -> bool:
    """Say whether all repositories inside the folder were there as submodules: others have a history of their own."""
    nested = (found.parent.relative_to(now) for found in now.rglob(".git"))
    return all((before / path).is_dir() for path in nested)


def _is_same(now: Path, before: Path) -> bool:
    """Compare two files but for their line ends, which a checkout may write either way."""
    try:
        return now.read_bytes().splitlines() == before.read_bytes().splitlines()
    except OSError:
        return False
