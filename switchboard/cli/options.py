"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def database_option(command: Command) -> Command:
    """`--database URL` after the command's name, too; passes `database` (str or None).

    Before the name it comes through the group's context; both mean the same.
    """

    def inherit(ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
        if value:
            return value
        root = ctx.find_root()
        return root.obj.get("database") if isinstance(root.obj, dict) else None

    return click.option(
        "--database",
        callback=inherit,
        expose_value=True,
        metavar="URL",
        help="SQLAlchemy URL of the database (default: $SWITCHBOARD_DATABASE, else SQLite in the "
        "platform's data folder).",
    )(command)
