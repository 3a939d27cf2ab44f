"""What a page is searched and filtered by: one chip for every sign in use, which is the legend as well.

Without scripts nothing can be searched; the chips then are the legend alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from reconciler.model.address import Address
from reconciler.model.plan import Plan
from reconciler.render.html_changes import loses, slug
from reconciler.render.html_text import shown
from reconciler.render.symbols import LEGEND, REFUSED, of_change
from reconciler.render.words import spoken

NOTHING_LEFT = '<p id="nothing" hidden>Nothing is like that. <button type="button" id="clear">Show all</button></p>\n'
"""What stands where everything is filtered away."""


def controls_html(plan: Plan) -> str:
    """Lay out what a plan is searched by."""
    signs = Counter(map(of_change, plan.changes))
    signs[REFUSED] = len(plan.blocked)
    chips = [chip_html(slug(one), one.sign, one.word, signs[one]) for one in LEGEND if signs[one]]
    losing = sum(map(loses, plan.changes))
    if losing:
        chips.append(
            '<button type="button" class="chip scripted" data-d aria-pressed="false">'
            f"deletes only <i>{losing}</i></button>"
        )
    return tools_html(chips, [change.address for change in (*plan.changes, *(one.change for one in plan.blocked))])


def chip_html(name: str, sign: str, word: str, count: int) -> str:
    """Lay out a filter that is on or off; `name` is what it looks for."""
    mark = f"<b>{sign}</b> " if sign else ""
    return (
        f'<button type="button" class="chip {name}" data-a="{name}" aria-pressed="false">'
        f"{mark}{shown(word)} <i>{count}</i></button>"
    )


def tools_html(chips: Sequence[str], addresses: Sequence[Address]) -> str:
    """Lay out the search, the chips and the choices; of one kind or organization there is nothing to choose."""
    choices = _choice("k", "Kind", (address.kind for address in addresses))
    choices += _choice("o", "Organization", (address.organization for address in addresses))
    return (
        '<form class="tools" role="search" aria-label="Search and filter the changes"><fieldset id="tools" disabled>'
        '<label class="find scripted"><span class="sr">Search address, field, text</span>'
        '<input id="q" type="search" placeholder="Search address, field, text" autocomplete="off" spellcheck="false">'
        "<kbd>/</kbd></label>"
        f'<div class="chips" role="group" aria-label="Show only">{"".join(chips)}</div>'
        f'{choices}<span class="folds scripted"><button type="button" id="unfold">Expand all</button>'
        '<button type="button" id="fold">Collapse all</button></span>'
        '<output id="shown" class="scripted" aria-live="polite"></output></fieldset></form>\n'
    )


def _choice(group: str, title: str, values: Iterable[str]) -> str:
    counts = Counter(values)
    if len(counts) < 2:
        return ""
    options = "".join(
        f'<option value="{shown(value)}">{shown(spoken(value) if group == "k" else value)} ({count})</option>'
        for value, count in sorted(counts.items())
    )
    return (
        f'<label class="choice scripted"><span class="sr">{title}</span><select data-{group}>'
        f'<option value="">{title}: all</option>{options}</select></label>'
    )
