"""What the program says of its own workings -> one JSON object a line on stderr, from the level that was asked for.

The lines have the keys of the event stream (`render.event_json`), with the facts of the sentence beside them. Only our
own parts are heard: what libraries log may name anything, a query with an e-mail address among it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from reconciler.cli.terminal import err
from reconciler.model.log import FACTS, ROOT
from reconciler.render.words import inert, json_line

_LEVELS = {logging.DEBUG: "debug", logging.INFO: "info", logging.WARNING: "warn", logging.ERROR: "error"}


@contextmanager
def logging_from(level: str) -> Iterator[None]:
    """Write on stderr, inside the block, what is said from this level on."""
    logger, ears = logging.getLogger(ROOT), _Stderr()
    before = logger.level
    logger.addHandler(ears)
    logger.setLevel(level.upper())
    try:
        yield
    finally:
        logger.removeHandler(ears)
        logger.setLevel(before)


def is_logging() -> bool:
    """Say whether stderr takes log lines."""
    return any(isinstance(one, _Stderr) for one in logging.getLogger(ROOT).handlers)


def log_line(record: logging.LogRecord) -> str:
    """Write a record as one line; of what hangs on it only plain facts are taken."""
    facts = getattr(record, FACTS, None)
    plain = {
        str(name): inert(fact) if isinstance(fact, str) else fact
        for name, fact in (facts.items() if isinstance(facts, dict) else ())
        if fact is None or isinstance(fact, str | int | float | bool)
    }
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    head = {
        "@level": _LEVELS.get(record.levelno, "error"),
        "@message": record.getMessage(),
        "@module": record.name,
        "@timestamp": at,
    }
    return json_line({**head, **plain})


class _Stderr(logging.Handler):
    """Writes lines where people and programs read errors."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        err(log_line(record))
