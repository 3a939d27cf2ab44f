"""A terminal that goes away in the middle of an apply, as with an ssh connection that drops."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from reconciler.cli.leaving import Ears
from reconciler.cli.stopping import GRACE, Stop, stoppable
from tests.cli.running import Folder
from tests.cli.test_resuming import MANY
from tests.clock import run_virtual

BESIDE = "import os, signal; signal.signal(signal.SIGHUP, signal.SIG_DFL)"
"""Whoever begins these tests may ignore SIGHUP, as `nohup` does, and hand that on. The terminal is nobody's own."""
LOGIN = f"{BESIDE}; os.open(os.ttyname(0), os.O_RDWR)"
"""The terminal is this session's own from now on, so its end is a signal."""


def hung_up(folder: Folder, begin: str, *signals: signal.Signals) -> int:
    """Apply on a terminal, take it away once three changes are complete, send signals; give the exit code."""
    folder.write("customers/acme.yaml", MANY)
    here, there = pty.openpty()
    program = f"{begin}; from reconciler.cli.main import main; main()"
    command = [sys.executable, "-c", program, "-C", str(folder.path), "apply", "--auto-approve"]
    process = subprocess.Popen(
        command, stdin=there, stdout=there, stderr=there, start_new_session=True, env={**os.environ, "TERM": "xterm"}
    )
    os.close(there)
    seen = b""
    with suppress(OSError):  # it ended already
        while seen.count(b"Creation complete") < 3:
            seen += os.read(here, 4096)
    os.close(here)
    for number in signals:
        with suppress(ProcessLookupError):
            process.send_signal(number)
    code = process.wait(timeout=60)
    assert seen.count(b"Creation complete") >= 3, seen.decode()
    return code


def test_a_hang_up_stops_an_apply_in_order(folder: Folder) -> None:
    """It is heard once, however often it comes; the journal has the truth, and the rest is done by `--resume`."""
    assert hung_up(folder, LOGIN, signal.SIGHUP) == 129
    run = json.loads(folder.call("journal", "list", "--json").out)
    done, not_tried = run["sums"]["done"], run["sums"]["not_tried"]
    assert (done + not_tried, run["exit_code"], run["open"]) == (40, 129, 0)
    assert 3 <= done < 40
    assert len([line for line in folder.requests() if "POST" in line]) == done
    resumed = folder.call("apply", "--resume", "last")
    assert resumed.code == 0, resumed.err
    assert f"Resources: {not_tried} added, 0 changed, 0 destroyed." in resumed.out


def test_a_run_that_only_loses_its_terminal_goes_on(folder: Folder) -> None:
    """The bar cannot be drawn any more; that is no reason to leave changes undone."""
    assert hung_up(folder, BESIDE) == 0
    run = json.loads(folder.call("journal", "list", "--json").out)
    assert (run["sums"]["done"], run["exit_code"]) == (40, 0)


@pytest.mark.parametrize(("second", "insists"), [(signal.SIGHUP, False), (signal.SIGTERM, True)])
def test_a_second_hang_up_insists_on_nothing(second: signal.Signals, insists: bool) -> None:
    """The kernel and the shell say the same thing once each; another signal is somebody's wish."""

    async def scenario() -> float:
        loop, stop = asyncio.get_running_loop(), Stop(lambda _line: None)
        stop.hear(int(signal.SIGHUP))
        loop.call_later(1, stop.hear, int(second))
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        stop.over()
        assert stop.signal == signal.SIGHUP
        return loop.time()

    assert run_virtual(scenario()) == pytest.approx(1 if insists else GRACE)


def test_what_is_to_outlive_its_terminal_does() -> None:
    """SIGHUP is left ignored, as `nohup` has it, in an apply that writes as elsewhere."""

    async def scenario() -> None:
        with stoppable(lambda _line: None) as stop:
            os.kill(os.getpid(), signal.SIGHUP)
            await asyncio.sleep(0.05)
            assert stop.signal is None

    before, hook = {number: signal.getsignal(number) for number in (signal.SIGHUP, signal.SIGTERM)}, sys.unraisablehook
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        Ears().listen()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        asyncio.run(scenario())
    finally:
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)
