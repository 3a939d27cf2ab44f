"""The place for a replaced refresh token that is a command, such as one of a secret manager.

A command cannot be tried without giving it a token. Giving it the one that we have would prove most, and might put an
old token over a newer one that another run has just stored. So only what can be told without running it is looked at
before the first refresh: whether the shell can read it, and whether the programs that it begins with are there.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass

from reconciler.errors import Problem, UsageInvalid
from reconciler.providers.billabex.tokens import UNUSABLE_WHY, UnkeptError

COMMAND_SECONDS = 60.0
"""How long the command may take that stores a token."""
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-+")
_APART = frozenset({"&&", "||", ";", "&"})


@dataclass(frozen=True, slots=True)
class TokenCommand:
    """A command that stores the token, for instance in a secret manager; it is given the token on standard input.

    What it stored comes back with the environment of a later run.
    """

    command: str
    seconds: float = COMMAND_SECONDS

    def alone(self) -> AbstractAsyncContextManager[object]:
        """Leave taking turns to whoever starts runs: the place is not on this machine."""
        return nullcontext()

    def check(self) -> None:
        """See that the shell can read the command, and that its programs are there."""
        if _shell("-n", "-c", self.command):
            raise UsageInvalid(_unusable("the shell cannot read it"))
        for program in _programs(self.command):
            if _shell("-c", 'command -v "$1"', "sh", program):
                raise UsageInvalid(_unusable(f'the shell knows no program "{program}"'))

    def read(self, mark: str) -> str | None:
        """Know nothing: what the command stored, the environment brings."""
        del mark
        return None

    def keep(self, token: str, mark: str) -> None:
        """Run the command; neither what it prints nor its words are shown, for they may repeat the token.

        It is out of reach of the keys of the terminal: who stops the run does not stop the storing.
        """
        del mark
        try:
            running = subprocess.Popen(
                ["/bin/sh", "-c", self.command],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise UnkeptError(f"tokens.command: {error.strerror or type(error).__name__}") from None
        with running:
            try:
                running.communicate(token.encode(), timeout=self.seconds)
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(running.pid, signal.SIGKILL)
                raise UnkeptError(f"tokens.command: it took more than {self.seconds:g} seconds") from None
        if running.returncode:
            raise UnkeptError(f"tokens.command: it ended with {running.returncode}")


def _programs(command: str) -> Iterator[str]:
    """Give the words that name programs for certain: the first, and the first after each pipe that follows at once.

    What comes later may be told by what came before: a change of folder or path, a function.
    """
    lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    words = list(lexer)
    if "()" in words:
        return
    begins = True
    for word in words:
        if begins and _PLAIN.issuperset(word):
            yield word
        begins = word == "|"
        if word in _APART:
            return


def _shell(*arguments: str) -> int:
    try:
        return subprocess.run(["/bin/sh", *arguments], capture_output=True, check=False, timeout=10).returncode
    except (OSError, subprocess.SubprocessError):
        return -1


def _unusable(reason: str) -> Problem:
    return Problem(
        code="token-place-unusable",
        summary="the place for a replaced refresh token cannot be used",
        detail=f"tokens.command: {reason}.",
        why=UNUSABLE_WHY,
        remedy="Correct tokens: {command: …} in reconciler.yaml, or install what it calls.",
    )
