"""Answers made before, served on a loopback port: `python -m benchmarks.loopback FILE` prints the port and serves."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

from benchmarks.rows import read_answers


class _Handler(BaseHTTPRequestHandler):
    answers: ClassVar[Mapping[str, bytes]] = {}
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        body = self.answers.get(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body or b"{}")))
        self.end_headers()
        self.wfile.write(body or b"{}")

    def log_message(self, *_words: object) -> None:
        """Keep quiet."""


def main() -> None:
    """Serve until killed."""
    _Handler.answers = read_answers(Path(sys.argv[1]))
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        print(server.server_port, flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
