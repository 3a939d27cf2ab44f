"""The program's own version, as it was installed."""

from __future__ import annotations


def installed_version() -> str:
    """Give it; loaded when it is asked for, since few want to know."""
    from importlib.metadata import version

    return version("reconciler")
