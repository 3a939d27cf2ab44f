"""Journals -> stdout, as text or JSON: chosen by what was asked for, and never held whole."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

from reconciler.apply.exit import ExitCode
from reconciler.cli.composition import configured, no_organization
from reconciler.cli.journals import instant
from reconciler.cli.pages import keys_of
from reconciler.cli.private_folder import journals_of
from reconciler.cli.terminal import err, out, paint_for
from reconciler.errors import ReconcilerError, UsageInvalid
from reconciler.model.address import parse_address
from reconciler.model.journal import Entry, Run
from reconciler.model.kind import Kind
from reconciler.providers.table import VENDORS
from reconciler.render.journal_json import entry_json, run_json, unbegun_json
from reconciler.render.journal_text import deed_of, entry_lines, run_line, run_page, unbegun_line
from reconciler.render.words import json_line
from reconciler.store.journal import Journals

_NO_RUN = "There is no journal yet: no apply has changed anything from here.\n"
_NO_SUCH_RUN = "There is no journal of such a run.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Which runs are asked for; what is empty chooses all."""

    organizations: tuple[str, ...] = ()
    since: str = ""
    outcomes: tuple[str, ...] = ()
    limit: int = 0

    def holds(self, run: Run) -> bool:
        """Say whether a run is asked for; one without an end has outcomes that are unknown."""
        sums: Mapping[str, int] = run.closed.sums if run.closed is not None else {"unknown": 1}
        places = {site.organization for site in run.opening.sites}
        return (
            (not self.organizations or not places.isdisjoint(self.organizations))
            and run.opening.at >= self.since
            and (not self.outcomes or any(sums.get(name) for name in self.outcomes))
        )

    def holds_unbegun(self, run: str) -> bool:
        """Say whether a run is asked for that wrote nothing down: its id tells when it was, and nothing where."""
        return not self.organizations and not self.outcomes and begun_at(run) >= self.since


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Which changes of a run are asked for; what is empty chooses all. `address` is a glob."""

    address: str = ""
    actions: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()

    def holds(self, entry: Entry) -> bool:
        """Say whether a change is asked for."""
        return (
            (not self.address or fnmatchcase(entry.address, self.address))
            and (not self.actions or not {entry.action.value, deed_of(entry)}.isdisjoint(self.actions))
            and (not self.outcomes or entry.outcome in self.outcomes)
        )


def tell_runs(directory: Path, wanted: Runs, *, as_json: bool) -> int:
    """List runs, the latest first, and give the exit code: of one that cannot be read it is said why.

    Raises:
        UsageInvalid: it is asked for an organization that neither the configuration nor any run knows.
        ReconcilerError: nobody can say which journals there are.
    """
    known = [one.name for one in configured(directory)]  # what is no folder of documents has no journals either
    journals = journals_of(directory)
    runs = journals.runs()
    _check_known(wanted.organizations, known, journals, runs)
    told, code = 0, ExitCode.DONE
    for name in reversed(runs):
        try:
            line = _line(journals, name, wanted, as_json=as_json)
        except ReconcilerError as error:
            if journals.path(name).exists():  # not pruned meanwhile by another run
                err(str(error))
                code = ExitCode.ERROR
            continue
        if line:
            out(f"{line}\n")
            told += 1
        if told and told == wanted.limit:
            break
    if not told and code is ExitCode.DONE and not as_json:
        out(_NO_SUCH_RUN if runs else _NO_RUN)
    return code


def tell_run(directory: Path, name: str, wanted: Changes, *, as_json: bool, personal: bool, no_color: bool) -> None:
    """Show one run, change by change; personal values masked unless they are asked for."""
    keys = keys_of(configured(directory), personal=personal)
    journals = journals_of(directory)
    run = journals.find(name, err)
    if journals.never_began(run):
        out(f"{_unbegun(run, as_json=as_json)}\n")
        return
    found = journals.head(run)
    kinds = _kinds(found)
    paint = paint_for(sys.stdout, no_color=no_color)
    if as_json:
        out(f"{json_line(run_json(found))}\n")
    else:
        out("".join(f"{line}\n" for line in (*run_page(found), "")))
    told = 0
    for entry in filter(wanted.holds, journals.entries(run)):
        told += 1
        address = parse_address(entry.address)
        kind = kinds.get((address.organization, address.top.kind)) if address is not None else None
        if as_json:
            out(f"{json_line(entry_json(entry, kind, keys=keys))}\n")
        else:
            out("".join(f"{line}\n" for line in entry_lines(entry, kind, paint, keys=keys)))
    if not told and not as_json:
        out("It has no such change.\n" if wanted != Changes() else "It has no change.\n")


def begun_at(run: str) -> str:
    """Give by the id of a run when it was, as journals write it; nothing where the id does not tell."""
    try:
        moment = datetime.strptime(run.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return ""
    return instant(moment)


def _check_known(names: Sequence[str], configured: Sequence[str], journals: Journals, runs: Sequence[str]) -> None:
    """Refuse names that mean nothing; those that the configuration had once stand in journals."""
    known = dict.fromkeys(configured)
    for run in runs if any(name not in known for name in names) else ():
        with contextlib.suppress(ReconcilerError):
            known |= dict.fromkeys(site.organization for site in journals.opening(run).sites)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UsageInvalid(*(no_organization(name, known) for name in unknown))


def _line(journals: Journals, name: str, wanted: Runs, *, as_json: bool) -> str:
    """Tell a run, if it is asked for."""
    if journals.never_began(name):
        there = journals.path(name).exists()  # not pruned meanwhile by another run
        return _unbegun(name, as_json=as_json) if there and wanted.holds_unbegun(name) else ""
    run = journals.head(name)
    if not wanted.holds(run):
        return ""
    return json_line(run_json(run)) if as_json else run_line(run)


def _unbegun(run: str, *, as_json: bool) -> str:
    return json_line(unbegun_json(run)) if as_json else unbegun_line(run)


def _kinds(run: Run) -> Mapping[tuple[str, str], Kind]:
    """Give the tables of the vendors that a run was at, by organization and kind."""
    known: Collection[tuple[str, str]] = [(site.organization, site.provider) for site in run.opening.sites]
    return {
        (organization, kind.name): kind
        for organization, provider in known
        if provider in VENDORS
        for kind in VENDORS[provider].kinds
    }
