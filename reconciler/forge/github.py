"""GitHub's REST API: comments on a pull request are comments on the issue of the same number.

Who we are is asked by GraphQL: a job's own token, and that of any app, may not ask `GET /user`, and both may ask for
the `viewer`. A server that speaks GitHub's REST API alone is asked for the user after all.

A merge is found by the commit that it made: GitHub keeps it as `merge_commit_sha`, be it a merge, a squash, or the last
commit of a rebase.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from reconciler.forge.comments import Comment
from reconciler.forge.connection import WHO, Ask, Connection, ForgeMissing, ForgeRefused
from reconciler.forge.forge import Proposal
from reconciler.forge.reading import read, read_pages
from reconciler.forge.setbacks import WAITS, Tell

_READ = 'the permission "pull-requests: read"'
_WRITE = 'the permission "pull-requests: write"'
_LOOK_UP = 'the permissions "contents: read" and "pull-requests: read"'


class _User(TypedDict):
    login: str


class _Row(TypedDict):
    id: int
    body: str | None
    user: _User | None


class _Commit(TypedDict):
    sha: str


class _Pull(TypedDict):
    number: int
    head: _Commit
    merged_at: str | None
    merge_commit_sha: str | None


class _Data(TypedDict):
    viewer: _User


class _Viewer(TypedDict):
    data: _Data


_ROWS = TypeAdapter(list[_Row])
_PULL = TypeAdapter(_Pull)
_PULLS = TypeAdapter(list[_Pull])
_USER = TypeAdapter(_User)
_VIEWER = TypeAdapter(_Viewer)


class GitHub:
    """One repository at GitHub."""

    title = "GitHub"
    noun = "pull request"

    def __init__(
        self,
        *,
        api_url: str,
        graphql_url: str,
        repository: str,
        token: str,
        tell: Tell,
        waits: Sequence[float] = WAITS,
    ) -> None:
        self._path = f"/repos/{repository}"
        self._graphql = graphql_url
        self._connection = Connection(
            title=self.title,
            base_url=api_url,
            headers={
                "Authorization": f"Bearer {token}",
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
            },
            token_from="GITHUB_TOKEN",
            address_from="GITHUB_API_URL",
            tell=tell,
            waits=waits,
        )

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()

    def author(self) -> str:
        """Give the login of the token's owner, such as `github-actions[bot]`."""
        return self._author

    @cached_property
    def _author(self) -> str:
        ask = Ask(method="POST", path=self._graphql, needs=_READ, body={"query": "query{viewer{login}}"})
        try:
            return _VIEWER.validate_json(self._connection.ask(ask))["data"]["viewer"]["login"]
        except (ForgeRefused, ForgeMissing, ValidationError):
            user = Ask(method="GET", path=WHO, needs=_READ)
            return read(self._connection, _USER, user)["login"]

    def proposal(self, number: int) -> Proposal:
        """Look a pull request up."""
        pull = read(self._connection, _PULL, Ask(method="GET", path=f"{self._path}/pulls/{number}", needs=_READ))
        return Proposal(number=pull["number"], head=pull["head"]["sha"])

    def merged_as(self, commit: str) -> Proposal | None:
        """Find the pull request that was merged as this commit."""
        ask = Ask(method="GET", path=f"{self._path}/commits/{commit}/pulls", needs=_LOOK_UP)
        for pull in (pull for page in read_pages(self._connection, _PULLS, ask) for pull in page):
            if pull["merged_at"] is not None and pull["merge_commit_sha"] == commit:
                return Proposal(number=pull["number"], head=pull["head"]["sha"])
        return None

    def comments(self, number: int) -> tuple[Comment, ...]:
        """Give all comments on a pull request."""
        ask = Ask(method="GET", path=f"{self._path}/issues/{number}/comments", needs=_READ)
        return tuple(
            Comment(number=row["id"], author=row["user"]["login"] if row["user"] else "", body=row["body"] or "")
            for page in read_pages(self._connection, _ROWS, ask)
            for row in page
        )

    def create(self, number: int, body: str) -> None:
        """Make a comment."""
        path = f"{self._path}/issues/{number}/comments"
        self._connection.ask(Ask(method="POST", path=path, needs=_WRITE, body={"body": body}, repeatable=False))

    def update(self, number: int, comment: int, body: str) -> None:
        """Replace the text of a comment."""
        del number
        path = f"{self._path}/issues/comments/{comment}"
        self._connection.ask(Ask(method="PATCH", path=path, needs=_WRITE, body={"body": body}))

    def delete(self, number: int, comment: int) -> None:
        """Delete a comment; one that is gone is as good."""
        del number
        try:
            self._connection.ask(Ask(method="DELETE", path=f"{self._path}/issues/comments/{comment}", needs=_WRITE))
        except ForgeMissing:
            return
