"""`switchboard purge`: delete what has expired."""

from __future__ import annotations

import click

from directory.number_plan import NumberPlan
from switchboard.cli.options import database_option, settings_option
from switchboard.errors import UserError
from switchboard.settings import Settings
from switchboard.storage.caller_hash import caller_hash, site_key
from switchboard.storage.purging import Expired, expired, forget_caller, purge
from switchboard.storage.spool import spool_folder
from switchboard.storage.store import Store, open_store


@click.command("purge")
@click.option("--dry-run", is_flag=True, help="Say what would be deleted, and delete nothing.")
@click.option(
    "--caller",
    metavar="NUMBER",
    help="Delete instead all records of calls from NUMBER, expired or not: when a caller asks.",
)
@database_option
@settings_option
def command(*, dry_run: bool, caller: str | None, database: str | None, settings: Settings) -> None:
    """Delete sound, callers' numbers and records of calls that have expired, and staff lists that
    were uploaded and left.

    [privacy] in the settings says what is kept for how long. `switchboard serve` does this on its
    own when it starts, and every night.
    """
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    if caller is not None:
        if dry_run:
            raise click.UsageError("--caller and --dry-run don't go together; leave one out.")
        _forget(store, caller, settings.number_plan.plan())
        return
    spool = spool_folder(store.location, settings.storage.spool)
    if dry_run:
        click.echo(f"{_told(expired(store, settings.privacy, spool))} would be deleted.")
    else:
        click.echo(f"{_told(purge(store, settings.privacy, spool))} deleted.")


def _forget(store: Store, caller: str, plan: NumberPlan) -> None:
    hashed = caller_hash(caller, site_key(store), plan)
    if not hashed:
        raise UserError("--caller needs a telephone number or an extension, written in digits.")
    click.echo(f"{forget_caller(store, hashed):,} records of calls from that number deleted.")


def _told(gone: Expired) -> str:
    counts = (
        (gone.sounds, "turn's sound", "turns' sounds"),
        (gone.numbers, "caller's number", "callers' numbers"),
        (gone.records, "record of a call", "records of calls"),
        (gone.files, "file of damaged records", "files of damaged records"),
        (gone.uploads, "upload that was left", "uploads that were left"),
    )
    return ", ".join(f"{count:,} {one if count == 1 else many}" for count, one, many in counts)
