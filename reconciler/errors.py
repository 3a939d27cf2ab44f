"""What can go wrong: problems as values, and the few exceptions that carry them.

    ReconcilerError
    ├── UsageInvalid          wrong usage: correct the command line or the environment
    ├── DesiredStateInvalid   fix the documents
    ├── LiveStateUnreadable   try again: nothing is concluded about absence
    ├── PlanRefused           the policy says no
    ├── PlanStale             plan again: the world changed
    ├── Locked                wait: another run holds the organization's lock
    ├── LockLost              stop writing: the lock is no longer ours
    ├── ProviderRejected      the vendor said no; sending it again will not help
    ├── ProviderUnavailable   try again; nothing changed
    └── OutcomeUnknown        look first: the write may have taken effect

A leaf exists where a caller does something different next. Raise where the cause is known; catch at the command's
edge and, per change, in `apply.execute`; nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A position in a document: `path` as the user would type it, `line` and `column` counted from 1."""

    path: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that a person must know, with its place and its remedy.

    `code` is kebab-case and stable. `summary` holds no user data: the same problem always reads the same.
    No field may hold a credential, a header, a body, or the value of a personal field.
    """

    code: str
    summary: str
    where: Place | str = ""
    detail: str = ""
    why: str = ""
    remedy: str = ""
    command: str = ""
    warning: bool = False

    def __str__(self) -> str:
        """Lay the problem out as STYLE.md shows it: headline, then indented detail, reason, remedy, command."""
        head = f"{self.where}: " if self.where else ""
        lines = [f"{head}{self.summary} [{self.code}]"]
        lines += [f"    {text}" for part in (self.detail, self.why, self.remedy) for text in part.splitlines()]
        lines += [f"        {text}" for text in self.command.splitlines()]
        return "\n".join(lines)


def _sort_key(problem: Problem) -> tuple[bool, str, int, int, str, str]:
    where = problem.where
    if isinstance(where, Place):
        return (problem.warning, where.path, where.line, where.column, problem.code, problem.detail)
    return (problem.warning, where, 0, 0, problem.code, problem.detail)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort problems by place, then code; warnings last. Repetitions are dropped."""
    return tuple(sorted(dict.fromkeys(problems), key=_sort_key))


class ReconcilerError(Exception):
    """Carries one or more problems to the command's edge; `status` is a vendor's answer's, where one came."""

    status: int | None = None

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class UsageInvalid(ReconcilerError):
    """The command line, an environment variable or a setting cannot be meant."""


class DesiredStateInvalid(ReconcilerError):
    """The documents have problems; nothing was sent."""


class LiveStateUnreadable(ReconcilerError):
    """The live state could not be read completely; nothing is concluded about absence."""


class PlanRefused(ReconcilerError):
    """A guard does not let the plan through."""


class PlanStale(ReconcilerError):
    """The plan no longer describes the world; plan again."""


class Locked(ReconcilerError):
    """Another run holds the organization's lock; nothing was written."""


class LockLost(ReconcilerError):
    """The lock ran out or went to another run: this one may write nothing more, at the vendor or in the inventory."""


class ProviderRejected(ReconcilerError):
    """The vendor refused a request for what it says; repeating it will not help."""


class ProviderUnavailable(ReconcilerError):
    """The vendor could not be reached or is throttling; the request had no effect and may be repeated."""


class OutcomeUnknown(ReconcilerError):
    """A write was sent and its answer was lost: it may or may not have taken effect."""
