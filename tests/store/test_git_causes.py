"""What git, ssh and servers are known to print, and what is made of it: a cause, a remedy, and no secret."""

from __future__ import annotations

import pytest

from reconciler.store.git_causes import SILENT, cause_of

URL = "https://dora:s3cret@git.example/acme.git"


@pytest.mark.parametrize(
    ("printed", "detail", "remedy"),
    [
        (
            "remote: Permission to acme/customers.git denied to github-actions[bot].\n"
            f"fatal: unable to access '{URL}/': The requested URL returned error: 403",
            "does not accept the credentials",
            "permissions: {contents: write}",
        ),
        (
            f"fatal: could not read Username for '{URL}': terminal prompts disabled",
            "git has none here",
            "persist-credentials: false",
        ),
        (
            "remote: Write access to repository not granted.\n"
            f"fatal: unable to access '{URL}/': The requested URL returned error: 403",
            "does not accept the credentials",
            "permissions: {contents: write}",
        ),
        (f"remote: HTTP Basic: Access denied.\nfatal: Authentication failed for '{URL}/'", "does not accept", "push"),
        ("remote: You are not allowed to push code to this project.", "does not accept", "push"),
        ("git@git.example: Permission denied (publickey).\nfatal: Could not read from remote", "does not accept", ""),
        ("Host key verification failed.\nfatal: Could not read from remote repository.", "not known to ssh", ""),
        ("remote: error: GH013: Repository rule violations found for refs/reconciler/acme.", "A rule", "for all refs"),
        (" ! [remote rejected] 1f -> refs/reconciler/acme (pre-receive hook declined)", "A rule", "for all refs"),
        (" ! [remote rejected] 1f -> refs/reconciler/acme (deny updating a hidden ref)", "A rule", "for all refs"),
        (f"remote: Repository not found.\nfatal: repository '{URL}/' not found", "no repository", "credentials"),
        ("fatal: 'origin' does not appear to be a git repository", "no such remote", "remote: NAME"),
        ("error: unknown option `no-write-fetch-head'", "too old", "2.29"),
        ("fatal: detected dubious ownership in repository at '/work'", "does not trust", "say so"),
        ("fatal: write error: No space left on device", "no room", "Make room"),
    ],
)
def test_what_is_printed_is_told_in_our_words(printed: str, detail: str, remedy: str) -> None:
    """The cause is named, the remedy is for that cause, and nothing that was printed is repeated."""
    cause = cause_of("push", 128, printed.encode())
    assert detail in cause.detail
    assert remedy in cause.remedy
    assert "s3cret" not in repr(cause)
    assert "dora" not in repr(cause)


@pytest.mark.parametrize(
    "printed",
    [
        f"fatal: unable to access '{URL}/': Could not resolve host: git.example",
        "ssh: connect to host git.example port 22: Connection timed out",
        "fatal: the remote end hung up unexpectedly",
        f"fatal: unable to access '{URL}/': The requested URL returned error: 503",
    ],
)
def test_a_remote_that_does_not_answer_is_silent(printed: str) -> None:
    """Whatever the reason; that is worth another try."""
    assert cause_of("push", 128, printed.encode()) is SILENT


def test_what_nobody_foresaw_is_told_by_its_code() -> None:
    """The command of git and its code are safe to show."""
    assert cause_of("fetch", 77, b"\xff secret").detail == "git fetch ended with code 77."
