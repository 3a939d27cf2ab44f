"""How a signal ends the program, wherever it comes: promptly, in one line, with the code that a shell expects."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.cli.leaving import leaving_at_once
from tests.cli.running import COMMAND, CONFIGURATION, Folder

HEARING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
"""What a script begins in its background ignores SIGINT, these tests perhaps among it, and hands that on."""
PROGRAM = (sys.executable, "-c", f"{HEARING}from reconciler.cli.main import main; main()")
WORK = f"""{HEARING}
import asyncio, os, time, weakref
from reconciler.cli.leaving import Ears, leaving_at_once

class Thing:
    "What a weak reference can lead to."

def begun():
    print("begun", flush=True)
    time.sleep(60)

ears = Ears()
ears.listen()
"""
BOTH = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])


def ended(process: subprocess.Popen[bytes], number: signal.Signals) -> tuple[int, bytes, bytes]:
    """Signal a process, let nobody read its stdout until it has ended, and give its code and what was left to read."""
    assert process.stdout is not None
    assert process.stderr is not None
    process.send_signal(number)
    try:
        code = process.wait(timeout=30)
    finally:
        process.kill()
    return code, process.stdout.read(), process.stderr.read()


@BOTH
def test_a_signal_while_documents_are_read_is_quiet(tmp_path: Path, number: signal.Signals) -> None:
    """One line, no traceback, and the code that a shell gives a program that was stopped so."""
    (tmp_path / "reconciler.yaml").write_text(CONFIGURATION)
    (tmp_path / "customers").mkdir()
    rows = "".join(f'  - {{externalId: "C-{number}", name: "N"}}\n' for number in range(60_000))  # seconds of reading
    (tmp_path / "customers" / "all.yaml").write_text(f"customers:\n{rows}")
    command = [*PROGRAM, "-C", str(tmp_path), "plan"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == b"Reading documents\xe2\x80\xa6\n"
        assert ended(process, number) == (128 + number, b"", b"Interrupted.\n")


@BOTH
def test_a_signal_waits_for_no_thread(number: signal.Signals) -> None:
    """What reads in a thread cannot be told to stop, and leaves nothing open."""
    code = f"{WORK}with leaving_at_once(): asyncio.run(asyncio.to_thread(begun))"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        assert ended(process, number) == (128 + number, b"", b"Interrupted.\n")


@BOTH
def test_an_interrupt_that_falls_into_a_callback_is_not_lost(number: signal.Signals) -> None:
    """Python throws away what is raised there; imports end in such callbacks, and one is as good as the other."""
    code = f"""{WORK}
thing = Thing()
watched = weakref.ref(thing, lambda _: os.kill(os.getpid(), {int(number)}))
try:
    del thing
    begun()
except KeyboardInterrupt:
    ears.leave()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=50, check=False)
    assert (done.returncode, done.stderr) == (128 + number, b"Interrupted.\n")


@BOTH
def test_a_signal_while_nobody_reads_the_plan_ends_it(folder: Folder, number: signal.Signals) -> None:
    """A reader that does not read is waited for only until then."""
    folder.write(
        "customers/more.yaml", "customers:\n" + "".join(f"  - {{externalId: D-{n}, name: D}}\n" for n in range(2000))
    )
    command = [*PROGRAM, "-C", str(folder.path), "plan", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert os.read(process.stdout.fileno(), 1) == b"{"
        code, _, said = ended(process, number)
        assert code == 128 + number
        assert said.splitlines()[-1] == b"Interrupted."
        assert b"Traceback" not in said


def test_an_ignored_interrupt_stays_ignored(folder: Folder) -> None:
    """As for what a script begins in its background: a Ctrl-C is meant for the foreground there."""
    code = "import os, signal; signal.signal(signal.SIGINT, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    command = [sys.executable, "-c", f"import sys; {code}", *COMMAND, "-C", str(folder.path), "plan"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == b"Reading documents\xe2\x80\xa6\n"
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 0


def test_in_a_process_of_others_signals_are_left_alone() -> None:
    """A library, or a test, that calls a command ends by its own rules."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with leaving_at_once():
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
