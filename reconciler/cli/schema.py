"""`reconciler schema`: the JSON Schemas that editors check documents with, made from the same models that read them."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.examples import Exemplified
from reconciler.cli.options import Session, pass_session
from reconciler.render.words import json_page


@click.command(cls=Exemplified, epilog="reconciler schema --out schemas\nreconciler schema > schemas.json")
@click.option(
    "--out", "folder", type=click.Path(path_type=Path), help="Write one file for each schema into this folder."
)
@pass_session
def schema(session: Session, folder: Path | None) -> None:
    """Write the JSON Schemas of reconciler.yaml, of the documents, and of the lines of `apply --json`."""
    import json

    from reconciler.cli.terminal import out
    from reconciler.desired.schema import schema_documents
    from reconciler.providers.table import VENDORS
    from reconciler.render.stream_schema import STREAM_FILE, stream_schema

    schemas = {**schema_documents(VENDORS), STREAM_FILE: stream_schema()}
    if folder is None:
        out(f"{json_page(schemas)}\n")
        return
    folder = session.seen(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in schemas.items():
        (folder / name).write_text(f"{json.dumps(content, ensure_ascii=False, indent=2)}\n", encoding="utf-8")
        out(f"Wrote  {folder / name}\n")
