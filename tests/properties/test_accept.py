"""Whatever drifted and however documents are laid out: once it is accepted nothing differs, and all else stays."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from reconciler.cli.accepting import accepted
from reconciler.cli.drifting import seen_in
from reconciler.desired.load import load
from reconciler.model.address import digest_key_id
from reconciler.model.inventory import Inventory
from reconciler.model.resource import Declared, Fields, Observed, Value
from reconciler.model.state import Certificate, LiveState
from reconciler.plan.build import Part
from reconciler.plan.entries import entry_of
from tests.values import CLUB, SECRET, organization

_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), min_size=1, max_size=8)
_WORDS = st.sampled_from(["Lyon", "Zoë & Fils", "o'Neill", 'say "hi"', "no", "01000", "a: b", "a #b", "- x", "日本"])
_PLAIN = ("Lyon", "Zoë & Fils", "o'Neill", "日本")
_BESIDE = st.sampled_from(["", "", "  # beside", " # 'odd\" ["])
_BETWEEN = st.sampled_from(["", "", "    # own line\n", "\n"])
_BETWEEN_GUESTS = st.sampled_from(["", "", "      # own line\n", "\n"])
_ORGANIZATION = organization()
_FIELDS = ("name", "tax", "city", "zip")


Place = tuple[int, str]
"""A club by its number, and what of it: the name of a field, or a guest's external id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a document: what stands between values, or a value as it is written, and of which `guest` that is.

    `slot` says whose value it is. Where `empty` is a club's number, brackets stand there if it has no guests.
    `behind` is the club whose last guest was written before it.
    """

    text: str = ""
    slot: Place | None = None
    guest: Place | None = None
    empty: int | None = None
    behind: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document in pieces, and as a file, which may lack the break at its end."""

    pieces: tuple[Piece, ...]
    newline: str
    raw: bytes


def _scalar(word: str, style: str) -> str:
    if style == "plain":
        return word
    if style == "'":
        return "'" + word.replace("'", "''") + "'"
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


@dataclass(slots=True, kw_only=True)
class _Pen:
    """Writes a document piece by piece."""

    draw: DrawFn
    pieces: list[Piece] = field(default_factory=list)
    guest: Place | None = None

    def put(self, text: str) -> None:
        """Write what is no value."""
        self.pieces.append(Piece(text=text, guest=self.guest))

    def value(self, slot: Place) -> None:
        """Write a value in some quotes."""
        word, style = self.draw(_WORDS), self.draw(st.sampled_from(["'", '"', ""]))
        text = _scalar(word, style if style or word not in _PLAIN else "plain")
        self.pieces.append(Piece(text=text, slot=slot, guest=self.guest))

    def beside(self) -> str:
        """Draw the rest of a line."""
        return f"{self.draw(_BESIDE)}\n"

    def club(self, number: int) -> None:
        """Write a club with its address, in lines or in braces."""
        self.put(f"  - externalId: C-{number}{self.beside()}{self.draw(_BETWEEN)}")
        for name in _FIELDS[:2]:
            self.put(f"    {name}: ")
            self.value((number, name))
            self.put(f"{self.beside()}{self.draw(_BETWEEN)}")
        braces = self.draw(st.booleans())
        self.put("    address: {city: " if braces else "    address:\n      city: ")
        self.value((number, "city"))
        self.put(", zip: " if braces else f"{self.beside()}      zip: ")
        self.value((number, "zip"))
        self.put(f"}}{self.beside()}" if braces else self.beside())
        self.put("    guests:")
        self.pieces.append(Piece(empty=number))
        self.put(self.beside())
        for guest in ("P-0", "P-1"):
            self.put(self.draw(_BETWEEN_GUESTS))
            self.guest = (number, guest)
            self._guest(guest)
            self.guest = None
        self.pieces.append(Piece(behind=number))

    def _guest(self, key: str) -> None:
        email, braces = f"p{key[2:]}@club.example", self.draw(st.booleans())
        if braces:
            self.put(f"      - {{externalId: {key}, email: {email}, name: ")
        else:
            self.put(f"      - externalId: {key}{self.beside()}        email: {email}{self.beside()}        name: ")
        assert self.guest is not None
        self.value(self.guest)
        self.put(f"}}{self.beside()}" if braces else self.beside())


@st.composite
def papers(draw: DrawFn) -> Paper:
    """Two clubs, each with four values and two guests, in lines and in braces, with any quotes and comments."""
    pen = _Pen(draw=draw)
    pen.put(f"clubs:{pen.beside()}")
    for number in range(2):
        pen.club(number)
    newline, mark = draw(st.sampled_from(["\n", "\r\n"])), draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    pieces = [replace(one, text=one.text.replace("\n", newline)) for one in pen.pieces]
    text = "".join(one.text for one in pieces)
    raw = mark + (text.removesuffix(newline) if draw(st.booleans()) else text).encode()
    return Paper(pieces=tuple(pieces), newline=newline, raw=raw)


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
    _check_bytes(
        paper,
        after,
        _values([(one.fields, one.members) for one in declared]),
        _values([(one.fields, one.members) for one in live]),
    )


def _check_bytes(paper: Paper, after: bytes, before: Mapping[Place, Value], now: Mapping[Place, Value]) -> None:
    """Hold the file against the pieces that it was made of.

    What did not drift is written as it was, whoever went has left with their lines, whoever came stands at the end.
    """
    mark = b"\xef\xbb\xbf"
    assert after.startswith(mark) == paper.raw.startswith(mark)
    pattern = "".join(_expected(one, paper, before, now) for one in paper.pieces)
    text, whole = after.removeprefix(mark).decode(), paper.raw.decode().endswith(paper.newline)
    if not {(1, "P-1"), (1, "P-9")}.isdisjoint(now):  # else the last line went, and that before it has its break
        assert text.endswith(paper.newline) is whole
    ends = ("",) if whole else ("", paper.newline)
    assert any(re.fullmatch(pattern, text + end, re.DOTALL) for end in ends)


def _expected(piece: Piece, paper: Paper, before: Mapping[Place, Value], now: Mapping[Place, Value]) -> str:
    """Give the pattern of what has become of a piece."""
    if piece.guest is not None and piece.guest not in now:
        return ""
    if piece.empty is not None:
        return "" if any(place[0] == piece.empty and place[1].startswith("P-") for place in now) else re.escape(" []")
    if piece.behind is not None:
        return _CAME.replace("\n", paper.newline) if (piece.behind, "P-9") in now else ""
    changed = piece.slot is not None and before[piece.slot] != now[piece.slot]
    return "(?:.*?)" if changed else re.escape(piece.text)


_CAME = (
    r"(?:      - \{id: r-9, externalId: P-9, email: p9@club\.example, name: [^\r\n]*\}|"
    "      - id: r-9\n        externalId: P-9\n        email: p9@club\\.example\n        name: [^\\r\\n]*)\n"
)
"""Whoever came, written as the last one on the list is."""


def _values(clubs: Iterable[tuple[Fields, Mapping[str, Sequence[Fields]] | None]]) -> dict[Place, Value]:
    found: dict[Place, Value] = {}
    for number, (fields, members) in enumerate(clubs):
        address = fields["address"]
        assert isinstance(address, dict)
        parts = {"name": fields["name"], "tax": fields["tax"], "city": address["city"], "zip": address["zip"]}
        guests = {str(guest["externalId"]): guest["name"] for guest in (members or {})["guests"]}
        found |= {(number, name): value for name, value in {**parts, **guests}.items()}
    return found
