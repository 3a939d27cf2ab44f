"""What drifted -> one page in one file, as a plan's: whose doing each difference is, live and declared side by side.

Every label has a chip, which filters, and says who is to act. An object is found by any label that something of it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from reconciler.model.drift import DRIFTED, Drift, FieldDrift, Label, MemberDrift, ObjectDrift
from reconciler.render.drift_words import ADVICE, presence_of, unmanaged_lines, verdict_of
from reconciler.render.html_changes import Fold
from reconciler.render.html_controls import NOTHING_LEFT, chip_html, tools_html
from reconciler.render.html_page import Head, fold_of, grouped, page_html
from reconciler.render.html_problems import notes_html, problems_html, section_html
from reconciler.render.html_text import address_html, shown, sides
from reconciler.render.literals import literal
from reconciler.render.words import counted, dotted, spoken

_HEADS = "<thead><tr><th>Label</th><th>Field</th><th>Live</th><th>Declared</th></tr></thead>"


def drift_html(drift: Drift, at: datetime) -> str:
    """Write it as a page, stamped with this time."""
    verdict = verdict_of(drift)
    head = Head(
        title=verdict,
        heading=verdict,
        places=tuple((name, drift.providers.get(name, "")) for name in drift.scope),
        lines=tuple(f"{label.value} ({number}): {ADVICE[label]}" for label, number in drift.counts.items()),
    )
    return page_html(head, _parts(drift), at)


def _parts(drift: Drift) -> Iterator[str]:
    yield problems_html("Problems", drift.told, "problems")
    number = len(drift.objects)
    if number:
        found = {label: sum(label in one.labels for one in drift.objects) for label in Label}
        chips = [chip_html(_slug(label), "", label.value, count) for label, count in found.items() if count]
        yield tools_html(chips, [one.address for one in drift.objects])
        blocks = grouped(_block(one, fold_of(number)) for one in drift.objects)
        title = f"{counted(number, 'object')} that {'differs' if number == 1 else 'differ'}"
        yield section_html(title, "changes", "".join(blocks))
        yield NOTHING_LEFT
    else:
        yield '<span id="changes"></span>\n'
    without = [f" {name}: what was last applied is not known" for name in drift.without]
    yield section_html("Without an inventory", "without", notes_html(without))
    yield section_html("Not managed", "unmanaged", notes_html(f" {line}" for line in unmanaged_lines(drift)))


def _block(one: ObjectDrift, fold: Fold) -> str:
    address, labels = one.address, sorted(set(one.labels), key=list(Label).index)
    tone = "update" if one.drifted else "forget"
    place = str(one.source) if one.source else one.document
    where = f'<span class="file">{shown(place)}</span>' if place else ""
    rows = "".join(_rows(one))
    inside = f'<p class="why">{shown(one.reason)}</p>' if one.reason else ""
    inside += f'<table class="f drift">{_HEADS}{rows}</table>' if rows else ""
    inside = f"<noscript>{inside}</noscript>" if fold is Fold.PUT_BY and inside else inside
    return (
        f'<details class="c {tone}" id="{shown(str(address))}" data-a="{" ".join(map(_slug, labels))}" '
        f'data-k="{shown(address.kind)}" data-o="{shown(address.organization)}"{" open" if fold is Fold.OPEN else ""}>'
        f'<summary><span class="s" aria-hidden="true">{"~" if one.drifted else "·"}</span>'
        f'<span class="h"><span class="a">{address_html(address)}</span> '
        f'<span class="o">{shown(", ".join(label.value for label in labels))}</span></span>'
        f'{where}</summary><div class="b">{inside}</div></details>\n'
    )


def _rows(one: ObjectDrift) -> Iterator[str]:
    if one.fields:
        yield f"<tbody>{_fields(one.fields)}</tbody>"
    for section in dict.fromkeys(member.section for member in one.members):
        yield f'<tbody class="list"><tr><th colspan="4" scope="rowgroup">{shown(spoken(section))}</th></tr></tbody>'
        yield from (_member(member) for member in one.members if member.section == section)


def _member(member: MemberDrift) -> str:
    name = f"{spoken(member.address.kind)} {literal(member.address.key)}" if member.address.parent else member.section
    label = _label(member.label) if member.label is not None else ""
    return (
        f'<tbody class="m"><tr class="who"><td>{label}</td><th scope="row">{shown(name)}</th>'
        f'<td colspan="2">{shown(presence_of(member))}</td></tr>{_fields(member.fields)}</tbody>'
    )


def _fields(fields: Iterable[FieldDrift]) -> str:
    return "".join(map(_field, fields))


def _field(one: FieldDrift) -> str:
    live, declared = sides(one.change)
    told = one.label is Label.BOTH and one.sent_known
    sent = f'<span class="aside">last applied {shown(literal(one.sent))}</span>' if told else ""
    return (
        f'<tr class="{"update" if one.label in DRIFTED else "quiet"}"><td>{_label(one.label)}</td>'
        f'<th scope="row">{shown(dotted(one.change.path))}</th>'
        f'<td class="x">{live}</td><td class="y">{declared}{sent}</td></tr>'
    )


def _label(label: Label) -> str:
    return f'<span class="l">{shown(label.value)}</span>'


def _slug(label: Label) -> str:
    return label.value.partition(" ")[0]
