"""`switchboard uat results`: what testers' calls show."""

from __future__ import annotations

import click

from switchboard.cli.options import database_option, settings_option
from switchboard.cli.uat.gate_lines import gate_line
from switchboard.settings import Settings


@click.command("results")
@click.argument("number", type=int, required=False)
@database_option
@settings_option
def command(*, number: int | None, database: str | None, settings: Settings) -> None:
    """What the calls of campaign NUMBER (the newest, without one) show, and its gates."""
    from switchboard.errors import UserError
    from switchboard.storage.attempts import attempts_of_campaigns
    from switchboard.storage.campaigns import campaign_of_id, campaigns
    from switchboard.storage.store import open_store
    from switchboard.uat.gates import gates
    from switchboard.uat.results import GROUPINGS, figures, grouped

    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    try:
        known = campaigns(store)
        if not known:
            raise UserError("There is no campaign yet; make one: switchboard uat campaign NAME.")
        chosen = known[0] if number is None else campaign_of_id(store, number)
        trials = [each.trial for each in attempts_of_campaigns(store, [chosen.id])]
    finally:
        store.close()
    click.echo(f"{chosen.name}: {figures(trials).calls} calls")
    for gate in gates(trials):
        click.echo(gate_line(gate))
    for name, by in GROUPINGS.items():
        for group, seen in grouped(trials, by).items():
            click.echo(f"  {name} {group}: correct {seen.correct}, wrong {seen.wrong}")
