"""A company → its folder: `reconciler.yaml`, and documents with several hundred customers a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks.company import ORGANIZATION, Company, Item
from reconciler.model.resource import Value

AT_ONCE = 500  # customers a file
FOLDER = "documents"


def write_documents(folder: Path, company: Company, endpoint: str = "sandbox") -> None:
    """Write everything that the product reads."""
    write_configuration(folder, endpoint)
    (folder / FOLDER).mkdir(parents=True)
    items = company.items()
    number = 0
    while text := "".join(_text(item, flow=company.flow) for item in islice(items, AT_ONCE)):
        (folder / FOLDER / f"customers-{number:04}.yaml").write_text(f"customers:\n{text}", encoding="utf-8")
        number += 1


def write_configuration(folder: Path, endpoint: str) -> None:
    """Write `reconciler.yaml`; the pace is as good as none, because the floor has none."""
    credentials = "{key: '${BENCHMARK_KEY}', secret: '${BENCHMARK_SECRET}'}"
    lines = (
        "organizations:",
        f"  {ORGANIZATION}:",
        "    provider: upflow",
        f"    endpoint: {endpoint}",
        *([] if endpoint == "sandbox" else [f"    credentials: {credentials}"]),
        f"    documents: {FOLDER}",
        "    limits: {requestsPerMinute: 1000000000, inFlight: 5}",
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "reconciler.yaml").write_text("\n".join((*lines, "")))


def document_bytes(folder: Path) -> int:
    """Count the bytes of all documents."""
    return sum(path.stat().st_size for path in (folder / FOLDER).iterdir())


def _text(item: Item, *, flow: bool) -> str:
    return "".join(f"{line}\n" for line in _listed(item, flow=flow))


def _listed(item: Item, *, flow: bool) -> Iterator[str]:
    first, *rest = _lines(item, flow=flow)
    yield f"- {first}"
    yield from (f"  {line}" for line in rest)


def _lines(item: Item, *, flow: bool) -> Iterator[str]:
    """Write a mapping as people and exports do: one key a line, quotes where YAML needs them."""
    for key, value in item.items():
        if isinstance(value, dict) and flow:
            yield f"{key}: {{{', '.join(f'{name}: {_scalar(inner)}' for name, inner in value.items())}}}"
        elif isinstance(value, dict):
            yield f"{key}:"
            yield from (f"  {line}" for line in _lines(value, flow=flow))
        elif isinstance(value, list):
            yield f"{key}:"
            for member in value:
                yield from _listed(member, flow=flow)
        else:
            yield f"{key}: {_scalar(value)}"


def _scalar(value: Value) -> str:
    text = str(value)
    return text if isinstance(value, str) and not text[0].isdigit() else json.dumps(value, ensure_ascii=False)
