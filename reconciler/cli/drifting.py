"""The run behind `drift`: read what a plan reads, compare three sides, and say what was found."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from reconciler.apply.exit import exit_code
from reconciler.cli.composition import Scope, planned, scope_of
from reconciler.cli.connections import connected
from reconciler.cli.drift_addresses import Addresses
from reconciler.cli.drift_turn import read_in_turn
from reconciler.cli.endings import code_of
from reconciler.cli.forms import Forms
from reconciler.cli.pages import PEOPLE
from reconciler.cli.reports import clear_folder, unwritable_told
from reconciler.cli.running import result_of
from reconciler.cli.telling import tell
from reconciler.cli.terminal import err, now, out
from reconciler.cli.watching import watched
from reconciler.desired.configuration import load_configuration
from reconciler.errors import Problem, ReconcilerError, UsageInvalid
from reconciler.model.address import digest_key_id
from reconciler.model.drift import Drift, ObjectDrift
from reconciler.plan.build import Part
from reconciler.plan.drift import drift_of
from reconciler.plan.drift_masked import masked_drift
from reconciler.providers.table import VENDORS
from reconciler.render.drift_json import drift_json, no_drift_json
from reconciler.render.drift_markdown import drift_markdown
from reconciler.render.drift_text import drift_text
from reconciler.render.drift_words import verdict_of
from reconciler.render.html_drift import drift_html
from reconciler.render.paint import Paint
from reconciler.render.progress import Narration
from reconciler.render.report import VERDICT, VERDICT_VERSION
from reconciler.render.words import json_line
from reconciler.store.atomic_file import replace_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What drifted, and by organization what that was found from."""

    drift: Drift
    parts: Mapping[str, Part]

    def of(self, addresses: Sequence[str]) -> Drift:
        """Give what drifted at these addresses alone; all of it where none is named.

        Raises:
            UsageInvalid: nothing is declared or managed at one of them.
        """
        if not addresses:
            return self.drift
        differing = {str(one.address) for one in self.drift.objects}
        differing |= {str(member.address) for one in self.drift.objects for member in one.members}
        judge = Addresses(drift=self.drift, parts=self.parts)
        found = [judge.refusal(one, fields=False) for one in addresses if one not in differing]
        refused = [one for one in found if one is not None]
        if refused:
            raise UsageInvalid(*refused)
        chosen = tuple(_part_of(one, addresses) for one in self.drift.objects)
        return replace(self.drift, objects=tuple(one for one in chosen if one is not None), unmanaged=())


def find_drift(
    directory: Path, names: Sequence[str], narration: Narration, most: int | None = None, wait: float = 0.0
) -> Seen:
    """Compare these organizations, all of them without a name, with at most `most` requests a minute each.

    For another run that is at work it waits so many seconds.

    Raises:
        Locked: it is at work still.
        ReconcilerError: documents are wrong, or something could not be read at all.
    """
    scope = scope_of(directory, names, now().date(), most)

    def read() -> Mapping[str, Part]:
        with asyncio.Runner() as runner:
            return result_of(runner, _read(scope, narration))

    parts, disturbed = read_in_turn(scope, wait, narration.say, read)
    seen = seen_in(parts)
    return replace(seen, drift=seen.drift.silenced(disturbed))


async def _read(scope: Scope, narration: Narration) -> Mapping[str, Part]:
    async with connected(scope.organizations, scope.directory, os.environ) as providers, watched(narration) as watch:
        return (await planned(scope, providers, watch)).parts  # what is wrong with the documents, a plan tells


def seen_in(parts: Mapping[str, Part]) -> Seen:
    """Compare what was read."""
    key_ids = {name: digest_key_id(part.organization.digest_key) for name, part in parts.items()}
    return Seen(drift=drift_of([*parts.values()], key_ids), parts=parts)


def drift_code(drift: Drift) -> int:
    """Give the exit code."""
    return exit_code(complete=drift.complete, changes=drift.drifted)


def show_drift(drift: Drift, paint: Paint, *, as_json: bool, personal: bool) -> None:
    """Write it out, for people or for programs."""
    shown = drift if personal else masked_drift(drift, PEOPLE)
    out(f"{drift_json(shown, now(), drift_code(drift))}\n" if as_json else drift_text(shown, paint))


def write_drift(drift: Drift, written: Forms, *, personal: bool) -> None:
    """Write the forms of it that are wanted in files.

    Raises:
        OSError: a file could not be written.
    """
    if written.files:
        shown = drift if personal else masked_drift(drift, PEOPLE)
        written.write({"html": lambda: drift_html(shown, now()), "markdown": lambda: drift_markdown(shown)})


def show_no_drift(problems: Sequence[Problem]) -> None:
    """Write for programs why nothing can be said."""
    out(f"{no_drift_json(problems, now())}\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftFolder:
    """A folder that a report is wanted in; without a `path` none is."""

    path: Path | None

    @contextmanager
    def prepared(self) -> Iterator[None]:
        """Take away what an earlier report left; where an error leaves the block, say in its place that there is none.

        Raises:
            ReconcilerError: `report-unwritable`, before anything else is done.
        """
        if self.path is not None:
            with unwritable_told(self.path):
                clear_folder(self.path)
        try:
            yield
        except UsageInvalid:
            raise
        except ReconcilerError as error:
            self._write(Drift(scope=(), problems=error.problems), code_of(error))
            raise

    def write(self, drift: Drift, *, personal: bool) -> None:
        """Write every form of it into the folder, the verdict last.

        Raises:
            ReconcilerError: `report-unwritable`.
        """
        self._write(drift if personal else masked_drift(drift, PEOPLE), drift_code(drift))

    def _write(self, drift: Drift, code: int) -> None:
        if self.path is None:
            return
        with unwritable_told(self.path):
            for name, text in _files(drift, code):
                replace_file(self.path / name, text.encode())
        err(f"\nWrote the report into {self.path}.")


def _files(drift: Drift, code: int) -> Iterable[tuple[str, str]]:
    verdict = {
        "format_version": VERDICT_VERSION,
        "exit_code": code,
        "title": verdict_of(drift),
        "complete": drift.complete,
        "drifted": drift.drifted,
        "scope": list(drift.scope),
        "counts": {label.value: number for label, number in drift.counts.items()},
    }
    yield "summary.md", drift_markdown(drift)
    yield "drift.html", drift_html(drift, now())
    yield "drift.json", f"{drift_json(drift, now(), code)}\n"
    yield VERDICT, f"{json_line(verdict)}\n"


def tell_webhook(seen: Seen, directory: Path) -> None:
    """Tell whoever `drift: {webhook: …}` names, where that is something new; that it fails is a warning."""
    variable = load_configuration(directory, VENDORS, os.environ).webhook
    if variable:
        tell(seen.drift, seen.parts, directory, variable)


def _part_of(one: ObjectDrift, addresses: Sequence[str]) -> ObjectDrift | None:
    """Give an object that is named whole, or the members of it that are."""
    if str(one.address) in addresses:
        return one
    members = tuple(member for member in one.members if str(member.address) in addresses)
    return replace(one, label=None, reason="", fields=(), members=members) if members else None
