"""`reconciler sandbox …`: the commands that play with the vendor on this machine. The work is in `sandbox_play`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import click

from reconciler.cli.examples import Exemplified
from reconciler.cli.lazy import LazyGroup
from reconciler.cli.options import Session, one_organization, pass_session

_HERE = "reconciler.cli.sandbox"


class SandboxCommands(LazyGroup):
    """All that can be done with the sandbox, in the order of use."""

    table: ClassVar[Mapping[str, tuple[str, str]]] = {
        "seed": (f"{_HERE}:seed", "Start an organization afresh from a file."),
        "show": (f"{_HERE}:show", "Show an organization, an object or a person."),
        "edit": (f"{_HERE}:edit", "Set fields by hand, as in the vendor's web app."),
        "add": (f"{_HERE}:add", "Create an object or a person by hand."),
        "remove": (f"{_HERE}:remove", "Delete an object or a person by hand."),
        "setting": (f"{_HERE}:setting", "Turn a setting: how the vendor behaves."),
        "fault": (f"{_HERE}:fault", "Switch a fault on: what goes wrong."),
        "requests": (f"{_HERE}:requests", "List the requests that reached it."),
        "serve": (f"{_HERE}:serve", "Answer on a loopback port."),
        "reset": (f"{_HERE}:reset", "Forget everything."),
    }


pairs = click.argument("pairs", nargs=-1, metavar="NAME=VALUE...")


@click.group(cls=SandboxCommands, epilog="reconciler sandbox show\nreconciler sandbox edit {edit}")
def sandbox() -> None:
    """Play with a vendor on this machine: the embedded sandbox of this folder."""


@click.command(
    cls=Exemplified, epilog="reconciler sandbox seed seed.yaml\nreconciler sandbox seed --org acme-fr seed.json"
)
@click.argument("file", type=click.Path(path_type=Path))
@one_organization
@pass_session
def seed(session: Session, file: Path, organization: str | None) -> None:
    """Start an organization afresh from a file.

    The file is YAML or JSON, and holds what there is at the vendor, by the vendor's own names, and `settings`: how it
    behaves. docs/sandbox.md lists the names.
    """
    from reconciler.cli.sandbox_play import opened, read_seed
    from reconciler.sandbox import workbench

    with opened(session.directory, organization) as (store, name):
        workbench.seed(store, name, read_seed(session.seen(file)))
        click.echo(f"Seeded {name}.")


@click.command(cls=Exemplified, epilog="reconciler sandbox show\nreconciler sandbox show {target}")
@click.argument("target", required=False)
@one_organization
@pass_session
def show(session: Session, target: str | None, organization: str | None) -> None:
    """Show an organization, an object or a person, as JSON."""
    from reconciler.cli.sandbox_play import opened, opened_at, tell
    from reconciler.sandbox import workbench

    if target is None:
        with opened(session.directory, organization) as (store, name):
            tell(workbench.show(store, name))
        return
    with opened_at(session.directory, organization, target) as (store, name, named):
        tell(workbench.show(store, name, named))


@click.command(
    cls=Exemplified,
    epilog="reconciler sandbox edit {edit}",
)
@click.argument("target")
@pairs
@one_organization
@pass_session
def edit(session: Session, target: str, pairs: tuple[str, ...], organization: str | None) -> None:
    """Set fields by hand, as in the vendor's web app.

    A value is read as JSON where it is JSON, else as text.
    """
    from reconciler.cli.sandbox_play import fields_from, opened_at, tell
    from reconciler.sandbox import workbench

    with opened_at(session.directory, organization, target) as (store, name, named):
        tell(workbench.edit(store, name, named, fields_from(pairs)))


@click.command(
    cls=Exemplified,
    epilog="reconciler sandbox add {add}\nreconciler sandbox add {add_person}",
)
@click.argument("target")
@pairs
@one_organization
@pass_session
def add(session: Session, target: str, pairs: tuple[str, ...], organization: str | None) -> None:
    """Create an object, or a person of one, by hand: TARGET is a kind, or the object that gets somebody."""
    from reconciler.cli.sandbox_play import fields_from, opened_at, tell
    from reconciler.sandbox import workbench

    with opened_at(session.directory, organization, target) as (store, name, named):
        tell(workbench.add(store, name, named, fields_from(pairs)))


@click.command(cls=Exemplified, epilog="reconciler sandbox remove {target}")
@click.argument("target")
@one_organization
@pass_session
def remove(session: Session, target: str, organization: str | None) -> None:
    """Delete an object or a person, by hand."""
    from reconciler.cli.sandbox_play import opened_at
    from reconciler.sandbox import workbench

    with opened_at(session.directory, organization, target) as (store, name, named):
        workbench.remove(store, name, named)
        click.echo(f"Removed {target}.")


@click.command(cls=Exemplified, epilog="reconciler sandbox setting {setting}\nreconciler sandbox setting")
@pairs
@one_organization
@pass_session
def setting(session: Session, pairs: tuple[str, ...], organization: str | None) -> None:
    """Turn settings of an organization; without any, show them all."""
    from reconciler.cli.sandbox_play import fields_from, opened, tell
    from reconciler.sandbox import workbench

    with opened(session.directory, organization) as (store, name):
        workbench.turn_knobs(store, name, fields_from(pairs))
        tell(store.organization(name).settings.to_json())


@click.command(
    cls=Exemplified, epilog="reconciler sandbox fault lost-after method=write times=2\nreconciler sandbox fault --clear"
)
@click.argument("kind", required=False)
@pairs
@click.option("--clear", is_flag=True, help="Switch all faults off first.")
@pass_session
def fault(session: Session, kind: str | None, pairs: tuple[str, ...], clear: bool) -> None:
    """Switch a fault on, then list those that are on."""
    from reconciler.cli.sandbox_play import fields_from, opened_store, tell
    from reconciler.sandbox.fault_list import active_faults, add_fault, clear_faults
    from reconciler.sandbox.faults import fault_from

    with opened_store(session.directory) as store:
        if clear:
            clear_faults(store)
        if kind:
            add_fault(store, fault_from({"kind": kind, **fields_from(pairs)}))
        tell([one.to_json() for one in active_faults(store)])


@click.command(cls=Exemplified, epilog="reconciler sandbox requests\nreconciler sandbox requests --clear")
@click.option("--clear", is_flag=True, help="Forget them once they are listed.")
@pass_session
def requests(session: Session, clear: bool) -> None:
    """List the requests that reached the sandbox, with what it answered."""
    from reconciler.cli.sandbox_play import opened_store
    from reconciler.sandbox.request_log import clear_requests, logged_requests

    with opened_store(session.directory) as store:
        for one in logged_requests(store):
            query = f"?{one.query}" if one.query else ""
            click.echo(
                f"{one.organization or '-'} {one.method} {one.path}{query} {one.status} {one.loss or ''}".rstrip()
            )
        if clear:
            clear_requests(store)


@click.command(cls=Exemplified, epilog="reconciler sandbox serve --port 8471")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8471, show_default=True, help="0 takes any that is free."
)
@click.option("--latency", type=click.FloatRange(0), default=0.0, help="Seconds that every answer takes.")
@pass_session
def serve(session: Session, port: int, latency: float) -> None:
    """Answer on a loopback port until interrupted.

    Credentials that it does not know bring a new organization to life.
    """
    from reconciler.cli.sandbox_play import opened_store, port_unusable
    from reconciler.errors import UsageInvalid
    from reconciler.sandbox.server import SandboxServer
    from reconciler.sandbox.vendors import VENDORS

    with opened_store(session.directory) as store:
        try:
            server = SandboxServer(store, port, auto_create=True, latency=latency)
        except OSError as error:
            raise UsageInvalid(port_unusable(port, error)) from error
        for vendor in VENDORS.values():
            click.echo(f"{vendor.title} answers at {server.origin}{vendor.prefix}, to {vendor.newcomers}.")
        click.echo("Ctrl-C ends it.")
        server.serve_forever()


@click.command(cls=Exemplified, epilog="reconciler sandbox reset")
@pass_session
def reset(session: Session) -> None:
    """Forget everything: organizations, faults and the request log."""
    from reconciler.cli.sandbox_play import opened_store
    from reconciler.sandbox import workbench

    with opened_store(session.directory) as store:
        workbench.reset(store)
    click.echo("The sandbox is empty.")
