"""What others leave us of a limit, by the vendor's own count: who may set out while next to nothing is left.

Premise. An answer says how many requests are left to all who share the limit, and when its window moves on. Where no
more are left than we may have under way, several of ours at once could be one too many; so nobody sets out until it
moves on. Others may keep it that low for good. Then a wait comes after every answer: a change looks at its object, its
write has to wait until the look is old and is thrown away for it, and looks again; nothing would ever be written. So:

| while that little is left                         | it                                                         |
|---------------------------------------------------|------------------------------------------------------------|
| a request                                         | sets out alone: none until the one before it is answered   |
| a write, or the next request of the change that   | goes at once, in the place of one of those that are left   |
| was answered last                                 | beside what is under way; a look and its write are a pair  |
| anything else, and all once nothing is left       | waits until the window moves on; writes go first then      |
| a write that had to wait long, for the first time | is thrown away, and its change looks again                 |
| a write that had to wait long once more           | goes. Its look is as old as the window; as several, where  |
|                                                   | one listing was the look of several changes. Where one     |
|                                                   | request is left in each, no look could be younger, and the |
|                                                   | next one would cost the write its place again              |

Rejected. To keep a place for the write before the look sets out: how many are left is not known before an answer says
so. To wait until enough are left for both: they may never be.
"""

from __future__ import annotations

from reconciler.live.passage import Passage


class Crowd:
    """Whether others fill the window. Times are of one clock, in seconds."""

    def __init__(self) -> None:
        self.crowded = False
        self._until = float("-inf")
        self._left = 0
        self._latest: Passage | None = None

    def told(self, *, left: int, until: float, now: float, passage: Passage | None) -> None:
        """Take in an answer that says how little is left beside what is under way.

        Args:
            left: How many more may set out, none if it is less than that.
            until: When the window moves on.
            now: When the answer came.
            passage: The change that it is an answer to.
        """
        self._left = max(0, left if now >= self._until else min(self._left, left))
        self._until = max(self._until, until)
        self._latest = passage
        self.crowded = True

    def ease(self) -> None:
        """Take in that enough is left again."""
        self.crowded, self._latest = False, None

    def goes_on(self, passage: Passage | None) -> bool:
        """Say whether a request is the next one of the change that was answered last."""
        return passage is not None and passage is self._latest

    def opens(self, *, paired: bool) -> float:
        """Say when a request may set out; `paired` are a write, and one that goes on."""
        return float("-inf") if paired and self._left else self._until

    def spend(self) -> None:
        """Note that one sets out."""
        self._left = max(0, self._left - 1)

    def kept_after(self, moment: float) -> bool:
        """Say whether the window was waited for after that moment."""
        return self._until > moment
