"""A real browser without a window, spoken to over two pipes in the protocol of its developer tools.

No socket is opened, so the rule that tests have no network holds for it as it is. Nothing can be looked up either: the
browser knows no host. What a page asks for is written down all the same, before it is asked.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

Json = Mapping[str, object]

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FLAGS = (
    *("--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions"),
    *("--disable-dev-shm-usage", "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND"),
)
_AT_THREE_AND_FOUR = (
    "import fcntl, os, sys\n"
    "ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD_CLOEXEC, 10) for end in sys.argv[1:3]]\n"
    "os.dup2(ends[0], 3), os.dup2(ends[1], 4), os.execv(sys.argv[3], sys.argv[3:])"
)
"""Becomes another program whose pipes are where a browser looks for them."""
_PATIENCE = 30.0
"""Seconds that an answer may take on a machine that does many other things."""


class Browser:
    """One page in a browser; `requests` are the addresses that it asked for, `complaints` what went wrong in it."""

    def __init__(self, writing: int, reading: int) -> None:
        self._writing, self._reading = writing, reading
        self._rest = b""
        self._number = 0
        self._session = ""
        self.requests: list[str] = []
        self.complaints: list[str] = []

    def begin(self) -> None:
        """Open an empty page that is listened to."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = str(self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def open(self, file: Path) -> None:
        """Open a file, and wait until the page has been read and its script has run."""
        self.call("Page.navigate", url=file.as_uri())
        until = time.monotonic() + _PATIENCE
        while self.run("document.readyState") != "complete":
            assert time.monotonic() < until, "The page was not read in time."

    def run(self, script: str) -> object:
        """Run a script in the page, and give what it comes to."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        result = answer["result"]
        assert isinstance(result, dict) and "exceptionDetails" not in answer, answer
        return result.get("value")

    def press(self, key: str) -> None:
        """Press a key, and let it go."""
        text = {"text": key} if len(key) == 1 else {}
        code = {"Enter": 13, "Tab": 9, "Escape": 27}.get(key, 0)
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def click(self, selector: str) -> None:
        """Click with the mouse into the middle of an element, as a person does."""
        found = self.run(
            f"(async () => {{ const one = document.querySelector({json.dumps(selector)}); one.scrollIntoViewIfNeeded();"
            " for (const _ of [1, 2]) await new Promise(requestAnimationFrame);"  # a click falls on what is seen
            " const box = one.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        assert isinstance(found, list), found
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=found[0], y=found[1], button="left", clickCount=1)

    def screenshot(self, file: Path) -> None:
        """Save what can be seen as a picture."""
        file.write_bytes(base64.b64decode(str(self.call("Page.captureScreenshot", format="png")["data"])))

    def call(self, method: str, **params: object) -> Json:
        """Ask the browser for something, and give its answer; what it tells meanwhile is written down."""
        self._number += 1
        session = {"sessionId": self._session} if self._session else {}
        asked = {"id": self._number, "method": method, "params": params, **session}
        os.write(self._writing, json.dumps(asked).encode() + b"\0")
        while True:
            told = self._read()
            if told.get("id") == self._number:
                assert "error" not in told, told
                result = told["result"]
                assert isinstance(result, dict)
                return result
            self._note(told)

    def _note(self, told: Json) -> None:
        params, method = told.get("params"), told.get("method")
        assert isinstance(params, dict)
        if method == "Network.requestWillBeSent":
            self.requests.append(str(params["request"]["url"]))
        elif method in ("Runtime.exceptionThrown", "Log.entryAdded"):
            self.complaints.append(json.dumps(params))

    def _read(self) -> Json:
        until = time.monotonic() + _PATIENCE
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._reading], [], [], max(0.0, until - time.monotonic()))
            assert ready, "The browser does not answer."
            taken = os.read(self._reading, 1 << 20)
            assert taken, "The browser has ended."
            self._rest += taken
        line, _, self._rest = self._rest.partition(b"\0")
        told = json.loads(line)
        assert isinstance(told, dict)
        return told


def browser_program() -> str:
    """Find a browser, or fail: a test that is left out looks as if all were well."""
    named = os.environ.get("CHROMIUM", "")
    found = next(filter(None, map(shutil.which, (named, *_PROGRAMS) if named else _PROGRAMS)), None)
    if found is None:
        pytest.fail(
            "This test opens a page in a real browser, and there is none here. Install Chromium, at Debian by\n"
            "    apt-get install chromium\n"
            "or name the program in the environment variable CHROMIUM.",
            pytrace=False,
        )
    return found


@contextmanager
def browsing(profile: Path, width: int = 1280, height: int = 900) -> Iterator[Browser]:
    """Start a browser with an empty profile, and end it."""
    program = browser_program()
    to_read, to_write = os.pipe()
    from_read, from_write = os.pipe()
    command = [program, *_FLAGS, f"--user-data-dir={profile}", f"--window-size={width},{height}", "about:blank"]
    start = [sys.executable, "-S", "-c", _AT_THREE_AND_FOUR, str(to_read), str(from_write), *command]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(start, pass_fds=(to_read, from_write), stdin=quiet, stdout=quiet, stderr=quiet)
    os.close(to_read)
    os.close(from_write)
    try:
        browser = Browser(to_write, from_read)
        browser.begin()
        yield browser
    finally:
        os.close(to_write)
        os.close(from_read)
        process.terminate()
        try:
            process.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
