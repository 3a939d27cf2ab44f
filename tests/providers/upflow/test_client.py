"""Lists are read to their end in whatever envelope they come, and not believed when they do not add up."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
import pytest

from reconciler.model.resource import Value
from reconciler.providers.upflow.client import UpflowClient, contact_path, external
from reconciler.providers.upflow.wire import RowError
from tests.clock import run_virtual
from tests.providers.scripted import Script, answer, client

ROWS = [{"id": str(number)} for number in range(250)]


def _read(*bodies: Value) -> tuple[Sequence[Value], Script]:
    script = Script(*(answer(200, orjson.dumps(body)) for body in bodies))

    async def read() -> Sequence[Value]:
        return await UpflowClient(client(script)).rows("/custom_fields")

    return run_virtual(read()), script


@pytest.mark.parametrize("key", ["items", "customFields", "custom_fields"])
def test_a_list_is_found_under_any_of_its_names(key: str) -> None:
    """The name of the list is not documented, so each likely one is taken."""
    rows, script = _read({"offset": 0, "limit": 200, "total": 2, key: ROWS[:2]})
    assert list(rows) == ROWS[:2]
    assert len(script.requests) == 1


def test_a_list_goes_on_by_what_came() -> None:
    """A clamped limit changes the step, not the result."""
    pages = [{"offset": at, "limit": 100, "total": 250, "items": ROWS[at : at + 100]} for at in (0, 100, 200)]
    rows, script = _read(*pages)
    assert list(rows) == ROWS
    assert [request.url.params["offset"] for request in script.requests] == ["0", "100", "200"]


def test_a_short_list_without_a_total_ends() -> None:
    """Users come without total and limit; so few rows are less than any page."""
    rows, script = _read(ROWS[:3])
    assert (list(rows), len(script.requests)) == (ROWS[:3], 1)


def test_a_long_list_without_a_total_is_asked_for_more_until_nothing_new_comes() -> None:
    """Whether the vendor pages such a list or ignores the offset, all of it is read once."""
    rows, script = _read(ROWS[:100], ROWS[100:110])
    assert (list(rows), len(script.requests)) == (ROWS[:110], 2)
    rows, script = _read(ROWS[:100])
    assert (list(rows), len(script.requests)) == (ROWS[:100], 2)


@pytest.mark.parametrize(
    "body",
    [
        {"total": 3, "items": ROWS[:2]},
        {"total": 2, "items": [ROWS[0], ROWS[0]]},
        {"total": 1, "items": [{"externalId": "C"}]},
        {"total": 0},
        "CREATED",
        None,
    ],
)
def test_a_list_that_does_not_add_up_is_not_believed(body: Value) -> None:
    """Missing rows, repeated rows, rows without an id and other shapes are errors."""
    with pytest.raises(RowError):
        _read(body)


def test_ids_are_encoded_in_paths() -> None:
    """No external id can leave its place in the path."""
    assert external("a/../b?c#d %") == "external:a%2F..%2Fb%3Fc%23d%20%25"
    assert contact_path("x/y", "é") == "/customers/x%2Fy/contacts/%C3%A9"
