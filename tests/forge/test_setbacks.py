"""What became of a try -> whether and when there is another. Nothing is sent, and nobody waits."""

from __future__ import annotations

import socket
import ssl

import httpx
import pytest

from reconciler.forge.setbacks import MOST, WAITS, Patience, Setback, not_connected


def raised(cause: BaseException) -> httpx.ConnectError:
    """Give an error of the client's as this cause leads to it."""
    error = httpx.ConnectError("no connection")
    error.__cause__ = OSError("between")
    error.__cause__.__context__ = cause
    return error


@pytest.mark.parametrize(
    ("cause", "hopeless"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), True),
        (socket.gaierror(socket.EAI_AGAIN, "later"), False),
        (ssl.SSLCertVerificationError("self-signed"), True),
        (ssl.SSLError("wrong version number"), True),
        (ssl.SSLEOFError("ended"), False),
        (ConnectionRefusedError("refused"), False),
        (ConnectionResetError("reset"), False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else str(value),
)
def test_what_another_try_cannot_mend_is_told_from_what_it_may(cause: BaseException, hopeless: bool) -> None:
    """By what is beneath the client's own error."""
    setback = not_connected(raised(cause))
    assert setback.hopeless is hopeless


def tried(patience: Patience, setback: Setback) -> int:
    """Let every try end so, and count them."""
    made = []

    def attempt() -> None:
        made.append(setback)
        raise setback

    with pytest.raises(Setback):
        patience.tries()(attempt)
    return len(made)


def test_no_more_is_waited_than_a_job_bears() -> None:
    """All waits together, and where one of them would last too long there is none; what is hopeless has one try."""
    told: list[str] = []
    assert sum(WAITS) <= MOST <= 20
    assert tried(Patience(title="GitHub", tell=told.append, waits=(MOST + 1,)), Setback("It answered 503")) == 1
    assert tried(Patience(title="GitHub", tell=told.append), Setback("Nobody", hopeless=True)) == 1
    assert tried(Patience(title="GitHub", tell=told.append), Setback("It asked to wait (429)", 3600)) == 1
    assert told == []
    assert tried(Patience(title="GitHub", tell=told.append, waits=(0.0,)), Setback("It answered 503")) == 2
    assert told == ["GitHub: It answered 503. It is asked again in 0 s."]
