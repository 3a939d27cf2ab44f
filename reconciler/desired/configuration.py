"""`reconciler.yaml` → the organizations, checked, or every problem of the file at its place.

Nothing in the file can make a run less safe: secrets are only referred to, endpoints are the vendor's own or this
machine unless the environment says otherwise (`endpoints`), documents stand inside the folder (`folders`), limits stay
below the vendor's.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from reconciler.desired.apart import find_unseparated
from reconciler.desired.credentials import find_strays
from reconciler.desired.documents import read_tree
from reconciler.desired.flaws import problem_at, problem_of
from reconciler.desired.folders import find_overlaps
from reconciler.desired.journals import SECTION as JOURNAL
from reconciler.desired.journals import read_journal
from reconciler.desired.lint import SECTION as LINT
from reconciler.desired.lint import read_ignored_rules
from reconciler.desired.organizations import read_organization
from reconciler.desired.personal import SECTION as PERSONAL
from reconciler.desired.personal import read_personal
from reconciler.desired.positions import find_spots
from reconciler.desired.text import Text, read_text
from reconciler.desired.webhooks import SECTION as DRIFT
from reconciler.desired.webhooks import read_webhook
from reconciler.desired.wording import missing_field, unknown_key, wrong_type
from reconciler.errors import DesiredStateInvalid, Place, Problem, UsageInvalid, in_order
from reconciler.model.journal import JournalPolicy
from reconciler.model.kind import Flaw
from reconciler.model.organization import Organization
from reconciler.model.resource import Source, Value
from reconciler.model.vendor import Vendor

FILE = "reconciler.yaml"
_TOP = "organizations"
_KEYS = (_TOP, JOURNAL, PERSONAL, LINT, DRIFT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What `reconciler.yaml` says: the folder that holds it, the organizations by name, and how journals are kept.

    `shows_personal` says that outputs show the values of personal fields instead of masking them; `unlinted` are the
    ids of the lint rules that are turned off; `webhook` the variable that holds the address which is told of drift.
    `strays` tell of variables of the environment that look like ours, and that nothing reads.
    """

    directory: Path
    organizations: tuple[Organization, ...]
    journal: JournalPolicy = field(default_factory=JournalPolicy)
    shows_personal: bool = False
    unlinted: frozenset[str] = frozenset()
    webhook: str = ""
    strays: tuple[Problem, ...] = ()


def load_configuration(directory: Path, vendors: Mapping[str, Vendor], environ: Mapping[str, str]) -> Configuration:
    """Read `reconciler.yaml` in a folder.

    Raises:
        DesiredStateInvalid: with all problems of the file.
        UsageInvalid: the same, with `strays`.
    """
    text = _text(directory)
    strays = find_strays(text.content, environ)
    documents, problems = read_tree(text)
    organizations, flaws = _organizations(documents, vendors, directory, environ)
    top = documents[0] if documents else None
    journal, shows_personal = read_journal(top, flaws), read_personal(top, flaws)
    unlinted, webhook = read_ignored_rules(top, vendors, flaws), read_webhook(top, flaws)
    if problems and not documents:
        flaws = []  # the file could not be read; that there is nothing in it follows
    problems += [*_placed(flaws, text), *_further_documents(documents, text)]
    if any(not problem.warning for problem in problems):
        raise UsageInvalid(*strays, *in_order(problems)) if strays else DesiredStateInvalid(*in_order(problems))
    return Configuration(
        directory=directory,
        organizations=_with_sources(organizations, text),
        journal=journal,
        shows_personal=shows_personal,
        unlinted=unlinted,
        webhook=webhook,
        strays=strays,
    )


def _text(directory: Path) -> Text:
    path = directory / FILE
    if not path.is_file():
        begun = "" if directory == Path() else f"-C {shlex.quote(str(directory))} "
        raise DesiredStateInvalid(
            Problem(
                code="configuration-missing",
                summary="no reconciler.yaml",
                where=FILE,
                detail=f'There is no {FILE} in "{directory}".'
                if directory.is_dir()
                else f'"{directory}" is no folder.',
                remedy="Name the folder that holds it with -C, or begin a new one:",
                command=f"reconciler {begun}init",
            )
        )
    text = read_text(path, FILE)
    if isinstance(text, Problem):
        raise DesiredStateInvalid(text)
    return text


def _organizations(
    documents: list[Value], vendors: Mapping[str, Vendor], root: Path, environ: Mapping[str, str]
) -> tuple[list[Organization], list[Flaw]]:
    top = documents[0] if documents else None
    if not isinstance(top, dict):
        return [], [missing_field((), _TOP)]
    flaws = [unknown_key((key,), _KEYS) for key in top if key not in _KEYS]
    entries = top.get(_TOP)
    if _TOP not in top:
        return [], [*flaws, missing_field((), _TOP)]
    if not isinstance(entries, dict) or not entries:
        return [], [*flaws, wrong_type((_TOP,), "a mapping with one organization at least")]
    organizations: list[Organization] = []
    for name, value in entries.items():
        organization, found = read_organization(name, value, vendors, root, environ)
        flaws += found
        if organization is not None:
            organizations.append(organization)
    flaws += find_overlaps({one.name: one.documents for one in organizations}, root)
    return organizations, [*flaws, *find_unseparated(organizations)]


def _further_documents(documents: list[Value], text: Text) -> list[Problem]:
    spots = find_spots(text, [(number, ()) for number in range(1, len(documents))])
    return [
        Problem(
            code="document-extra",
            summary="a second document in reconciler.yaml",
            where=spot.value,
            remedy="Write everything as one document: remove the line of three dashes.",
        )
        for spot in spots.values()
    ]


def _placed(flaws: Iterable[Flaw], text: Text) -> list[Problem]:
    flaws = list(flaws)
    spots = find_spots(text, [(0, flaw.path) for flaw in flaws])
    return [
        problem_of(flaw, spots[0, flaw.path])
        if (0, flaw.path) in spots
        else problem_at(flaw, Place(path=text.file, line=1, column=1))
        for flaw in flaws
    ]


def _with_sources(organizations: list[Organization], text: Text) -> tuple[Organization, ...]:
    lines = [allowance.source for one in organizations for allowance in one.allowances if allowance.source]
    spots = find_spots(text, [(0, source.path) for source in (*lines, *(one.source for one in organizations))])

    def placed(source: Source) -> Source:
        key = spots[0, source.path].key
        return Source(file=text.file, line=key.line, column=key.column, path=source.path)

    return tuple(
        replace(
            one,
            source=placed(one.source),
            allowances=tuple(replace(line, source=placed(line.source)) for line in one.allowances if line.source),
        )
        for one in sorted(organizations, key=lambda one: one.name)
    )
