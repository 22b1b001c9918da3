"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from switchboard import log
from switchboard.settings import Settings, load_settings
from switchboard.settings.checking import Problem

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


def settings_option(command: Command) -> Command:
    """`--settings FILE`; passes `settings` (loaded and checked) and sets up logging by them."""
    return _settings_option(command, lambda _: ())


def settings_for_calls_option(command: Command) -> Command:
    """The same, and all that calls need is there."""

    def needs(settings: Settings) -> Iterable[Problem]:
        from switchboard.service.needs import needs_for_calls

        return needs_for_calls(settings)

    return _settings_option(command, needs)


def _settings_option(command: Command, needs: Callable[[Settings], Iterable[Problem]]) -> Command:
    def load(_ctx: click.Context, _param: click.Parameter, value: Path | None) -> Settings:
        settings = load_settings(value, needs)
        log.configure(settings.log)
        return settings

    return click.option(
        "--settings",
        callback=load,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Settings as TOML over the defaults (default: $SWITCHBOARD_SETTINGS, else "
        "settings.toml in the platform's configuration folder).",
    )(command)
