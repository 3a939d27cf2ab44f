"""The floor: what nobody can do without, by the plainest means. The product is measured as a multiple of it.

The documents go through libyaml's events alone, the pages come through the standard client and its `.json()`, and
every row is compared with an equal one by `==`. No value is built, nothing is validated, nothing is named.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
from yaml._yaml import CParser

from benchmarks.answers import AnswerTransport
from benchmarks.documents import FOLDER
from benchmarks.rows import SAME, read_answers
from reconciler.model.resource import Value

ORIGIN = "http://127.0.0.1"


def parse_events(folder: Path) -> int:
    """Take every event of every document, and count them."""
    count = 0
    for path in sorted((folder / FOLDER).iterdir()):
        following = CParser(path.read_text(encoding="utf-8")).get_event
        while following() is not None:
            count += 1
    return count


async def fetch(answers: Mapping[str, bytes]) -> dict[str, Value]:
    """Fetch and decode every answer with the standard client."""
    async with httpx.AsyncClient(base_url=ORIGIN, transport=AnswerTransport(answers)) as client:
        return {target: (await client.get(target)).json() for target in answers}


def prepared_floor(folder: Path) -> Callable[[], None]:
    """Prepare what is compared, and give what is to be timed."""
    answers = read_answers(folder / SAME)
    expected: Mapping[str, Value] = {target: json.loads(body) for target, body in answers.items()}

    def floor() -> None:
        parse_events(folder)
        if asyncio.run(fetch(answers)) != expected:
            raise AssertionError("what was fetched is not what was sent")

    return floor
