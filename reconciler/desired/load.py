"""The documents of one organization → its `DesiredState`, or every problem that they have.

Files are read one by one and items one by one; each item is validated by its kind and only the result is kept. What
concerns several items (the same key twice, parents, removals) is judged when all are read. Places inside items are
looked up last, for what turned out to be a problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from reconciler.desired.collector import collector_held
from reconciler.desired.documents import read_items
from reconciler.desired.files import find_files
from reconciler.desired.flaws import Finding, place_findings
from reconciler.desired.item import Item
from reconciler.desired.members import MemberComparison
from reconciler.desired.references import judge_parents
from reconciler.desired.removals import SECTION, judge_removals, read_removal
from reconciler.desired.text import Text, read_text
from reconciler.errors import DesiredStateInvalid, Place, Problem, in_order
from reconciler.model.kind import Flaw, Kind
from reconciler.model.organization import Organization
from reconciler.model.resource import Declared, Removal
from reconciler.model.state import DesiredState


def load(organization: Organization, root: Path, today: date) -> DesiredState:
    """Read what an organization's documents declare; `root` is the folder that holds `reconciler.yaml`.

    Raises:
        DesiredStateInvalid: with all problems of all files, in order.
    """
    with collector_held():
        loading = _Loading(organization, today)
        for text in _texts(organization, root, loading.problems):
            loading.take(text)
        state, findings = loading.finish()
        placed = [*loading.problems, *place_findings(findings, root)]
    problems = [problem for problem in placed if not problem.warning]
    if problems:
        raise DesiredStateInvalid(*in_order(placed))
    return DesiredState(
        organization=state.organization,
        declared=state.declared,
        removals=state.removals,
        warnings=in_order(placed),
    )


def _texts(organization: Organization, root: Path, problems: list[Problem]) -> Iterator[Text]:
    folder = organization.documents.as_posix()
    if not (root / folder).is_dir():
        problems.append(_documents_missing(organization, folder))
        return
    for name in find_files(root, folder, problems):
        text = read_text(root / name, name)
        if isinstance(text, Text):
            yield text
        else:
            problems.append(text)


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
        self._declared: dict[str, dict[str, Declared]] = {kind.name: {} for kind in organization.vendor.kinds}
        self._removals: list[Removal] = []
        self._findings: list[Finding] = []
        self._members = MemberComparison()

    def take(self, text: Text) -> None:
        """Read one file."""
        for item in read_items(text, (*self._kinds, SECTION), self.problems):
            if item.section == SECTION:
                self._take_removal(item)
            else:
                self._take_resource(item, self._kinds[item.section])

    def finish(self) -> tuple[DesiredState, list[Finding]]:
        """Judge what concerns several items, and sort what was declared."""
        for kind in self._kinds.values():
            self._findings += judge_parents(kind, self._declared[kind.name])
        self._findings += judge_removals(self._removals, self._declared)
        self._findings += self._members.findings
        state = DesiredState(
            organization=self._organization.name,
            declared=tuple(_sorted(self._declared)),
            removals=tuple(sorted(self._removals, key=lambda removal: (removal.kind, removal.key))),
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
        )
        self._declared[kind.name][reading.key] = declared
        if reading.members:
            self._members.compare(kind, declared)

    def _take_removal(self, item: Item) -> None:
        removal, flaws = read_removal(item, self._organization, self._today)
        self._findings += (Finding(source=item.source, flaw=flaw) for flaw in flaws)
        if removal is not None:
            self._removals.append(removal)


def _sorted(declared: Mapping[str, Mapping[str, Declared]]) -> Iterable[Declared]:
    return (rows[key] for kind in sorted(declared) for rows in (declared[kind],) for key in sorted(rows))


def _declared_twice(kind: Kind, first: Declared) -> Flaw:
    return Flaw(
        path=(kind.identity,),
        code="resource-duplicate",
        summary="the same resource declared twice",
        detail=f'The {kind.title.lower()} "{first.key}" is declared at {first.source} already.',
        remedy="Keep one of the two, or correct the external id.",
    )
