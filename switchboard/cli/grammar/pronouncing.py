"""`switchboard grammar pronounce`: how a name is said when its spelling misleads."""

from __future__ import annotations

import click

from grammar.phones import phones, to_ipa
from grammar.pronunciation import one_word, parse, shipped_pronunciations
from switchboard.cli.actor import actor
from switchboard.cli.options import database_option, settings_option
from switchboard.errors import UserError
from switchboard.settings import Settings
from switchboard.storage import additions
from switchboard.storage.store import Store, open_store


@click.command()
@click.argument("word", required=False)
@click.argument("respelling", required=False)
@click.option("--remove", is_flag=True, help="Take back what was set for WORD.")
@database_option
@settings_option
def pronounce(
    word: str | None,
    respelling: str | None,
    *,
    remove: bool,
    database: str | None,
    settings: Settings,
) -> None:
    """Set how WORD is said, or show how it is said now; without WORD, list what was set.

    RESPELLING is read as English, in parts joined by hyphens (CHUM-lee), or is IPA between slashes
    (/ˈtʃʌmli/).
    """
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    if word is None:
        for known, spoken in additions.pronunciations(store).items():
            click.echo(f"{known:<24} {spoken:<24} /{to_ipa(parse(spoken))}/")
        return
    word = one_word(word)
    if remove:
        _remove(store, word)
    elif respelling is None:
        _show(store, word)
    else:
        sound = parse(respelling)
        if sound == phones(word) and word not in shipped_pronunciations():
            raise UserError(
                f"“{respelling}” sounds as “{word}” does by its spelling, /{to_ipa(sound)}/, so it "
                "changes nothing; write it otherwise, or as IPA between slashes."
            )
        additions.set_pronunciation(store, word, respelling.strip(), actor=actor())
        click.echo(
            f"“{word}” is said /{to_ipa(sound)}/ (by its spelling "
            f"/{to_ipa(phones(word))}/). Callers are heard so after: switchboard grammar publish."
        )


def _remove(store: Store, word: str) -> None:
    if word not in additions.pronunciations(store):
        raise UserError(
            f"No pronunciation was set for “{word}”; see what was: switchboard grammar pronounce."
        )
    additions.set_pronunciation(store, word, None, actor=actor())
    click.echo(f"“{word}” is said as before at the next: switchboard grammar publish.")


def _show(store: Store, word: str) -> None:
    set_here = additions.pronunciations(store).get(word)
    shipped = shipped_pronunciations().get(word)
    if set_here:
        source, sound = f"set here as {set_here}", parse(set_here)
    elif shipped:
        source, sound = "from the shipped list", shipped
    else:
        source, sound = "by its spelling", phones(word)
    click.echo(f"“{word}” is said /{to_ipa(sound)}/, {source}.")
