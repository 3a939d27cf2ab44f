"""Bodies of answers -> rows of a known shape, or an error for a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from reconciler.forge.connection import Ask, Connection

Shape = TypeVar("Shape")


def read(connection: Connection, shape: TypeAdapter[Shape], ask: Ask) -> Shape:
    """Ask for one body of this shape."""
    return _shaped(connection, shape, ask, connection.ask(ask))


def read_pages(connection: Connection, shape: TypeAdapter[Shape], ask: Ask) -> Iterator[Shape]:
    """Ask for the pages of a listing, each of this shape."""
    for body in connection.pages(ask):
        yield _shaped(connection, shape, ask, body)


def _shaped(connection: Connection, shape: TypeAdapter[Shape], ask: Ask, body: bytes) -> Shape:
    try:
        return shape.validate_json(body)
    except ValidationError:
        raise connection.misshapen(ask) from None
