"""How fast requests go out, and how long what is left will take."""

from __future__ import annotations

from reconciler.cli.rates import WINDOW, Rates
from reconciler.cli.watching import Watch
from reconciler.render.outlook import Outlook, outlook_text
from reconciler.render.progress import Lines


def test_nothing_is_said_before_there_is_a_rate() -> None:
    """Of the first two seconds a rate would say little."""
    rates = Rates()
    assert rates.outlook() is None
    rates.take("acme", 0, 100, 0.0)
    rates.take("acme", 13, 100, 1.9)
    assert rates.outlook() is None
    rates.take("acme", 20, 80, 2.0)
    assert rates.outlook() == Outlook(per_minute=600, left=80, seconds=8.0)


def test_organizations_add_up_and_the_slowest_decides() -> None:
    """They are asked at the same time."""
    rates = Rates()
    for second in range(11):
        rates.take("fast", 10 * second, 100, float(second))
        rates.take("slow", second, 50, float(second))
    assert rates.outlook() == Outlook(per_minute=660, left=150, seconds=50.0)


def test_the_rate_is_that_of_now() -> None:
    """A minute of full pace is forgotten a window after the vendor has begun to throttle."""
    rates = Rates()
    for second in range(60):
        rates.take("acme", 10 * second, 500, float(second))
    for second in range(60, 60 + int(WINDOW) + 1):
        rates.take("acme", 590 + (second - 60), 500, float(second))
    found = rates.outlook()
    assert found is not None
    assert found.per_minute == 60


def test_a_burst_does_not_foresee_an_early_end() -> None:
    """It goes out faster than the pace, once."""
    rates = Rates()
    rates.take("acme", 0, 100, 0.0, 60)
    rates.take("acme", 10, 90, 2.0, 60)
    assert rates.outlook() == Outlook(per_minute=300, left=90, seconds=90.0)


def test_while_nothing_goes_out_no_end_is_foreseen() -> None:
    """A time would be a guess; once nothing is left, it is none."""
    rates = Rates()
    rates.take("acme", 7, 5, 0.0)
    rates.take("acme", 7, 5, 30.0)
    assert rates.outlook() == Outlook(per_minute=0, left=5, seconds=None)
    rates.take("acme", 7, 0, 31.0)
    assert rates.outlook() == Outlook(per_minute=0, left=0, seconds=0.0)


def test_it_is_said_in_a_few_words() -> None:
    """Beside what is done."""
    assert outlook_text(Outlook(per_minute=512, left=340, seconds=39.8)) == "512 requests/min, 340 requests left, ~40s"
    assert outlook_text(Outlook(per_minute=0, left=1, seconds=None)) == "0 requests/min, 1 request left"


def test_a_watch_tells_it_with_how_far_it_is() -> None:
    """While reading by what is foreseen of that."""
    now, lines = [0.0], list[str]()
    watch = Watch(Lines(lines.append, lambda: now[0]), lambda: now[0])
    for made in range(0, 41):
        now[0] = made / 10
        watch.reads("acme", made, 100)
    assert lines[-1] == "Reading documents: 30 of 100; 600 requests/min, 70 requests left, ~7s"
