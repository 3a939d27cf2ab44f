"""The organizations and the folder that something is about -> the end of its heading.

Several comments may stand on one pull request, and several summaries on the page of one workflow: a heading that names
neither organization nor folder could be that of any of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.render.words import counted, inert, listed

_NAMED = 3


def whereabouts(names: Sequence[str], folder: str = "") -> str:
    """Write it: ` at acme-fr in data`; above three organizations their number stands for them.

    `folder` is as it is to be shown, and "" where the documents stand at the top of the repository.
    """
    told = listed([inert(name) for name in names]) if len(names) <= _NAMED else counted(len(names), "organization")
    return f"{f' at {told}' if told else ''}{f' in {folder}' if folder else ''}"
