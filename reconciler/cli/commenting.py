"""What `comment` does: find the proposal that the job is about, and let a report stand there, or read from there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from reconciler.apply.exit import ExitCode
from reconciler.cli.reports import key_of
from reconciler.cli.terminal import err, out
from reconciler.errors import Problem, ReconcilerError, UsageInvalid
from reconciler.forge.comments import Wanted, wanted_of
from reconciler.forge.connection import ForgeRefused
from reconciler.forge.forge import Forge, Proposal
from reconciler.forge.job import Job, forge_of, job_of
from reconciler.forge.posting import Posted, outdate, post, reviewed
from reconciler.render.markdown import named
from reconciler.render.report import VERDICT
from reconciler.render.words import counted, listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Commenting:
    """One call of the command within one job."""

    job: Job
    environ: Mapping[str, str]
    dry: bool = False

    @classmethod
    def of_job(cls, *, number: int | None, dry: bool) -> Commenting:
        """Take the job in that this process runs in; `number` is for where the job is about no proposal.

        Raises:
            UsageInvalid: it runs in none.
        """
        job = job_of(os.environ)
        return cls(job=replace(job, number=number or job.number), environ=os.environ, dry=dry)

    @staticmethod
    def key_of(directory: Path, organizations: Sequence[str]) -> str:
        """Give the key that a report about these has."""
        return named(key_of(directory, organizations))

    def report(self, folder: Path, key: str | None) -> int:
        """Let a report stand as a comment, and in the summary of the job where there is one."""
        wanted = _read(folder, key, self.job.head)
        summary = self._summarized(folder)
        try:
            with self._connected() as forge:
                _tell(forge, self._number(), post(forge, self._number(), wanted, dry=self.dry), dry=self.dry)
        except (ForgeRefused, UsageInvalid) as error:
            if not self.job.foreign:
                raise
            _tell_withheld(error, "in the summary of the job" if summary else "here")
            if not summary:
                out((folder / "summary.md").read_text(encoding="utf-8"))
        return ExitCode.DONE

    def outdate(self, key: str) -> int:
        """Mark what stands under this key as superseded."""
        with self._connected() as forge:
            _tell(forge, self._number(), outdate(forge, self._number(), key, dry=self.dry), dry=self.dry)
        return ExitCode.DONE

    def tell_digest(self, key: str) -> int:
        """Print the digest that was reviewed.

        Raises:
            PlanRefused: no plan was.
            PlanStale: it is not of what is merged.
        """
        with self._connected() as forge:
            out(f"{reviewed(forge, self._proposal(forge), key)}\n")
        return ExitCode.DONE

    def _proposal(self, forge: Forge) -> Proposal:
        if self.job.number:
            return forge.proposal(self.job.number)
        found = forge.merged_as(self.job.commit) if self.job.commit else None
        if found is None:
            raise ReconcilerError(
                _none(forge, f"No {forge.noun} was merged as commit {self.job.commit[:12] or 'unknown'}.")
            )
        return found

    def _number(self) -> int:
        if self.job.number:
            return self.job.number
        raise UsageInvalid(_none(None, "This job is about none."))

    @contextmanager
    def _connected(self) -> Iterator[Forge]:
        with closing(forge_of(self.environ)) as forge:
            yield forge

    def _summarized(self, folder: Path) -> bool:
        """Write into the summary of the job, where the forge has such; and say whether it has."""
        file = self.environ.get("GITHUB_STEP_SUMMARY", "")
        if file and not self.dry:
            with Path(file).open("a", encoding="utf-8") as summary:
                summary.write((folder / "summary.md").read_text(encoding="utf-8"))
        return bool(file)


def _read(folder: Path, key: str | None, head: str) -> Wanted:
    """Read the parts of a report."""
    try:
        verdict: object = json.loads((folder / VERDICT).read_bytes())
        parts = verdict.get("parts") if isinstance(verdict, dict) else None
        own = verdict.get("key") if isinstance(verdict, dict) else None
        numbers = range(1, parts + 1) if isinstance(parts, int) else ()
        texts = [(folder / f"comment-{number}.md").read_text(encoding="utf-8") for number in numbers]
    except (OSError, ValueError) as error:
        raise ReconcilerError(_unreadable(folder, type(error).__name__)) from None
    wanted = wanted_of(texts, named(key or str(own)), head)
    if wanted is None:
        raise ReconcilerError(_unreadable(folder, "Its parts do not belong together."))
    return wanted


def _tell(forge: Forge, number: int, posted: Posted, *, dry: bool) -> None:
    done = [
        f"{counted(count, 'comment')} {what}"
        for count, what in (
            (posted.made, "made"),
            (posted.updated, "brought up to date"),
            (posted.outdated, "marked stale"),
            (posted.deleted, "deleted"),
        )
        if count
    ]
    told = listed(done) or "the comments are up to date"
    out(f"{forge.title}, {forge.noun} {number}{', dry run' if dry else ''}: {told}.\n")


def _tell_withheld(error: ReconcilerError, place: str) -> None:
    """Say that there is no comment; of a fork nothing else is to be expected."""
    err(
        str(
            Problem(
                code="comment-withheld",
                summary="the plan is not commented on the proposal",
                detail=f"It comes from a fork, whose jobs may not write here. ({error.problems[0].code})",
                remedy=f"Read the plan {place}.",
                warning=True,
            )
        )
    )


def _none(forge: Forge | None, detail: str) -> Problem:
    return Problem(
        code="proposal-unknown",
        summary="there is no pull request or merge request to look at",
        where=forge.title if forge else "",
        detail=detail,
        remedy="Run it in a job of a pull request or of its merge, or name it with --number N.",
    )


def _unreadable(folder: Path, detail: str) -> Problem:
    return Problem(
        code="report-unreadable",
        summary="there is no report to comment with",
        where=str(folder),
        detail=detail,
        remedy="Make one, and name its folder:",
        command=f"reconciler plan --report {folder}\nreconciler comment --report {folder}",
    )
