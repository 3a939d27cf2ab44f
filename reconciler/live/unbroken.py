"""Work that must not be cut off in the middle, such as asking for a token whose answer alone holds the next one.

A signal may end the process between any two steps of reading (`cli.leaving`), and only a provider knows which of its
steps belong together. So it says here what it is in the midst of, and whoever hears a signal waits for that. There is
one `UNBROKEN`, for a signal is for the whole process as well. It is changed in the main thread alone, where signals are
heard too: a handler finds it before or after a change, and never changes the count itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Unbroken:
    """What is under way that must not be cut off, in words that may be shown."""

    def __init__(self) -> None:
        self._works: list[str] = []
        self._failed = ""
        self._then: Callable[[str], object] | None = None

    @property
    def under_way(self) -> str:
        """Say what was begun last and has not ended; "" if nothing is under way."""
        return self._works[-1] if self._works else ""

    @contextmanager
    def work(self, words: str) -> Iterator[None]:
        """Be in the midst of something inside the block."""
        self._works.append(words)
        try:
            yield
        except BaseException:
            self._failed = words
            raise
        finally:
            self._works.remove(words)
            if not self._works:
                failed, self._failed = self._failed, ""
                if self._then is not None:
                    self._then(failed)

    def afterwards(self, then: Callable[[str], object]) -> None:
        """Have something done as soon as nothing is under way any more; it is told what failed of that, or ""."""
        self._then = then


UNBROKEN = Unbroken()
