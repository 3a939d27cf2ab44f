"""How fast requests go out and how many are left -> a few words beside what is done."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.render.words import counted, duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Requests a minute now, requests that are foreseen still, and the seconds that they take at this rate.

    `seconds` is None where nobody can tell: something is left, and at the moment nothing goes out.
    """

    per_minute: int
    left: int
    seconds: float | None


def outlook_text(outlook: Outlook) -> str:
    """Say it on one line: `512 requests/min, 340 requests left, ~40s`."""
    words = f"{outlook.per_minute} requests/min, {counted(outlook.left, 'request')} left"
    return words if outlook.seconds is None else f"{words}, ~{duration(outlook.seconds)}"
