"""`--engine` and `--workers`: shared by the commands that recognise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def engine_option(command: Command) -> Command:
    """`--engine NAME` over the settings; passes `engine` (str or None).

    Which names there are `engine_spec` knows, and tells whoever gives another.
    """
    return click.option(
        "--engine",
        metavar="auto|vosk|whisper",
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
