"""A report of a plan -> a folder: its owner's alone, without what an earlier report left in it, the verdict last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from reconciler.apply.exit import exit_code
from reconciler.cli.endings import code_of
from reconciler.cli.pages import seen
from reconciler.cli.terminal import err, now
from reconciler.desired.collector import collector_held
from reconciler.errors import Problem, ReconcilerError, UsageInvalid, in_order
from reconciler.model.plan import Plan
from reconciler.render import comment_key
from reconciler.render.lines import Places, wanted
from reconciler.render.report import VERDICT, is_of_report, report_files
from reconciler.store.atomic_file import replace_file


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFolder:
    """A folder that a report is wanted in; without a `path` none is.

    `directory` holds the documents, `names` are the organizations that were asked for: both tell comments of one pull
    request apart.
    """

    path: Path | None
    directory: Path
    names: tuple[str, ...] = ()

    @contextmanager
    def prepared(self) -> Iterator[None]:
        """Take away what an earlier report left; where an error leaves the block, report that there is no plan.

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
            none = Plan(scope=(), shares=(), changes=(), problems=tuple(in_order(error.problems)))
            self._write(none, code_of(error))
            raise

    def write(self, plan: Plan, *, personal: bool) -> None:
        """Write every surface of a plan into the folder, and say so.

        Raises:
            ReconcilerError: `report-unwritable`.
        """
        code = exit_code(complete=plan.complete, blocked=bool(plan.blocked), changes=not plan.empty)
        self._write(seen(plan, personal=personal), code)

    def _write(self, plan: Plan, code: int) -> None:
        if self.path is None:
            return
        prefix, key = prefix_of(self.directory), key_of(self.directory, self.names)
        with collector_held(), unwritable_told(self.path):
            places = places_of(plan, self.directory)
            for name, text in report_files(
                plan, now(), key=key, prefix=prefix, code=code, places=places, names=self.names
            ):
                replace_file(self.path / name, text.encode())
        err(f"\nWrote the report into {self.path}.")


def places_of(plan: Plan, directory: Path) -> Places:
    """Look up where in the documents stands what a plan changes, as far as they still stand as the plan read them."""
    from reconciler.desired.positions import find_places

    spots = find_places(directory, wanted(plan))
    return {one: spot.key for one, spot in spots.items() if spot.found}


def key_of(directory: Path, names: Sequence[str]) -> str:
    """Give what tells the comment about these organizations of a folder from others."""
    return comment_key.key_of(prefix_of(directory), names)


def prefix_of(directory: Path) -> str:
    """Give a folder as seen from the top of the repository that it is in; "" at the top, and outside of any."""
    here = directory.resolve()
    top = next((one for one in (here, *here.parents) if (one / ".git").exists()), here)
    shown = here.relative_to(top).as_posix()
    return "" if shown == "." else shown


def clear_folder(folder: Path) -> None:
    """Make the folder, or take out of it what another report would be mixed up with; nothing else is touched.

    A folder that holds other things and no report is not one for reports: somebody named it by mistake.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = sorted(folder.iterdir())
    if not (folder / VERDICT).exists() and not all(is_of_report(file.name) for file in files):
        raise ReconcilerError(_unwritable(folder, "It holds other files, and no report."))
    folder.chmod(0o700)
    for file in files:
        if is_of_report(file.name) and (file.is_file() or file.is_symlink()):
            file.unlink()


@contextmanager
def unwritable_told(folder: Path) -> Iterator[None]:
    """Tell of a folder that cannot be written to."""
    try:
        yield
    except OSError as error:
        raise ReconcilerError(_unwritable(folder, error.strerror or "")) from error


def _unwritable(folder: Path, detail: str) -> Problem:
    return Problem(
        code="report-unwritable",
        summary="the report cannot be written",
        where=str(folder),
        detail=detail,
        why="Nothing was changed at the vendor.",
        remedy="Name with --report a folder that can be written to, and that is for reports alone.",
    )
