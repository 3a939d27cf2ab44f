"""What the system refuses the sandbox's file comes out as an error of the system, which names the file."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest

from reconciler.sandbox import Settings
from reconciler.sandbox.store import Store


def refusal(path: Path) -> OSError:
    """Give what the system says to a store that is opened there."""
    with pytest.raises(OSError, match="sandbox") as caught:
        Store(path)
    assert caught.value.filename == str(path)
    return caught.value


def test_a_file_that_cannot_be_opened_is_an_error_of_the_system(tmp_path: Path) -> None:
    """A folder in its place, as a folder that may not be written to."""
    assert refusal(tmp_path).errno == errno.EACCES


def test_a_file_that_is_no_database_is_an_error_of_the_system(tmp_path: Path) -> None:
    """Whatever it is, it is not overwritten."""
    path = tmp_path / "sandbox.db"
    path.write_text("letters, a good many more than a header of a database would have" * 20, encoding="utf-8")
    assert refusal(path).errno == errno.EINVAL


def test_a_read_only_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    """What is written to it is refused, and the transaction is undone."""
    store = Store(tmp_path / "sandbox.db")
    store.connection.execute("PRAGMA query_only = ON")
    with pytest.raises(OSError, match="read only") as caught, store.transaction():
        store.create_organization("acme", vendor="upflow", settings=Settings())
    assert caught.value.errno == errno.EROFS
    assert not store.connection.in_transaction
    store.close()


def test_a_full_disk_is_an_error_of_the_system(tmp_path: Path) -> None:
    """SQLite ends the transaction itself, and what it said of the disk is not lost over that; reading goes on."""
    store = Store(tmp_path / "sandbox.db")
    pages: tuple[int] = store.connection.execute("PRAGMA page_count").fetchone()
    store.connection.execute(f"PRAGMA max_page_count = {pages[0]}")
    with pytest.raises(OSError, match="full") as caught, store.transaction(), store.transaction():
        for number in range(1_000):
            store.create_organization(f"acme-{number:0500}", vendor="upflow", settings=Settings())
    assert caught.value.errno == errno.ENOSPC
    assert store.organizations() == []
    store.close()


def test_an_error_in_the_sandboxs_own_words_stays_what_it_is() -> None:
    """A statement that is wrong is a bug, and no excuse is made for it."""
    store = Store()
    with pytest.raises(sqlite3.OperationalError):
        store.connection.execute("SELECT nothing FROM nowhere")
    store.close()
