"""A plan -> what its page is searched and filtered by: one chip for every sign in use, which is the legend as well.

Without scripts nothing can be searched; the chips then are the legend alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from reconciler.model.plan import Plan
from reconciler.render.html_changes import loses, slug
from reconciler.render.html_text import shown
from reconciler.render.symbols import LEGEND, REFUSED, Symbol, of_change
from reconciler.render.words import spoken


def controls_html(plan: Plan) -> str:
    """Lay out the search, the chips and the choices; of one kind or organization there is nothing to choose."""
    all_changes = [*plan.changes, *(blocked.change for blocked in plan.blocked)]
    signs = Counter(map(of_change, plan.changes))
    losing = sum(map(loses, plan.changes))
    signs[REFUSED] = len(plan.blocked)
    chips = [_chip(symbol, signs[symbol]) for symbol in LEGEND if signs[symbol]]
    if losing:
        chips.append(_losing_chip(losing))
    choices = _choice("k", "Kind", (change.address.kind for change in all_changes))
    choices += _choice("o", "Organization", (change.address.organization for change in all_changes))
    return (
        '<form class="tools" role="search" aria-label="Search and filter the changes"><fieldset id="tools" disabled>'
        '<label class="find scripted"><span class="sr">Search address, field, text</span>'
        '<input id="q" type="search" placeholder="Search address, field, text" autocomplete="off" spellcheck="false">'
        "<kbd>/</kbd></label>"
        f'<div class="chips" role="group" aria-label="Actions">{"".join(chips)}</div>'
        f'{choices}<span class="folds scripted"><button type="button" id="unfold">Expand all</button>'
        '<button type="button" id="fold">Collapse all</button></span>'
        '<output id="shown" class="scripted" aria-live="polite"></output></fieldset></form>\n'
    )


def _chip(symbol: Symbol, count: int) -> str:
    return (
        f'<button type="button" class="chip {slug(symbol)}" data-a="{slug(symbol)}" aria-pressed="false">'
        f"<b>{symbol.sign}</b> {shown(symbol.word)} <i>{count}</i></button>"
    )


def _losing_chip(count: int) -> str:
    return (
        f'<button type="button" class="chip scripted" data-d aria-pressed="false">deletes only <i>{count}</i></button>'
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
