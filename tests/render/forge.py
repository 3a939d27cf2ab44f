"""A part of a comment as a forge reads it: rendered with raw HTML let through, and taken apart again."""

from __future__ import annotations

from html.parser import HTMLParser

from markdown_it import MarkdownIt

TAGS = frozenset(
    (
        *("h2", "h3", "h4", "p", "strong", "ul", "li", "code", "pre", "details", "summary"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    )
)
"""What a comment is made of; no link, no picture, no emphasis, nothing that runs."""


class Page(HTMLParser):
    """What stands on a page outside of code and inside, the tags that are open, and what should not be there."""

    def __init__(self, part: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.said, self.quoted = "", ""
        self.cells: list[int] = []
        self.folds = 0
        self.wrong: list[str] = []
        self.comments: list[str] = []
        self.feed(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(part))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a tag in; the only attribute that a comment has is the language of a fence."""
        if tag not in TAGS or any(name != "class" for name, _ in attrs):
            self.wrong.append(f"<{tag} {attrs}>")
        self.open.append(tag)
        self.folds += tag == "details"
        if tag == "tr":
            self.cells.append(0)
        elif tag in ("td", "th"):
            self.cells[-1] += 1

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened last."""
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Tell text in code from other text."""
        if "code" in self.open:
            self.quoted += data
        else:
            self.said += data

    def handle_comment(self, data: str) -> None:
        """Keep what is hidden."""
        self.comments.append(data)
