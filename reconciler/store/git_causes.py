"""What git printed -> why it failed and what to do about that, in words of ours.

git quotes a remote's URL in what it prints, with a password in it where there is one. So nothing of it is shown: it is
sorted by phrases that git, ssh and the usual servers are known to write, the first one that is found counts.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why git failed; `remedy` and `command` are empty where only what was attempted says what to do."""

    detail: str
    remedy: str = ""
    command: str = ""


SILENT = Cause(detail="The remote did not answer.")
NO_GIT = Cause(
    detail="The program git was not found on this machine.",
    remedy="Install git, 2.29 or later, or keep the inventory in a file: inventory: {store: file}",
)
OLD_GIT = Cause(
    detail="The program git on this machine is too old.", remedy="Install git 2.29 or later:", command="git --version"
)

_GRANT = (
    "Give git credentials that may read and push here. In GitHub Actions the job needs `permissions: {contents: "
    "write}`, and a checkout that does not say `persist-credentials: false`."
)
_UNKNOWN_REMOTE = Cause(
    detail="git knows no such remote here, or there is no repository at its address.",
    remedy="Name a remote of this clone in reconciler.yaml, inventory: {store: git, remote: NAME}. They are:",
    command="git remote --verbose",
)
_REFUSED = Cause(detail="The remote does not accept the credentials that git has here.", remedy=_GRANT)
_NO_CREDENTIALS = Cause(detail="The remote asks for credentials, and git has none here.", remedy=_GRANT)
_RULE = Cause(
    detail="A rule of the remote refused it.",
    remedy="Let this user push to refs/reconciler/*. Rules for branches do not concern it; rules for all refs do.",
)
_FULL = Cause(detail="There is no room left on the disk.", remedy="Make room.")

_PHRASES = (
    ("unknown option", OLD_GIT),
    ("not a git repository", _UNKNOWN_REMOTE),
    (
        "dubious ownership",
        Cause(
            detail="The folder belongs to another user than this one, so git does not trust it.",
            remedy="If you do, say so:",
            command="git config --global --add safe.directory FOLDER",
        ),
    ),
    ("host key verification failed", Cause(detail="The remote's host is not known to ssh here.", remedy=_GRANT)),
    ("authentication failed", _REFUSED),
    ("could not read username", _NO_CREDENTIALS),
    ("could not read password", _NO_CREDENTIALS),
    ("permission denied", _REFUSED),
    ("permission to", _REFUSED),
    ("you are not allowed to", _REFUSED),
    ("error: 401", _REFUSED),
    ("error: 403", _REFUSED),
    ("no space left", _FULL),
    ("read-only file system", Cause(detail="The repository is on a disk that cannot be written.")),
    ("does not appear to be a git repository", _UNKNOWN_REMOTE),
    ("not found", Cause(detail="There is no repository at the remote's address, or it is hidden.", remedy=_GRANT)),
    ("could not resolve host", SILENT),
    ("unable to access", SILENT),
    ("failed to connect", SILENT),
    ("connection", SILENT),
    ("timed out", SILENT),
    ("hung up", SILENT),
    ("could not read from remote", SILENT),
    ("hook declined", _RULE),
    ("rule violations", _RULE),
    ("protected", _RULE),
    ("prohibited", _RULE),
    ("deny", _RULE),
)


def cause_of(verb: str, code: int, errors: bytes) -> Cause:
    """Find out why a command of git failed.

    Args:
        verb: Which command it was.
        code: The code that it ended with.
        errors: What it printed.
    """
    text = errors.decode(errors="replace").lower()
    found = next((cause for phrase, cause in _PHRASES if phrase in text), None)
    return found or Cause(detail=f"git {verb} ended with code {code}.")
