"""What was taken into inventories -> stdout, as text or JSON."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.apply.exit import ExitCode
from reconciler.cli.managing import Entered
from reconciler.cli.terminal import out
from reconciler.errors import Problem
from reconciler.render.problems import problems_json
from reconciler.render.words import counted, inert, json_line


def tell_entered(results: Sequence[Entered], deed: str, *, as_json: bool) -> int:
    """Say what was entered and what was left, and give the exit code."""
    if as_json:
        out(f"{json_line([_tree(one) for one in results])}\n")
        return ExitCode.DONE
    for one in results:
        out(f"{one.organization}: {deed} {counted(len(one.entered), 'object')}; nothing was sent.\n")
        for address, reason in one.left:
            out(f"  left: {inert(str(address))} ({reason})\n")
        for name in one.dropped:
            out(f"  no longer in the inventory: {inert(name)} (no document declares it, or it is not live as it was)\n")
        for name in one.protected:
            out(f"  stays as it was: {inert(name)} (it is protected)\n")
    return ExitCode.DONE


def tell_nothing_entered(problems: Sequence[Problem]) -> None:
    """Say as JSON why nothing was entered."""
    out(f"{json_line({'problems': problems_json(problems)})}\n")


def _tree(one: Entered) -> dict[str, object]:
    return {
        "organization": one.organization,
        "entered": [str(address) for address in one.entered],
        "left": [{"address": str(address), "reason": reason} for address, reason in one.left],
        "dropped": list(one.dropped),
        "protected": list(one.protected),
    }
