"""The sandbox on a loopback port, so that any HTTP client can reach it. It listens on 127.0.0.1 and nowhere else.

A lost answer closes the socket. A connection that was made cannot be refused any more, so that fault closes it too.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from reconciler.sandbox.service import Sandbox
from reconciler.sandbox.store import Store
from reconciler.sandbox.vendors import FIRST
from reconciler.sandbox.wire import Request

HOST = "127.0.0.1"


class SandboxServer:
    """A sandbox that listens on a port. Use it as a context manager, or call `serve_forever`."""

    def __init__(
        self,
        store: Store,
        port: int = 0,
        *,
        auto_create: bool = False,
        organization: str | None = None,
        latency: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take a port; 0 takes any that is free."""
        self.sandbox = Sandbox(store, clock=clock, auto_create=auto_create, organization=organization)
        self.latency = latency
        self._http = _HttpServer((HOST, port), _Handler)
        self._http.owner = self
        self._thread = threading.Thread(target=self.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """The base address of the first vendor's routes."""
        return f"{self.origin}{FIRST.prefix}"

    @property
    def origin(self) -> str:
        """The address without a path, below which each vendor has its prefix."""
        return f"http://{HOST}:{self._http.server_address[1]}"

    def serve_forever(self) -> None:
        """Answer requests until `close` is called from another thread."""
        self._http.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        """Stop answering and give the port back; the store stays open."""
        self._http.shutdown()
        self._http.server_close()

    def __enter__(self) -> SandboxServer:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()
        self._thread.join()


def serve(store: Store, port: int, *, auto_create: bool = False, latency: float = 0.0) -> None:
    """Serve a store on a loopback port until interrupted."""
    server = SandboxServer(store, port, auto_create=auto_create, latency=latency)
    server.serve_forever()


class _HttpServer(ThreadingHTTPServer):
    """The listening socket, one thread a connection."""

    daemon_threads = True
    owner: SandboxServer


class _Handler(BaseHTTPRequestHandler):
    """One connection: bytes to `Request`, `Response` to bytes."""

    protocol_version = "HTTP/1.1"
    server_version = "reconciler-sandbox"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    server: _HttpServer

    def answer(self) -> None:
        """Answer the request that was just read."""
        owner = self.server.owner
        parts = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=parts.path,
            query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("content-length") or 0)),
        )
        with owner.sandbox.exchange(request) as answer:
            delay = owner.latency + answer.delay
            if delay > 0:
                time.sleep(delay)
            if answer.loss is not None:
                self.close_connection = True
                return
            self.send_response(answer.response.status)
            for name, value in answer.response.headers.items():
                self.send_header(name, value)
            if answer.response.status != 204:
                self.send_header("content-length", str(len(answer.response.body)))
            self.end_headers()
            self.wfile.write(answer.response.body)
            self.wfile.flush()

    def log_message(self, *_told: object) -> None:
        """Stay silent: requests are in the sandbox's own log."""


for _method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
    setattr(_Handler, f"do_{_method}", _Handler.answer)
