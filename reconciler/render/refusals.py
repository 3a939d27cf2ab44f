"""What is refused -> its part of the page: each object with its diff, and once what holds several of them back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from reconciler.errors import Problem
from reconciler.model.address import Address
from reconciler.model.change import Blocked
from reconciler.render.change_text import blocked_lines
from reconciler.render.paint import Paint
from reconciler.render.problems import problem_text
from reconciler.render.words import inert, listed

_MOST_NAMED = 10


def refusal_lines(refused: Sequence[Blocked], paint: Paint) -> Iterator[str]:
    """Lay every refused change out, then what is the same of several: why, which they are, how to let them through."""
    shared = shared_problems(refused)
    for blocked in refused:
        yield from blocked_lines(blocked, paint, shared)
        yield ""
    for problem, addresses in shared.items():
        yield from problem_text(problem, paint).split("\n")
        yield f"    Held back by this: {first_named(addresses)}."
        yield ""


def shared_problems(refused: Sequence[Blocked]) -> dict[Problem, list[Address]]:
    """Find the problems that more than one change is refused for, with the addresses of those, in plan order."""
    found: dict[Problem, list[Address]] = defaultdict(list)
    for blocked in refused:
        for problem in (blocked.problem, *blocked.others):
            found[problem].append(blocked.change.address)
    return {problem: addresses for problem, addresses in found.items() if len(addresses) > 1}


def first_named(addresses: Sequence[Address]) -> str:
    """Name some objects, and count the rest."""
    names = [inert(str(address)) for address in addresses[:_MOST_NAMED]]
    rest = [f"{len(addresses) - _MOST_NAMED} more"] if len(addresses) > _MOST_NAMED else []
    return listed([*names, *rest])
