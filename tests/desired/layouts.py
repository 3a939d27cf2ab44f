"""Documents as people lay them out: comments anywhere, any quotes, any breaks, lists in lines and in brackets."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

WORDS = st.sampled_from(
    [
        "Lyon",
        "Zoë & Fils",
        "a b",
        "x",
        "C-1",
        "o'Neill",
        'say "hi"',
        "no",
        "12:30",
        "01000",
        "日本",
        "a: b",
        "a #b",
        "-",
    ]
)
PLAIN = st.sampled_from(
    ["Lyon", "Zoë & Fils", "a b", "x", "C-1", "日本", "14 rue X", "true", "12", "1.5", "http://a.b/c"]
)
_COMMENTS = st.sampled_from(["", "", "", "  # beside", " # 'odd\" [", "\t# tab"])
_BETWEEN = st.sampled_from(["", "", "", "# own line\n", "\n", "      # deep\n", "  # two\n\n"])


def scalar(draw: DrawFn, flow: bool = False) -> str:
    """Write a scalar in some style."""
    style = draw(st.sampled_from(["plain", "'", '"']))
    if style == "plain":
        return draw(PLAIN).replace(":", "") if flow else draw(PLAIN)
    word = draw(WORDS)
    if style == "'":
        return "'" + word.replace("'", "''") + "'"
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _value(draw: DrawFn, indent: int) -> str:
    """Write a value behind a key's colon, with what stands beside it and the break."""
    form = draw(st.sampled_from(["line", "line", "line", "literal", "folded", "nothing"]))
    beside = draw(_COMMENTS)
    pad = " " * (indent + 2)
    if form == "literal":
        sign = draw(st.sampled_from(["|", "|-", "|+"]))
        return f" {sign}{beside}\n{pad}one\n{draw(st.sampled_from(['', pad + '  two' + chr(10), chr(10)]))}"
    if form == "folded":
        return f" >-{beside}\n{pad}one\n{pad}two\n"
    return f"{beside}\n" if form == "nothing" else f" {scalar(draw)}{beside}\n"


def _contact(draw: DrawFn, number: int) -> str:
    tight = draw(st.sampled_from([" ", "", "\t"]))
    return f"{{email: p{number}@a.example,{tight or ' '}name: {scalar(draw, True)}{tight}}}"


def _contacts(draw: DrawFn, indent: int, count: int) -> str:
    """Write a list of contacts behind its key: in lines, in braces, in brackets on one line or several."""
    pad = " " * indent
    form = draw(st.sampled_from(["lines", "level", "braces", "brackets", "tall", "tall,"]))
    if not count or form == "brackets":
        inside = ", ".join(_contact(draw, number) for number in range(count))
        return f" [{inside}]{draw(_COMMENTS)}\n"
    if form.startswith("tall"):
        rows = [f"{pad}  {_contact(draw, number)}" for number in range(count)]
        comma = "," if form.endswith(",") else ""
        ends = [draw(st.sampled_from(["", "  # beside"])) for _ in rows]
        parts = [f"{row}{',' if at < count - 1 else comma}{ends[at]}\n" for at, row in enumerate(rows)]
        return f" [\n{''.join(parts)}{pad}  ]\n"
    pad += "" if form == "level" else "  "
    text = f"{draw(_COMMENTS)}\n"
    for number in range(count):
        text += draw(_BETWEEN)
        if form == "braces":
            text += f"{pad}- {_contact(draw, number)}{draw(_COMMENTS)}\n"
            continue
        gap = draw(st.sampled_from([" ", "   "]))
        text += f"{pad}-{gap}email: p{number}@a.example{draw(_COMMENTS)}\n"
        text += draw(_BETWEEN)
        text += f"{pad} {gap}name:{_value(draw, len(pad) + 1 + len(gap))}"
    return text


@st.composite
def documents(draw: DrawFn, counts: st.SearchStrategy[int] | None = None) -> str:
    """Write one document with a list of customers."""
    indent = draw(st.sampled_from([0, 2, 4]))
    pad = " " * indent
    text = draw(_BETWEEN) + "customers:" + draw(_COMMENTS) + "\n"
    for number in range(draw(st.integers(1, 3))):
        text += draw(_BETWEEN)
        text += f"{pad}- externalId: C-{number}{draw(_COMMENTS)}\n"
        text += draw(_BETWEEN)
        text += f"{pad}  name:{_value(draw, indent + 2)}"
        if draw(st.booleans()):
            text += f"{pad}  address: {{city: {scalar(draw, True)}, zipcode: , 'x':  ~}}{draw(_COMMENTS)}\n"
        else:
            text += f"{pad}  address:\n{draw(_BETWEEN)}{pad}     city :  {scalar(draw)}\n"
        text += f"{pad}  contacts:{_contacts(draw, indent + 2, draw(counts or st.integers(0, 3)))}"
    return text


@st.composite
def files(draw: DrawFn) -> bytes:
    """Write a file: one document or two, breaks of either sort, with or without byte order mark and final newline."""
    parts = draw(st.lists(documents(), min_size=1, max_size=2))
    text = "---\n".join(parts)
    in_text = any(sign in text[text.rindex("name:") :] for sign in "|>")  # where a break at the end is a value's own
    text = text.rstrip() if draw(st.booleans()) and not in_text else text
    text = text.replace("\n", "\r\n") if draw(st.booleans()) else text
    return (b"\xef\xbb\xbf" if draw(st.booleans()) else b"") + text.encode()
