"""What the program says of its own workings, on stderr."""

from __future__ import annotations

import json
import logging

import pytest

from reconciler.cli.logs import log_line
from reconciler.model.log import ROOT, Log
from tests.cli.running import Ended, Folder, call_alone


def logged(ended: Ended) -> list[dict[str, object]]:
    """Give the log lines of a call."""
    return [json.loads(line) for line in ended.err.splitlines() if line.startswith("{")]


def test_nothing_is_logged_unless_asked_for(folder: Folder) -> None:
    """No line on stderr that is not for people, be it a warning."""
    assert folder.call("apply", "--auto-approve", "--json").err == ""


def test_an_apply_is_told_step_by_step(folder: Folder) -> None:
    """Lock, journal and every request by its route; the two customers are not named in any path."""
    ended = folder.call("--log-level", "debug", "apply", "--auto-approve", "--json")
    lines = logged(ended)
    assert len(lines) == len(ended.err.splitlines())
    assert {line["@module"] for line in lines} == {f"{ROOT}.{part}" for part in ("requests", "lock", "journal")}
    requests = [line for line in lines if line["@module"] == f"{ROOT}.requests"]
    assert len(requests) == len(folder.requests())
    assert {line["path"] for line in requests} <= {"/customers", "/customers/{id}", "/customers/{id}/contacts"} | {
        line["path"] for line in requests if str(line["path"]).count("/") == 1
    }
    assert all(isinstance(line["milliseconds"], int) and line["status"] for line in requests)


def test_a_write_has_the_id_that_the_journal_has(folder: Folder) -> None:
    """So that a request can be found in both."""
    lines = logged(folder.call("--log-level", "debug", "apply", "--auto-approve"))
    journalled = {line["request"] for line in lines if line.get("line") == "write"}
    sent = {line["request"] for line in lines if line["@module"] == f"{ROOT}.requests" and "request" in line}
    assert len(sent) == 2
    assert sent == journalled


def test_the_level_is_the_least_that_is_told(folder: Folder) -> None:
    """At `info` no single request; at `error`, of a run that works, nothing."""
    assert {line["@level"] for line in logged(folder.call("--log-level", "info", "apply", "--auto-approve"))} == {
        "info"
    }
    assert logged(folder.call("--log-level", "error", "plan")) == []


def test_the_environment_may_ask_for_it(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """`RECONCILER_LOG_LEVEL` is known, and the option comes first; a level that is none is wrong usage."""
    monkeypatch.setenv("RECONCILER_LOG_LEVEL", "debug")
    assert logged(folder.call("plan"))
    assert not logged(folder.call("--log-level", "off", "plan"))
    monkeypatch.setenv("RECONCILER_LOG_LEVEL", "loud")
    assert folder.call("plan").code == 64


def test_a_call_leaves_no_listener_behind(folder: Folder) -> None:
    """The next call in the same process is as silent as the first."""
    folder.call("--log-level", "debug", "plan")
    assert not logged(folder.call("plan"))
    assert len(logging.getLogger(ROOT).handlers) == 1


def test_a_level_does_not_slow_help_down() -> None:
    """Logging itself is loaded when it is asked for."""
    code = "import sys; from reconciler.cli.main import run; run(['--help']); sys.exit('logging' in sys.modules)"
    assert call_alone(code=code).code == 0


def test_only_plain_facts_are_written() -> None:
    """An object, an exception or a text that steers a terminal does not get through."""
    records: list[logging.LogRecord] = []

    class Ears(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    logger, ears = logging.getLogger(ROOT), Ears()
    logger.addHandler(ears)
    try:
        Log("tests").warning("a sentence", number=3, text="a\x1b[31m", nothing=None)
    finally:
        logger.removeHandler(ears)
    (record,) = records
    facts = record.__dict__["facts"]
    facts["object"] = ValueError("secret")
    line = json.loads(log_line(record))
    assert (line["@message"], line["@level"], line["@module"]) == ("a sentence", "warn", f"{ROOT}.tests")
    assert (line["number"], line["text"], line["nothing"]) == (3, "a\\x1b[31m", None)
    assert "secret" not in log_line(record)
