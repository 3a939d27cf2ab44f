"""What drifted -> the page that a person reads: by object, with its labels, and in the end who is to act."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.drift import DRIFTED, Drift, FieldDrift, Label, MemberDrift, ObjectDrift
from reconciler.render.drift_words import ADVICE, presence_of, unmanaged_lines, values_of, verdict_of
from reconciler.render.paint import PLAIN, Paint, Style
from reconciler.render.problems import problems_text
from reconciler.render.words import dotted, inert

_WIDTH = max(len(label.value) for label in Label)


def drift_text(drift: Drift, paint: Paint = PLAIN) -> str:
    """Lay it out, with a line break at the end."""
    lines: list[str] = []
    for one in drift.objects:
        lines += [*_object(one, paint), ""]
    if drift.unmanaged:
        lines += [*map(inert, unmanaged_lines(drift)), ""]
    if drift.without:
        lines += [f"No inventory: {', '.join(drift.without)}. What was last applied is not known there.", ""]
    if drift.told:
        lines += [problems_text(drift.told, paint), ""]
    lines.append(paint(verdict_of(drift), Style.BOLD))
    lines += [f"  {label.value}: {ADVICE[label]}" for label in drift.counts]
    return "\n".join(lines) + "\n"


def _object(one: ObjectDrift, paint: Paint) -> Iterator[str]:
    place = str(one.source) if one.source else one.document
    yield paint(f"{inert(str(one.address))}{f'  ({inert(place)})' if place else ''}", Style.BOLD)
    if one.label is not None:
        yield f"  {_label(one.label, paint)}  {one.reason}"
    width = max((len(dotted(field.change.path)) for field in one.fields), default=0)
    for field in one.fields:
        yield f"  {_field(field, width, paint)}"
    for member in one.members:
        yield from _member(member, paint)


def _member(member: MemberDrift, paint: Paint) -> Iterator[str]:
    name = inert(f"{member.address.kind} {member.address.key}") if member.address.parent else member.section
    if member.label is not None:
        yield f"  {_label(member.label, paint)}  {name}: {presence_of(member)}"
        return
    yield f"  {' ' * _WIDTH}  {name}:"
    width = max((len(dotted(field.change.path)) for field in member.fields), default=0)
    for field in member.fields:
        yield f"  {_field(field, width, paint, indent='  ')}"


def _field(field: FieldDrift, width: int, paint: Paint, indent: str = "") -> str:
    return f"{_label(field.label, paint)}  {indent}{dotted(field.change.path):<{width}}  {values_of(field)}"


def _label(label: Label, paint: Paint) -> str:
    return paint(f"{label.value:<{_WIDTH}}", *((Style.YELLOW,) if label in DRIFTED else (Style.DIM,)))
