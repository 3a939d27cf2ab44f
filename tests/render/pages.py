"""Read a page as a browser without scripts does: its elements, its text, and what it would ask others for."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "input", "br"}


@dataclass
class Page(HTMLParser):
    """What stands in a page. `elements` are names with attributes in order; `code` what is in scripts and styles."""

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    code: dict[str, str] = field(default_factory=dict)
    stack: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element in, and go into it."""
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element, which must be the last one that was gone into."""
        assert self.stack.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        """Take text in."""
        if self.stack and self.stack[-1] in ("script", "style"):
            self.code[self.stack[-1]] = self.code.get(self.stack[-1], "") + data
        else:
            self.pieces.append(data)

    @property
    def text(self) -> str:
        """All that is to be read."""
        return " ".join(self.pieces)

    def named(self, element: str) -> list[dict[str, str | None]]:
        """Give the attributes of all elements of a name."""
        return [attributes for name, attributes in self.elements if name == element]


def read(page: str) -> Page:
    """Read a page; every element that is opened is closed."""
    found = Page()
    found.feed(page)
    found.close()
    assert not found.stack, found.stack
    return found
