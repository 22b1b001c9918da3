"""`switchboard uat stage`: who is served, and what must hold before more are."""

from __future__ import annotations

import click

from switchboard.cli.options import database_option, settings_option
from switchboard.cli.uat.gate_lines import gate_line
from switchboard.settings import Settings

_STAGES = ("pilot", "internal", "overflow", "external")


@click.command("stage")
@click.argument("stage", type=click.Choice(_STAGES), required=False)
@click.option("--reason", default="", help="Why, although its gates don't hold.")
@database_option
@settings_option
def command(*, stage: str | None, reason: str, database: str | None, settings: Settings) -> None:
    """Without STAGE, show who is served and the gates of the next stage; with it, go there.

    Back is always possible; forward one stage at a time, once its gates hold, or with a reason.
    """
    from switchboard.cli.actor import actor
    from switchboard.dialogue.policy import Stage
    from switchboard.storage.store import open_store
    from switchboard.uat.standing import move, standing

    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    before_any = Stage(settings.rollout.stage)
    try:
        if stage is not None:
            move(store, Stage(stage), before_any=before_any, reason=reason, actor=actor())
        now = standing(store, before_any)
    finally:
        store.close()
    click.echo(f"In force: {now.stage}.")
    if now.following is not None:
        click.echo(f"Before “{now.following}” must hold:")
        for gate in now.gates:
            click.echo(gate_line(gate))
