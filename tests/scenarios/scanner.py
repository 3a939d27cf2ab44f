"""A run that tells all that it can tell, to people, to programs and into the log; and a scanner over what it told.

What is scanned is everything: the plan as text, as JSON and in every form of a report, lines and progress on stderr,
the event stream, the log at `debug`, the sums, problems, `journal list` and `journal show`, and the journal's file
itself where personal values are kept out of it.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from jsonschema import Draft202012Validator

from reconciler.apply.summary import Summary
from reconciler.cli.composition import configured
from reconciler.cli.drifting import find_drift
from reconciler.cli.endings import told as told_of
from reconciler.cli.logs import logging_from
from reconciler.cli.main import run
from reconciler.cli.pages import seen, show_plan
from reconciler.cli.reporting import EventLines, EventPage, Say
from reconciler.cli.telling import tell_of
from reconciler.cli.terminal import err, now
from reconciler.errors import Problem, ReconcilerError
from reconciler.model.event import Answered, Event
from reconciler.model.plan import Plan
from reconciler.model.resource import Value
from reconciler.render.lines import NONE_KNOWN
from reconciler.render.paint import PLAIN
from reconciler.render.progress import Lines, Narration
from reconciler.render.report import report_files
from reconciler.render.stream_schema import stream_schema
from reconciler.sandbox import way_in
from reconciler.store.told import FileTold
from tests.company import Company, Quiet

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"\+33\d{9}")
NAME = re.compile(r"\bZq\w+")
"""What `branded` makes of names, so that none of them is a word of ours."""
_STREAM = Draft202012Validator(stream_schema(closed=True))
_NAMED = re.compile(r"""((?:firstName|lastName|fullName|notes)["']?:\s*["']?)(?=[A-Za-z])""")
_ACCOUNT = re.compile(r"""\s*["']?fullName\b""")
"""A line that begins so names a company, which is nobody's secret: people stand in the cases on one line each."""

COMMANDS: Sequence[tuple[str, ...]] = (
    ("journal", "list"),
    ("journal", "list", "--json"),
    ("journal", "show", "last"),
    ("journal", "show", "last", "--json"),
    ("inventory", "list"),
    ("inventory", "list", "--json"),
    ("drift",),
    ("drift", "--json"),
    ("undo", "last"),
)


def branded(text: str) -> str:
    """Let every name in documents or seeds begin with letters that no other word has."""
    lines = text.splitlines(keepends=True)
    return "".join(line if _ACCOUNT.match(line) else _NAMED.sub(r"\1Zq", line) for line in lines)


def personal_values(files: Iterable[Path]) -> frozenset[str]:
    """Give the names, e-mail addresses and phone numbers in these files."""
    texts = [file.read_text(encoding="utf-8") for file in files]
    return frozenset(value for text in texts for sort in (EMAIL, PHONE, NAME) for value in sort.findall(text))


def secrets_of(here: Company) -> frozenset[str]:
    """Give all that opens the organizations of a company, and what keys its digests."""
    found: set[str] = set()
    with here.store() as store:
        for organization in configured(here.folder):
            row = store.organization(organization.name)
            found |= {row.api_key or "", row.api_secret or ""}
            found |= set(way_in(store, organization.name, organization.vendor.name).credentials.values())
            found |= {token for (token,) in store.connection.execute("SELECT token FROM refresh_tokens")}
            found |= {organization.digest_key} if organization.digest_variable else set()
    return frozenset(found - {""})


class Loud(Quiet):
    """A report that tells people and programs at the same time."""

    def __init__(self) -> None:
        super().__init__()
        self._reports = (EventPage(PLAIN, PLAIN, no_color=True), EventLines())

    def narration(self) -> Narration:
        """Tell on stderr, and leave nothing out."""
        return Lines(err, time.monotonic)

    def begin(self, plan: Plan) -> None:
        """Tell what is carried out."""
        for report in self._reports:
            report.begin(plan)

    def answered(self, event: Answered) -> None:
        """Tell what became of a write."""
        for report in self._reports:
            report.answered(event)

    def event(self, event: Event, say: Say) -> None:
        """Tell an event."""
        super().event(event, say)
        for report in self._reports:
            report.event(event, err)

    def end(self, summary: Summary) -> None:
        """Tell the sums."""
        for report in self._reports:
            report.end(summary)

    def problems(self, problems: Sequence[Problem]) -> None:
        """Tell what ended it."""
        for report in self._reports:
            report.problems(problems)


def tell_all(here: Company) -> None:
    """Plan and apply with everything told on stdout and stderr, then look up what the journal and the inventory say."""
    loud = Loud()
    with logging_from("debug"):
        try:
            plan = here.plan()
            for as_json in (False, True):
                show_plan(plan, PLAIN, as_json=as_json, personal=False)
            shown = seen(plan, personal=False)
            for _, text in report_files(shown, now(), key="plan", prefix="", code=0, places=NONE_KNOWN):
                sys.stdout.write(text)
            loud.end(here.carry_out(plan, loud).summary)
        except ReconcilerError as error:
            loud.problems(error.problems)
            err(told_of(error, PLAIN))
    for command in COMMANDS:
        sys.stdout.write(f"$ reconciler {' '.join(command)}\n")
        run(["--debug", "--log-level", "debug", "-C", str(here.folder), *command])


def webhook_told(here: Company) -> str:
    """Give what a webhook hears of the drift of every organization, as JSON."""
    seen_drift, bodies = find_drift(here.folder, (), Loud().narration()), list[Value]()
    for name, part in seen_drift.parts.items():
        told = FileTold(folder=here.folder / ".reconciler" / "told", organization=name)
        tell_of(seen_drift.drift, part.organization, told, now(), bodies.append)
    return json.dumps(bodies, ensure_ascii=False)


def kept_files(here: Company) -> Iterator[Path]:
    """Give the files that a run leaves in its private folder, but for the plan and the sandbox."""
    for file in sorted((here.folder / ".reconciler").rglob("*")):
        if file.is_file() and file.suffix in (".json", ".jsonl", ".lock", ""):
            yield file


def unlike_the_schema(text: str) -> list[str]:
    """Give the lines of an event stream that the published schema does not describe, one of each shape."""
    shapes: dict[str, str] = {}
    for line in text.splitlines():
        if '"@module": "reconciler.ui"' in line:
            told = json.loads(line)
            keys = [(name, sorted(part) if isinstance(part, dict) else "") for name, part in told.items()]
            shapes[f"{told['type']} {keys}"] = line
    return [line for line in shapes.values() if not _STREAM.is_valid(json.loads(line))]


def found_in(text: str, values: Iterable[str]) -> dict[str, str]:
    """Give the values that stand in a text, each with the line of the first."""
    lines = text.splitlines()
    return {
        value: next((line for line in lines if value in line), "")[:300] for value in sorted(values) if value in text
    }
