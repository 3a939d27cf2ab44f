"""Reading stays near the floor that the parser's own events set, measured in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable

from reconciler.desired.collector import collector_held
from reconciler.desired.documents import read_items
from reconciler.desired.events import open_events
from reconciler.desired.text import Text

ITEM = """\
  - externalId: C-{n:06}
    name: Company number {n}
    address:
      address: {n} rue de la République
      zipcode: "{n:05}"
      city: Lyon
    contacts:
      - externalId: P-{n}
        email: person.{n}@example.com
        isMain: true
"""
TEXT = Text(file="f", content="clubs:\n" + "".join(ITEM.format(n=n) for n in range(2_000)))


def test_building_costs_little_beyond_the_events() -> None:
    """Values, duplicate keys and types take less time than the events themselves; the best of some runs counts."""
    with collector_held():
        floor = min(_seconds(_events) for _ in range(5))
        ours = min(_seconds(_items) for _ in range(5))
    assert ours < 2.5 * floor  # 1.4 when nothing else runs; a busy machine must not fail the build


def _events() -> None:
    following = open_events(TEXT)
    while following() is not None:
        pass


def _items() -> None:
    assert sum(1 for _ in read_items(TEXT, ("clubs",), [])) == 2_000


def _seconds(run: Callable[[], None]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start
