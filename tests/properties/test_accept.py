"""Whatever drifted and however documents are laid out: once it is accepted nothing differs, and all else stays."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from reconciler.cli.accepting import accepted
from reconciler.cli.drifting import seen_in
from reconciler.desired.load import load
from reconciler.model.inventory import Inventory
from reconciler.model.resource import Declared, Fields, Observed, Value
from reconciler.model.state import Certificate, LiveState
from reconciler.plan.build import Part
from reconciler.plan.entries import entry_of
from reconciler.store.digest_key import digest_key_id
from tests.values import CLUB, SECRET, organization

_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), min_size=1, max_size=8)
_WORDS = st.sampled_from(["Lyon", "Zoë & Fils", "o'Neill", 'say "hi"', "no", "01000", "a: b", "a #b", "- x", "日本"])
_PLAIN = ("Lyon", "Zoë & Fils", "o'Neill", "日本")
_BESIDE = st.sampled_from(["", "", "  # beside", " # 'odd\" ["])
_BETWEEN = st.sampled_from(["", "", "    # own line\n", "\n"])
_ORGANIZATION = organization()
_FIELDS = ("name", "tax", "city", "zip")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document in pieces: what stands between its values, and the values as they are written."""

    between: tuple[str, ...]
    written: tuple[str, ...]
    raw: bytes


def _scalar(word: str, style: str) -> str:
    if style == "plain":
        return word
    if style == "'":
        return "'" + word.replace("'", "''") + "'"
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


@st.composite
def papers(draw: DrawFn) -> Paper:
    """Two clubs, each with four values and two guests, in lines and in braces, with any quotes and comments."""
    between, written, rest = list[str](), list[str](), f"clubs:{draw(_BESIDE)}\n"

    def put(before: str) -> None:
        nonlocal rest
        between.append(rest + before)
        word, style = draw(_WORDS), draw(st.sampled_from(["'", '"', ""]))
        written.append(_scalar(word, style if style or word not in _PLAIN else "plain"))
        rest = ""

    for number in range(2):
        rest += f"  - externalId: C-{number}{draw(_BESIDE)}\n{draw(_BETWEEN)}"
        for name in _FIELDS[:2]:
            put(f"    {name}: ")
            rest = f"{draw(_BESIDE)}\n{draw(_BETWEEN)}"
        if draw(st.booleans()):
            put("    address: {city: ")
            put(", zip: ")
            rest = f"}}{draw(_BESIDE)}\n"
        else:
            put("    address:\n      city: ")
            put(f"{draw(_BESIDE)}\n      zip: ")
            rest = f"{draw(_BESIDE)}\n"
        rest += "    guests:\n"
        for guest in range(2):
            put(f"      - {{externalId: P-{guest}, email: p{guest}@club.example, name: ")
            rest = f"}}{draw(_BESIDE)}\n"
    text = "".join(piece for pair in zip(between, written, strict=True) for piece in pair)
    end = rest if draw(st.booleans()) else rest.rstrip("\n")
    newline, mark = draw(st.sampled_from(["\n", "\r\n"])), draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    pieces = tuple(piece.replace("\n", newline) for piece in (*between, end))
    raw = mark + (text + end).replace("\n", newline).encode()
    return Paper(between=pieces, written=tuple(written), raw=raw)


def _other(data: st.DataObject, value: Value) -> Value:
    """Have a value changed at the vendor by more than its capital letters, or left as it is."""
    if not data.draw(st.booleans()):
        return value
    found: Value = data.draw(st.one_of(_TEXTS, _WORDS).filter(lambda text: text.strip() != ""))
    return value if str(found).strip().casefold() == str(value).strip().casefold() else found


def _live(data: st.DataObject, one: Declared) -> Observed:
    fields: dict[str, Value] = {name: _other(data, value) for name, value in one.fields.items() if name != "address"}
    address = one.fields["address"]
    assert isinstance(address, dict)
    fields["address"] = {name: _other(data, value) for name, value in address.items()}
    guests: list[Fields] = [
        {"id": f"r-{guest['externalId']}", **guest, "name": _other(data, guest["name"])}
        for guest in one.members["guests"]
        if data.draw(st.integers(0, 3))
    ]
    if not data.draw(st.integers(0, 3)):
        guests.append({"id": "r-9", "externalId": "P-9", "email": "p9@club.example", "name": data.draw(_WORDS)})
    return Observed(kind="club", key=one.key, remote_id=f"r-{one.key}", fields=fields, members={"guests": guests})


def _part(folder: Path, live: Sequence[Observed], applied: Sequence[Declared]) -> Part:
    entries = (replace(entry_of(one, CLUB, SECRET, None), remote_id=f"r-{one.key}") for one in applied)
    inventory = Inventory(
        organization="acme",
        provider="clubs",
        endpoint="sandbox",
        digest_key_id=digest_key_id(SECRET),
        managed={entry.name: entry for entry in entries},
    )
    certificate = Certificate(kind="club", rows=len(live), total=len(live), pages=1)
    return Part(
        organization=_ORGANIZATION,
        desired=load(_ORGANIZATION, folder, date(2026, 1, 15)),
        live=LiveState(
            organization="acme", objects={"club": {str(one.key): one for one in live}}, certificates=(certificate,)
        ),
        inventory=inventory,
    )


@given(papers(), st.data())
@settings(max_examples=40, deadline=None)
def test_what_is_accepted_differs_no_more_and_all_else_stays(paper: Paper, data: st.DataObject) -> None:
    """Every byte between the values, and every value that did not drift."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "acme").mkdir()
        file = folder / "acme" / "clubs.yaml"
        file.write_bytes(paper.raw)
        declared = load(_ORGANIZATION, folder, date(2026, 1, 15)).declared
        live = [_live(data, one) for one in declared]
        found = accepted(seen_in({"acme": _part(folder, live, declared)}), folder, ())
        assert found.left == ()
        after = found.files["acme/clubs.yaml"][1] if found.files else paper.raw
        file.write_bytes(after)
        assert seen_in({"acme": _part(folder, live, declared)}).drift.objects == ()
    if [_guests(one.members) for one in declared] != [_guests(one.members) for one in live]:
        if [one.fields for one in declared] == [one.fields for one in live]:
            assert _beside_guests(after) == _beside_guests(paper.raw)
    else:
        _check_bytes(paper, after, _values(declared), _values_live(live))


def _guests(members: Mapping[str, Sequence[Fields]] | None) -> list[Value]:
    return [guest["externalId"] for guest in (members or {})["guests"]]


def _beside_guests(raw: bytes) -> list[str]:
    """Give the lines in which no guest stands; an empty list has its brackets."""
    lines = raw.decode().replace("guests: []", "guests:").splitlines()
    return [line for line in lines if "club.example" not in line]


def _check_bytes(paper: Paper, after: bytes, before: Sequence[Value], now: Sequence[Value]) -> None:
    """Hold the file against the pieces that it was made of; what did not drift is written as it was."""
    mark = b"\xef\xbb\xbf"
    assert after.startswith(mark) == paper.raw.startswith(mark)
    slots = [
        re.escape(text) if old == new else "(?:.*?)" for text, old, new in zip(paper.written, before, now, strict=True)
    ]
    pieces = [part for pair in zip(map(re.escape, paper.between), slots, strict=False) for part in pair]
    pattern = "".join([*pieces, re.escape(paper.between[-1])])
    assert re.fullmatch(pattern, after.removeprefix(mark).decode(), re.DOTALL)


def _values(declared: Sequence[Declared]) -> list[Value]:
    return [value for one in declared for value in _of(one.fields, one.members["guests"])]


def _values_live(live: Sequence[Observed]) -> list[Value]:
    return [value for one in live for value in _of(one.fields, (one.members or {})["guests"])]


def _of(fields: Fields, guests: Sequence[Fields]) -> list[Value]:
    address = fields["address"]
    assert isinstance(address, dict)
    return [fields["name"], fields["tax"], address["city"], address["zip"], *(guest["name"] for guest in guests)]
