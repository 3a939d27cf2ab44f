"""Console blocks of a page -> what they really give: commands are run in a copy of the example company, in order.

A line `$ reconciler …` is a command, the lines up to the next one are its output, stdout and stderr as they come. A
line `[…]` on a page stands for any lines that are left out. A `diff` block that begins with `--- FILE` is an edit; one
that only adds, of a file that there is not, makes it. `rm FILE…`, `cp FILE FILE` and `git checkout FILE` are
done, and say nothing.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from reconciler.cli.main import run
from tests.docs.fences import ROOT, Fence, fences

EXAMPLES = ROOT / "examples"
COMPANY = EXAMPLES / "desired-state"
SEEDS = {"lumiere-fr": "sandbox-seed.json", "lumiere-ch": "sandbox-seed-ch.json"}
LEFT_OUT = "[…]"
_PROGRESS = re.compile(r"^(\w.*…|Reading .* requests?.*)\n", re.MULTILINE)
_VARYING = (
    (re.compile(r"after \d+s"), "after 0s"),  # a slow machine
    (re.compile(r"\[id=[^]]+\]"), "[id=…]"),  # new ids go by the order of concurrent writes
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "TIME"),  # when something was applied
    (re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}"), "RUN"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "DIGEST"),  # of a plan: everything that is in it counts
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command of a page with the output that the page shows."""

    command: str
    shown: str


def steps(fence: Fence) -> Iterator[Step]:
    """Give the commands of a console block."""
    for part in re.split(r"^\$ ", fence.content, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield Step(command=command, shown=shown)


class Player:
    """Runs what a page shows, in the current folder, and remembers how the last command ended."""

    def __init__(self) -> None:
        self.code = 0

    def play(self, command: str) -> str:
        """Run one command line and give its output; progress lines, which a terminal wipes away, are left out."""
        words = shlex.split(command)
        match words:
            case ["echo", _]:
                return f"{self.code}\n"
            case ["rm", *files]:
                for file in files:
                    Path(file).unlink()
                return "\n"
            case ["cp", file, copy]:
                shutil.copyfile(file, copy)
                return "\n"
            case ["git", "checkout", file]:
                shutil.copyfile(COMPANY / file, file)
                return "\n"
            case ["reconciler", *_]:
                return self._run(words[1:])
        raise ValueError(f"a page can only run reconciler, not {words[0]}")

    def _run(self, words: list[str]) -> str:
        output = StringIO()
        with redirect_stdout(output), redirect_stderr(output):
            self.code = run(words)
        return _PROGRESS.sub("", output.getvalue()).strip("\n") + "\n"


def seed_company(player: Player) -> None:
    """Give both organizations of the example company what stood there before they had documents."""
    for organization, file in SEEDS.items():
        player.play(f"reconciler sandbox seed --org {organization} {shlex.quote(str(EXAMPLES / file))}")


def edit(fence: Fence) -> None:
    """Make the edit that a diff block shows. A line that is empty on the page is an empty line of the file."""
    head, *lines = fence.content.splitlines()
    path = Path(head.removeprefix("--- "))
    if not path.exists() and all(line[0] == "+" for line in lines):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line[1:]}\n" for line in lines), encoding="utf-8")
        return
    before = "\n".join(line[1:] for line in lines if line[:1] != "+")
    after = "\n".join(line[1:] for line in lines if line[:1] != "-")
    text = path.read_text(encoding="utf-8")
    if text.count(before) != 1:
        raise ValueError(f"{path} holds the lines of the diff {text.count(before)} times")
    path.write_text(text.replace(before, after), encoding="utf-8")


def as_shown(output: str, shown: str) -> bool:
    """Say whether an output is what a page shows, apart from what varies and what is left out."""
    parts = [re.escape(_settled(part)) for part in shown.split(f"{LEFT_OUT}\n")]
    return re.fullmatch("(?:.*\n)*?".join(parts), _settled(output)) is not None


def _settled(text: str) -> str:
    for pattern, word in _VARYING:
        text = pattern.sub(word, text)
    return text.strip("\n") + "\n" if text.strip("\n") else ""


def play_page(page: Path, player: Player) -> None:
    """Make the edits and run the commands of a page, in order.

    Raises:
        AssertionError: a command gives another output than the page shows.
    """
    for fence in fences(page):
        if fence.language == "diff":
            edit(fence)
        for step in steps(fence) if fence.language == "console" else ():
            output = player.play(step.command)
            if not as_shown(output, step.shown):
                raise AssertionError(f"{page.name} shows something else for $ {step.command}\n{output}")
