"""Journals -> stdout, as text or JSON: chosen by what was asked for, and never held whole."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

from reconciler.cli.composition import configured
from reconciler.cli.journals import instant
from reconciler.cli.private_folder import NAME
from reconciler.cli.terminal import err, out, paint_for
from reconciler.errors import ReconcilerError
from reconciler.model.address import parse_address
from reconciler.model.journal import Entry, Run
from reconciler.model.kind import Kind
from reconciler.providers.table import VENDORS
from reconciler.render.journal_json import entry_json, run_json, unbegun_json
from reconciler.render.journal_text import entry_lines, run_line, run_page, unbegun_line
from reconciler.store.journal import Journals


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
            and (not self.actions or entry.action.value in self.actions)
            and (not self.outcomes or entry.outcome in self.outcomes)
        )


def tell_runs(directory: Path, wanted: Runs, *, as_json: bool) -> None:
    """List runs, the latest first."""
    configured(directory)  # what is no folder of documents has no journals either
    told = 0
    for line in _lines(directory, wanted, as_json=as_json):
        told += 1
        out(f"{line}\n")
        if told == wanted.limit:
            return
    if not told and not as_json:
        out("There is no journal of such a run.\n")


def tell_run(directory: Path, name: str, wanted: Changes, *, as_json: bool, personal: bool, no_color: bool) -> None:
    """Show one run, change by change."""
    configured(directory)
    journals = Journals(directory / NAME)
    run = journals.find(name)
    if journals.never_began(run):
        out(f"{_unbegun(run, as_json=as_json)}\n")
        return
    found = journals.head(run)
    kinds = _kinds(found)
    paint = paint_for(sys.stdout, no_color=no_color)
    if as_json:
        out(f"{json.dumps(run_json(found), ensure_ascii=False)}\n")
    else:
        out("".join(f"{line}\n" for line in (*run_page(found), "")))
    for entry in journals.entries(found.id):
        if not wanted.holds(entry):
            continue
        address = parse_address(entry.address)
        kind = kinds.get((address.organization, address.top.kind)) if address is not None else None
        if as_json:
            out(f"{json.dumps(entry_json(entry, kind, personal=personal), ensure_ascii=False)}\n")
        else:
            out("".join(f"{line}\n" for line in entry_lines(entry, kind, paint, personal=personal)))


def begun_at(run: str) -> str:
    """Give by the id of a run when it was, as journals write it; nothing where the id does not tell."""
    try:
        moment = datetime.strptime(run.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return ""
    return instant(moment)


def _lines(directory: Path, wanted: Runs, *, as_json: bool) -> Iterator[str]:
    """Tell the runs that are asked for, one by one; of those that cannot be read it is said why."""
    journals = Journals(directory / NAME)
    for name in reversed(journals.runs()):
        if journals.never_began(name):
            if journals.path(name).exists() and wanted.holds_unbegun(name):  # not pruned meanwhile by another run
                yield _unbegun(name, as_json=as_json)
            continue
        try:
            run = journals.head(name)
        except ReconcilerError as error:
            err(str(error))
            continue
        if wanted.holds(run):
            yield json.dumps(run_json(run), ensure_ascii=False) if as_json else run_line(run)


def _unbegun(run: str, *, as_json: bool) -> str:
    return json.dumps(unbegun_json(run)) if as_json else unbegun_line(run)


def _kinds(run: Run) -> Mapping[tuple[str, str], Kind]:
    """Give the tables of the vendors that a run was at, by organization and kind."""
    known: Collection[tuple[str, str]] = [(site.organization, site.provider) for site in run.opening.sites]
    return {
        (organization, kind.name): kind
        for organization, provider in known
        if provider in VENDORS
        for kind in VENDORS[provider].kinds
    }
