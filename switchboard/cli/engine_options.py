"""`--engine` and `--workers`: shared by the commands that recognise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from switchboard.errors import UserError

Command = TypeVar("Command", bound=Callable[..., Any])

ENGINES = ("auto", "vosk", "whisper")


def engine_option(command: Command) -> Command:
    """`--engine NAME` over the settings; passes `engine` (str or None)."""

    def known(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
        if value is not None and value not in ENGINES:
            raise UserError(f"There is no engine “{value}”; name one of {', '.join(ENGINES)}.")
        return value

    return click.option(
        "--engine",
        callback=known,
        metavar="|".join(ENGINES),
        help="Recognise with this engine (default: [recognition] engine of the settings).",
    )(command)


def workers_option(command: Command) -> Command:
    """`--workers N` over the settings; passes `workers` (int or None)."""
    return click.option(
        "--workers",
        type=click.IntRange(1, 64),
        metavar="N",
        help="Engine processes, each on one core (default: [recognition] workers).",
    )(command)
