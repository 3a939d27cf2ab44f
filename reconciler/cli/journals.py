"""The journal of one run: begun once its locks are held, fed with every event, closed with the sums.

What cannot be written down is not done: an event that the journal does not take ends the run, before its write went
out. Pruning and closing are no reason to call a run failed whose writes all stand.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reconciler.apply.minutes import Image, Minutes, masking, plain_image
from reconciler.apply.summary import Summary
from reconciler.cli.composition import Scope
from reconciler.cli.private_folder import journals_of
from reconciler.cli.terminal import now
from reconciler.cli.versions import version_of
from reconciler.errors import ReconcilerError
from reconciler.model.event import Event
from reconciler.model.inventory import Holder
from reconciler.model.journal import Opening, Site
from reconciler.model.organization import Organization
from reconciler.model.plan import Plan
from reconciler.store.journal import Journals
from reconciler.store.journal_file import JournalFile
from reconciler.store.plan_file import plan_text, write_plan_text

Begin = Callable[[Path, Opening], JournalFile]
"""Makes the file of a journal, with its first line."""

Version = tuple[str, bool]
"""The git commit of documents, and whether they differ from it."""

UNVERSIONED: Version = ("", False)

_LONGEST_RUN = 24 * 3600.0
"""Seconds after which a run that writes nothing down is not running any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What takes its time of a journal's beginning: the version of the documents, and the text of the plan.

    The text is empty where none is kept: a plan holds personal values as they stand, and these may be masked.
    """

    version: Version = UNVERSIONED
    plan: str = ""


class RunJournal:
    """One run's journal while it runs."""

    def __init__(self, run: str, journals: Journals, file: JournalFile, minutes: Minutes, keep: int) -> None:
        self._run = run
        self._journals = journals
        self._file = file
        self._minutes = minutes
        self._keep = keep

    def take(self, event: Event) -> None:
        """Write an event down.

        Raises:
            ReconcilerError: `journal-unwritable`; what it announces must not happen.
        """
        self._file.write(self._minutes.line(event, instant(now())))
        self._minutes.count(event)

    def close(self, summary: Summary, code: int) -> None:
        """Write down what it came to, and let go of what is too old."""
        with contextlib.suppress(ReconcilerError):  # all that happened stands in it, and without an end it is read too
            self._file.write(self._minutes.close(summary, code, instant(now())))
        self._file.close()
        self._journals.prune(self._keep, before=now().timestamp() - _LONGEST_RUN, own=self._run)


def prepare_journal(
    plan: Plan, scope: Scope, whole: Plan | None = None, given_up: Callable[[], bool] = lambda: False
) -> Preparation:
    """Prepare the journal of a run, unless that is `given_up` meanwhile.

    Git may take its time over the version of the documents, and a large plan has a long text: both are done before
    there is a lock that somebody else waits for. `whole` is the plan as it was saved, where `plan` is only what is left
    of it: a part does not have its digest.
    """
    folders = [scope.directory / one.documents for one in _touched(plan, scope)]
    version = version_of(scope.directory, folders, given_up)
    if scope.journal.masked or given_up():
        return Preparation(version=version)
    return Preparation(version=version, plan=plan_text(whole or plan))


def begin_journal(
    holder: Holder, plan: Plan, scope: Scope, preparation: Preparation, begin: Begin = JournalFile.begun
) -> RunJournal:
    """Begin the journal of a run, and keep the plan beside it that `--resume` goes on with; `begin` makes the file.

    Raises:
        ReconcilerError: `journal-unwritable` or `plan-file-unwritable`; nothing may be sent.
    """
    journals = journals_of(scope.directory)
    image = image_of(scope, masked=scope.journal.masked)
    file = begin(journals.path(holder.id), _opening(holder, plan, scope, preparation.version))
    try:
        if preparation.plan:
            write_plan_text(journals.plan_path(holder.id), preparation.plan)
    except BaseException:
        file.close()
        raise
    return RunJournal(holder.id, journals, file, Minutes(image), scope.journal.keep)


def _touched(plan: Plan, scope: Scope) -> Sequence[Organization]:
    names = {change.address.organization for change in plan.changes}
    return [one for one in scope.organizations if one.name in names]


def image_of(scope: Scope, *, masked: bool) -> Image:
    """Say how a journal of these organizations holds objects."""
    if not masked:
        return plain_image
    kinds = {one.name: {kind.name: kind for kind in one.vendor.kinds} for one in scope.organizations}
    return masking(kinds, {one.name: one.digest_key for one in scope.organizations})


def _opening(holder: Holder, plan: Plan, scope: Scope, version: Version) -> Opening:
    commit, dirty = version
    return Opening(
        at=instant(now()),
        run=holder.id,
        who=holder.who,
        host=holder.host,
        command=holder.command,
        digest=plan.digest,
        sites=tuple(
            Site(organization=one.name, provider=one.vendor.name, endpoint=one.base_url or one.endpoint)
            for one in _touched(plan, scope)
        ),
        commit=commit,
        dirty=dirty,
        undoes=plan.undoes,
        masked=scope.journal.masked,
    )


def instant(moment: datetime) -> str:
    """Give a time as journals write it: UTC, with milliseconds."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
