"""The documents of one organization → its `DesiredState`, or every problem that they have.

Files are read one by one and items one by one; each item is validated by its kind and only the result is kept. What
concerns several items (the same key twice, parents, removals) is judged when all are read. Places inside items are
looked up last, for what turned out to be a problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from reconciler.desired.allowances import SECTION as ALLOW
from reconciler.desired.allowances import judge_allowances, read_allowance
from reconciler.desired.certificate import Reading, certify, pointer_left
from reconciler.desired.checkouts import is_pointer
from reconciler.desired.collector import collector_held
from reconciler.desired.documents import read_items
from reconciler.desired.emptiness import is_empty
from reconciler.desired.files import FolderFiles, find_files
from reconciler.desired.flaws import Finding, place_findings
from reconciler.desired.ignored import Ignored
from reconciler.desired.item import Item
from reconciler.desired.members import MemberComparison
from reconciler.desired.moves import SECTION as MOVED
from reconciler.desired.moves import judge_moves, read_move
from reconciler.desired.references import judge_parents
from reconciler.desired.removals import SECTION as REMOVED
from reconciler.desired.removals import judge_removals, read_removal
from reconciler.desired.text import Text, read_text
from reconciler.errors import DesiredStateInvalid, Place, Problem, in_order
from reconciler.model.kind import Flaw, Kind
from reconciler.model.organization import Organization
from reconciler.model.resource import Declared, Removal
from reconciler.model.state import Allowance, DesiredState, Move
from reconciler.model.wording import identity_word


def load(organization: Organization, root: Path, today: date, *, pristine: bool = False) -> DesiredState:
    """Read what an organization's documents declare.

    Args:
        organization: Whose documents they are.
        root: Where `organization.documents` is looked for.
        today: The day on which entries that end are judged.
        pristine: Whether nobody edits there by hand, so that what git tracks and is not there was lost.

    Raises:
        DesiredStateInvalid: with all problems of all files, in order.
    """
    with collector_held():
        loading = _Loading(organization, today)
        folder, ignored = organization.documents.as_posix(), Ignored(organization.ignore)
        empty: list[str] = []
        found = _found(organization, root, ignored, loading.problems)
        for text in _texts(found, root, loading.problems):
            loading.take(text)
            if is_empty(text.content):
                empty.append(text.file)
        state, findings = loading.finish()
        placed = [*loading.problems, *place_findings(findings, root)]
    if any(not problem.warning for problem in placed):
        raise DesiredStateInvalid(*in_order(placed))
    sections = (*(kind.section for kind in reversed(organization.vendor.kinds)), REMOVED, MOVED, ALLOW)
    reading = Reading(found=found, ignored=ignored, empty=tuple(empty), sections=sections, pristine=pristine)
    certificate = certify(root, folder, reading)
    if certificate.flaw is not None:
        placed.append(certificate.flaw)
    return replace(state, certificate=certificate, warnings=in_order(placed))


def _found(organization: Organization, root: Path, ignored: Ignored, problems: list[Problem]) -> FolderFiles:
    folder = organization.documents.as_posix()
    if not (root / folder).is_dir():
        problems.append(_documents_missing(organization, folder))
        return FolderFiles()
    return find_files(root, folder, problems, ignored)


def _texts(found: FolderFiles, root: Path, problems: list[Problem]) -> Iterator[Text]:
    for name in found.documents:
        text = read_text(root / name, name)
        if not isinstance(text, Text):
            problems.append(text)
        elif is_pointer(text.content):
            problems.append(pointer_left(name))
        else:
            yield text


def _documents_missing(organization: Organization, folder: str) -> Problem:
    source = organization.source
    return Problem(
        code="documents-missing",
        summary="the folder of documents is missing",
        where=Place(path=source.file, line=source.line, column=source.column),
        detail=f'The documents of "{organization.name}" are looked for in "{folder}", which is no folder.',
        why="A missing folder is not taken for an empty one.",
        remedy="Create the folder, or name the right one by the key documents.",
    )


class _Loading:
    """What was read so far: resources by kind and key, removals, and what is wrong."""

    def __init__(self, organization: Organization, today: date) -> None:
        self.problems: list[Problem] = []
        self._organization = organization
        self._today = today
        self._kinds = {kind.section: kind for kind in organization.vendor.kinds}
        self._sections = (*self._kinds, REMOVED, MOVED, ALLOW)
        self._declared: dict[str, dict[str, Declared]] = {kind.name: {} for kind in organization.vendor.kinds}
        self._removals: list[Removal] = []
        self._moves: list[Move] = []
        self._allowances: list[Allowance] = list(organization.allowances)
        self._findings: list[Finding] = []
        self._members = MemberComparison()

    def take(self, text: Text) -> None:
        """Read one file."""
        for item in read_items(text, self._sections, self.problems):
            if item.section == REMOVED:
                self._take_removal(item)
            elif item.section == MOVED:
                self._take_move(item)
            elif item.section == ALLOW:
                self._take_allowance(item)
            else:
                self._take_resource(item, self._kinds[item.section])

    def finish(self) -> tuple[DesiredState, list[Finding]]:
        """Judge what concerns several items, and sort what was declared."""
        for kind in self._kinds.values():
            self._findings += judge_parents(kind, self._declared[kind.name])
        self._findings += judge_removals(self._removals, self._declared)
        self._findings += judge_moves(self._moves, self._declared, self._organization.vendor)
        self._findings += judge_allowances(self._allowances, self._today)
        self._findings += self._members.findings
        state = DesiredState(
            organization=self._organization.name,
            declared=tuple(_sorted(self._declared)),
            removals=tuple(sorted(self._removals, key=lambda removal: (removal.kind, removal.key))),
            moves=tuple(self._moves),
            allowances=tuple(sorted(self._allowances, key=lambda one: (one.guard, one.target, one.id))),
        )
        return state, self._findings

    def _take_resource(self, item: Item, kind: Kind) -> None:
        reading = kind.read(item.fields, self._organization.settings)
        for flaw in reading.flaws:
            self._findings.append(Finding(source=item.source, flaw=flaw, kind=kind))
        if reading.key is None:
            return
        first = self._declared[kind.name].get(reading.key)
        if first is not None:
            self._findings.append(Finding(source=item.source, flaw=_declared_twice(kind, first)))
            return
        declared = Declared(
            kind=kind.name,
            key=reading.key,
            fields=reading.fields,
            source=item.source,
            members=reading.members,
            options=reading.options,
            only_add=reading.only_add,
            protected=reading.protected,
            members_only=reading.members_only,
        )
        self._declared[kind.name][reading.key] = declared
        if reading.members:
            self._members.compare(kind, declared)

    def _take_removal(self, item: Item) -> None:
        removal, flaws = read_removal(item, self._organization, self._today)
        self._findings += (Finding(source=item.source, flaw=flaw) for flaw in flaws)
        if removal is not None:
            self._removals.append(removal)

    def _take_move(self, item: Item) -> None:
        move, flaws = read_move(item, self._organization)
        self._findings += (Finding(source=item.source, flaw=flaw) for flaw in flaws)
        if move is not None:
            self._moves.append(move)

    def _take_allowance(self, item: Item) -> None:
        organization = self._organization
        allowance, flaws = read_allowance(item.fields, organization.name, organization.vendor, item.source)
        self._findings += (Finding(source=item.source, flaw=flaw) for flaw in flaws)
        if allowance is not None:
            self._allowances.append(allowance)


def _sorted(declared: Mapping[str, Mapping[str, Declared]]) -> Iterable[Declared]:
    return (rows[key] for kind in sorted(declared) for rows in (declared[kind],) for key in sorted(rows))


def _declared_twice(kind: Kind, first: Declared) -> Flaw:
    return Flaw(
        path=(kind.identity,),
        code="resource-duplicate",
        summary="the same resource declared twice",
        detail=f'The {kind.title.lower()} "{first.key}" is declared at {first.source} already.',
        remedy=f"Keep one of the two, or correct the {identity_word(kind)}.",
    )
