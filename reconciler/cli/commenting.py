"""What `comment` does: find the proposal that the job is about, and let a report stand there, or read from there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from reconciler.apply.exit import ExitCode
from reconciler.cli.comment_report import Report
from reconciler.cli.reports import key_of, prefix_of
from reconciler.cli.terminal import err, out
from reconciler.desired.configuration import load_configuration
from reconciler.errors import Problem, ReconcilerError, UsageInvalid
from reconciler.forge.comments import as_of, latest_of, wanted_of
from reconciler.forge.connection import ForgeRefused
from reconciler.forge.forge import Forge, Proposal
from reconciler.forge.job import Job, forge_of, job_of
from reconciler.forge.posting import Posted, outdate, post, reviewed
from reconciler.providers.table import VENDORS
from reconciler.render.applied_markdown import applied_comment
from reconciler.render.comment_key import applied_key, named
from reconciler.render.markdown_text import code as span
from reconciler.render.problems import problems_text
from reconciler.render.whereabouts import whereabouts
from reconciler.render.words import counted, listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How an apply ended: the key of its plan's comment, its exit code, what it printed, and what it was about."""

    key: str
    code: int
    said: str
    about: str

    @classmethod
    def read(
        cls, directory: Path, organizations: Sequence[str], key: str | None, code: int, file: Path | None
    ) -> Ended:
        """Take in what stands in `file`, if it came to that; of all organizations where none is named."""
        said = file.read_text(encoding="utf-8", errors="replace") if file is not None and file.exists() else ""
        folder = prefix_of(directory)
        about = whereabouts(organizations or _all_of(directory), span(folder) if folder else "")
        return cls(key=Commenting.key_of(directory, organizations, key), code=code, said=said, about=about)

    def comment(self, url: str = "", standing: str = "") -> str:
        """Write the comment, below which the first run of the same job stays as it `stands`."""
        return applied_comment(self.key, self.code, self.said, url, about=self.about, standing=standing)

    def show(self, why: UsageInvalid) -> int:
        """Print what would be posted, where there is no forge."""
        err(_uncompared(why, applied_key(self.key)))
        out(self.comment())
        return ExitCode.DONE


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
        if number is not None and number != job.number:
            job = replace(job, number=number, head="")  # the commit is of another one
        return cls(job=job, environ=os.environ, dry=dry)

    @staticmethod
    def key_of(directory: Path, organizations: Sequence[str], given: str | None) -> str:
        """Give the key that a report about these has, or that was given to it."""
        return named(given or key_of(directory, organizations))

    def report(self, report: Report) -> int:
        """Let a report stand as a comment, and in the summary of the job where there is one."""
        wanted = as_of(report.wanted, self.job.head)
        summary = self._summarized(report)
        try:
            with self._connected() as forge:
                number = self._number()
                if not self._is_overtaken(forge, number):
                    _tell(forge, number, post(forge, number, wanted, dry=self.dry), dry=self.dry)
        except (ForgeRefused, UsageInvalid) as error:
            if not self.job.foreign:
                raise
            self._tell_withheld(error, "in the summary of the job" if summary else "here")
            if not summary:
                out(report.summary)
        return ExitCode.DONE

    def outdate(self, key: str) -> int:
        """Mark what stands under this key as superseded."""
        with self._connected() as forge:
            number = self._number()
            if not self._is_overtaken(forge, number):
                _tell(forge, number, outdate(forge, number, key, dry=self.dry), dry=self.dry)
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

    def tell_applied(self, ended: Ended) -> int:
        """Say on the proposal how the apply of its plan ended."""
        own = applied_key(ended.key)
        with self._connected() as forge:
            proposal = self._proposal(forge)
            standing = latest_of(own, proposal.head, forge.comments(proposal.number), forge.author())
            wanted = wanted_of([ended.comment(_job_url(self.environ), standing)], own, proposal.head)
            if wanted is not None:
                _tell(forge, proposal.number, post(forge, proposal.number, wanted, dry=self.dry), dry=self.dry)
        return ExitCode.DONE

    def _proposal(self, forge: Forge) -> Proposal:
        if self.job.number:
            return forge.proposal(self.job.number)
        found = forge.merged_as(self.job.commit) if self.job.commit else None
        if found is None:
            raise ReconcilerError(
                _none(forge.title, f"No {forge.noun} was merged as commit {self.job.commit[:12] or 'unknown'}.")
            )
        return found

    def _is_overtaken(self, forge: Forge, number: int) -> bool:
        """Say whether a later push came since: this job was run again, or took longer than the one after it."""
        last = forge.proposal(number).head if self.job.head else ""
        if last == self.job.head:
            return False
        commits = f"This job is of {self.job.head[:12]}, the last commit {last[:12]}."
        out(f"{forge.title}, {forge.noun} {number}: left as it is. {commits}\n")
        return True

    def _number(self) -> int:
        if self.job.number:
            return self.job.number
        raise UsageInvalid(_none(self.job.forge, "This job is about none."))

    @contextmanager
    def _connected(self) -> Iterator[Forge]:
        with closing(forge_of(self.environ, err)) as forge:
            yield forge

    def _summarized(self, report: Report) -> bool:
        """Write into the summary of the job, where the forge has such; and say whether it has."""
        file = self.environ.get("GITHUB_STEP_SUMMARY", "")
        if file and not self.dry:
            with Path(file).open("a", encoding="utf-8") as summary:
                summary.write(report.summary)
        return bool(file)

    def _tell_withheld(self, error: ReconcilerError, place: str) -> None:
        """Say that there is no comment; of a fork nothing else is to be expected."""
        told = Problem(
            code="comment-withheld",
            summary="the plan is not commented on the proposal",
            where=f"{self.job.forge}, number {self.job.number}",
            detail=f"It comes from a fork, whose jobs may not write here. ({error.problems[0].code})",
            remedy=f"Read the plan {place}.",
            warning=True,
        )
        err(problems_text([told]))


def show(report: Report, why: UsageInvalid) -> int:
    """Print what would be posted, where there is no forge to post it to or to compare it with."""
    err(_uncompared(why, report.wanted.key))
    out("\n".join(report.wanted.parts))
    return ExitCode.DONE


def _uncompared(why: UsageInvalid, key: str) -> str:
    said = "; ".join(f"{problem.where}: {problem.summary}" for problem in why.problems)
    return f'Not compared with what stands ({said}). With the key "{key}" would be posted:\n'


def _all_of(directory: Path) -> Sequence[str]:
    """Name the organizations of a folder; none where its reconciler.yaml is wrong, as the apply has said then."""
    try:
        return [one.name for one in load_configuration(directory, VENDORS, os.environ).organizations]
    except ReconcilerError:
        return []


def _job_url(environ: Mapping[str, str]) -> str:
    """Give the address of the job's page; "" where the forge does not say it."""
    run = environ.get("GITHUB_RUN_ID")
    if run and environ.get("GITHUB_SERVER_URL"):
        return f"{environ['GITHUB_SERVER_URL']}/{environ.get('GITHUB_REPOSITORY')}/actions/runs/{run}"
    return environ.get("CI_JOB_URL", "")


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


def _none(forge: str, detail: str) -> Problem:
    return Problem(
        code="proposal-unknown",
        summary="there is no pull request or merge request to look at",
        where=forge,
        detail=detail,
        remedy="Run it in a job of a pull request or of its merge, or name it with --number N.",
    )
