"""`reconciler completion`: the script that teaches a shell to complete our commands; click writes it."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from reconciler.cli.examples import Exemplified


@click.command(
    cls=Exemplified,
    epilog="reconciler completion bash > ~/.local/share/bash-completion/completions/reconciler\n"
    "reconciler completion fish > ~/.config/fish/completions/reconciler.fish",
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that makes a shell complete commands and options."""
    source = get_completion_class(shell)
    if source is not None:
        script = source(context.find_root().command, {}, "reconciler", "_RECONCILER_COMPLETE")
        click.echo(script.source())
