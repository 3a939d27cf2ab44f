"""A signal while a refresh token is replaced: the program leaves once the new one is kept, and not before."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.test_leaving import BOTH, HEARING, WORK, ended

CONFIGURATION = """\
organizations:
  acme:
    provider: billabex
    endpoint: http://127.0.0.1:PORT/api/public/v1
    documents: documents
    organizationId: 11111111-1111-4111-8111-111111111111
    digestKey: ${DIGEST_KEY}
    credentials: {clientId: "${CLIENT_ID}", clientSecret: "${CLIENT_SECRET}", refreshToken: "${REFRESH_TOKEN}"}
    tokens: {PLACE}
"""
DOCUMENT = "accounts:\n- {source: {connectionId: erp, sourceId: A}, fullName: Acme, currencyCode: EUR}\n"
VARIABLES = {
    **{"CLIENT_ID": "client", "CLIENT_SECRET": "secret", "REFRESH_TOKEN": "refresh-1"},
    "DIGEST_KEY": "0123456789abcdef0123456789abcdef",
}
VENDOR = f"""{HEARING}
import http.server, sys, threading
from pathlib import Path

class Vendor(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        print("asked", flush=True)
        asked.set()
        sys.stdin.readline()
        body = b'{{"access_token": "access", "refresh_token": "refresh-2", "expires_in": 3600}}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

asked = threading.Event()
server = http.server.HTTPServer(("127.0.0.1", 0), Vendor)
threading.Thread(target=server.serve_forever, daemon=True).start()
configuration = Path(sys.argv[2], "reconciler.yaml")
configuration.write_text(configuration.read_text().replace("PORT", str(server.server_port)))
"""
"""A vendor in a thread, which answers a refresh once a line is written to the process."""
PROGRAM = f"""{VENDOR}
from reconciler.cli.main import main
main()
"""
CLOSING = f"""{VENDOR}
import asyncio, os
from reconciler.cli.composition import configured
from reconciler.cli.connections import connected
from reconciler.cli.leaving import Ears

async def read():
    async with connected(configured(Path(sys.argv[2])), Path(sys.argv[2]), os.environ) as providers:
        reading = asyncio.create_task(providers["acme"].page("account", None))
        await asyncio.to_thread(asked.wait)
        reading.cancel()
        asyncio.get_running_loop().call_soon(lambda: print("closing", flush=True))

ears = Ears()
ears.listen()
try:
    asyncio.run(read())
except KeyboardInterrupt:
    ears.leave()
"""
"""What stopped reading in the middle of a refresh, and is about to close."""
COMMANDS = pytest.mark.parametrize(
    ("number", "command"),
    [
        *(
            (number, command)
            for number in (signal.SIGINT, signal.SIGTERM)
            for command in ("plan", "apply --auto-approve")
        ),
        (signal.SIGINT, "adopt"),
        (signal.SIGTERM, "dump --out dumped"),
    ],
)


@contextmanager
def begun(folder: Path, place: str, *arguments: str, code: str = PROGRAM) -> Iterator[subprocess.Popen[bytes]]:
    """Let the program run until the vendor is asked for a token."""
    (folder / "documents").mkdir()
    (folder / "documents" / "acme.yaml").write_text(DOCUMENT if arguments[0] != "dump" else "accounts: []\n")
    (folder / "reconciler.yaml").write_text(CONFIGURATION.replace("PLACE", place))
    command = [sys.executable, "-c", code, "-C", str(folder), *arguments]
    with subprocess.Popen(
        command,
        env={**os.environ, **VARIABLES},
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == b"asked\n"
            yield process
        finally:
            process.kill()


def said_until(process: subprocess.Popen[bytes], word: bytes) -> bytes:
    """Read what is said until a line with a word, and give that line; what is left if none comes."""
    assert process.stderr is not None
    for line in process.stderr:
        if word in line:
            return line
    return b""


@COMMANDS
def test_a_signal_while_the_vendor_answers_leaves_with_the_new_token_kept(
    tmp_path: Path, number: signal.Signals, command: str
) -> None:
    """The vendor may have replaced the old one when the signal comes; a second one in haste changes nothing."""
    with begun(tmp_path, "file: tokens/acme.json", *command.split()) as process:
        process.send_signal(number)
        assert b"keeping the refresh token" in said_until(process, b"Stopping")
        process.send_signal(number)
        _, said = process.communicate(b"answer\n", timeout=30)
    assert (process.returncode, said.splitlines()[-1]) == (128 + number, b"Interrupted.")
    assert "refresh-2" in (tmp_path / "tokens" / "acme.json").read_text()


def test_a_signal_while_a_command_stores_the_token_lets_it_end(tmp_path: Path) -> None:
    """Nobody else knows the token, and only the command's end tells whether it was stored."""
    os.mkfifo(tmp_path / "go")
    storing = f"cat > {tmp_path}/new; kill -TERM $PPID; read _ < {tmp_path}/go; mv {tmp_path}/new {tmp_path}/kept"
    with begun(tmp_path, f'command: "{storing}"', "plan") as process:
        assert process.stdin is not None
        process.stdin.write(b"answer\n")
        process.stdin.flush()
        assert said_until(process, b"Stopping")
        (tmp_path / "go").write_text("go\n")
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (128 + signal.SIGTERM, b"Interrupted.\n")
    assert (tmp_path / "kept").read_text() == "refresh-2"


@BOTH
def test_a_signal_while_connections_close_waits_too(tmp_path: Path, number: signal.Signals) -> None:
    """Whoever stops a run and is impatient then may not lose what the closing waits for."""
    with begun(tmp_path, "file: tokens/acme.json", "plan", code=CLOSING) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"closing\n"
        process.send_signal(number)
        assert said_until(process, b"Stopping")
        process.communicate(b"answer\n", timeout=30)
    assert process.returncode == 128 + number
    assert "refresh-2" in (tmp_path / "tokens" / "acme.json").read_text()


@BOTH
def test_a_second_signal_after_some_seconds_does_not_wait(number: signal.Signals) -> None:
    """Whoever asks again after that means it."""
    code = f"""{WORK}
from reconciler.live.unbroken import UNBROKEN
with leaving_at_once(patience=0.0), UNBROKEN.work("fetching"):
    begun()
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        process.send_signal(number)
        assert b"Stopping once this is done: fetching." in said_until(process, b"Stopping")
        assert ended(process, number) == (128 + number, b"", b"Interrupted.\n")


def test_what_was_waited_for_and_failed_is_told() -> None:
    """It may be that the next run gets no token."""
    code = f"""{WORK}
from reconciler.live.unbroken import UNBROKEN
with leaving_at_once():
    with UNBROKEN.work("fetching"):
        os.kill(os.getpid(), signal.SIGINT)
        raise OSError
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=50, check=False)
    assert done.returncode == 128 + signal.SIGINT
    assert done.stderr.splitlines()[1:] == [b"This failed: fetching.", b"Interrupted."]


def test_several_works_are_all_waited_for() -> None:
    """The process leaves in the very step in which the last of them ends."""
    code = f"""{WORK}
from reconciler.live.unbroken import UNBROKEN
with leaving_at_once():
    with UNBROKEN.work("one"):
        with UNBROKEN.work("two"):
            os.kill(os.getpid(), signal.SIGINT)
        print("still here", flush=True)
    print("gone", flush=True)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=50, check=False)
    assert (done.returncode, done.stdout) == (128 + signal.SIGINT, b"still here\n")
