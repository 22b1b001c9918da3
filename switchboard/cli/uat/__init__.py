"""`switchboard uat`: acceptance testing by simulated callers and by people."""

from __future__ import annotations

import importlib
from typing import ClassVar

import click


class _Commands(click.Group):
    """Imports a command's module only when it is called: some load engines and voices."""

    modules: ClassVar[dict[str, str]] = {
        "simulate": "switchboard.cli.uat.simulating",
        "campaign": "switchboard.cli.uat.campaign",
        "results": "switchboard.cli.uat.results",
        "stage": "switchboard.cli.uat.stage",
        "learn-curve": "switchboard.cli.uat.learning",
    }

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(self.modules)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.modules:
            return None
        command: click.Command = importlib.import_module(self.modules[name]).command
        return command


@click.group(cls=_Commands)
def command() -> None:
    """Acceptance testing: campaigns, their results, the roll-out, simulated callers."""
