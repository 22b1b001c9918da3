"""The `switchboard` command. One module per group of commands; each registers itself here."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from typing import ClassVar

import click

from directory.errors import DirectoryError
from grammar.errors import GrammarError
from switchboard.errors import UserError

BAD_INPUT = 2
"""Exit code for input or a set-up that the user has to mend."""


_FULL = (errno.ENOSPC, errno.EDQUOT)
_BARRED = (errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.ELOOP, errno.EROFS)
"""What a name given by the user, or a folder that is somebody else's, leads to; any other fault of
a file is ours, and to be seen whole."""


class LazyGroup(click.Group):
    """Imports a group's module only when it is called, so that `--help` never loads an engine."""

    modules: ClassVar[dict[str, str]] = {
        "serve": "switchboard.cli.serve",
        "directory": "switchboard.cli.directory",
        "grammar": "switchboard.cli.grammar",
        "gaps": "switchboard.cli.gaps",
        "models": "switchboard.cli.models",
        "route": "switchboard.cli.route",
        "explain": "switchboard.cli.explain",
        "calibrate": "switchboard.cli.calibrate",
        "listen": "switchboard.cli.listen",
        "prompts": "switchboard.cli.prompts",
        "admin": "switchboard.cli.admin",
        "users": "switchboard.cli.users",
        "demo": "switchboard.cli.demo",
        "report": "switchboard.cli.report",
        "privacy": "switchboard.cli.privacy",
        "purge": "switchboard.cli.purge",
        "check": "switchboard.cli.check",
        "uat": "switchboard.cli.uat",
    }

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(self.modules)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.modules:
            return None
        command: click.Command = importlib.import_module(self.modules[name]).command
        return command


@click.group(cls=LazyGroup)
@click.version_option(package_name="switchboard")
@click.option(
    "--database",
    envvar="SWITCHBOARD_DATABASE",
    metavar="URL",
    help="SQLAlchemy URL of the database. Default: SQLite in the platform's data folder.",
)
@click.pass_context
def cli(ctx: click.Context, database: str | None) -> None:
    """A switchboard that understands speech: say a name, be connected."""
    ctx.obj = {"database": database}


def main() -> None:
    """Run the command; every foreseen error is one sentence on stderr and exit code 2."""
    try:
        cli(standalone_mode=False)
        if sys.stdout is not None:  # closed by whoever started it
            sys.stdout.flush()
    except (UserError, DirectoryError, GrammarError) as error:
        click.echo(f"switchboard: {error}", err=True)
        sys.exit(BAD_INPUT)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("switchboard: stopped", err=True)
        sys.exit(130)
    except OSError as error:
        if error.errno in _BARRED and error.filename is not None:
            click.echo(
                f"switchboard: {error.filename} can't be used ({error.strerror}); check the name, "
                "and that this user may go there.",
                err=True,
            )
            sys.exit(BAD_INPUT)
        if error.errno not in _FULL:
            raise
        # What is still held back for stdout would fail again when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        click.echo(
            f"switchboard: The output can't be written ({error.strerror}); free some space, or "
            "send it elsewhere.",
            err=True,
        )
        sys.exit(BAD_INPUT)
