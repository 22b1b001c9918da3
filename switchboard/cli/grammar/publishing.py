"""`switchboard grammar build`, `diff`, `publish`, `rollback` and `versions`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from grammar.coverage import orphans
from grammar.model import EntryKind, Grammar
from grammar.phones import to_ipa
from grammar.telling import placed
from grammar.versions import Difference, dump, load
from grammar.versions import diff as difference
from switchboard.cli.actor import actor
from switchboard.cli.options import database_option, settings_option
from switchboard.errors import UserError
from switchboard.settings import Settings
from switchboard.storage import publishing
from switchboard.storage.additions import aliases
from switchboard.storage.grammars import draft_grammar, published_grammar
from switchboard.storage.store import Store, open_store

_LISTED = 20
"""Lines of each kind that a summary prints; --all prints the rest."""


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the grammar's canonical bytes to FILE.",
)
@database_option
@settings_option
def build(*, out: Path | None, database: str | None, settings: Settings) -> None:
    """Build the grammar of the current directory and say what is in it. Publishes nothing."""
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    grammar = draft_grammar(store)
    _summarise(store, grammar, settings)
    if out is not None:
        try:
            out.write_bytes(dump(grammar))
        except OSError as error:
            raise UserError(
                f"{out} can't be written ({error.strerror}); choose another file."
            ) from error
        click.echo(f"Written to {out}.")


@click.command()
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option("--all", "everything", is_flag=True, help="Every line, however many.")
@database_option
@settings_option
def diff(
    old: str | None, new: str | None, *, everything: bool, database: str | None, settings: Settings
) -> None:
    """What changes for callers from OLD to NEW.

    OLD is a stored version, by default the one in force; NEW by default what would be published
    now.
    """
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    before = _stored(store, old) if old else published_grammar(store)
    if before is None:
        raise UserError("Nothing is published yet; run: switchboard grammar publish.")
    after = _stored(store, new) if new else draft_grammar(store)
    changes = difference(before, after)
    click.echo(f"{before.version} -> {after.version}")
    if not changes:
        click.echo("Nothing changes.")
    _list(_changes(changes, before, after), None if everything else _LISTED)


@click.command()
@click.argument("version", required=False)
@click.option("--reason", default="", metavar="TEXT", help="Why; kept with the publication.")
@click.option(
    "--override",
    default="",
    metavar="REASON",
    help="Publish although stored calls that went right would go wrong, and say why.",
)
@click.option("--sound", is_flag=True, help="Have the engine hear again what sound is kept.")
@database_option
@settings_option
def publish(
    version: str | None,
    *,
    reason: str,
    override: str,
    sound: bool,
    database: str | None,
    settings: Settings,
) -> None:
    """Bring the grammar of the current directory into force, or a stored VERSION.

    Stored calls are decided again under it first: if any that went right would go wrong, it is not
    published, unless overridden. All or nothing: if anything fails, callers keep what they have.
    """
    # Here, because numpy and scipy come with it: the other commands of the group need neither.
    from switchboard.cli.gaps.working import replay_draft, tell_replay
    from switchboard.gaps.parts import parts_of
    from switchboard.gaps.publishing import needed, publish_checked

    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    before = publishing.published_version(store)
    grammar = draft_grammar(store) if version is None else _stored(store, version)
    _summarise(store, grammar, settings)
    if needed(store, published_grammar(store), grammar):
        tell_replay(store, replay_draft(parts_of(store, settings), grammar, settings, sound=sound))
    publish_checked(store, grammar, actor=actor(), reason=reason, override=override)
    if before == grammar.version:
        click.echo(f"{grammar.version} is in force already; nothing changed.")
    else:
        click.echo(f"Published {grammar.version}.")


@click.command()
@click.argument("version", required=False)
@click.option("--reason", default="", metavar="TEXT", help="Why; kept with the rollback.")
@database_option
@settings_option
def rollback(version: str | None, *, reason: str, database: str | None, settings: Settings) -> None:
    """Go back to the grammar in force before, or to an earlier VERSION."""
    from switchboard.gaps.publishing import roll_back

    back = roll_back(
        open_store(database, lock_wait_s=settings.storage.lock_wait_s),
        version,
        actor=actor(),
        reason=reason,
    )
    click.echo(f"{back.version} is in force again.")


@click.command()
@database_option
@settings_option
def versions(*, database: str | None, settings: Settings) -> None:
    """Every publication, the newest first."""
    history = publishing.publications(
        open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    )
    if not history:
        click.echo("Nothing is published yet; run: switchboard grammar publish.")
    for publication in reversed(history):
        when = publication.at.astimezone().strftime("%Y-%m-%d %H:%M")
        remarks = "  ".join(filter(None, (publication.actor, publication.reason)))
        in_force = "  (in force)" if publication is history[-1] else ""
        click.echo(
            f"{publication.version}  {when}  {publication.kind.value:<8}  {remarks}{in_force}"
        )


def _stored(store: Store, version: str) -> Grammar:
    return load(publishing.load_version(store, version))


def _summarise(store: Store, grammar: Grammar, settings: Settings) -> None:
    from switchboard.recognition.reach import gaps_in_reach

    kinds = Counter(entry.kind for entry in grammar.entries if not entry.has_left)
    left = sum(entry.has_left for entry in grammar.entries)
    click.echo(
        f"{grammar.version}: {kinds[EntryKind.PERSON]} people, {kinds[EntryKind.DEPARTMENT]} "
        f"departments, {left} who left; {len(grammar.forms)} spoken forms, "
        f"{len(grammar.carriers)} carrier phrases, {len(grammar.commands)} command phrases."
    )
    found = gaps_in_reach(grammar, settings.recognition)
    gaps = Counter(gap.reason.value.replace("_", " ") for gap in found)
    if gaps:
        told = ", ".join(f"{count} {reason}" for reason, count in gaps.items())
        click.echo(f"Not reached by voice alone: {told}. List them: switchboard grammar coverage.")
    lost = orphans(grammar, [(added.text, added.entry) for added in aliases(store)])
    if lost:
        told = "; ".join(f"“{text}” ({key})" for text, key in lost)
        click.echo(f"Aliases of entries that are gone, left out: {told}.")


def _changes(
    changes: Difference, before: Grammar, after: Grammar
) -> Iterable[tuple[str, Sequence[str]]]:
    names = {entry.key: entry.name for entry in (*before.entries, *after.entries)}
    yield "Entries added", [placed(entry) for entry in changes.entries_added]
    yield "Entries removed", [placed(entry) for entry in changes.entries_removed]
    yield (
        "Entries changed",
        [f"{placed(old)} -> {placed(new)}" for old, new in changes.entries_changed],
    )
    yield "Forms added", [f"{form.text} ({names[form.entry]})" for form in changes.forms_added]
    yield "Forms removed", [f"{form.text} ({names[form.entry]})" for form in changes.forms_removed]
    yield "Carriers added", [f"{c.text} ({c.position})" for c in changes.carriers_added]
    yield "Carriers removed", [f"{c.text} ({c.position})" for c in changes.carriers_removed]
    yield (
        "Pronunciations",
        [
            f"{word}: {_ipa(old)} -> {_ipa(new)}"
            for word, old, new in changes.pronunciations_changed
        ],
    )


def _ipa(phones: str) -> str:
    return f"/{to_ipa(phones)}/" if phones else "(by its spelling)"


def _list(groups: Iterable[tuple[str, Sequence[str]]], most: int | None) -> None:
    for title, lines in groups:
        if not lines:
            continue
        click.echo(f"\n{title} ({len(lines)})")
        for line in lines[:most]:
            click.echo(f"  {line}")
        if most is not None and len(lines) > most:
            click.echo(f"  ... and {len(lines) - most} more; see them with --all.")
