"""A forge on a loopback port: it keeps comments as GitHub and GitLab do, wants tokens, pages, refuses, breaks off.

Written from the forges' public documentation, and blind to our client: what it does not know it answers with 404.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

BOT = "github-actions[bot]"
PERSON = "mallory"
TOKEN, READER, PERSONS = "token-of-the-job", "token-that-only-reads", "token-of-a-person"
OWNERS = {TOKEN: BOT, READER: BOT, PERSONS: PERSON}
HEAD = "a" * 40
MERGE = "b" * 40


@dataclass(slots=True, kw_only=True)
class Note:
    """A comment that stands."""

    number: int
    author: str
    body: str
    system: bool = False


@dataclass(slots=True, kw_only=True)
class World:
    """One repository: what stands on pull request 7, and what goes wrong next.

    `faults` are taken one by one, each before the request it meets: a status; or "lost", it is done and not answered;
    or "failed", it is done and answered with an error. `said` are the requests, `told` what our client says of waits.
    """

    notes: list[Note] = field(default_factory=list)
    head: str = HEAD
    merged_as: str | None = None
    faults: list[int | str] = field(default_factory=list)
    after: int = 0
    most: int = 100
    said: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    url: str = ""
    graphql: bool = True

    def write(self, body: str, author: str = BOT, *, system: bool = False) -> Note:
        """Let a comment stand."""
        number = max((note.number for note in self.notes), default=1000) + 1
        self.notes.append(Note(number=number, author=author, body=body, system=system))
        return self.notes[-1]

    @property
    def bodies(self) -> list[str]:
        """What stands, the oldest first."""
        return [note.body for note in self.notes]

    @property
    def writes(self) -> list[str]:
        """The requests that were to change something."""
        return [one for one in self.said if not one.startswith(("GET", "POST /graphql"))]


class _Handler(BaseHTTPRequestHandler):
    world: World

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Be quiet."""

    def answer(self) -> None:
        """Answer one request."""
        parts = urlsplit(self.path)
        size = int(self.headers.get("content-length") or 0)
        body = json.loads(self.rfile.read(size)) if size else {}
        self.world.said.append(f"{self.command} {parts.path}")
        fault = self.world.faults.pop(0) if self.world.faults else None
        if isinstance(fault, int) and fault:
            self._send(fault, {"message": "fault"})
            return
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        status, value = self._routed(parts.path, body)
        if fault == "lost":
            self.close_connection = True
            return
        self._send(502 if fault == "failed" else status, value, query)

    def _send(self, status: int, value: object, query: dict[str, str] | None = None) -> None:
        links = ""
        if isinstance(value, list) and query is not None:
            size, page = min(int(query.get("per_page", "30")), self.world.most), int(query.get("page", "1"))
            if len(value) > page * size:
                links = f'<http://elsewhere.example/?page={page + 1}>; rel="next"'
            value = value[(page - 1) * size : page * size]
        data = b"" if status == 204 else json.dumps(value).encode()
        self.send_response(status)
        if links:
            self.send_header("Link", links)
        if status in (403, 429) and self.world.after:
            self.send_header("Retry-After", str(self.world.after))
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _routed(self, path: str, body: dict[str, str]) -> tuple[int, object]:
        if path.startswith("/api/v4/"):
            return self._gitlab(path.removeprefix("/api/v4"), self.headers.get("private-token", ""), body)
        return self._github(path, self.headers.get("authorization", "").removeprefix("Bearer "), body)

    def _github(self, path: str, token: str, body: dict[str, str]) -> tuple[int, object]:
        if token not in OWNERS:
            return 401, {"message": "Bad credentials"}
        if path == "/graphql" and self.world.graphql:
            return 200, {"data": {"viewer": {"login": OWNERS[token]}}}
        if path == "/user":
            installation = OWNERS[token].endswith("[bot]") and self.world.graphql
            return (403, {}) if installation else (200, {"login": OWNERS[token]})
        pull = {
            "number": 7,
            "head": {"sha": self.world.head},
            "merged_at": "2026-01-01T00:00:00Z" if self.world.merged_as else None,
            "merge_commit_sha": self.world.merged_as or HEAD,  # of an open one: a merge to try it out
        }
        if path == "/repos/lumiere/data/pulls/7":
            return 200, pull
        if re.fullmatch(r"/repos/lumiere/data/commits/[0-9a-f]{40}/pulls", path):
            return 200, [pull]
        if path == "/repos/lumiere/data/issues/7/comments":
            return self._noted(token, body, "user", "login", 201)
        found = re.fullmatch(r"/repos/lumiere/data/issues/comments/(\d+)", path)
        return self._one(token, int(found[1]), body) if found else (404, {"message": "Not Found"})

    def _gitlab(self, path: str, token: str, body: dict[str, str]) -> tuple[int, object]:
        if token not in OWNERS:
            return 401, {"message": "401 Unauthorized"}
        if path == "/user":
            return 200, {"username": OWNERS[token]}
        merged = self.world.merged_as
        request = {
            "iid": 7,
            "state": "merged" if merged else "opened",
            "sha": self.world.head,
            "merge_commit_sha": merged,
        }
        if path == "/projects/42/merge_requests/7":
            return 200, request
        if re.fullmatch(r"/projects/42/repository/commits/[0-9a-f]{40}/merge_requests", path):
            return 200, [request]
        if path == "/projects/42/merge_requests/7/notes":
            return self._noted(token, body, "author", "username", 201)
        found = re.fullmatch(r"/projects/42/merge_requests/7/notes/(\d+)", path)
        return self._one(token, int(found[1]), body) if found else (404, {"message": "404 Not found"})

    def _noted(self, token: str, body: dict[str, str], owner: str, name: str, made: int) -> tuple[int, object]:
        if self.command == "GET":
            return 200, [
                {"id": one.number, "body": one.body, owner: {name: one.author}, "system": one.system}
                for one in self.world.notes
            ]
        if token == READER:
            return 403, {"message": "Resource not accessible by integration"}
        return made, {"id": self.world.write(body["body"], OWNERS[token]).number}

    def _one(self, token: str, number: int, body: dict[str, str]) -> tuple[int, object]:
        note = next((one for one in self.world.notes if one.number == number), None)
        if note is None:
            return 404, {"message": "Not Found"}
        if token == READER:
            return 403, {"message": "Resource not accessible by integration"}
        if self.command == "DELETE":
            self.world.notes.remove(note)
            return 204, None
        note.body = body["body"]
        return 200, {"id": number}


@contextmanager
def serving(world: World) -> Iterator[World]:
    """Serve a world on a port of its own, and let it know its address."""
    verbs = {f"do_{verb}": _Handler.answer for verb in ("GET", "POST", "PATCH", "PUT", "DELETE")}
    handler = type("Handler", (_Handler,), {"world": world, **verbs})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        world.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield world
        finally:
            server.shutdown()
            thread.join()
