"""`switchboard uat campaign`: who tests, and what each asks for."""

from __future__ import annotations

from datetime import date, timedelta

import click

from switchboard.cli.options import database_option, settings_option
from switchboard.settings import Settings

_STAGES = ("internal", "overflow", "external")


@click.command("campaign")
@click.argument("name", required=False)
@click.option("--tester", "testers", multiple=True, metavar="USER", help="Repeatable.")
@click.option("--stage", type=click.Choice(_STAGES), help="Whose gates the calls open.")
@click.option("--each", type=click.IntRange(1, 200), default=20, help="Calls for each tester.")
@click.option("--days", type=click.IntRange(1, 366), default=14, help="From today on.")
@database_option
@settings_option
def command(
    *,
    name: str | None,
    testers: tuple[str, ...],
    stage: str | None,
    each: int,
    days: int,
    database: str | None,
    settings: Settings,
) -> None:
    """Without NAME, list the campaigns with their testers and PINs; with NAME, draw a new one.

    Testers sign in to the web admin under the names given here (see `switchboard users add`), or
    ring the switchboard and key * and their PIN.
    """
    from switchboard.cli.actor import actor
    from switchboard.dialogue.policy import Stage
    from switchboard.errors import UserError
    from switchboard.storage.campaigns import add_campaign, campaigns, group_of
    from switchboard.storage.grammars import published_grammar
    from switchboard.storage.store import open_store
    from switchboard.uat.planning import scripts_for

    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    try:
        if name:
            if not testers or stage is None:
                raise click.UsageError(
                    "A new campaign needs --stage, and --tester for each tester."
                )
            grammar = published_grammar(store)
            if grammar is None:
                raise UserError("No grammar is published yet; run: switchboard grammar publish.")
            opens = Stage(stage)
            today = date.today()
            add_campaign(
                store,
                name,
                opens,
                today,
                today + timedelta(days=days),
                scripts=scripts_for(grammar, settings, opens, testers, each),
                actor=actor(),
            )
        for each_campaign in campaigns(store):
            state = ", closed" if each_campaign.closed else ""
            click.echo(
                f"{each_campaign.id}  {each_campaign.name}: for {each_campaign.stage}, "
                f"{each_campaign.begins} to {each_campaign.ends}{state}"
            )
            for tester in group_of(store, each_campaign.id):
                click.echo(f"   *{tester.pin}  {tester.name}: {tester.tried} of {tester.items}")
    finally:
        store.close()
