"""`reconciler inventory`: what is managed from here. Looking at it writes nothing; the vendor is never written to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import click

from reconciler.cli.examples import Exemplified
from reconciler.cli.lazy import LazyGroup
from reconciler.cli.options import (
    Session,
    allowing_guards,
    as_json,
    lock_timeout,
    max_requests,
    organizations,
    pass_session,
    show_personal,
)
from reconciler.model.guards import LIVE_SHRANK, ORGANIZATION_CHANGED
from reconciler.model.inventory import Inventory


class InventoryCommands(LazyGroup):
    """What can be done with an inventory."""

    table: ClassVar[Mapping[str, tuple[str, str]]] = {
        "list": ("reconciler.cli.inventory:list_entries", "List what is managed."),
        "show": ("reconciler.cli.inventory:show_entry", "Show what is known of one managed object."),
        "rebuild": ("reconciler.cli.inventory:rebuild", "Make the inventory anew from documents and live state."),
        "move": ("reconciler.cli.inventory:move", "Take the inventory along to another store."),
        "forget": ("reconciler.cli.inventory:forget", "Take one object out of the inventory; it stays as it is."),
    }


@click.group(cls=InventoryCommands, epilog="reconciler inventory list\nreconciler inventory rebuild --org acme-fr")
def inventory() -> None:
    """See and mend what is managed from here."""


@click.command("list", cls=Exemplified, epilog="reconciler inventory list\nreconciler inventory list --json")
@organizations
@show_personal
@as_json
@pass_session
def list_entries(session: Session, organizations: tuple[str, ...], personal: bool, as_json: bool) -> None:
    """List what is managed."""
    from reconciler.cli.composition import configured
    from reconciler.cli.inventory_text import tell_inventories
    from reconciler.cli.managing import inventories
    from reconciler.cli.pages import keys_of, shows_personal
    from reconciler.cli.unlocking import holders

    found = inventories(session.directory, organizations)
    keys = keys_of(configured(session.directory), personal=shows_personal(session.directory, asked=personal))
    tell_inventories(found, holders(session.directory, organizations), keys, as_json=as_json)


@click.command(
    "show",
    cls=Exemplified,
    epilog="reconciler inventory show acme-fr/{object}\nreconciler inventory show acme-fr/{object} --json",
)
@click.argument("address")
@show_personal
@as_json
@pass_session
def show_entry(session: Session, address: str, personal: bool, as_json: bool) -> None:
    """Show what is known of one managed object.

    Values of personal fields are kept as digests and shown so.
    """
    from reconciler.cli.composition import configured
    from reconciler.cli.inventory_text import tell_entry
    from reconciler.cli.managing import entry_at
    from reconciler.cli.pages import keys_of, shows_personal

    keys = keys_of(configured(session.directory), personal=shows_personal(session.directory, asked=personal))
    tell_entry(entry_at(session.directory, address), address.partition("/")[0], keys, as_json=as_json)


@click.command(
    cls=Exemplified, epilog="reconciler inventory rebuild\nreconciler inventory rebuild --org acme-fr --json"
)
@organizations
@allowing_guards(LIVE_SHRANK, ORGANIZATION_CHANGED)
@lock_timeout
@max_requests
@as_json
@pass_session
def rebuild(
    session: Session,
    organizations: tuple[str, ...],
    guards: tuple[str, ...],
    lock_timeout: float,
    most: int | None,
    as_json: bool,
) -> int:
    """Make the inventory anew from documents and live state.

    Only what a document declares and what is live enters; the vendor is only read. What is refused, such as a
    list with people whom no document lists, is told and left out. What is protected stays in it. An inventory that can
    be read is asked first whether the same organization answers, and lists as much as before.
    """
    from reconciler.cli.allowing import allowances_of
    from reconciler.cli.entered_text import tell_entered, tell_nothing_entered
    from reconciler.cli.terminal import narration

    allowances = allowances_of(guards)
    with narration(silent=as_json) as told:
        told.say("Reading documents…")
        from reconciler.cli.failures import failures_told, people_hidden
        from reconciler.cli.managing import rebuilt

        with failures_told(tell_nothing_entered if as_json else None), people_hidden(session.directory, asked=False):
            results = rebuilt(session.directory, organizations, told, lock_timeout, allowances, most)
    return tell_entered(results, "Rebuilt with", as_json=as_json)


@click.command(cls=Exemplified, epilog="reconciler inventory move --org acme-fr")
@organizations
@lock_timeout
@pass_session
def move(session: Session, organizations: tuple[str, ...], lock_timeout: float) -> None:
    """Take the inventory along to another store.

    For after `inventory: {store: …}` was changed in reconciler.yaml: everything goes from the store that it named
    before into the one that it names now, and the former one ends. Nothing is sent to the vendor.
    """
    from reconciler.cli.composition import scope_of
    from reconciler.cli.locking import this_run
    from reconciler.cli.succession import move_store
    from reconciler.cli.terminal import now, out
    from reconciler.render.words import counted

    for one in scope_of(session.directory, organizations, now().date()).organizations:
        moved = move_store(one, session.directory, this_run("reconciler inventory move"), lock_timeout)
        count = counted(len(moved.managed), "object")
        out(f"{one.name}: Moved to store: {one.inventory.store}, with {count}; nothing was sent.\n")


@click.command(cls=Exemplified, epilog="reconciler inventory forget acme-fr/{object}")
@click.argument("address")
@allowing_guards("protected")
@lock_timeout
@pass_session
def forget(session: Session, address: str, guards: tuple[str, ...], lock_timeout: float) -> None:
    """Take one object out of the inventory; it stays as it is.

    While a document declares it, the next apply adopts it again. What is protected is not forgotten.
    """
    from reconciler.cli.allowing import allowances_of
    from reconciler.cli.entering import rewrite, without
    from reconciler.cli.locking import await_free
    from reconciler.cli.managing import forgettable
    from reconciler.cli.rebuilding import check_forgettable
    from reconciler.cli.terminal import err, out

    allowances = allowances_of(guards)
    organization, place = forgettable(session.directory, address)

    def altered(found: Inventory) -> Inventory:
        check_forgettable(found, place, allowances)
        return without(found, place)

    await_free((organization,), session.directory, lock_timeout, err)
    rewrite(organization, session.directory, "reconciler inventory forget", altered, lock_timeout)
    out(f"Forgot {address}; it stays as it is.\n")
