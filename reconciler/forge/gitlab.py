"""GitLab's REST API: comments on a merge request are its notes.

A job's own token (`CI_JOB_TOKEN`) may not write notes, so a token of the project is needed. The notes that GitLab makes
by itself, such as "marked as draft", are none of anybody's.

A merge is found by the commit that it made: a merge commit, a squashed one, or the last one of a fast-forward.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NotRequired
from urllib.parse import quote

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from reconciler.forge.comments import Comment
from reconciler.forge.connection import WHO, Ask, Connection, ForgeMissing
from reconciler.forge.forge import Proposal
from reconciler.forge.reading import read, read_pages
from reconciler.forge.setbacks import WAITS, Tell

TOKEN = "RECONCILER_GITLAB_TOKEN"
_NEEDS = 'the role "Reporter" in the project and the scope "api"'


class _User(TypedDict):
    username: str


class _Row(TypedDict):
    id: int
    body: str | None
    author: _User
    system: NotRequired[bool]


class _Request(TypedDict):
    iid: int
    state: str
    sha: str | None
    merge_commit_sha: NotRequired[str | None]
    squash_commit_sha: NotRequired[str | None]


_ROWS = TypeAdapter(list[_Row])
_REQUEST = TypeAdapter(_Request)
_REQUESTS = TypeAdapter(list[_Request])
_USER = TypeAdapter(_User)


class GitLab:
    """One project at GitLab; `project` is its number or its path."""

    title = "GitLab"
    noun = "merge request"

    def __init__(self, *, api_url: str, project: str, token: str, tell: Tell, waits: Sequence[float] = WAITS) -> None:
        self._path = f"/projects/{quote(project, safe='')}"
        self._connection = Connection(
            title=self.title,
            base_url=api_url,
            headers={"PRIVATE-TOKEN": token, "Accept": "application/json"},
            token_from=TOKEN,
            address_from="CI_API_V4_URL",
            tell=tell,
            waits=waits,
        )

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()

    def author(self) -> str:
        """Give the name of the token's owner; a token of a project has a bot of its own."""
        return self._author

    @cached_property
    def _author(self) -> str:
        return read(self._connection, _USER, Ask(method="GET", path=WHO, needs=_NEEDS))["username"]

    def proposal(self, number: int) -> Proposal:
        """Look a merge request up."""
        ask = Ask(method="GET", path=f"{self._path}/merge_requests/{number}", needs=_NEEDS)
        return _proposal(read(self._connection, _REQUEST, ask))

    def merged_as(self, commit: str) -> Proposal | None:
        """Find the merge request that was merged as this commit."""
        ask = Ask(method="GET", path=f"{self._path}/repository/commits/{commit}/merge_requests", needs=_NEEDS)
        for request in (one for page in read_pages(self._connection, _REQUESTS, ask) for one in page):
            made = (request.get("merge_commit_sha"), request.get("squash_commit_sha"), request["sha"])
            if request["state"] == "merged" and commit in made:
                return _proposal(request)
        return None

    def comments(self, number: int) -> tuple[Comment, ...]:
        """Give all notes on a merge request that somebody wrote."""
        ask = Ask(method="GET", path=f"{self._path}/merge_requests/{number}/notes", needs=_NEEDS)
        return tuple(
            Comment(number=row["id"], author=row["author"]["username"], body=row["body"] or "")
            for page in read_pages(self._connection, _ROWS, ask)
            for row in page
            if not row.get("system", False)
        )

    def create(self, number: int, body: str) -> None:
        """Make a note."""
        path = f"{self._path}/merge_requests/{number}/notes"
        self._connection.ask(Ask(method="POST", path=path, needs=_NEEDS, body={"body": body}, repeatable=False))

    def update(self, number: int, comment: int, body: str) -> None:
        """Replace the text of a note."""
        path = f"{self._path}/merge_requests/{number}/notes/{comment}"
        self._connection.ask(Ask(method="PUT", path=path, needs=_NEEDS, body={"body": body}))

    def delete(self, number: int, comment: int) -> None:
        """Delete a note; one that is gone is as good."""
        path = f"{self._path}/merge_requests/{number}/notes/{comment}"
        try:
            self._connection.ask(Ask(method="DELETE", path=path, needs=_NEEDS))
        except ForgeMissing:
            return


def _proposal(request: _Request) -> Proposal:
    return Proposal(number=request["iid"], head=request["sha"] or "")
