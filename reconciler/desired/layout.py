"""One document → its canonical layout, with every comment, in the order and the words of whoever wrote it; pure.

| what                         | how it is laid out                                                                |
|------------------------------|-----------------------------------------------------------------------------------|
| indentation                  | two columns; a list below its key too, as `dump` writes them                      |
| behind a dash, colon, comma  | one space, and none before; none inside brackets and braces                       |
| plain texts                  | in double quotes where some reader of YAML takes them for something else (`no`,   |
|                              | `12:30`, `2024-01-31`), or where they look like a number (`+33 1 42 68 53 00`)    |
| numbers                      | in double quotes where the vendor wants a text (`zipcode: 01000`), in the digits  |
|                              | that were written; see `layout_texts`                                             |
| blank lines                  | one where there were several, none at the beginning and the end                   |
| spaces at the end of a line  | none; the file ends with a line break                                             |
| line breaks                  | all as the first one is                                                           |
| order, quotes, line lengths, | as they are                                                                       |
| brackets, words of comments  |                                                                                   |

Premise. Whoever runs this over a hundred files does not read the difference, so it must be unable to lose anything.
Only blanks and quotes are put in or taken away, in the text that stands there; and at the end this is proven for the
file at hand: without blanks and quotes both texts are the same, sign by sign, and both are read as the same values, but
for the numbers that were meant as texts. Where that fails, or something stands in a file that nobody thought of, the
file is left as it is and a problem says so. Who wants a file left alone without that says `# fmt: off` in a comment
before anything else in it. (`ignore:` is for what is no document: an ignored document declares nothing.)

Rejected: ruamel.yaml, which reads comments and writes them again. It lays lines out anew where nobody asked, and loses
comments before the first key of a nested mapping, in brackets over several lines, and behind the sign of a text in
lines. A key order of our own too: people group keys and put comments between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from yaml.error import YAMLError

from reconciler.desired.collector import collector_held
from reconciler.desired.documents import read_tree
from reconciler.desired.edit_nodes import Parsed, Scalar, content_end, newline_of, parse, walk
from reconciler.desired.edit_scalars import spliced
from reconciler.desired.edit_values import put_in, same
from reconciler.desired.events import explain
from reconciler.desired.layout_gaps import find_gaps, quoted
from reconciler.desired.layout_lines import Lines, Unusual, find_lines
from reconciler.desired.layout_texts import find_texts, numbers_at
from reconciler.desired.positions import Target
from reconciler.desired.text import Text, decode
from reconciler.errors import DesiredStateInvalid, Place, Problem
from reconciler.model.organization import Organization

_MARK = b"\xef\xbb\xbf"
_ODD_BREAK = re.compile("\r(?!\n)|[\x85\u2028\u2029]")
_OFF = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?\r?\n)*[ \t]*#[ \t]*fmt:[ \t]*off[ \t]*(?:[\r\n]|\Z)")
_BLANKS_AND_QUOTES = re.compile(r"[\s\"]+")


def lay_out(raw: bytes, file: str, organization: Organization | None = None) -> bytes:
    """Lay one file out.

    Args:
        raw: The file.
        file: How problems call it.
        organization: Whose document it is, if anybody's: its vendor says where texts are wanted.

    Raises:
        DesiredStateInvalid: it cannot be read, or not be laid out without a risk.
    """
    with collector_held():
        return _lay_out(raw, file, organization)


def _lay_out(raw: bytes, file: str, organization: Organization | None) -> bytes:
    text = decode(raw, file)
    if isinstance(text, Problem):
        raise DesiredStateInvalid(text)
    if _OFF.match(text.content):
        return raw
    trees, problems = read_tree(text)
    if problems:
        raise DesiredStateInvalid(*problems)
    wanted = find_texts(text, organization) if organization is not None else frozenset()
    written, numbers = _laid(text, wanted)
    for (number, path), node in numbers:
        trees[number] = put_in(trees[number], path, node.text)
    laid = Text(file=file, content=written)
    again, problems = read_tree(laid)
    if problems or not same(again, trees) or _signs(laid) != _signs(text):
        raise _unusual(file)
    return (_MARK if raw.startswith(_MARK) else b"") + laid.content.encode()


def _laid(text: Text, wanted: frozenset[Target]) -> tuple[str, list[tuple[Target, Scalar]]]:
    """Give the text as it is to be, and the numbers in it that became texts."""
    odd = _ODD_BREAK.search(text.content)
    if odd is not None:
        before = text.content[: odd.start()]
        raise _unusual(text.file, before.count("\n") + 1, odd.start() - before.rfind("\n"))
    newline = newline_of(text.content)
    plain = Text(file=text.file, content=text.content.replace("\r\n", "\n"))
    try:
        parsed = parse(plain)
        lines = find_lines(parsed)
    except YAMLError as error:
        raise DesiredStateInvalid(explain(error, text)) from error
    except Unusual as unusual:
        raise _unusual(text.file, unusual.line, unusual.column) from None
    numbers = list(numbers_at(parsed, wanted))
    quotes = [quoted(node) for _, node in numbers]
    rows = spliced(plain.content, [*find_gaps(parsed), *quotes]).split("\n")
    written = "\n".join(_rows(rows, lines))
    if written and not _ends_in_text(parsed):
        written += "\n"
    return written.replace("\n", newline), numbers


def _rows(rows: list[str], lines: Lines) -> Iterator[str]:
    """Give the lines as they are to be, one blank line where there were several."""
    while rows and not rows[-1].strip() and len(rows) - 1 not in lines.held:
        rows.pop()
    blank = True  # none at the beginning
    for number, row in enumerate(rows):
        held = number in lines.held
        bare = row if held else row.rstrip(" \t")
        if number in lines.indents:
            bare = " " * lines.indents[number] + bare.lstrip(" " if held else " \t")
        elif held and not bare.strip():
            bare = ""
        if bare or held or not blank:
            yield bare
        blank = not bare and not held


def _ends_in_text(parsed: Parsed) -> bool:
    """Say whether the file ends inside lines of text: what a line break at the end means there is the text's own."""
    content = parsed.text.content
    return not content.endswith("\n") and any(
        isinstance(node, Scalar) and node.style in ("|", ">") and content_end(node, content) == len(content)
        for document in parsed.documents
        for node in walk(document)
    )


def _signs(text: Text) -> str:
    return _BLANKS_AND_QUOTES.sub("", text.content)


def _unusual(file: str, line: int = 1, column: int = 1) -> DesiredStateInvalid:
    """Report what stands here, or, where nobody knows what it is, something in the file."""
    return DesiredStateInvalid(
        Problem(
            code="layout-unusual",
            summary="a layout that is left as it is",
            where=Place(path=file, line=line, column=column),
            detail="This cannot be laid out with the certainty that nothing is lost; the file was left alone.",
            why="Keys behind a question mark and unusual line breaks are among what is left alone.",
            remedy="Write it in the usual way, or have fmt pass the file over, by a comment at its head: # fmt: off",
        )
    )
